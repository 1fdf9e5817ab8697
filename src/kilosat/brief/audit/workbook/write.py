"""Writes the workbook of an audit, sheet by sheet."""

from pathlib import Path

from kilosat.brief.audit.book_columns import client_columns, control_columns, payment_columns
from kilosat.brief.audit.columns import columns_of
from kilosat.brief.audit.contents import Contents
from kilosat.brief.audit.texts import clean
from kilosat.brief.audit.workbook import sheets
from kilosat.brief.audit.workbook.rows import table_sheet
from kilosat.brief.workbook.basics import sources_sheet
from kilosat.brief.workbook.book import Book

__all__ = ["write_audit_workbook"]


def write_audit_workbook(contents: Contents, path: Path) -> None:
    """Write the workbook; call it after the page, which decides what is printed.

    Raises:
        OSError: the file cannot be written.
    """
    audit = contents.audit
    columns = columns_of(audit, contents.register)
    with Book(path, f"Audit: {clean(audit.scope.title)}") as book:
        sheets.verdict_sheet(book, contents)
        sheets.perimeters_sheet(book, audit)
        sheets.days_sheet(book, audit, columns)
        table_sheet(book, "Flows", "Parts of transactions", columns.flows, audit.flows)
        table_sheet(book, "Coins", "Unspent outputs at the end", columns.coins, audit.coins)
        table_sheet(book, "Addresses", "Scripts ever used", columns.addresses, audit.addresses)
        table_sheet(
            book,
            "Announcements",
            "What became of each",
            columns.announcements,
            audit.announcements,
        )
        table_sheet(
            book,
            "Payments",
            "The holder's own books, and what was found of each on the chain",
            payment_columns(audit, contents.register),
            audit.payments,
        )
        table_sheet(
            book,
            "Clients",
            "What is owed to clients: the latest statement of each holder at the end",
            client_columns(contents.register),
            audit.liabilities,
        )
        table_sheet(
            book,
            "Signatures",
            "Who showed that he can spend from which address",
            control_columns(contents.register),
            audit.controls,
        )
        sheets.limits_sheet(book, contents)
        sources_sheet(book, contents.catalogue)
