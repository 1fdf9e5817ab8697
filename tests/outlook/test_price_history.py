"""Closes from the package and from a user's file; what is wrong is said with its line."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kilosat.definitions.findings import DefinitionError
from kilosat.definitions.history import read_prices
from kilosat.definitions.price_history import PriceHistory, read_price_history

from .conftest import Write


def test_shipped_closes_have_no_gap(shipped: PriceHistory) -> None:
    # The README of the data set: 5,689 rows, 2010-07-17 to 2026-02-11, no gap, no duplicate.
    assert (shipped.first, shipped.last) == (date(2010, 7, 17), date(2026, 2, 11))
    assert len(shipped.closes) == 5689


@pytest.mark.parametrize(
    ("day", "close"),
    [(date(2017, 12, 17), 19_128), (date(2021, 11, 9), 66_947), (date(2024, 3, 14), 71_371)],
)
def test_shipped_closes_meet_published_ones(shipped: PriceHistory, day: date, close: float) -> None:
    # Anchors in the data set's README, from a second provider's daily closes.
    assert shipped.closes.iloc[shipped.place(day)] == pytest.approx(close, abs=1.0)


def test_reads_a_users_file(write: Write) -> None:
    history = read_price_history(write())
    assert history.last == date(2025, 1, 4)
    expected = np.log([101 / 100, 102 / 101])
    np.testing.assert_allclose(history.log_returns(date(2025, 1, 3)), expected)
    assert "prices.csv" in history.source.citation()


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("2025-02-30,5", ":3: date: '2025-02-30' is not a day: write it as 2025-01-31"),
        ("02/01/2025,5", ":3: date: '02/01/2025' is not a day"),
        ("2025-1-2,5", ":3: date: '2025-1-2' is not a day"),
        ("2025-W01-4,5", ":3: date: '2025-W01-4' is not a day"),
        ("2025-01-03,5", ":3: 2025-01-02 is missing: every day must be there"),
        ("2025-01-04,5", ":3: 2025-01-02 is missing, 2 days in all: every day must be there"),
        ("2025-01-01,5", ":3: 2025-01-01 is not after 2025-01-01: days must rise"),
        ("2024-12-31,5", ":3: 2024-12-31 is not after 2025-01-01: days must rise"),
        ("2025-01-02,0", ":3: close_usd: a number above zero is due here, not 0"),
        ("2025-01-02,-5", ":3: close_usd: -5 is not a number of at least zero"),
        ("2025-01-02,1_000", ":3: close_usd: '1_000' is not a number"),
        ("2025-01-02,cheap", ":3: close_usd: 'cheap' is not a number"),
        ("2025-01-02,", ":3: close_usd: a number above zero is due here, not an empty cell"),
        ("2025-01-02", ":3: 1 cells where the header has 2"),
        ('2025-01-02,"5', ": this is not CSV"),
    ],
)
def test_a_bad_row_is_one_message_with_its_line(write: Write, second: str, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_price_history(write("2025-01-01,5", second))
    assert len(caught.value.findings) == 1
    assert message in str(caught.value)


def test_all_findings_at_once(write: Write) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_price_history(write("2025-01-01,0", "2025-01-05,1", "x,2"))
    assert [finding.line for finding in caught.value.findings] == [2, 3, 4]


def test_like_findings_are_counted(write: Write) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_price_history(write(*[f"2025-01-{day:02},x" for day in range(1, 31)]))
    assert [finding.line for finding in caught.value.findings] == [2, 3, 4, 5]
    assert "and 27 more, down to line 31" in str(caught.value)


def test_both_readings_are_one() -> None:
    closes, history = read_prices(), read_price_history()
    assert closes.source == history.source
    np.testing.assert_array_equal(closes.value.to_numpy(), history.closes.to_numpy())


def test_a_file_without_prices(write: Write, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="the columns close_usd are missing"):
        read_price_history(write("2025-01-01,5", header="date,open"))
    with pytest.raises(DefinitionError, match="separate columns by commas"):
        read_price_history(write("2025-01-01;5", header="date;close"))
    with pytest.raises(DefinitionError, match="cannot be read: No such file"):
        read_price_history(tmp_path / "none.csv")


def test_a_day_outside_is_refused(shipped: PriceHistory) -> None:
    with pytest.raises(DefinitionError, match="no price for 2010-01-01; choose a day from 2010-07"):
        shipped.log_returns(date(2010, 1, 1))
