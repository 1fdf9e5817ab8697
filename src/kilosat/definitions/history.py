"""What happened: shipped tables of prices, difficulty, blocks and El Salvador's purchases.

Each reader gives a ``Sourced`` table and takes a path to a user's own file of the same columns.
A file that cannot be read as it should gives one ``HistoryError`` that names file and line.
Coins are whole satoshis.
"""

import csv
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from kilosat.provenance import Source, Sourced

__all__ = [
    "BASES",
    "FINAL_SUPPLY_SATS",
    "SATS_PER_BTC",
    "HistoryError",
    "btc_from_sats",
    "read_announced_purchases",
    "read_day",
    "read_epochs",
    "read_network",
    "read_prices",
    "read_published_points",
    "read_reported_holdings",
    "sats_from_btc",
]

SATS_PER_BTC = 100_000_000
FINAL_SUPPLY_SATS = 2_099_999_997_690_000
"""All satoshis that the rules will ever issue (``market.issuance`` derives it)."""
BASES = ("sum of announcements", "press estimate", "on-chain")
"""How a reported holding was counted; figures of two bases are never one series."""
_TIME_SOURCES = (
    "header",
    "derived_from_targets_anchored_both_ends",
    "derived_from_targets_anchored_at_start",
)
_ONE_DAY = timedelta(days=1)


class HistoryError(ValueError):
    """A table of history that cannot be read as it should; the message names file and line."""


def sats_from_btc(coins: Decimal | int | str) -> int:
    """Whole satoshis of an amount in BTC, exact.

    Raises:
        HistoryError: it is no number, or has more than eight decimals.

    >>> sats_from_btc("5689.68")
    568968000000
    """
    try:
        sats = Decimal(coins) * SATS_PER_BTC
    except InvalidOperation:
        raise HistoryError(f"'{coins}' is not an amount of BTC") from None
    if not sats.is_finite() or sats != sats.to_integral_value():
        raise HistoryError(f"{coins} BTC is not a whole number of satoshis")
    return int(sats)


def btc_from_sats(sats: int) -> float:
    """BTC for printing; sums are made in satoshis.

    >>> btc_from_sats(568_968_000_000)
    5689.68
    """
    return int(sats) / SATS_PER_BTC


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
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise HistoryError(f"'{text}' is not a day: write it as 2025-01-31") from None


def read_prices(path: Path | None = None) -> Sourced:
    """Daily closes in USD/BTC, every day from the first to the last (columns date, close_usd)."""
    rows = _rows("btc_usd_daily.csv", path, ("date", "close_usd"))
    days = [row.day("date") for row in rows]
    _check_daily(rows, days)
    closes = pd.Series([row.positive("close_usd") for row in rows], days, name="close")
    return _sourced(closes, "USD/BTC", "reported", "btc_usd_daily.csv", path, days[-1])


def read_epochs(path: Path | None = None) -> Sourced:
    """Difficulty epochs: first height, its time in Unix seconds, where that is from, difficulty.

    Difficulty is a text of all printed digits, for exact arithmetic.
    """
    columns = ("epoch", "start_height", "start_time_utc", "start_time_source", "difficulty")
    rows = _rows("difficulty_epochs.csv", path, columns)
    table: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
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
    return _sourced(pd.DataFrame(table), "", "reported", "difficulty_epochs.csv", path, last)


def read_network(path: Path | None = None) -> Sourced:
    """Blocks, mean difficulty, subsidy (BTC) and fees (BTC) by day; not known is not a number."""
    columns = ("date", "blocks", "difficulty_mean", "subsidy_btc", "fees_btc")
    rows = _rows("network_history.csv", path, columns)
    days = [row.day("date") for row in rows]
    _check_daily(rows, days)
    table = pd.DataFrame({name: [row.known(name) for row in rows] for name in columns[1:]}, days)
    return _sourced(table, "", "reported", "network_history.csv", path, days[-1])


def read_announced_purchases(path: Path | None = None) -> Sourced:
    """El Salvador's announced purchases, a row for each, each with its own source.

    Columns: ``day``, ``sats``, ``daily_sats`` (coins of the row that belong to the one-a-day
    plan), ``price_usd`` and ``cost_usd`` (not a number where not stated), ``note``.
    """
    name = "elsalvador_announced_purchases.csv"
    columns = ("date", "btc", "daily_btc", "avg_price_usd", "usd_cost", "note", "source_url")
    rows = _rows(name, path, columns)
    _check_order(rows)
    table, labels = [], _labels([row.cells["date"] for row in rows])
    for row in rows:
        sats, daily = row.sats("btc"), row.sats("daily_btc")
        if not 0 <= daily <= sats or not sats:
            raise row.error("btc must be above zero, and daily_btc no more than btc")
        cells = {"day": row.day("date"), "sats": sats, "daily_sats": daily}
        money = {"price_usd": row.known("avg_price_usd"), "cost_usd": row.known("usd_cost")}
        table.append(cells | money | {"note": row.cells["note"]})
    return _with_rows(
        table, labels, rows, "President and Bitcoin Office of El Salvador", path, name
    )


