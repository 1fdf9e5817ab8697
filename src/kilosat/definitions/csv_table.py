"""Reading one CSV file against its columns: types, blanks, bounds, with the line of each row."""

import csv
import io
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from kilosat.definitions.findings import WHOLE_ROW, Report, did_you_mean, file_label, nearest
from kilosat.definitions.table_specs import Column, TableSpec
from kilosat.definitions.text_file import read_text

__all__ = ["CsvTable", "empty_frame", "read_csv"]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_HOUR = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)
_FLAGS = {"true": True, "false": False}
_SHOWN = 40

Problem = tuple[str, str, str]
"""Kind (like ones are counted), message, remedy."""


@dataclass(frozen=True)
class CsvTable:
    """A table as read: a wrong number is NaN, a wrong text empty, each reported already.

    ``lines`` holds the line of each row, ``columns`` those that the file really has.
    """

    label: str
    frame: pd.DataFrame
    lines: tuple[int, ...]
    columns: frozenset[str]

    def has(self, *columns: str) -> bool:
        """Whether the file has all these columns."""
        return self.columns.issuperset(columns)

    def where(self, mask: "pd.Series[bool]", **more: Any) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line and cells of the rows where ``mask`` holds, with ``more`` columns beside them."""
        chosen = self.frame.assign(**more)[mask]
        for place, cells in zip(chosen.index, chosen.to_dict("records"), strict=True):
            yield self.lines[int(place)], {str(name): cell for name, cell in cells.items()}


def read_csv(path: Path, spec: TableSpec, report: Report, *, open_ended: bool) -> CsvTable | None:
    """Read a file; ``open_ended`` lets further columns pass, where it is unknown which are due."""
    text = read_text(path, report)
    if text is None:
        return None
    label = file_label(path)
    rows = _rows(text, label, report)
    if not rows:
        return None
    header = [cell.strip() for cell in rows[0][1]]
    if not _header_is_usable(header, spec, label, open_ended, report):
        return None
    body = _full_rows(rows[1:], len(header), label, report)
    if not body:
        report.error(label, rows[0][0], "the table has no rows", "add a row below the header")
        return None
    lines = tuple(line for line, _ in body)
    columns = {}
    for column in spec.columns:
        if column.name in header:
            place = header.index(column.name)
            cells = [cells[place].strip() for _, cells in body]
            columns[column.name] = _read_column(column, cells, lines, label, report)
        elif column.may_be_absent:
            columns[column.name] = _series(column, [""] * len(body))
    table = CsvTable(label, pd.DataFrame(columns), lines, frozenset(columns))
    _report_repeats(table, spec, report)
    return table


def empty_frame(spec: TableSpec) -> pd.DataFrame:
    """The table without rows."""
    return pd.DataFrame({column.name: _series(column, []) for column in spec.columns})


def _rows(text: str, label: str, report: Report) -> list[tuple[int, list[str]]]:
    """All rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as problem:
        report.error(label, line, f"this is not CSV ({problem})", "check the quotes of this row")
        return []
    return rows


def _header_is_usable(
    header: list[str], spec: TableSpec, label: str, open_ended: bool, report: Report
) -> bool:
    if len(header) == 1 and len(re.split(r"[;\t]", header[0])) > 1:
        report.error(label, 1, "columns are not separated by commas", "save it as CSV with commas")
        return False
    unknown = [] if open_ended else [name for name in header if name not in spec.names]
    meant = {nearest(name, spec.names) for name in unknown}
    for name in unknown:
        remedy = did_you_mean(name, spec.names)
        report.error(label, 1, f"column '{name[:_SHOWN]}' is not a column of this table", remedy)
    for name in sorted({name for name in header if header.count(name) > 1}):
        report.error(label, 1, f"column '{name[:_SHOWN]}' is there twice", "keep one of them")
    for column in spec.columns:
        if column.name not in header and not column.may_be_absent and column.name not in meant:
            remedy = f"add it: {column.meaning}"
            report.error(label, 1, f"column '{column.name}' is missing", remedy)
    return any(name in spec.names for name in header)


