"""The sheet of what was verified: how many coins, where they were counted, and what that leaves."""

from collections.abc import Iterator

from kilosat.brief.treasuries.chain_columns import proof_words
from kilosat.brief.treasuries.column import Cell
from kilosat.brief.treasuries.price import coins
from kilosat.brief.treasuries.workbook.cells import put
from kilosat.brief.workbook.book import Book
from kilosat.chain.treasuries import Treasury, TreasuryTable

__all__ = ["write_verified"]

_HEADS = (
    ("Holder", 30.0),
    ("Verified, BTC", 18.0),
    ("After block", 12.0),
    ("Of", 12.0),
    ("Counted in", 12.0),
    ("File", 26.0),
    ("Register", 18.0),
    ("Perimeter", 34.0),
    ("Scripts", 10.0),
    ("Whose, by", 14.0),
    ("Addresses not all known of", 40.0),
    ("What else it leaves open", 50.0),
    ("Control shown, BTC", 18.0),
    ("Signatures of control", 60.0),
)


def write_verified(book: Book, table: TreasuryTable) -> None:
    """One row a holder that was looked at on the chain."""
    sheet = book.sheet("Verified", _HEADS, "What kilosat counted on the chain for this table")
    for row in table.rows:
        for column, (cell, unit) in enumerate(_cells(row)):
            put(sheet, column, cell, unit)
        if row.verified is not None:
            sheet.end_row()
    if not any(row.verified for row in table.rows):
        put(sheet, 0, "unknown: nothing was counted on the chain")
        sheet.end_row()


def _cells(row: Treasury) -> Iterator[tuple[Cell, str]]:
    found = row.verified
    if found is None:
        return
    yield row.holder, ""
    yield coins(found.sats), "BTC"
    yield found.height, ""
    yield found.day, ""
    yield found.counted_by, ""
    yield found.file, ""
    yield found.register, ""
    yield found.perimeter, ""
    yield found.scripts, ""
    yield found.attribution, ""
    yield ", ".join(found.unseen), ""
    yield "; ".join(found.limits), ""
    if row.control is not None:
        yield coins(row.control.sats), "BTC"
        yield "; ".join(map(proof_words, row.control.proofs)), ""
