"""Cost basis: a ledger by hand, and what is conserved."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.reserve import ReserveError
from kilosat.reserve.cost_basis import METHODS, position, walk
from kilosat.reserve.purchases import Trade

START = date(2024, 1, 1)
COIN = 100_000_000


def trade(day: int, coins: float, usd: str, kind: str = "bought") -> Trade:
    return Trade(START + timedelta(days=day), round(coins * COIN), Decimal(usd), kind)  # type: ignore[arg-type]


LEDGER = [
    trade(0, 1, "100"),
    trade(1, 1, "200"),
    trade(2, 0.5, "120", "sold"),
    trade(3, 1, "450"),
]


def test_average_by_hand() -> None:
    """2 coins cost 300; half a coin takes 75 with it, sold for 120; 225 + 450 for 2.5 coins."""
    now = position(LEDGER, "average")
    assert (now.held_sats, now.cost_usd) == (250_000_000, Decimal("675.00"))
    assert now.realised_gain_usd == Decimal("45.00")
    assert now.average_price_usd == pytest.approx(270.0)


def test_first_in_first_out_by_hand() -> None:
    """Half a coin of the first lot takes 50 with it; 50 + 200 + 450 for 2.5 coins."""
    now = position(LEDGER, "fifo")
    assert [lot.cost_usd for lot in now.lots] == [Decimal("50.00"), Decimal(200), Decimal(450)]
    assert now.realised_gain_usd == Decimal("70.00")
    assert now.average_price_usd == pytest.approx(280.0)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Trade]:
    """Purchases and sales in order, never more sold than held."""
    trades, held, day = [], 0, START
    for _ in range(draw(st.integers(1, 25))):
        day += timedelta(days=draw(st.integers(0, 40)))
        usd = Decimal(draw(st.integers(0, 10**9))) / 100
        if held and draw(st.booleans()):
            sats = draw(st.integers(1, held))
            trades.append(Trade(day, sats, usd, "sold"))
            held -= sats
        else:
            sats = draw(st.integers(1, 10**13))
            trades.append(Trade(day, sats, usd, draw(st.sampled_from(["bought", "seized"]))))
            held += sats
    return trades


@settings(deadline=None)
@given(ledgers())
def test_coins_and_money_are_conserved(trades: list[Trade]) -> None:
    came = sum(t.sats for t in trades if t.kind != "sold")
    paid = sum((t.usd for t in trades if t.kind != "sold"), Decimal(0))
    for method in METHODS:
        now = position(trades, method)
        assert came == now.bought_sats == now.held_sats + now.sold_sats
        assert paid == now.paid_usd == now.cost_usd + now.sold_cost_usd
        assert all(lot.sats > 0 and lot.cost_usd >= 0 for lot in now.lots)


@settings(deadline=None)
@given(ledgers())
def test_both_methods_hold_the_same_coins_at_all_times(trades: list[Trade]) -> None:
    average = [now.held_sats for _, now in walk(trades, "average")]
    assert average == [now.held_sats for _, now in walk(trades, "fifo")]


@settings(deadline=None)
@given(ledgers())
def test_without_a_sale_the_methods_agree(trades: list[Trade]) -> None:
    kept = [t for t in trades if t.kind != "sold"]
    assert position(kept, "fifo").cost_usd == position(kept, "average").cost_usd


def test_what_is_refused() -> None:
    with pytest.raises(
        ReserveError, match=r"2024-01-02: 2\.00000000 BTC cannot be sold, only 1\.0"
    ):
        position([LEDGER[0], trade(1, 2, "1", "sold")])
    with pytest.raises(ReserveError, match="must be in order of days"):
        position(LEDGER[::-1])
    with pytest.raises(ReserveError, match="'lifo' is not a cost method: write average or fifo"):
        position(LEDGER, "lifo")
    with pytest.raises(ReserveError, match="coins above zero"):
        trade(0, 0, "1")
    with pytest.raises(ReserveError, match="no negative money"):
        trade(0, 1, "-1")
