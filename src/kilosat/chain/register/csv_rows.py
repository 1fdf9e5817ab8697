"""Rows of a CSV file beside a register; all that is wrong with them is found at once."""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from kilosat.chain.register.amounts import sats_of_text
from kilosat.chain.register.companions import (
    Cell,
    Companion,
    read_companion,
    report_secrets_of_cells,
)
from kilosat.definitions.findings import Report, did_you_mean, nearest

__all__ = ["Columns", "Row", "read_rows"]

_AMOUNTS = ("btc", "sats")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONEY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?")
_SHOWN = 40


@dataclass(frozen=True)
class Columns:
    """Names of columns: which must be there, which may; and ``btc`` or ``sats``, one of the two."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that are known."""
        return (*self.needed, *_AMOUNTS, *self.optional)


@dataclass(frozen=True)
class Row:
    """One row: each reader of a cell reports what is wrong, and then gives nothing."""

    label: str
    line: int
    cells: dict[str, str]
    report: Report

    def text(self, column: str) -> str:
        """The cell, empty where there is none."""
        return self.cells.get(column, "")

    def error(self, column: str, message: str, remedy: str) -> None:
        """Report what is wrong with a cell."""
        self.report.cell(self.label, self.line, column, message, message, remedy)

    def day(self) -> date | None:
        """The day in ``date``."""
        try:
            if not _DAY.fullmatch(self.text("date")):
                raise ValueError
            return date.fromisoformat(self.text("date"))
        except ValueError:
            self.error("date", "here must stand a day of the calendar", "write it as 2025-01-31")
            return None

    def sats(self) -> int | None:
        """The amount, in satoshis."""
        column = "btc" if "btc" in self.cells else "sats"
        sats, problem = sats_of_text(self.text(column), column)
        if problem:
            self.error(column, *problem)
        return sats

    def usd(self) -> float | None:
        """Money in USD, or nothing where the cell is empty."""
        text = self.text("usd")
        if not text:
            return None
        if not _MONEY.fullmatch(text):
            remedy = "write USD with a point for decimals and without thousands, as 1250000.50"
            self.error("usd", "here must stand an amount of at least zero", remedy)
            return None
        return float(Decimal(text))

    def one_of(self, column: str, known: Collection[str], what: str) -> str:
        """A word of a list; empty where it is none of them."""
        text = self.text(column)
        if text in known:
            return text
        self.error(column, f"'{text[:_SHOWN]}' is no {what}", did_you_mean(text, known))
        return ""


def read_rows(path: Path, columns: Columns, report: Report) -> list[Row]:
    """The rows of a file; none where it cannot be used at all or holds a secret."""
    file = read_companion(path, report)
    lines = _lines(file, report) if file else []
    if file is None or not lines:
        return []
    header = [cell.strip() for cell in lines[0][1]]
    if report_secrets_of_cells(file.label, _cells(lines, header, columns), report):
        return []
    if not _header_fits(file.label, header, columns, report):
        return []
    rows = []
    for line, cells in lines[1:]:
        if len(cells) == len(header):
            texts = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            rows.append(Row(file.label, line, texts, report))
        else:
            message = f"the row has {len(cells)} cells where the header has {len(header)}"
            report.error(file.label, line, message, "put texts with commas in double quotes")
    if not lines[1:]:
        report.error(file.label, lines[0][0], "the table has no rows", "add one below the header")
    return rows


def _lines(file: Companion, report: Report) -> list[tuple[int, list[str]]]:
    """All rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(file.text, newline=""), strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        report.error(file.label, line, "this is not CSV", "check the quotes of this row")
        return []
    if not rows:
        report.error(file.label, 0, "the table is empty", "begin it with the names of its columns")
    return rows


def _cells(
    lines: Sequence[tuple[int, list[str]]], header: Sequence[str], columns: Columns
) -> list[Cell]:
    found = [Cell(text, lines[0][0], ("header",)) for text in header if text not in columns.names]
    for line, cells in lines[1:]:
        # In a row of another width a transaction may stand anywhere; it is refused all the same.
        shifted = len(cells) != len(header)
        for place, text in enumerate(cells):
            name = header[place] if place < len(header) else ""
            found.append(
                Cell(
                    text.strip(),
                    line,
                    (f"row {line}", f"column {place}"),
                    hex_is_public=shifted or name in columns.transactions,
                    is_choice=name in columns.choices,
                )
            )
    return found


def _header_fits(label: str, header: Sequence[str], columns: Columns, report: Report) -> bool:
    if len(header) == 1 and re.search("[;\t]", header[0]):
        report.error(label, 1, "columns are not separated by commas", "save it as CSV with commas")
        return False
    unknown = [name for name in header if name not in columns.names]
    for name in unknown:
        remedy = did_you_mean(name, columns.names)
        report.error(label, 1, f"'{name[:_SHOWN]}' is not a column of this table", remedy)
    for name in sorted({name for name in header if header.count(name) > 1}):
        report.error(label, 1, f"column '{name[:_SHOWN]}' is there twice", "keep one of them")
    meant = {nearest(name, columns.names) for name in unknown}
    missing = [n for n in columns.needed if n not in header and n not in meant]
    for name in missing:
        report.error(label, 1, f"column '{name}' is missing", "add it, as the documentation says")
    amounts = [name for name in _AMOUNTS if name in header]
    if len(amounts) != 1:
        message = "the amounts have no unit" if not amounts else "the amounts have two units"
        report.error(label, 1, message, "name one column btc (coins) or sats (satoshis)")
    return not unknown and not missing and len(amounts) == 1 and len(set(header)) == len(header)
