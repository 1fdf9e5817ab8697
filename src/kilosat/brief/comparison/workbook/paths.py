"""The sheet Paths by year: quantiles of price, hashrate, hashprice and reserve."""

from kilosat.brief.comparison.contents import Comparison
from kilosat.brief.comparison.workbook.numbers import write_fine
from kilosat.brief.workbook.book import Book, Sheet
from kilosat.walks.quantiles import NAMES

__all__ = ["paths_sheet"]

_OF_MINES = (
    ("hashrate_by_year_ahead", "World's hashrate"),
    ("hashprice_by_year_ahead", "Hashprice"),
)
_OF_RESERVES = (
    ("reserve_value_by_year", "Value of the reserve"),
    ("reserve_gain_by_year", "Gain of the reserve"),
)
_ALL = "all"


def paths_sheet(book: Book, comparison: Comparison) -> None:
    """One row a year, for each plan that has what is looked at."""
    heads = [("What", 26.0), ("Plan", 24.0), ("Years ahead", 10.0), ("Unit", 16.0)]
    heads += [(level, 16.0) for level in NAMES]
    sheet = book.sheet("Paths by year", heads, "Quantiles over paths at the end of each year")
    _table(sheet, comparison, comparison.graph.common("price_by_year"), "Price", _ALL)
    for column in comparison.columns:
        if column.graph is None:
            continue
        asked = (_OF_MINES if column.has_mine else ()) + (
            _OF_RESERVES if column.has_reserve else ()
        )
        for figure, title in asked:
            name = comparison.graph.of(column.key, figure)
            _table(sheet, comparison, name, title, column.plan.name)


def _table(sheet: Sheet, comparison: Comparison, name: str, title: str, plan: str) -> None:
    unit = comparison.graph.unit(name)
    for year, row in comparison.graph.value(name).iterrows():
        sheet.write(0, title)
        sheet.write(1, plan)
        sheet.write(2, int(year))
        sheet.write(3, unit)
        for number, level in enumerate(NAMES):
            write_fine(sheet, 4 + number, float(row[level]), unit)
        sheet.end_row()
