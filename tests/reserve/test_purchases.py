"""Rules of accumulation on prices made by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.reserve import (
    DailyCoins,
    HoldSeized,
    MonthlyDollars,
    PurchaseList,
    ReserveError,
    gdp_factor,
)
from kilosat.reserve.purchases import money, trades_under
from kilosat.reserve.valuation import value_history

START, COIN = date(2024, 1, 1), 100_000_000
DAYS = [START + timedelta(days=n) for n in range(120)]
PRICES = pd.Series([100.0 + n for n in range(120)], DAYS)
LOTS = PurchaseList(((DAYS[3], 2 * COIN, Decimal(150)), (DAYS[1], COIN, None)), "lots")


def test_a_coin_a_day() -> None:
    """100 + 101 + ... + 109 = 1,045."""
    trades = trades_under(DailyCoins(START, COIN), PRICES, DAYS[9])
    assert len(trades) == 10
    assert sum(one.usd for one in trades) == Decimal(1045)
    assert len(trades_under(DailyCoins(START, COIN, DAYS[4]), PRICES, DAYS[9])) == 5


def test_a_sum_a_month() -> None:
    """From 15 January: that day at 114, then 1 February at 131, 1 March at 160, 1 April at 191."""
    trades = trades_under(MonthlyDollars(DAYS[14], Decimal(1000)), PRICES, DAYS[100])
    assert [str(one.day) for one in trades] == [
        "2024-01-15",
        "2024-02-01",
        "2024-03-01",
        "2024-04-01",
    ]
    assert [one.sats for one in trades] == [1000 * COIN // price for price in (114, 131, 160, 191)]
    assert all(one.usd == 1000 for one in trades)


def test_a_list_keeps_stated_costs_and_prices_the_rest_at_the_close() -> None:
    trades = trades_under(LOTS, PRICES, DAYS[9])
    assert [(one.day, one.usd) for one in trades] == [
        (DAYS[1], Decimal(101)),
        (DAYS[3], Decimal(150)),
    ]
    assert len(trades_under(LOTS, PRICES, DAYS[2])) == 1


def test_moved_and_scaled() -> None:
    moved = LOTS.starting(DAYS[11])
    assert moved.start == DAYS[11]
    trades = trades_under(moved.scaled(gdp_factor(2.0, 5.0)), PRICES, DAYS[20])
    assert [one.sats for one in trades] == [5 * COIN // 2, 5 * COIN]
    assert [one.usd for one in trades] == [Decimal("277.50"), Decimal(565)]  # at 111 and 113
    assert LOTS.scaled(2).purchases[0] == (DAYS[3], 4 * COIN, Decimal(300))
    plan = DailyCoins(START, COIN, DAYS[4]).starting(DAYS[10])
    assert (plan.start, plan.end) == (DAYS[10], DAYS[14])
    assert MonthlyDollars(START, Decimal(10)).scaled(2.5).usd_per_month == 25


def test_seized_coins_cost_nothing() -> None:
    trades = trades_under(HoldSeized(DAYS[5], 3 * COIN), PRICES, DAYS[9])
    last = value_history(trades, PRICES, DAYS[9], "average").iloc[-1]
    assert (last["coins"], last["cost"], last["value"], last["gain"]) == (3.0, 0.0, 327.0, 327.0)


@settings(deadline=None)
@given(st.integers(1, 10**9), st.integers(0, 119), st.integers(0, 119))
def test_a_plan_buys_its_coins_every_day(sats: int, one: int, other: int) -> None:
    first, last = sorted((one, other))
    trades = trades_under(DailyCoins(DAYS[first], sats), PRICES, DAYS[last])
    assert sum(trade.sats for trade in trades) == sats * (last - first + 1)
    history = value_history(trades, PRICES, DAYS[last], "fifo")
    assert len(history) == last - first + 1
    assert history["cost"].is_monotonic_increasing


@settings(deadline=None)
@given(st.decimals(1, 10**8, places=2), st.integers(0, 119))
def test_a_sum_never_buys_more_than_it_pays_for(usd: Decimal, first: int) -> None:
    for trade in trades_under(MonthlyDollars(DAYS[first], usd), PRICES, DAYS[-1]):
        price = Decimal(str(PRICES[trade.day]))
        assert trade.sats * price <= usd * COIN < (trade.sats + 1) * price


@pytest.mark.parametrize(
    "rule",
    [
        DailyCoins(START, 300_000 * COIN),
        MonthlyDollars(START, money(3e9)),
        PurchaseList(((START, 11_000_000 * COIN, None), (DAYS[1], 11_000_000 * COIN, None))),
        HoldSeized(START, 22_000_000 * COIN),
    ],
)
def test_more_than_21_million_coins(rule: DailyCoins) -> None:
    with pytest.raises(ReserveError, match=r"would hold .* BTC, but no more than 21 million"):
        trades_under(rule, PRICES, DAYS[-1])


@pytest.mark.parametrize(
    ("rule", "until", "message"),
    [
        (DailyCoins(date(2009, 1, 3), COIN), DAYS[9], "starts before prices begin on 2024-01-01"),
        (DailyCoins(DAYS[20], COIN), DAYS[9], "starts after the last day of the replay"),
        (DailyCoins(START, COIN), date(2030, 1, 1), "no price for 2030-01-01: prices run from"),
        (PurchaseList(()), DAYS[9], "the list of purchases is empty"),
        (DailyCoins(START, 0), DAYS[9], "coins above zero"),
    ],
)
def test_what_is_refused(rule: DailyCoins, until: date, message: str) -> None:
    with pytest.raises(ReserveError, match=message):
        trades_under(rule, PRICES, until)


def test_scales_and_moves_that_are_none() -> None:
    for factor in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ReserveError, match="scaled by a number above zero"):
            DailyCoins(START, COIN).scaled(factor)
    with pytest.raises(ReserveError, match="GDP must be above zero"):
        gdp_factor(0.0, 1.0)
    with pytest.raises(ReserveError, match="leaves the calendar"):
        LOTS.starting(date(9999, 12, 31))
    with pytest.raises(ReserveError, match="not an amount of money"):
        money(float("nan"))
