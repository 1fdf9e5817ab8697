"""Cells of the workbook: coins with their own decimals, true dates, text that is no formula."""

from datetime import date
from decimal import Decimal

from kilosat.brief.treasuries.column import Cell
from kilosat.brief.workbook.book import Sheet

__all__ = ["number_format", "put", "put_formula", "put_unknown"]

_GAP = "_)"
"""Keeps a number that stands right off the text in the next column."""
_DAY = f"yyyy-mm-dd{_GAP}"
_WHOLE = "#,##0"


def number_format(number: Decimal | int | float, unit: str) -> str:
    """How a number is shown: every satoshi and no noughts behind, shares in percent, whole USD.

    >>> number_format(Decimal("503.7"), "BTC"), number_format(Decimal(1000), "BTC")
    ('#,##0.0_)', '#,##0_)')
    """
    if unit == "BTC":
        _, _, decimals = f"{number:f}".partition(".")
        places = len(decimals.rstrip("0")) if isinstance(number, Decimal) else 0
        return _WHOLE + ("." + "0" * places if places else "") + _GAP
    return f"0.000%{_GAP}" if unit == "1" else _WHOLE + _GAP


def put(sheet: Sheet, column: int, cell: Cell, unit: str = "") -> None:
    """Write a cell of the current row; nothing where there is nothing to say."""
    page, style = sheet.page, sheet.book.style
    if isinstance(cell, Decimal | int | float):
        page.write_number(sheet.row, column, float(cell), style(number_format(cell, unit)))
    elif isinstance(cell, date):
        page.write_datetime(sheet.row, column, cell, style(_DAY))
    else:
        sheet.write(column, cell)


def put_formula(sheet: Sheet, column: int, formula: str, cell: Cell, unit: str) -> None:
    """Write a formula with the number that it had in the table."""
    if not isinstance(cell, Decimal | int | float):
        raise TypeError("a formula has a number")
    style = sheet.book.style(number_format(cell, unit))
    sheet.page.write_formula(sheet.row, column, formula, style, float(cell))


def put_unknown(sheet: Sheet, column: int) -> None:
    """Say that a number is not known, where an empty cell might be taken for nought."""
    sheet.page.write_string(sheet.row, column, "unknown", sheet.book.style("absent"))
