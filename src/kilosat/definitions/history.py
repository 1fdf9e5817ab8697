"""What happened: shipped tables of prices, difficulty, blocks and El Salvador's purchases.

Each reader gives a ``Sourced`` table and takes a path to a user's own file of the same columns.
Where ``KILOSAT_DATA`` names a folder of extended tables, those stand in for the shipped ones.
A file that cannot be read as it should gives one ``HistoryError`` that names file and line, with
all that is wrong in a series of days. Coins are whole satoshis.
"""

import csv
import difflib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from kilosat.definitions.data_folder import DataFile, DataFolderError, data_file
from kilosat.definitions.findings import WHOLE_ROW, Finding, Report
from kilosat.provenance import Source, Sourced
from kilosat.quantities import FINAL_SUPPLY_SATS, UnitError, sats_from_btc

__all__ = [
    "BASES",
    "HistoryError",
    "read_announced_purchases",
    "read_day",
    "read_epochs",
    "read_hashprices",
    "read_history_source",
    "read_network",
    "read_prices",
    "read_published_points",
    "read_reported_holdings",
]

BASES = ("sum of announcements", "press estimate", "on-chain")
"""How a reported holding was counted; figures of two bases are never one series."""
_TIME_SOURCES = (
    "header",
    "derived_from_targets_anchored_both_ends",
    "derived_from_targets_anchored_at_start",
)
_ONE_DAY = timedelta(days=1)
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
    kilosat.definitions.history.HistoryError: '2025-02-30' is not a day: write it as 2025-01-31
    """
    if isinstance(text, date):
        return date(text.year, text.month, text.day)
    try:
        if len(text) != len("2025-01-31"):
            raise ValueError
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise HistoryError(f"'{text}' is not a day: write it as 2025-01-31") from None


def read_prices(path: Path | None = None) -> Sourced:
    """Daily closes in USD/BTC, every day from the first to the last.

    Columns ``date`` and ``close_usd`` (or ``close``).

    Raises:
        HistoryError: all that is wrong at once: days that are none, missing, twice or out of
            order, prices that are not above zero, each with its line.
    """
    name = "btc_usd_daily.csv"
    table = _table(name, path, ("date", "close_usd"), {"close": "close_usd"})
    days, columns = _daily(table, {"close_usd": _Row.positive})
    closes = pd.Series(columns["close_usd"], days, name="close")
    return _sourced(closes, "USD/BTC", "reported", table, days[-1])


def read_epochs(path: Path | None = None) -> Sourced:
    """Difficulty epochs: first height, its time in Unix seconds, where that is from, difficulty.

    Difficulty is a text of all printed digits, for exact arithmetic.
    """
    columns = ("epoch", "start_height", "start_time_utc", "start_time_source", "difficulty")
    file = _table("difficulty_epochs.csv", path, columns)
    table: list[dict[str, Any]] = []
    for number, row in enumerate(file.rows):
        if row.whole("epoch") != number or row.whole("start_height") != number * 2016:
            raise row.error(f"epoch {number} at height {number * 2016} is due here")
        start = row.second("start_time_utc")
        if table and start <= table[-1]["start_time"]:
            raise row.error(f"{row.cells['start_time_utc']} is not after the epoch before it")
        source = row.one_of("start_time_source", _TIME_SOURCES)
        row.positive("difficulty")
        cells = {"start_height": number * 2016, "start_time": start}
        table.append(cells | {"time_source": source, "difficulty": row.cells["difficulty"]})
    last = datetime.fromtimestamp(table[-1]["start_time"], UTC).date()
    return _sourced(pd.DataFrame(table), "", "reported", file, last)


def read_network(path: Path | None = None) -> Sourced:
    """Blocks, mean difficulty, subsidy (BTC) and fees (BTC) by day; not known is not a number."""
    columns = ("date", "blocks", "difficulty_mean", "subsidy_btc", "fees_btc")
    table = _table("network_history.csv", path, columns)
    days, numbers = _daily(table, dict.fromkeys(columns[1:], _Row.known))
    return _sourced(pd.DataFrame(numbers, days), "", "reported", table, days[-1])


def read_hashprices(source: Source, path: Path | None = None) -> Sourced:
    """Mean difficulty and hashprice (USD/PH/s/day) by day.

    Columns ``difficulty_mean``, ``alone`` (hashprice of the subsidy alone) and ``full`` (with fees;
    not a number where they are not known). ``source`` is that of the shipped rows.
    """
    names = {
        "difficulty_mean": _Row.positive,
        "hashprice_subsidy_only_usd_per_phs_day": _Row.positive,
        "hashprice_usd_per_phs_day": _Row.known,
    }
    table = _table("network_daily.csv", path, ("date", *names))
    days, columns = _daily(table, names)
    difficulty, alone, full = columns.values()
    frame = pd.DataFrame({"difficulty_mean": difficulty, "alone": alone, "full": full}, days)
    label, origin = table.file.label, table.file.source(source)
    return Sourced(frame, "", "derived", origin, as_of=days[-1], file=label)


def read_announced_purchases(path: Path | None = None) -> Sourced:
    """El Salvador's announced purchases, a row for each, each with its own source.

    Columns: ``day``, ``sats``, ``daily_sats`` (coins of the row that belong to the one-a-day
    plan), ``price_usd`` and ``cost_usd`` (not a number where not stated), ``note``.
    """
    name = "elsalvador_announced_purchases.csv"
    columns = ("date", "btc", "daily_btc", "avg_price_usd", "usd_cost", "note", "source_url")
    file = _table(name, path, columns)
    rows = file.rows
    _check_order(rows)
    table, labels = [], _labels([row.cells["date"] for row in rows])
    for row in rows:
        sats, daily = row.sats("btc"), row.sats("daily_btc")
        if not 0 <= daily <= sats or not sats:
            raise row.error("btc must be above zero, and daily_btc no more than btc")
        cells = {"day": row.day("date"), "sats": sats, "daily_sats": daily}
        money = {"price_usd": row.known("avg_price_usd"), "cost_usd": row.known("usd_cost")}
        table.append(cells | money | {"note": row.cells["note"]})
    return _with_rows(table, labels, file, "President and Bitcoin Office of El Salvador")


def read_reported_holdings(path: Path | None = None) -> Sourced:
    """El Salvador's reported holdings: ``day``, ``sats``, ``basis`` (see ``BASES``), ``detail``."""
    name = "elsalvador_reported_holdings.csv"
    file = _table(name, path, ("date", "btc", "basis", "reporter", "source_url"))
    rows = file.rows
    _check_order(rows)
    table, labels = [], _labels([row.cells["date"] for row in rows])
    for row in rows:
        basis = row.one_of("basis", BASES, begins=True)
        cells = {"day": row.day("date"), "sats": row.sats("btc"), "basis": basis}
        table.append(cells | {"detail": row.cells["basis"], "reporter": row.cells["reporter"]})
    return _with_rows(table, labels, file, "")


