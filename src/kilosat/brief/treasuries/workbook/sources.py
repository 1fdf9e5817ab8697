"""The sheets behind the figures: every report, every source, and what each column means."""

from kilosat.brief.treasuries.columns import COLUMNS
from kilosat.brief.treasuries.grounds import provenance
from kilosat.brief.treasuries.price import Price, coins
from kilosat.brief.treasuries.workbook.cells import put
from kilosat.brief.workbook.book import Book
from kilosat.chain.treasuries import TreasuryTable, list_sources
from kilosat.provenance import Source

__all__ = ["write_columns", "write_reports", "write_sources"]

_REPORT_HEADS = (
    ("Holder", 30.0),
    ("Day", 12.0),
    ("Reported, BTC", 16.0),
    ("How known", 12.0),
    ("Quality", 10.0),
    ("Confidence", 11.0),
    ("Way of counting", 22.0),
    ("Stated in", 60.0),
    ("Source", 90.0),
    ("File and line", 36.0),
)
_SOURCE_HEADS = (
    ("Key", 36.0),
    ("Used for", 30.0),
    ("Publisher", 40.0),
    ("Document", 60.0),
    ("As of", 12.0),
    ("Licence", 28.0),
    ("Address", 90.0),
    ("Note", 60.0),
)


def write_reports(book: Book, table: TreasuryTable) -> None:
    """The history of every holder, oldest first."""
    note = "Every report, also those that later ones replaced"
    sheet = book.sheet("Reports", _REPORT_HEADS, note)
    for row in (*table.rows, *table.aggregates):
        for report in row.history:
            put(sheet, 0, report.holder)
            put(sheet, 1, report.day)
            put(sheet, 2, coins(report.sats), "BTC")
            put(sheet, 3, report.how)
            put(sheet, 4, report.quality)
            put(sheet, 5, report.confidence)
            put(sheet, 6, report.series)
            put(sheet, 7, report.reporter)
            put(sheet, 8, report.source.address or report.source.note)
            put(sheet, 9, f"{report.file}:{report.line}")
            sheet.end_row()
    sheet.page.autofilter(1, 0, sheet.row - 1, len(_REPORT_HEADS) - 1)


def write_sources(book: Book, table: TreasuryTable, price: Price | None) -> None:
    """What the figures of the sheet of holders rest on."""
    note = "The lists first, then what each holder's figures rest on"
    sheet = book.sheet("Sources", _SOURCE_HEADS, note)
    for source, used_for in _used(table, price).values():
        put(sheet, 0, source.key)
        put(sheet, 1, ", ".join(used_for))
        put(sheet, 2, source.publisher)
        put(sheet, 3, source.document)
        put(sheet, 4, source.as_of)
        put(sheet, 5, source.licence)
        put(sheet, 6, source.address)
        put(sheet, 7, source.note)
        sheet.end_row()


def _used(table: TreasuryTable, price: Price | None) -> dict[str, tuple[Source, dict[str, None]]]:
    """Every source by its key, and the holders whose figures rest on it."""
    found: dict[str, tuple[Source, dict[str, None]]] = {
        one.key: (one, {"a list of reports": None}) for one in list_sources()
    }
    if price is not None:
        found[price.source.key] = price.source, {"worth and gain": None}
    for row in (*table.rows, *table.aggregates):
        for column in COLUMNS:
            rests = provenance(row, column, price)
            for source in rests.sources if rests else ():
                if price is None or source != price.source:
                    found.setdefault(source.key, (source, {}))[1].setdefault(row.holder)
    return found


def write_columns(book: Book) -> None:
    """What the columns of the sheet of holders mean."""
    heads = [("Column", 24.0), ("Key", 24.0), ("Unit", 12.0), ("What it means", 90.0)]
    sheet = book.sheet("Columns", heads, "What the columns of the sheet Holders mean")
    for column in COLUMNS:
        put(sheet, 0, column.title)
        put(sheet, 1, column.key)
        put(sheet, 2, "share" if column.unit == "1" else column.unit)
        put(sheet, 3, column.meaning)
        sheet.end_row()
