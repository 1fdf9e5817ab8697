"""Tables as CSV: flows, coins, days and announcements, all rows, amounts in satoshis and BTC."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from kilosat.brief.audit.columns import Cell, Column
from kilosat.brief.audit.texts import one_line
from kilosat.brief.formulas import unformulated
from kilosat.quantities import SATS_PER_BTC

__all__ = ["btc_text", "delimited", "moment_text"]

T = TypeVar("T")


def delimited(columns: Sequence[Column[T]], items: Iterable[T]) -> str:
    """A row for each item, numbered from 1 on; behind each amount in satoshis the same in BTC.

    Times are UTC. A text of users that a spreadsheet would take for a formula begins with an
    apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", *(name for column in columns for name in _names(column))])
    for number, item in enumerate(items, start=1):
        cells = [text for column in columns for text in _cells(column, column.value(item))]
        writer.writerow([number, *cells])
    return out.getvalue()


def btc_text(sats: int) -> str:
    """An amount in BTC with all eight decimals.

    >>> btc_text(123_456_789), btc_text(-5)
    ('1.23456789', '-0.00000005')
    """
    whole, part = divmod(abs(sats), SATS_PER_BTC)
    return f"{'-' if sats < 0 else ''}{whole}.{part:08d}"


def moment_text(moment: date | datetime) -> str:
    """A day or a moment as ISO 8601 writes it."""
    if isinstance(moment, datetime):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.isoformat()


def _names(column: Column[T]) -> tuple[str, ...]:
    if column.unit != "sat":
        return (column.key,)
    return (column.key, f"{column.key.removesuffix('sats')}btc")


def _cells(column: Column[T], cell: Cell) -> tuple[str, ...]:
    if column.unit == "sat":
        return ("", "") if cell is None else (str(cell), btc_text(int(str(cell))))
    if cell is None:
        return ("",)
    if isinstance(cell, date):
        return (moment_text(cell),)
    if isinstance(cell, bool):
        return ("yes" if cell else "no",)
    text = one_line(cell)
    return (unformulated(text) if column.from_users else text,)
