"""What happened: shipped tables of prices, difficulty, blocks and El Salvador's purchases.

Each reader gives a ``Sourced`` table and takes a path to a user's own file of the same columns.
Where ``KILOSAT_DATA`` names a folder of extended tables, those stand in for the shipped ones.
A file that cannot be read as it should gives one ``HistoryError`` that names file and line, with
all that is wrong in a series of days. Coins are whole satoshis.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from kilosat.definitions.history_rows import HistoryError, Row, Table, daily, read_day, read_table
from kilosat.provenance import Source, Sourced

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


def read_prices(path: Path | None = None) -> Sourced:
    """Daily closes in USD/BTC, every day from the first to the last.

    Columns ``date`` and ``close_usd`` (or ``close``).

    Raises:
        HistoryError: all that is wrong at once: days that are none, missing, twice or out of
            order, prices that are not above zero, each with its line.
    """
    name = "btc_usd_daily.csv"
    table = read_table(name, path, ("date", "close_usd"), {"close": "close_usd"})
    days, columns = daily(table, {"close_usd": Row.positive})
    closes = pd.Series(columns["close_usd"], days, name="close")
    return _sourced(closes, "USD/BTC", "reported", table, days[-1])


def read_epochs(path: Path | None = None) -> Sourced:
    """Difficulty epochs: first height, its time in Unix seconds, where that is from, difficulty.

    Difficulty is a text of all printed digits, for exact arithmetic.
    """
    columns = ("epoch", "start_height", "start_time_utc", "start_time_source", "difficulty")
    file = read_table("difficulty_epochs.csv", path, columns)
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
    table = read_table("network_history.csv", path, columns)
    days, numbers = daily(table, dict.fromkeys(columns[1:], Row.known))
    return _sourced(pd.DataFrame(numbers, days), "", "reported", table, days[-1])


def read_hashprices(source: Source, path: Path | None = None) -> Sourced:
    """Mean difficulty and hashprice (USD/PH/s/day) by day.

    Columns ``difficulty_mean``, ``alone`` (hashprice of the subsidy alone) and ``full`` (with fees;
    not a number where they are not known). ``source`` is that of the shipped rows.
    """
    names = {
        "difficulty_mean": Row.positive,
        "hashprice_subsidy_only_usd_per_phs_day": Row.positive,
        "hashprice_usd_per_phs_day": Row.known,
    }
    table = read_table("network_daily.csv", path, ("date", *names))
    days, columns = daily(table, names)
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
    file = read_table(name, path, columns)
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
    file = read_table(name, path, ("date", "btc", "basis", "reporter", "source_url"))
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
    file = read_table(name, path, columns)
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
    rows = read_table("history_sources.csv", None, columns).rows
    row = next(row for row in rows if row.cells["file"] == name)
    texts = {key: row.cells[key] for key in columns if key not in ("file", "as_of")}
    return Source(key=name.removesuffix(".csv"), as_of=row.day("as_of"), **texts)


def _check_order(rows: list[Row]) -> None:
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


def _source(table: Table) -> Source:
    if table.given is not None:
        name = table.given.name
        return Source(name, f"file {name}", "given by the user")
    return table.file.source(read_history_source(table.name))


def _sourced(value: Any, unit: str, quality: Any, table: Table, as_of: date) -> Sourced:
    return Sourced(value, unit, quality, _source(table), as_of=as_of, file=table.file.label)


def _with_rows(
    cells: list[dict[str, Any]], labels: list[str], table: Table, publisher: str
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
