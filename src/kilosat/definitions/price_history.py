"""Daily closing prices of bitcoin: those shipped, or a user's CSV with ``date`` and ``close``."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from kilosat.definitions.csv_table import CsvTable, read_csv
from kilosat.definitions.findings import DefinitionError, Finding, Report, file_label
from kilosat.definitions.table_specs import Column, TableSpec
from kilosat.provenance import Source, Sourced

__all__ = ["PriceHistory", "read_price_history"]

_CLOSES = ("close", "close_usd")
_SPECS = {
    name: TableSpec(
        name="price history",
        meaning="daily closing prices of bitcoin",
        columns=(
            Column("date", "text", "day in UTC, such as 2025-01-31"),
            Column(name, "number", "closing price in USD per BTC", "(0, inf)"),
        ),
        unique=("date",),
    )
    for name in _CLOSES
}


@dataclass(frozen=True, eq=False)
class PriceHistory:
    """Closing prices in USD per BTC by day, without a gap, oldest first, and their source."""

    closes: "pd.Series[float]"
    source: Source
    label: str

    @property
    def first(self) -> date:
        """First day with a price."""
        return _day(self.closes.index[0])

    @property
    def last(self) -> date:
        """Last day with a price."""
        return _day(self.closes.index[-1])

    @property
    def record(self) -> str:
        """Its length and its ends in one line."""
        return f"{len(self.closes):,} daily closes, {self.first} to {self.last}"

    def place(self, day: date) -> int:
        """Where a day stands in ``closes``.

        Raises:
            DefinitionError: the day is outside the history; the message says what it has.
        """
        if not self.first <= day <= self.last:
            message = f"there is no price for {day.isoformat()}"
            remedy = f"choose a day from {self.first} to {self.last}, or give a longer history"
            raise DefinitionError([Finding(self.label, 0, message, remedy)])
        return (day - self.first).days

    def log_returns(self, until: date) -> npt.NDArray[np.float64]:
        """Daily log returns up to and including the day ``until``: nothing after it is touched.

        Raises:
            DefinitionError: the day is outside the history.
        """
        seen = self.closes.to_numpy(dtype=np.float64)[: self.place(until) + 1]
        return np.diff(np.log(seen))

    def sourced(self) -> Sourced:
        """The closes as an input of figures."""
        return Sourced(self.closes, "USD/BTC", "reported", source=self.source, as_of=self.last)


def read_price_history(path: Path | None = None) -> PriceHistory:
    """Read the shipped closes, or a user's CSV with the columns ``date`` and ``close``.

    Raises:
        DefinitionError: all that is wrong with the file: bad dates, gaps, days twice or out of
            order, prices that are not above zero, each with its line.
    """
    if path is None:
        folder = Path(str(files("kilosat"))) / "data" / "bitcoin"
        return _read(folder / "btc_usd_daily.csv", _shipped_source(folder))
    label = file_label(path)
    return _read(path, Source(key="own-prices", document=label, publisher="the user's own file"))


def _shipped_source(folder: Path) -> Source:
    entry = tomllib.loads((folder / "btc_usd_daily.source.toml").read_text("utf-8"))
    return Source(key="closes", **entry)


def _read(path: Path, source: Source) -> PriceHistory:
    report = Report()
    name = _close_name(path)
    table = read_csv(path, _SPECS[name], report, open_ended=True)
    days = _days(table, report) if table and table.has("date") else []
    report.raise_errors()
    if table is None:
        raise DefinitionError(report.findings())
    index = pd.DatetimeIndex([pd.Timestamp(day) for day in days])
    closes = pd.Series(table.frame[name].to_numpy(), index=index, name="close_usd")
    return PriceHistory(closes, source, table.label)


def _close_name(path: Path) -> str:
    """How the file calls its prices; other troubles with it are found by ``read_csv``."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = [cell.strip() for cell in file.readline().split(",")]
    except (OSError, ValueError):
        header = []
    return "close_usd" if "close_usd" in header else "close"


def _days(table: CsvTable, report: Report) -> list[date]:
    """The days of the rows; whatever breaks the daily sequence is reported."""
    days: list[date] = []
    for line, text in zip(table.lines, table.frame["date"], strict=True):
        day = _iso_day(text)
        if day is None:
            if text:  # a blank cell is reported already
                remedy = "write year-month-day, such as 2025-01-31"
                message = f"'{text[:40]}' is not a day of the calendar"
                report.cell(table.label, line, "date", "day", message, remedy)
            continue
        if days:
            _report_break(days[-1], day, table.label, line, report)
        days.append(day)
    return days


def _report_break(before: date, day: date, label: str, line: int, report: Report) -> None:
    missing = (day - before).days - 1
    if missing > 0:
        gap = before + timedelta(days=1)
        many = "1 day is missing" if missing == 1 else f"{missing:,} days are missing"
        message = f"{many} before {day.isoformat()}, from {gap.isoformat()} on"
        remedy = "add the days: returns over gaps are not daily returns"
        report.cell(label, line, "date", "gap", message, remedy)
    elif missing < -1:
        message = f"{day.isoformat()} comes after {before.isoformat()}"
        report.cell(label, line, "date", "order", message, "sort the rows by date, oldest first")


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _day(stamp: pd.Timestamp) -> date:
    return stamp.date()