def read_published_points(path: Path | None = None) -> Sourced:
    """Published coins, cost, average price and value, to hold a replay against."""
    name = "elsalvador_published_points.csv"
    columns = ("date", "measure", "value", "unit", "reporter", "source_url", "note")
    file = _table(name, path, columns)
    rows = file.rows
    table = []
    for row in rows:
        measure = row.one_of("measure", ("coins", "cost", "average", "value"))
        cells = {"day": row.day("date"), "measure": measure, "published": row.positive("value")}
        texts = {name: row.cells[name] for name in ("unit", "reporter", "note")}
        table.append(cells | texts)
    labels = _labels([f"{row.cells['date']} {row.cells['measure']}" for row in rows])
    return _with_rows(table, labels, file, "")


def read_history_source(name: str) -> Source:
    """Where the shipped rows of a table of history come from, by the file's name."""
    columns = ("file", "document", "publisher", "address", "as_of", "licence", "note")
    rows = _table("history_sources.csv", None, columns).rows
    row = next(row for row in rows if row.cells["file"] == name)
    texts = {key: row.cells[key] for key in columns if key not in ("file", "as_of")}
    return Source(key=name.removesuffix(".csv"), as_of=row.day("as_of"), **texts)


@dataclass(frozen=True)
class _Row:
    """One row of a file, with readers that say where something is wrong."""

    file: str
    line: int
    cells: dict[str, str]

    def error(self, message: str) -> HistoryError:
        return _error(self.file, self.line, message)

    def day(self, column: str) -> date:
        try:
            return read_day(self.cells[column])
        except HistoryError as error:
            raise self.error(f"{column}: {error}") from None

    def second(self, column: str) -> int:
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
        number = self.known(column)
        if not number > 0:
            shown = self.cells[column] or "an empty cell"
            raise self.error(f"{column}: a number above zero is due here, not {shown}")
        return number

    def whole(self, column: str) -> int:
        number = self.known(column)
        if number != number // 1:
            raise self.error(f"{column}: '{self.cells[column]}' is not a whole number")
        return int(number)

    def sats(self, column: str) -> int:
        try:
            sats = sats_from_btc(self.cells[column])
        except UnitError as error:
            raise self.error(f"{column}: {error}") from None
        if not 0 <= sats <= FINAL_SUPPLY_SATS:
            text = self.cells[column]
            raise self.error(f"{column}: {text} BTC is not between zero and 21 million")
        return sats

    def one_of(self, column: str, known: Sequence[str], begins: bool = False) -> str:
        text = self.cells[column]
        found = [one for one in known if text == one or (begins and text.startswith(one))]
        if not found:
            near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
            hint = f"; did you mean '{near[0]}'?" if near else f": write {', '.join(known)}"
            raise self.error(f"'{text}' is not a known {column.replace('_', ' ')}{hint}")
        return found[0]


