"""Writing the workbook: holders, sums, price, what was verified, reports, sources, columns."""

from pathlib import Path

from kilosat.brief.treasuries.price import Price
from kilosat.brief.treasuries.workbook.holders import write_holders
from kilosat.brief.treasuries.workbook.sources import write_columns, write_reports, write_sources
from kilosat.brief.treasuries.workbook.sums import write_price, write_sums
from kilosat.brief.treasuries.workbook.verified import write_verified
from kilosat.brief.workbook.book import Book
from kilosat.chain.treasuries import TreasuryTable

__all__ = ["write_treasuries_workbook"]


def write_treasuries_workbook(table: TreasuryTable, path: Path, price: Price | None = None) -> None:
    """Write the workbook.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("wb"):
        pass  # the writer wraps this error in one of its own, so it is met here
    with Book(path, f"Bitcoin treasuries, reports to {table.as_of}") as book:
        first, last = write_holders(book, table, price)
        write_sums(book, table, first, last)
        write_price(book, price)
        write_verified(book, table)
        write_reports(book, table)
        write_sources(book, table, price)
        write_columns(book)