def read_reported_holdings(path: Path | None = None) -> Sourced:
    """El Salvador's reported holdings: ``day``, ``sats``, ``basis`` (see ``BASES``), ``detail``."""
    name = "elsalvador_reported_holdings.csv"
    rows = _rows(name, path, ("date", "btc", "basis", "reporter", "source_url"))
    _check_order(rows)
    table, labels = [], _labels([row.cells["date"] for row in rows])
    for row in rows:
        basis = row.one_of("basis", BASES, begins=True)
        cells = {"day": row.day("date"), "sats": row.sats("btc"), "basis": basis}
        table.append(cells | {"detail": row.cells["basis"], "reporter": row.cells["reporter"]})
    return _with_rows(table, labels, rows, "", path, name)


def read_published_points(path: Path | None = None) -> Sourced:
    """Published coins, cost, average price and value, to hold a replay against."""
    name = "elsalvador_published_points.csv"
    columns = ("date", "measure", "value", "unit", "reporter", "source_url", "note")
    rows = _rows(name, path, columns)
    table = []
    for row in rows:
        measure = row.one_of("measure", ("coins", "cost", "average", "value"))
        cells = {"day": row.day("date"), "measure": measure, "published": row.positive("value")}
        texts = {name: row.cells[name] for name in ("unit", "reporter", "note")}
        table.append(cells | texts)
    labels = _labels([f"{row.cells['date']} {row.cells['measure']}" for row in rows])
    return _with_rows(table, labels, rows, "", path, name)


@dataclass(frozen=True)
class _Row:
    """One row of a file, with readers that say where something is wrong."""

    file: str
    line: int
    cells: dict[str, str]

    def error(self, message: str) -> HistoryError:
        return HistoryError(f"{self.file}:{self.line}: {message}")

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
            number = float(text)
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
        except HistoryError as error:
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


def _rows(name: str, path: Path | None, columns: Iterable[str]) -> list[_Row]:
    """The rows of a shipped or given file that has all ``columns``."""
    place, label = path or files("kilosat") / "data" / "bitcoin" / name, str(path or name)
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise HistoryError(f"{label}: cannot be read: {reason}") from None
    reader = csv.reader(text.removeprefix("\ufeff").splitlines())
    header = next(reader, [])
    if missing := [column for column in columns if column not in header]:
        raise HistoryError(f"{label}:1: the columns {', '.join(missing)} are missing")
    rows = []
    for cells in reader:
        if len(cells) != len(header):
            shape = f"{len(cells)} cells where the header has {len(header)}"
            raise HistoryError(f"{label}:{reader.line_num}: {shape}")
        rows.append(
            _Row(label, reader.line_num, dict(zip(header, map(str.strip, cells), strict=True)))
        )
    if not rows:
        raise HistoryError(f"{label}: the table has no rows")
    return rows


def _check_daily(rows: list[_Row], days: list[date]) -> None:
    for row, before, day in zip(rows[1:], days, days[1:], strict=False):
        if day <= before:
            raise row.error(f"{day} is not after {before}: days must rise")
        if day != before + _ONE_DAY:
            raise row.error(f"{before + _ONE_DAY} is missing: every day must be there")


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


def _source(name: str, path: Path | None) -> Source:
    if path is not None:
        return Source(path.name, f"file {path.name}", "given by the user")
    columns = ("file", "document", "publisher", "address", "as_of", "licence", "note")
    row = next(r for r in _rows("history_sources.csv", None, columns) if r.cells["file"] == name)
    texts = {key: row.cells[key] for key in columns if key not in ("file", "as_of")}
    return Source(key=name.removesuffix(".csv"), as_of=row.day("as_of"), **texts)


def _sourced(
    value: Any, unit: str, quality: Any, name: str, path: Path | None, as_of: date
) -> Sourced:
    source = _source(name, path)
    return Sourced(value, unit, quality, source, as_of=as_of, file=str(path or name))


def _with_rows(
    table: list[dict[str, Any]],
    labels: list[str],
    rows: list[_Row],
    publisher: str,
    path: Path | None,
    name: str,
) -> Sourced:
    """A table whose rows carry their own source (its key is the label of the row)."""
    source = _source(name, path)
    own = tuple(
        Source(
            key=label,
            document=f"{source.document}: {label}",
            publisher=row.cells.get("reporter") or publisher or source.publisher,
            address=row.cells["source_url"].split(" ; ")[0],
            as_of=row.day("date"),
        )
        for label, row in zip(labels, rows, strict=True)
    )
    frame = pd.DataFrame(table, index=labels).assign(quality="reported", source=labels)
    last = rows[-1].day("date")
    file = str(path or name)
    return Sourced(frame, "", "reported", source, as_of=last, file=file, row_sources=own)
