"""The table for programs: CSV and JSON. Their keys are those of ``COLUMNS``."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from kilosat.brief.formulas import unformulated
from kilosat.brief.treasuries.column import Cell, Column
from kilosat.brief.treasuries.columns import COLUMNS
from kilosat.brief.treasuries.grounds import provenance
from kilosat.brief.treasuries.price import Price, coins
from kilosat.chain.treasuries import (
    HoldingReport,
    KindTotal,
    Treasury,
    TreasuryTable,
    list_sources,
)
from kilosat.provenance import Source

__all__ = ["HISTORY_KEYS", "treasuries_csv", "treasuries_history_csv", "treasuries_record"]

_DECIMALS = {"BTC": 8, "1": 6, "USD": 2, "USD/BTC": 2}
"""Decimals in CSV by unit; a share is a number from 0 to 1."""
HISTORY_KEYS = (
    "holder",
    "day",
    "btc",
    "how",
    "quality",
    "confidence",
    "series",
    "reporter",
    "source",
    "note",
    "file",
    "line",
)


def treasuries_csv(table: TreasuryTable, price: Price | None = None) -> str:
    """One row a holder, published sums last; empty where not known.

    Coins have eight decimals, shares six, money is in USD and cents. The price's day and USD stand
    in the last two columns. A text that a spreadsheet would take for a formula begins with an
    apostrophe.
    """
    keys = [*(column.key for column in COLUMNS), "price_usd", "price_as_of"]
    ends = (_text(price.usd, "USD/BTC"), _text(price.day)) if price else ("", "")
    rows = [
        [*(_text(column.value(row, price), column.unit) for column in COLUMNS), *ends]
        for row in (*table.rows, *table.aggregates)
    ]
    return _csv(keys, rows)


def treasuries_history_csv(table: TreasuryTable) -> str:
    """Every report of every holder, oldest first."""
    rows = [
        [
            _text(coins(report.sats), "BTC") if key == "btc" else _text(_of_report(report, key))
            for key in HISTORY_KEYS
        ]
        for row in (*table.rows, *table.aggregates)
        for report in row.history
    ]
    return _csv(HISTORY_KEYS, rows)


def treasuries_record(table: TreasuryTable, price: Price | None = None) -> dict[str, Any]:
    """The table with units, meanings, sums, every report of each holder's history, and sources.

    Each figure has its value, unit, quality, how it is known, its day and the keys of its sources;
    one that is not known has the value null and the quality "unknown".
    """
    sources: dict[str, Source] = {one.key: one for one in list_sources()}
    holders = [_holder(row, price, sources) for row in table.rows]
    sums = [_holder(row, price, sources) for row in table.aggregates]
    return {
        "as_of": table.as_of.isoformat(),
        "price": price and _price(price, sources),
        "columns": [
            {"key": c.key, "unit": c.unit, "meaning": c.meaning, "title": c.title} for c in COLUMNS
        ],
        "holders": holders,
        "published_sums": sums,
        "totals": [_total(total) for total in table.totals],
        "sources": {key: _plain_source(source) for key, source in sources.items()},
    }


def _holder(row: Treasury, price: Price | None, sources: dict[str, Source]) -> dict[str, Any]:
    cells = {c.key: _plain(c.value(row, price)) for c in COLUMNS if not c.rests_on}
    figures = {c.key: _figure(row, c, price, sources) for c in COLUMNS if c.rests_on}
    verified = row.verified and {key: _plain(cell) for key, cell in asdict(row.verified).items()}
    shown = row.control.proofs if row.control else ()
    proofs = [asdict(one) | {"day": _plain(one.day)} for one in shown]
    return cells | {
        "reported_sats": row.sats,
        "figures": figures,
        "verified": verified,
        "proofs": proofs,
        "reports_of_the_day": [_report(report) for report in row.latest],
        "history": [_report(report) for report in row.history],
    }


def _figure(
    row: Treasury, column: Column, price: Price | None, sources: dict[str, Source]
) -> dict[str, Any]:
    found = provenance(row, column, price)
    if found is None:
        return {"value": None, "unit": column.unit, "quality": "unknown"}
    sources.update({one.key: one for one in found.sources})
    return {
        "value": _plain(_in_cents(column.value(row, price), column.unit)),
        "unit": column.unit,
        "quality": found.quality,
        "how": found.how,
        "as_of": _plain(found.as_of),
        "sources": [one.key for one in found.sources],
    }


def _in_cents(cell: Cell, unit: str) -> Cell:
    """Money in USD and cents: what lies below is an artefact of floating point."""
    if unit.startswith("USD") and isinstance(cell, Decimal | int | float):
        return round(float(cell), 2)
    return cell


def _price(price: Price, sources: dict[str, Source]) -> dict[str, Any]:
    sources[price.source.key] = price.source
    return {
        "value": price.usd,
        "unit": "USD/BTC",
        "quality": "reported",
        "how": "close of the day",
        "as_of": price.day.isoformat(),
        "sources": [price.source.key],
    }


def _report(report: HoldingReport) -> dict[str, Any]:
    cells = {key: _plain(_of_report(report, key)) for key in HISTORY_KEYS if key != "btc"}
    return cells | {"btc": _plain(coins(report.sats)), "sats": report.sats}


def _of_report(report: HoldingReport, key: str) -> Cell:
    if key == "source":
        return report.source.address or report.source.note
    cell: Cell = getattr(report, key)
    return cell


def _total(total: KindTotal) -> dict[str, Any]:
    return {
        "kind": total.kind,
        "holders": total.holders,
        "btc": _plain(coins(total.sats)),
        "low_confidence_btc": _plain(coins(total.low_sats)),
        "verified_btc": _plain(coins(total.verified_sats)),
        "verified_holders": total.verified_holders,
        "oldest_report": total.oldest.isoformat(),
        "newest_report": total.newest.isoformat(),
    }


def _plain_source(source: Source) -> dict[str, Any]:
    return {key: _plain(cell) for key, cell in asdict(source).items() if cell and key != "key"}


def _plain(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _csv(keys: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows(rows)
    return out.getvalue()


def _text(cell: Cell, unit: str = "") -> str:
    if cell is None:
        return ""
    if unit in _DECIMALS and isinstance(cell, Decimal | int | float):
        return f"{cell:.{_DECIMALS[unit]}f}"
    return unformulated(cell) if isinstance(cell, str) else str(cell)