def _full_rows(
    rows: list[tuple[int, list[str]]], width: int, label: str, report: Report
) -> list[tuple[int, list[str]]]:
    """Rows with as many cells as the header; others are reported and left out."""
    for line, cells in rows:
        if len(cells) != width:
            message = f"the row has {len(cells)} cells, the header {width}"
            remedy = "put a text with commas in double quotes"
            report.cell(label, line, WHOLE_ROW, "width", message, remedy)
    return [(line, cells) for line, cells in rows if len(cells) == width]


def _read_column(
    column: Column, cells: list[str], lines: tuple[int, ...], label: str, report: Report
) -> "pd.Series[Any]":
    read = _READERS[column.kind]
    values = []
    for line, cell in zip(lines, cells, strict=True):
        if cell or column.may_be_blank:
            value, problem = read(column, cell) if cell else (None, None)
        else:
            value, problem = None, ("blank", "the cell is blank", f"write {_expected(column)}")
        if problem:
            report.cell(label, line, column.name, *problem)
        values.append(value)
    return _series(column, values)


def _series(column: Column, values: list[Any]) -> "pd.Series[Any]":
    if column.kind == "number":
        return pd.Series([math.nan if v is None else v for v in values], dtype="float64")
    if column.kind == "hour":
        return pd.Series(values, dtype="datetime64[us]")
    if column.kind == "flag":
        return pd.Series([bool(v) for v in values], dtype="bool")
    return pd.Series(["" if v is None else v for v in values], dtype="str")


def _text(column: Column, cell: str) -> tuple[Any, Problem | None]:
    return cell, None


def _number(column: Column, cell: str) -> tuple[Any, Problem | None]:
    if not _NUMBER.fullmatch(cell):
        if re.fullmatch(r"[+-]?\d+,\d+", cell):
            remedy = "write the decimal point as a point, and no separator of thousands"
        else:
            remedy = "write a number, with a point for decimals and without a unit"
        return None, ("number", f"'{cell[:_SHOWN]}' is not a number", remedy)
    value = float(cell)
    if not column.bounds.holds(value):
        message = f"{cell[:_SHOWN]} is impossible: it must be {column.bounds.words()}"
        return None, ("bounds", message, f"check it: {column.meaning}")
    return value, None


def _choice(column: Column, cell: str) -> tuple[Any, Problem | None]:
    if cell in column.choices:
        return cell, None
    return None, ("choice", f"'{cell[:_SHOWN]}' is no choice", did_you_mean(cell, column.choices))


def _flag(column: Column, cell: str) -> tuple[Any, Problem | None]:
    if cell.lower() in _FLAGS:
        return _FLAGS[cell.lower()], None
    return None, ("flag", f"'{cell[:_SHOWN]}' is neither true nor false", "write true or false")


def _month(column: Column, cell: str) -> tuple[Any, Problem | None]:
    if _MONTH.fullmatch(cell):
        return cell, None
    return None, ("month", f"'{cell[:_SHOWN]}' is not a month", f"write {_expected(column)}")


def _hour(column: Column, cell: str) -> tuple[Any, Problem | None]:
    try:
        if _HOUR.fullmatch(cell):
            return datetime.fromisoformat(cell), None
    except ValueError:
        pass
    return None, ("hour", f"'{cell[:_SHOWN]}' is not a time", f"write {_expected(column)}")


_READERS: dict[str, Callable[[Column, str], tuple[Any, Problem | None]]] = {
    "text": _text,
    "number": _number,
    "choice": _choice,
    "flag": _flag,
    "month": _month,
    "hour": _hour,
}


def _expected(column: Column) -> str:
    if column.choices:
        return f"one of {', '.join(column.choices)}"
    examples = {
        "flag": "true or false",
        "month": "year and month, such as 2025-01",
        "hour": "date and hour, such as 2025-01-31 17:00",
        "number": "a number, 0 where it is nothing",
        "text": "a text",
    }
    return examples[column.kind]


def _report_repeats(table: CsvTable, spec: TableSpec, report: Report) -> None:
    if not spec.unique or not table.has(*spec.unique):
        return
    first: dict[tuple[str, ...], int] = {}
    keys = zip(*(table.frame[name] for name in spec.unique), strict=True)
    for line, key in zip(table.lines, keys, strict=True):
        if all(key) and first.setdefault(key, line) != line:
            message = f"'{', '.join(key)[:_SHOWN]}' is there twice, first on line {first[key]}"
            report.cell(table.label, line, spec.unique[0], "twice", message, "keep one of them")
