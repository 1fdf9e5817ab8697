"""The sheet Chart: intervals of the public result, as a chart of the workbook itself."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

from kilosat.brief.comparison.contents import Comparison
from kilosat.brief.comparison.levels import HIGH, LOW, MIDDLE
from kilosat.brief.comparison.workbook.numbers import write_fine, write_formula
from kilosat.brief.workbook.book import Book, Sheet
from kilosat.walks.quantiles import NAMES

__all__ = ["chart_sheet"]

_SHEET = "Chart"
_INK, _PALE = "#14323F", "#2F7FA3"
_DOWN, _UP = 1 + len(NAMES), 2 + len(NAMES)


def chart_sheet(book: Book, comparison: Comparison) -> None:
    """Quantiles by plan, and their chart on a linear scale."""
    graph = comparison.graph
    unit = graph.unit(graph.of(graph.first, "public_result"))
    heads = [("Plan", 30.0), *((f"{level}, {unit}", 14.0) for level in NAMES)]
    heads += [("Median less low end", 14.0), ("High end less median", 14.0)]
    note = f"Public result, present value: long mark the median, line {LOW} to {HIGH}"
    sheet = book.sheet(_SHEET, heads, f"{note}, diamonds {NAMES[1]} and {NAMES[3]}")
    first = sheet.row
    ends = [0.0]
    for column in comparison.columns:
        if column.graph is not None:
            series = column.graph.value("public_result")
            _row(sheet, column.plan.name, series, unit)
            ends += [float(series[LOW]), float(series[HIGH])]
    chart = _chart(book, first, sheet.row - 1)
    # Error bars do not widen the axis by themselves.
    low, high = _axis(ends)
    axis = {"num_format": "#,##0", "min": low, "max": high or 1.0}
    grid = {"visible": True, "line": {"color": "#DDE3E8"}}
    chart.set_y_axis(axis | {"major_gridlines": grid})
    chart.set_title({"name": f"Public result, {unit}", "name_font": {"size": 12}})
    sheet.page.insert_chart(sheet.row + 1, 0, chart)


def _row(sheet: Sheet, plan: str, series: Any, unit: str) -> None:
    sheet.write(0, plan)
    for number, level in enumerate(NAMES, start=1):
        write_fine(sheet, number, float(series[level]), unit)
    low, middle, high = (sheet.cell(1 + NAMES.index(level)) for level in (LOW, MIDDLE, HIGH))
    below, above = float(series[MIDDLE] - series[LOW]), float(series[HIGH] - series[MIDDLE])
    write_formula(sheet, _DOWN, f"={middle}-{low}", below, unit)
    write_formula(sheet, _UP, f"={high}-{middle}", above, unit)
    sheet.end_row()


def _chart(book: Book, first: int, last: int) -> Any:
    """Marks with error bars, which every program can draw."""
    chart = book.chart("line")
    for level in (MIDDLE, NAMES[1], NAMES[3]):
        number = 1 + NAMES.index(level)
        middle = level == MIDDLE
        colour = _INK if middle else _PALE
        series: dict[str, Any] = {
            "name": level,
            "categories": [_SHEET, first, 0, last, 0],
            "values": [_SHEET, first, number, last, number],
            "line": {"none": True},
            "marker": {
                "type": "long_dash" if middle else "diamond",
                "size": 14 if middle else 7,
                "fill": {"color": colour},
                "border": {"color": colour},
            },
        }
        if middle:
            series["y_error_bars"] = {
                "type": "custom",
                "plus_values": _span(first, last, _UP),
                "minus_values": _span(first, last, _DOWN),
                "line": {"color": _PALE, "width": 2},
            }
        chart.add_series(series)
    chart.set_x_axis({"label_position": "low"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 420})
    return chart


def _axis(ends: Sequence[float]) -> tuple[float, float]:
    """Whole steps that hold all ends and zero.

    >>> _axis([-587.0, 7093.0])
    (-1000.0, 8000.0)
    """
    largest = max(abs(end) for end in ends)
    step = 10.0 ** floor(log10(largest)) if largest else 1.0
    return floor(min(*ends, 0.0) / step) * step, ceil(max(*ends, 0.0) / step) * step


def _span(first: int, last: int, column: int) -> str:
    letter = chr(ord("A") + column)
    return f"={_SHEET}!${letter}${first + 1}:${letter}${last + 1}"
