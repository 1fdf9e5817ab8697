"""Rows of a sheet: amounts in satoshis, and behind each the same in BTC as a formula."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kilosat.brief.audit.columns import Cell, Column
from kilosat.brief.audit.texts import clean
from kilosat.brief.workbook.book import Book, Sheet
from kilosat.quantities import SATS_PER_BTC

__all__ = [
    "FIRST_ROW",
    "last_row",
    "letter_of",
    "table_sheet",
    "write_btc",
    "write_cell",
    "write_sats",
]

T = TypeVar("T")
MOST_ROWS = 1_000_000
"""A sheet ends at 1,048,576 rows."""
_MOST_TEXT = 1_000
_SATS, _BTC, _USD = "#,##0", "#,##0.00000000", "#,##0.00"
_BTC_WIDTH = 20.0
FIRST_ROW = 3
"""Row of the first item, as formulas count: behind a note and the heads."""


def table_sheet(
    book: Book, name: str, note: str, columns: Sequence[Column[T]], items: Iterable[T]
) -> Sheet:
    """A sheet with a row for each item, its heads frozen; amounts take two columns."""
    heads = [head for column in columns for head in _heads(column)]
    sheet = book.sheet(name, heads, note)
    for number, item in enumerate(items):
        if number == MOST_ROWS:
            sheet.write(0, "more rows than a sheet holds: the others are in the CSV file")
            sheet.row += 1
            break
        place = 0
        for column in columns:
            place += write_cell(sheet, place, column.unit, column.value(item))
        sheet.row += 1
    sheet.page.autofilter(1, 0, max(1, sheet.row - 1), len(heads) - 1)
    return sheet


def last_row(items: Sequence[object]) -> int:
    """Row of the last item, as formulas count; that of the first where there is none."""
    return FIRST_ROW - 1 + min(MOST_ROWS, max(1, len(items)))


def letter_of(columns: Sequence[Column[T]], key: str, *, btc: bool = False) -> str:
    """The letter of the column of ``key``, or of its amount in BTC."""
    place = 0
    for column in columns:
        if column.key == key:
            return str(xl_col_to_name(place + btc))
        place += len(_heads(column))
    raise KeyError(key)


def write_cell(sheet: Sheet, place: int, unit: str, cell: Cell) -> int:
    """One value; how many columns it took."""
    if unit == "sat":
        if cell is not None:
            write_sats(sheet, place, int(str(cell)))
        return 2
    page, row, style = sheet.page, sheet.row, sheet.book.style
    if isinstance(cell, bool):
        page.write_string(row, place, "yes" if cell else "no")
    elif isinstance(cell, datetime):
        page.write_datetime(row, place, cell.replace(tzinfo=None), style("yyyy-mm-dd hh:mm:ss"))
    elif isinstance(cell, date):
        page.write_datetime(
            row, place, datetime(cell.year, cell.month, cell.day), style("yyyy-mm-dd")
        )
    elif isinstance(cell, int | float):
        page.write_number(row, place, cell, style(_USD if unit == "USD" else _SATS))
    elif cell:
        # Never as a formula, whatever it begins with.
        page.write_string(row, place, clean(cell, _MOST_TEXT))
    return 1


def write_sats(sheet: Sheet, place: int, sats: int) -> None:
    """An amount in satoshis, and behind it the same in BTC by formula."""
    sheet.page.write_number(sheet.row, place, sats, sheet.book.style(_SATS))
    write_btc(sheet, place + 1, sheet.row, place, sats)


def write_btc(sheet: Sheet, place: int, row: int, column: int, sats: int) -> None:
    """The BTC of the satoshis that stand in another cell (row and column from 0 on)."""
    formula = f"={xl_rowcol_to_cell(row, column)}/{SATS_PER_BTC}"
    style = sheet.book.style(_BTC)
    sheet.page.write_formula(sheet.row, place, formula, style, sats / SATS_PER_BTC)


def _heads(column: Column[T]) -> list[tuple[str, float]]:
    if column.unit != "sat":
        return [(column.head, column.width)]
    return [(column.head, column.width), (f"{column.title}, BTC", _BTC_WIDTH)]
