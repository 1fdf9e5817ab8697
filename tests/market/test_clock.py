"""Height and time against the four halvings."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.definitions.history import read_epochs
from kilosat.market import BitcoinError
from kilosat.market.clock import height_at_time, time_at_height

EPOCHS = read_epochs().value
LAST = datetime(2026, 6, 14, 0, 40, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("height", "published", "hours"),
    [
        (0, "2009-01-03T18:15:05+00:00", 0.0),
        (210_000, "2012-11-28T15:24:38+00:00", 11.0),
        (420_000, "2016-07-09T16:46:13+00:00", 11.0),
        (630_000, "2020-05-11T19:23:43+00:00", 24.0),
        (840_000, "2024-04-20T00:09:27+00:00", 11.0),
    ],
)
def test_halvings(height: int, published: str, hours: float) -> None:
    """Header times of the halving blocks, as block explorers print them.

    Within an epoch blocks come by chance: one standard deviation is up to 3.7 hours, so three are
    11. In May 2020 hashrate fell at the halving in mid-epoch, which a straight line cannot know.
    """
    at = time_at_height(EPOCHS, height)
    assert abs(at.time - datetime.fromisoformat(published)) <= timedelta(hours=hours)
    assert at.how == ("header" if height == 0 else "interpolated")
    assert at.quality == ("reported" if height == 0 else "derived")


def test_after_the_table_blocks_come_every_ten_minutes() -> None:
    """The next halving: 1,050,000 - 953,568 = 96,432 blocks, 669.7 days after 2026-06-14."""
    at = time_at_height(EPOCHS, 1_050_000)
    assert at.time == LAST + timedelta(minutes=964_320)
    assert (at.how, at.quality) == ("extrapolated", "modelled")
    assert height_at_time(EPOCHS, at.time).height == 1_050_000


def test_labels_follow_the_ends_of_the_epoch() -> None:
    first_derived = int(EPOCHS.index[EPOCHS["time_source"] != "header"][0])
    assert time_at_height(EPOCHS, 2016 * first_derived - 1).how == "interpolated from targets"
    assert time_at_height(EPOCHS, 2016 * first_derived - 2017).how == "interpolated"
    assert time_at_height(EPOCHS, 953_568).how == "interpolated from targets"


@settings(deadline=None)
@given(st.integers(0, 3_000_000))
def test_round_trip(height: int) -> None:
    at = time_at_height(EPOCHS, height)
    assert abs(height_at_time(EPOCHS, at.time).height - height) <= 1


@settings(deadline=None)
@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_time_rises_with_height(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert time_at_height(EPOCHS, low).time <= time_at_height(EPOCHS, high).time


def test_what_is_refused() -> None:
    with pytest.raises(BitcoinError, match="before the first block"):
        height_at_time(EPOCHS, datetime(2009, 1, 1, tzinfo=UTC))
    with pytest.raises(BitcoinError, match="no time zone"):
        height_at_time(EPOCHS, datetime(2020, 1, 1))
    with pytest.raises(BitcoinError, match="at least zero, not -1"):
        time_at_height(EPOCHS, -1)
    with pytest.raises(BitcoinError, match="year 9999"):
        time_at_height(EPOCHS, 10**10)
