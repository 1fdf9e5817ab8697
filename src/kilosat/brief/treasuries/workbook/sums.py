"""The sheets of sums and of the price, both alive: their formulas read the sheet of holders."""

from decimal import Decimal

from kilosat.brief.treasuries.price import Price, coins
from kilosat.brief.treasuries.workbook.cells import put, put_formula, put_unknown
from kilosat.brief.treasuries.workbook.holders import PRICE_SHEET, column_letter
from kilosat.brief.workbook.book import Book, Sheet
from kilosat.chain.treasuries import KindTotal, TreasuryTable

__all__ = ["write_price", "write_sums"]

_HEADS = (
    ("Kind", 16.0),
    ("Holders", 10.0),
    ("Reported, BTC", 18.0),
    ("Of it of low confidence, BTC", 18.0),
    ("Verified on the chain, BTC", 18.0),
    ("Share verified", 12.0),
    ("Holders verified", 12.0),
    ("Oldest report", 14.0),
    ("Newest report", 14.0),
)


def write_sums(book: Book, table: TreasuryTable, first: int, last: int) -> None:
    """Sums by kind; ``first`` and ``last`` are the rows of single holders."""
    note = "Sums over single holders; reports are of different days, and the list is not complete"
    sheet = book.sheet("Sums", _HEADS, note)
    for total in table.totals:
        _sum(sheet, total, first, last)


def _sum(sheet: Sheet, total: KindTotal, first: int, last: int) -> None:
    put(sheet, 0, total.kind)
    put(sheet, 1, total.holders)
    reported = _sum_if(sheet, "reported_btc", first, last)
    put_formula(sheet, 2, reported, coins(total.sats) or Decimal(0), "BTC")
    put(sheet, 3, coins(total.low_sats), "BTC")
    if total.verified_sats is None:
        put_unknown(sheet, 4)
        put_unknown(sheet, 5)
    else:
        verified = _sum_if(sheet, "verified_btc", first, last)
        put_formula(sheet, 4, verified, coins(total.verified_sats) or Decimal(0), "BTC")
        if total.sats:
            share = total.verified_sats / total.sats
            put_formula(sheet, 5, f"=E{sheet.row + 1}/C{sheet.row + 1}", share, "1")
    put(sheet, 6, total.verified_holders)
    put(sheet, 7, total.oldest)
    put(sheet, 8, total.newest)
    sheet.end_row()


def _sum_if(sheet: Sheet, key: str, first: int, last: int) -> str:
    kinds, amounts = (
        f"Holders!${letter}${first}:${letter}${last}"
        for letter in (column_letter("kind"), column_letter(key))
    )
    return f"=SUMIF({kinds},{sheet.cell(0)},{amounts})"


def write_price(book: Book, price: Price | None) -> None:
    """The price in the one cell from which worth and gain are reckoned."""
    heads = [("Price, USD/BTC", 18.0), ("Close of", 12.0), ("Quality", 12.0), ("Source", 60.0)]
    note = "Change the price, and worth and gain on the sheet Holders follow"
    sheet = book.sheet(PRICE_SHEET, heads, note)
    if price is None:
        put(sheet, 3, "no price is known for this day")
    else:
        sheet.page.write_number(sheet.row, 0, price.usd, book.style("#,##0.00_)"))
        put(sheet, 1, price.day)
        put(sheet, 2, "reported")
        put(sheet, 3, price.source.citation())
    sheet.end_row()
