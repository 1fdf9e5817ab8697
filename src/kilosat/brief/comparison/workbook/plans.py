"""The sheet Comparison: measures down, plans across, units in a column of their own."""

import re

from kilosat.brief.comparison.cells import ABSENT, REFUSED, Line
from kilosat.brief.comparison.columns import Column
from kilosat.brief.comparison.contents import Comparison
from kilosat.brief.comparison.levels import HIGH, LOW, MIDDLE
from kilosat.brief.comparison.workbook.numbers import write_fine, write_formula
from kilosat.brief.numbers import as_number, unit_words
from kilosat.brief.workbook.book import Book, Sheet

__all__ = ["comparison_sheet"]

_LEVELS = (MIDDLE, LOW, HIGH)
_FIRST = 3
_COUNTRY = {
    "gdp": "GDP of a year",
    "government_spending": "Public spending of a year",
    "exchange_rate": "Exchange rate, held (assumed)",
    "largest_state_sale": "Largest sale of coins by a state so far",
}
_FORMULAS = {
    "outlay-local": "{outlay}*{exchange_rate}/1000",
    "outlay-share": "100*{outlay}/({gdp}*1000)",
    "result-local": "{result}*{exchange_rate}/1000",
    "result-share": "100*{result}/({gdp}*1000)",
    "shortfall-share": "100*{shortfall}/({gdp}*1000)",
    "value-local": "{value}*{exchange_rate}/1000",
    "sale-share": "100*{coins}/{largest_state_sale}",
}
"""Rows that a cell can calculate from others of its column and level (m USD, bn USD, BTC)."""


def comparison_sheet(book: Book, comparison: Comparison) -> None:
    """The table of the page, each level a row."""
    heads = [("Measure", 84.0), ("Level", 10.0), ("Unit", 14.0)]
    heads += [(column.plan.name, 24.0) for column in comparison.columns]
    note = "Quantiles over simulated paths, row by row; amounts of the country first"
    sheet = book.sheet("Comparison", heads, note)
    sheet.page.freeze_panes(2, _FIRST)
    places: dict[tuple[str, str, str], str] = {}
    for name, title in _COUNTRY.items():
        _country_row(sheet, comparison, name, title, places)
    for section in comparison.sections:
        sheet.page.write_string(sheet.row, 0, section.group.title, book.style("head"))
        sheet.end_row()
        for line in section.lines:
            _rows(sheet, comparison, line, places)


def _country_row(
    sheet: Sheet,
    comparison: Comparison,
    name: str,
    title: str,
    places: dict[tuple[str, str, str], str],
) -> None:
    graph = comparison.graph
    sheet.write(0, title)
    sheet.write(2, graph.unit(graph.common(name)))
    for number, column in enumerate(comparison.columns):
        own = graph.of(column.key, name)
        if column.graph is not None and name in column.graph:
            write_fine(sheet, _FIRST + number, graph.value(own), graph.unit(own))
            places[name, "", column.key] = sheet.cell(_FIRST + number)
    sheet.end_row()


def _rows(
    sheet: Sheet,
    comparison: Comparison,
    line: Line,
    places: dict[tuple[str, str, str], str],
) -> None:
    """A measure: a row for each level, or one."""
    label = comparison.writer.plain(line.full)
    single = len(line.measure.names()) == 1
    for position, level in enumerate(("",) if single else _LEVELS):
        sheet.write(0, label)
        sheet.write(1, level)
        sheet.write(2, line.unit)
        for number, (column, slot) in enumerate(zip(comparison.columns, line.slots, strict=True)):
            at = _FIRST + number
            if slot.figures:
                _number(sheet, comparison, line, slot.figures[position], at, column, level, places)
            else:
                _word(sheet, at, REFUSED if slot.kind == "refused" else ABSENT)
        sheet.end_row()


def _number(
    sheet: Sheet,
    comparison: Comparison,
    line: Line,
    name: str,
    at: int,
    column: Column,
    level: str,
    places: dict[tuple[str, str, str], str],
) -> None:
    graph, key = comparison.graph, line.measure.key
    value, unit = graph.value(name), graph.unit(name)
    places[key, level, column.key] = sheet.cell(at)
    number = as_number(value)
    if number is None:
        _word(sheet, at, line.measure.never or "none")
    elif key in _FORMULAS:

        def cell(match: re.Match[str]) -> str:
            own = match.group(1)
            return places.get((own, level, column.key)) or places[own, "", column.key]

        formula = "=" + re.sub(r"\{([\w-]+)\}", cell, _FORMULAS[key])
        write_formula(sheet, at, formula, number, unit_words(unit))
    else:
        write_fine(sheet, at, value, unit)


def _word(sheet: Sheet, at: int, word: str) -> None:
    """A word where others have a number, set to the right like them."""
    sheet.page.write_string(sheet.row, at, word, sheet.book.style("absent"))
