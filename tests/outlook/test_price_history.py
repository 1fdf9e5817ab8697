"""Closes from the package and from a user's file; what is wrong is said with its line."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kilosat.definitions.findings import DefinitionError
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
        ("2025-02-30,5", ":3: column 'date': '2025-02-30' is not a day of the calendar"),
        ("02/01/2025,5", ":3: column 'date': '02/01/2025' is not a day of the calendar"),
        (
            "2025-01-04,5",
            ":3: column 'date': 2 days are missing before 2025-01-04, from 2025-01-02",
        ),
        ("2025-01-01,5", ":3: column 'date': '2025-01-01' is there twice, first on line 2"),
        ("2024-12-31,5", ":3: column 'date': 2024-12-31 comes after 2025-01-01; sort the rows"),
        ("2025-01-02,0", ":3: column 'close': 0 is impossible: it must be above 0"),
        ("2025-01-02,-5", ":3: column 'close': -5 is impossible: it must be above 0"),
        ("2025-01-02,cheap", ":3: column 'close': 'cheap' is not a number"),
        ("2025-01-02,", ":3: column 'close': the cell is blank"),
        ("2025-01-02", ":3: the row has 1 cells, the header 2"),
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


def test_a_file_without_prices(write: Write, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="column 'close' is missing"):
        read_price_history(write("2025-01-01,5", header="date,open"))
    with pytest.raises(DefinitionError, match="there is no such file"):
        read_price_history(tmp_path / "none.csv")


def test_a_day_outside_is_refused(shipped: PriceHistory) -> None:
    with pytest.raises(DefinitionError, match="no price for 2010-01-01; choose a day from 2010-07"):
        shipped.log_returns(date(2010, 1, 1))
