"""Each coin is claimed once, by the claim that fits it best, in whatever order they come."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.flows.matching import Claim, Lot, Stretch, allocate
from kilosat.chain.flows.rules import Rules

DAY = date(2024, 5, 1)
RULES = Rules()
BTC = 100_000_000
MINED = frozenset({"mined"})


def lot(number: int, sats: int, day: int = 0, **more: Any) -> Lot:
    return Lot(number, "in", number.to_bytes(32, "big"), DAY + timedelta(day), sats, **more)


def claim(
    number: int,
    sats: int | None,
    day: int = 0,
    txids: tuple[int, ...] = (),
    kind: str = "purchase",
) -> Claim:
    named = tuple(one.to_bytes(32, "big") for one in txids)
    return Claim(number, "in", kind, DAY + timedelta(day), "office", sats, named)


def taken(claims: list[Claim], lots: list[Lot]) -> set[tuple[int, int, int, bool]]:
    """Claim, lot, satoshis, and whether by transaction."""
    found = allocate(claims, lots, RULES)
    return {(one.claim, one.lot, one.stop - one.start, one.by_txid) for one in found}


@pytest.mark.parametrize(
    ("claims", "lots", "expected"),
    [
        ([claim(0, BTC)], [lot(0, BTC)], {(0, 0, BTC, False)}),
        # the amount within the tolerance of a fee, the day within a week
        ([claim(0, BTC)], [lot(0, BTC - 40_000, day=7)], {(0, 0, BTC - 40_000, False)}),
        ([claim(0, BTC)], [lot(0, BTC, day=8)], set()),
        ([claim(0, BTC)], [lot(0, BTC - 200_000)], set()),
        # a claim never takes more than it states
        ([claim(0, BTC)], [lot(0, BTC + 40_000)], {(0, 0, BTC, False)}),
        # a named transaction goes before all, whatever its day and amount
        ([claim(0, BTC, txids=(1,))], [lot(0, BTC), lot(1, 3 * BTC, 30)], {(0, 1, BTC, True)}),
        ([claim(0, None, txids=(1,))], [lot(1, 3 * BTC, 30)], {(0, 1, 3 * BTC, True)}),
        # the nearer day wins among equal amounts
        ([claim(0, BTC)], [lot(0, BTC, -3), lot(1, BTC, 2)], {(0, 1, BTC, False)}),
        # an equal amount wins over a nearer day
        ([claim(0, BTC)], [lot(0, BTC - 1, 0), lot(1, BTC, 5)], {(0, 1, BTC, False)}),
        # two announcements, one purchase: only one of them is borne out
        ([claim(0, BTC), claim(1, BTC)], [lot(0, BTC)], {(0, 0, BTC, False)}),
        # one announcement of what came in two transactions of a day
        (
            [claim(0, 3 * BTC)],
            [lot(0, BTC, 1), lot(1, 2 * BTC, 1)],
            {(0, 0, BTC, False), (0, 1, 2 * BTC, False)},
        ),
        # two announcements of a day that came in one transaction
        (
            [claim(0, BTC), claim(1, 2 * BTC)],
            [lot(0, 3 * BTC, 1)],
            {(0, 0, BTC, False), (1, 0, 2 * BTC, False)},
        ),
        # nobody buys from a pool; what is stated as mined fits
        ([claim(0, BTC)], [lot(0, BTC, only=MINED)], set()),
        ([claim(0, BTC, kind="mined")], [lot(0, BTC, only=MINED)], {(0, 0, BTC, False)}),
        # without amount and without transaction nothing can be looked for
        ([claim(0, None)], [lot(0, BTC)], set()),
    ],
)
def test_by_hand(
    claims: list[Claim], lots: list[Lot], expected: set[tuple[int, int, int, bool]]
) -> None:
    assert taken(claims, lots) == expected


def test_coins_that_all_come_three_days_late_are_all_found() -> None:
    """One a day for three years: the nearest coin alone would leave the first and last without."""
    days = 1_190
    late = [lot(number, BTC, number + 3) for number in range(days)]
    found = taken([claim(number, BTC, number) for number in range(days)], late)
    assert found == {(number, number, BTC, False) for number in range(days)}


def test_a_fee_taken_off_each_coin_does_not_change_that() -> None:
    late = [lot(number, BTC - 20_000, number + 3) for number in range(30)]
    found = taken([claim(number, BTC, number) for number in range(30)], late)
    assert found == {(number, number, BTC - 20_000, False) for number in range(30)}


def test_one_that_came_in_three_parts_over_two_days_beside_the_daily_coin() -> None:
    """El Salvador, 2025-11-17: 1,090 announced, arrived as 500, 500 and 90."""
    lots = [lot(0, 500 * BTC), lot(1, BTC), lot(2, 500 * BTC, 1), lot(3, 90 * BTC, 1)]
    claims = [claim(0, 1_090 * BTC), claim(1, BTC), claim(2, BTC, 1)]
    assert taken(claims, lots) == {
        (0, 0, 500 * BTC, False),
        (0, 2, 500 * BTC, False),
        (0, 3, 90 * BTC, False),
        (1, 1, BTC, False),
    }
    assert all(one.together == (one.claim == 0) for one in allocate(claims, lots, RULES))


DAILY = [claim(number, BTC, number) for number in range(60)]


def test_a_week_of_daily_coins_delivered_at_once_is_that_week_s() -> None:
    found = taken(DAILY, [lot(0, 7 * BTC, 30), lot(1, 7 * BTC, 37)])
    first, second = ([c for c, of, *_ in sorted(found) if of == n] for n in (0, 1))
    assert first == list(range(23, 30))
    assert second == list(range(30, 37))


@pytest.mark.parametrize(
    "sats",
    [
        30 * BTC,  # more days than the window has
        8 * BTC - 60_000,  # sums must fit more closely than single amounts
        BTC // 2,
    ],
)
def test_daily_coins_are_not_stretched_to_fit_any_amount(sats: int) -> None:
    assert taken(DAILY, [lot(0, sats, 30)]) == set()


def test_at_most_so_many_are_summed_up() -> None:
    most = RULES.most_together
    assert len(taken(DAILY, [lot(0, most * BTC, 30)])) == most
    assert taken(DAILY, [lot(0, (most + 1) * BTC, 30)]) == set()
    parts = [lot(number, BTC) for number in range(most + 1)]
    assert taken([claim(0, (most + 1) * BTC)], parts) == set()


def test_a_claim_is_looked_for_with_the_entity_that_made_it() -> None:
    clients = lot(0, BTC, keepers=frozenset({"retail"}))
    assert taken([claim(0, BTC)], [clients]) == {(0, 0, BTC, False)}
    with_wallets = replace(claim(0, BTC), has_wallets=True)
    assert taken([with_wallets], [clients]) == set()
    assert taken([with_wallets], [replace(clients, of_exchange=True)]) == {(0, 0, BTC, False)}
    seized = replace(with_wallets, kind="seizure")
    assert taken([seized], [replace(clients, of_exchange=True)]) == set()
    named = replace(with_wallets, txids=(clients.txid,))
    assert taken([named], [clients]) == {(0, 0, BTC, True)}


def test_the_order_of_claims_does_not_matter() -> None:
    claims = [claim(0, BTC), claim(1, BTC, 2), claim(2, 2 * BTC, 1), claim(3, 3 * BTC, txids=(1,))]
    lots = [lot(0, BTC, 1), lot(1, 2 * BTC, 2), lot(2, 2 * BTC, 3), lot(3, BTC, 4)]
    first = allocate(claims, lots, RULES)
    assert all(allocate(order, lots, RULES) == first for order in permutations(claims))


amounts = st.integers(1, 5).map(lambda many: many * BTC)
some_lots = st.lists(st.tuples(amounts, st.integers(-9, 9)), max_size=7)
some_claims = st.lists(
    st.tuples(
        st.one_of(st.none(), amounts),
        st.integers(-9, 9),
        st.lists(st.integers(0, 7), max_size=2, unique=True),
    ),
    max_size=7,
)


@given(some_lots, some_claims)
def test_no_coin_is_claimed_twice_and_no_claim_takes_more_than_it_states(
    lots: list[tuple[int, int]], claims: list[tuple[int | None, int, list[int]]]
) -> None:
    real_lots = [lot(number, sats, day) for number, (sats, day) in enumerate(lots)]
    real_claims = [
        claim(number, sats, day, tuple(txids)) for number, (sats, day, txids) in enumerate(claims)
    ]
    found = allocate(real_claims, real_lots, RULES)
    for one in real_lots:
        own = sorted((s.start, s.stop) for s in found if s.lot == one.number)
        assert all(stop <= after for (_, stop), (after, _) in pairwise(own))
        assert not own or (own[0][0] >= 0 and own[-1][1] <= one.sats)
    for one_claim in real_claims:
        if one_claim.sats is not None:
            assert sum(_sats(s) for s in found if s.claim == one_claim.number) <= one_claim.sats


def _sats(one: Stretch) -> int:
    return one.stop - one.start
