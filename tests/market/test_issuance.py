"""Issuance against the figures that every description of Bitcoin prints."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.market import BitcoinError
from kilosat.market.issuance import (
    LAST_SUBSIDY_HEIGHT,
    final_supply_sats,
    halving_height,
    issued_sats,
    subsidy_sats,
    supply_sats,
)
from kilosat.quantities import FINAL_SUPPLY_SATS

HEIGHTS = st.integers(0, 8_000_000)


def test_final_supply() -> None:
    """2,099,999,997,690,000 satoshis, https://en.bitcoin.it/wiki/Controlled_supply."""
    assert final_supply_sats() == FINAL_SUPPLY_SATS == 2_099_999_997_690_000
    assert supply_sats(10**9) == FINAL_SUPPLY_SATS


@pytest.mark.parametrize(
    ("number", "height", "sats"),
    [
        (1, 210_000, 2_500_000_000),
        (2, 420_000, 1_250_000_000),
        (3, 630_000, 625_000_000),
        (4, 840_000, 312_500_000),
        (5, 1_050_000, 156_250_000),
        (10, 2_100_000, 4_882_812),  # 4.8828125 million: the half satoshi is dropped
        (32, 6_720_000, 1),
        (33, 6_930_000, 0),
    ],
)
def test_subsidy_after_each_halving(number: int, height: int, sats: int) -> None:
    """Table of https://en.bitcoin.it/wiki/Controlled_supply."""
    assert halving_height(number) == height
    assert subsidy_sats(height) == sats
    assert subsidy_sats(height - 1) >= max(2 * sats, 1)


def test_first_eras_add_up() -> None:
    """10.5, 15.75, 18.375 and 19.6875 million BTC at the ends of the first four eras."""
    ends = [supply_sats(halving_height(n) - 1) // 10**8 for n in (1, 2, 3, 4)]
    assert ends == [10_500_000, 15_750_000, 18_375_000, 19_687_500]
    assert subsidy_sats(LAST_SUBSIDY_HEIGHT) == 1


@settings(deadline=None)
@given(HEIGHTS)
def test_supply_grows_by_the_subsidy(height: int) -> None:
    assert supply_sats(height + 1) - supply_sats(height) == subsidy_sats(height + 1)


@settings(deadline=None)
@given(HEIGHTS, HEIGHTS)
def test_supply_is_monotone_and_issued_is_its_difference(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 < supply_sats(low) <= supply_sats(high) <= FINAL_SUPPLY_SATS
    assert issued_sats(0, low) == supply_sats(low)
    assert issued_sats(low, high) == supply_sats(high) - supply_sats(low) + subsidy_sats(low)


@pytest.mark.parametrize("height", [-1, 1.5, True, "210000"])
def test_no_such_height(height: int) -> None:
    with pytest.raises(BitcoinError, match="a height is a whole number of at least zero"):
        supply_sats(height)


def test_ranges_and_halvings_that_are_none() -> None:
    with pytest.raises(BitcoinError, match="9 is below 10"):
        issued_sats(10, 9)
    for number in (0, 34):
        with pytest.raises(BitcoinError, match=f"there is no {number}"):
            halving_height(number)
