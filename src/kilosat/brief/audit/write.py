"""Writes the report of an audit: page, JSON, workbook, tables, and files for other programs."""

from collections.abc import Callable
from pathlib import Path

from kilosat.brief.audit.beancount import beancount_journal
from kilosat.brief.audit.columns import columns_of
from kilosat.brief.audit.contents import Contents, contents_of
from kilosat.brief.audit.delimited import delimited
from kilosat.brief.audit.page import audit_page
from kilosat.brief.audit.record import audit_json
from kilosat.brief.audit.rotki import rotki_events
from kilosat.brief.audit.workbook import write_audit_workbook
from kilosat.chain.inspection import Inspection
from kilosat.chain.register import Register

__all__ = ["write_audit"]


def write_audit(done: Inspection, register: Register, out: Path, version: str) -> list[Path]:
    """Write all files of the report into ``out``; return their paths, the page first.

    Raises:
        OSError: the folder cannot be written to.
    """
    contents = contents_of(done, register, version)
    out.mkdir(parents=True, exist_ok=True)
    paths = [_written(out / name, make(contents)) for name, make in _FILES.items()]
    workbook = out / "audit.xlsx"
    write_audit_workbook(contents, workbook)
    return [*paths[:2], workbook, *paths[2:]]


def _written(path: Path, text: str) -> Path:
    # Half a character, as JSON files may hold one, has no bytes: it is written as an escape.
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    return path


def _table(key: str) -> Callable[[Contents], str]:
    """The file of a long table: its name is that of the columns and of the audit's own list."""

    def make(contents: Contents) -> str:
        columns = columns_of(contents.audit, contents.register)
        return delimited(getattr(columns, key), getattr(contents.audit, key))

    return make


_FILES: dict[str, Callable[[Contents], str]] = {
    "audit.html": audit_page,
    "audit.json": audit_json,
    "flows.csv": _table("flows"),
    "coins.csv": _table("coins"),
    "days.csv": _table("days"),
    "announcements.csv": _table("announcements"),
    "journal.beancount": lambda contents: beancount_journal(contents.audit, contents.register),
    "rotki.csv": lambda contents: rotki_events(contents.audit),
}
"""The page comes first: it decides which figures are printed, and so are in the JSON."""