@dataclass(frozen=True)
class _Table:
    """The rows of a file, and which file that is."""

    name: str
    file: DataFile
    given: Path | None
    rows: list[_Row]


def _table(
    name: str,
    path: Path | None,
    columns: Iterable[str],
    also_called: Mapping[str, str] | None = None,
) -> _Table:
    """The rows of the table ``name``, or of a given file, that has all ``columns``."""
    try:
        file = DataFile(path, str(path)) if path else data_file(name)
    except DataFolderError as error:
        raise HistoryError(str(error), [Finding(name, 0, str(error))]) from None
    return _Table(name, file, path, _rows(file, columns, also_called or {}))


def _rows(file: DataFile, columns: Iterable[str], also_called: Mapping[str, str]) -> list[_Row]:
    lines = _lines(file)
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    header = [new if (new := also_called.get(c, c)) not in header else c for c in header]
    _check_header(file.label, header, columns)
    report, rows = Report(), []
    for line, cells in lines[1:]:
        if len(cells) == len(header):
            rows.append(
                _Row(file.label, line, dict(zip(header, map(str.strip, cells), strict=True)))
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


def _daily(
    table: _Table, readers: Mapping[str, Callable[[_Row, str], float]]
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


def _check_next(row: _Row, before: date, day: date) -> None:
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


def _check_order(rows: list[_Row]) -> None:
    days = [row.day("date") for row in rows]
    for row, before, day in zip(rows[1:], days, days[1:], strict=False):
        if day < before:
            raise row.error(f"{day} is before {before}: days must rise")


def _labels(names: list[str]) -> list[str]:
    """Row labels without repeats: a second of the same name gets its number."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    count: dict[str, int] = {}
    labels = []
    for name in names:
        count[name] = count.get(name, 0) + 1
        labels.append(f"{name} ({count[name]})" if count[name] > 1 else name)
    return labels


def _source(table: _Table) -> Source:
    if table.given is not None:
        name = table.given.name
        return Source(name, f"file {name}", "given by the user")
    return table.file.source(read_history_source(table.name))


def _sourced(value: Any, unit: str, quality: Any, table: _Table, as_of: date) -> Sourced:
    return Sourced(value, unit, quality, _source(table), as_of=as_of, file=table.file.label)


def _with_rows(
    cells: list[dict[str, Any]], labels: list[str], table: _Table, publisher: str
) -> Sourced:
    """A table whose rows carry their own source (its key is the label of the row)."""
    source = _source(table)
    own = tuple(
        Source(
            key=label,
            document=f"{source.document}: {label}",
            publisher=row.cells.get("reporter") or publisher or source.publisher,
            address=row.cells["source_url"].split(" ; ")[0],
            as_of=row.day("date"),
        )
        for label, row in zip(labels, table.rows, strict=True)
    )
    frame = pd.DataFrame(cells, index=labels).assign(quality="reported", source=labels)
    last = table.rows[-1].day("date")
    file = table.file.label
    return Sourced(frame, "", "reported", source, as_of=last, file=file, row_sources=own)
