"""The sheet of holders: every column of the table, worth and shares as live formulas."""

from xlsxwriter.utility import xl_col_to_name

from kilosat.brief.treasuries.column import Column
from kilosat.brief.treasuries.columns import COLUMNS
from kilosat.brief.treasuries.price import Price
from kilosat.brief.treasuries.workbook.cells import put, put_formula, put_unknown
from kilosat.brief.workbook.book import Book, Sheet
from kilosat.chain.treasuries import Treasury, TreasuryTable

__all__ = ["PRICE_SHEET", "column_letter", "write_holders"]

PRICE_SHEET = "Price"
_PRICE_CELL = f"{PRICE_SHEET}!$A$3"
_NAMED_COLUMNS = 2
_PAGES_WIDE = 4
_FORMULAS = {
    "share_of_21_million": "={reported_btc}/21000000",
    "value_usd": f"={{reported_btc}}*{_PRICE_CELL}",
    "gain_usd": f"=MIN({{cost_covers_btc}},{{reported_btc}})*({_PRICE_CELL}-{{cost_average_usd}})",
    "verified_share": "={verified_btc}/{reported_btc}",
    "change_btc": "={reported_btc}-{previous_btc}",
}


def column_letter(key: str) -> str:
    """The letter of a column of the sheet."""
    place = next(n for n, column in enumerate(COLUMNS) if column.key == key)
    return str(xl_col_to_name(place))


def write_holders(book: Book, table: TreasuryTable, price: Price | None) -> tuple[int, int]:
    """Write the sheet; the rows of single holders, as a spreadsheet numbers them."""
    heads = [(_title(column), column.width) for column in COLUMNS]
    note = f"Reports to {table.as_of}; sums that others published come last and have no rank"
    sheet = book.sheet("Holders", heads, note)
    sheet.page.freeze_panes(2, _NAMED_COLUMNS)
    sheet.page.repeat_columns(0, _NAMED_COLUMNS - 1)
    sheet.page.fit_to_pages(_PAGES_WIDE, 0)
    first = sheet.row + 1
    for row in table.rows:
        _row(sheet, row, price)
    last = sheet.row
    for row in table.aggregates:
        _row(sheet, row, price)
    sheet.page.autofilter(1, 0, sheet.row - 1, len(COLUMNS) - 1)
    return first, last


def _title(column: Column) -> str:
    if column.unit in ("", "1"):
        return column.title
    return f"{column.title}, {column.unit}"


def _row(sheet: Sheet, row: Treasury, price: Price | None) -> None:
    cells = {column.key: f"{column_letter(column.key)}{sheet.row + 1}" for column in COLUMNS}
    for place, column in enumerate(COLUMNS):
        cell = column.value(row, price)
        if cell is None and column.rests_on == ("chain",):
            put_unknown(sheet, place)
        elif cell is not None and column.key in _FORMULAS:
            formula = _FORMULAS[column.key].format(**cells)
            put_formula(sheet, place, formula, cell, column.unit)
        else:
            put(sheet, place, cell, column.unit)
    sheet.end_row()
