"""Numbers in cells with decimals that suit their size."""

from typing import Any

from kilosat.brief.comparison.fine import fine_places
from kilosat.brief.numbers import as_number
from kilosat.brief.workbook.book import Sheet

__all__ = ["write_fine", "write_formula"]


def write_fine(sheet: Sheet, column: int, value: Any, unit: str) -> None:
    """A number with the decimals of the page; a text as it is."""
    number = as_number(value)
    if number is None or unit == "1":
        sheet.write(column, value, unit)
        return
    sheet.page.write_number(sheet.row, column, number, _style(sheet, number, unit))


def write_formula(sheet: Sheet, column: int, formula: str, value: float, unit: str) -> None:
    """A formula with the value that it had in the comparison."""
    style = _style(sheet, value, unit)
    sheet.page.write_formula(sheet.row, column, formula, style, value)


def _style(sheet: Sheet, number: float, unit: str) -> Any:
    places = fine_places(number, unit)
    return sheet.book.style("#,##0" + ("." + "0" * places if places else ""))
