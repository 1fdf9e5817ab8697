"""Rows of a table of history: which file, which cells, and what is wrong with them.

A single reading underneath all tables of ``history``: the shipped file, one of the folder in
``KILOSAT_DATA``, or a user's own.
"""

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from kilosat.definitions.data_folder import DataFile, DataFolderError, data_file
from kilosat.definitions.findings import WHOLE_ROW, Finding, Report
from kilosat.quantities import FINAL_SUPPLY_SATS, UnitError, sats_from_btc

__all__ = ["HistoryError", "Row", "Table", "daily", "read_day", "read_table"]

_ONE_DAY = timedelta(days=1)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_Read = TypeVar("_Read")


class HistoryError(ValueError):
    """A table of history that cannot be read as it should; the message names file and line.

    ``findings`` holds the same one by one; it is empty where no file is at fault.
    """

    def __init__(self, message: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


def read_day(text: str | date) -> date:
    """A day of the calendar.

    Raises:
        HistoryError: there is no such day.

    >>> read_day("2025-02-30")
    Traceback (most recent call last):
    ...
    kilosat.definitions.history_rows.HistoryError: '2025-02-30' is not a day: write it as 2025-01-31
    """
    if isinstance(text, date):
        return date(text.year, text.month, text.day)
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise HistoryError(f"'{text}' is not a day: write it as 2025-01-31") from None


@dataclass(frozen=True)
class Row:
    """One row of a file; each reader of a cell says where it is wrong (``HistoryError``)."""

    file: str
    line: int
    cells: dict[str, str]

    def error(self, message: str) -> HistoryError:
        """What is wrong with this row."""
        return _error(self.file, self.line, message)

    def day(self, column: str) -> date:
        """A day such as 2025-01-31."""
        try:
            return read_day(self.cells[column])
        except HistoryError as error:
            raise self.error(f"{column}: {error}") from None

    def second(self, column: str) -> int:
        """A UTC time such as 2009-01-03T18:15:05Z, in Unix seconds."""
        try:
            time = datetime.strptime(self.cells[column], "%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            text = self.cells[column]
            raise self.error(
                f"{column}: '{text}' is not a UTC time like 2009-01-03T18:15:05Z"
            ) from None
        return int(time.replace(tzinfo=UTC).timestamp())

    def known(self, column: str) -> float:
        """A number of at least zero, or not a number where the cell is empty."""
        text = self.cells[column]
        if not text:
            return float("nan")
        try:
            number = float(text.replace("_", "?"))  # Python alone reads 1_000 as a number
        except ValueError:
            raise self.error(f"{column}: '{text}' is not a number") from None
        if not 0 <= number < float("inf"):
            raise self.error(f"{column}: {text} is not a number of at least zero")
        return number

    def positive(self, column: str) -> float:
        """A number above zero."""
        number = self.known(column)
        if not number > 0:
            shown = self.cells[column] or "an empty cell"
            raise self.error(f"{column}: a number above zero is due here, not {shown}")
        return number

    def whole(self, column: str) -> int:
        """A whole number of at least zero."""
        number = self.known(column)
        if number != number // 1:
            raise self.error(f"{column}: '{self.cells[column]}' is not a whole number")
        return int(number)

    def sats(self, column: str) -> int:
        """An amount printed in BTC, in satoshis."""
        try:
            sats = sats_from_btc(self.cells[column])
        except UnitError as error:
            raise self.error(f"{column}: {error}") from None
        if not 0 <= sats <= FINAL_SUPPLY_SATS:
            text = self.cells[column]
            raise self.error(f"{column}: {text} BTC is not between zero and 21 million")
        return sats

    def one_of(self, column: str, known: Sequence[str], begins: bool = False) -> str:
        """A word of a list, or one that the cell begins with."""
        text = self.cells[column]
        found = [one for one in known if text == one or (begins and text.startswith(one))]
        if not found:
            near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
            hint = f"; did you mean '{near[0]}'?" if near else f": write {', '.join(known)}"
            raise self.error(f"'{text}' is not a known {column.replace('_', ' ')}{hint}")
        return found[0]


@dataclass(frozen=True)
class Table:
    """The rows of a file, and which file that is."""

    name: str
    file: DataFile
    given: Path | None
    rows: list[Row]


def read_table(
    name: str,
    path: Path | None,
    columns: Iterable[str],
    also_called: Mapping[str, str] | None = None,
) -> Table:
    """The rows of the table ``name``, or of a given file, that has all ``columns``."""
    try:
        file = DataFile(path, str(path)) if path else data_file(name)
    except DataFolderError as error:
        raise HistoryError(str(error), [Finding(name, 0, str(error))]) from None
    return Table(name, file, path, _rows(file, columns, also_called or {}))


def _rows(file: DataFile, columns: Iterable[str], also_called: Mapping[str, str]) -> list[Row]:
    lines = _lines(file)
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    header = [new if (new := also_called.get(c, c)) not in header else c for c in header]
    _check_header(file.label, header, columns)
    report, rows = Report(), []
    for line, cells in lines[1:]:
        if len(cells) == len(header):
            rows.append(
                Row(file.label, line, dict(zip(header, map(str.strip, cells), strict=True)))
            )
        else:
            shape = f"{len(cells)} cells where the header has {len(header)}"
            report.cell(file.label, line, WHOLE_ROW, "width", shape)
    _raise_findings(report)
    if not rows:
        raise _error(file.label, 0, "the table has no rows")
    return rows


def _lines(file: DataFile) -> list[tuple[int, list[str]]]:
    """All rows that are not blank, each with the line on which it ends."""
    try:
        text = file.place.read_text(encoding="utf-8").removeprefix("\ufeff")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise _error(file.label, 0, f"cannot be read: {reason}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except csv.Error as error:
        raise _error(file.label, reader.line_num, f"this is not CSV ({error})") from None


def _check_header(label: str, header: list[str], columns: Iterable[str]) -> None:
    if missing := [column for column in columns if column not in header]:
        hint = ": separate columns by commas" if len(header) == 1 and ";" in header[0] else ""
        raise _error(label, 1, f"the columns {', '.join(missing)} are missing{hint}")
    if twice := [column for column in columns if header.count(column) > 1]:
        raise _error(label, 1, f"the columns {', '.join(twice)} are there twice")


def daily(
    table: Table, readers: Mapping[str, Callable[[Row, str], float]]
) -> tuple[list[date], dict[str, list[float]]]:
    """Days and numbers of a series that has every day once; else all findings at once."""
    report, before = Report(), None
    days: list[date] = []
    numbers: dict[str, list[float]] = {column: [] for column in readers}
    for row in table.rows:
        day = _reported(report, row.day, "date")
        if day and before:
            _reported(report, _check_next, row, before, day)
        before = day
        days.append(day or date.max)
        for column, read in readers.items():
            number = _reported(report, read, row, column)
            numbers[column].append(float("nan") if number is None else number)
    _raise_findings(report)
    return days, numbers


def _reported(report: Report, read: Callable[..., _Read], *what: Any) -> _Read | None:
    """What ``read`` gives, or nothing where it refuses: that is added to the report."""
    try:
        return read(*what)
    except HistoryError as error:
        for one in error.findings:
            report.cell(one.file, one.line, WHOLE_ROW, read.__name__, one.message)
    return None


def _check_next(row: Row, before: date, day: date) -> None:
    if day <= before:
        raise row.error(f"{day} is not after {before}: days must rise")
    if missing := (day - before).days - 1:
        many = f", {missing:,} days in all" if missing > 1 else ""
        raise row.error(f"{before + _ONE_DAY} is missing{many}: every day must be there")


def _error(file: str, line: int, message: str) -> HistoryError:
    finding = Finding(file, line, message)
    return HistoryError(str(finding), [finding])


def _raise_findings(report: Report) -> None:
    if found := report.findings():
        raise HistoryError("\n".join(map(str, found)), found)
