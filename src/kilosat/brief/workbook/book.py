"""A workbook under construction: formats, sheets with frozen heads, and where each name stands."""

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from kilosat.brief.numbers import as_number, decimals_for

__all__ = ["Book", "Sheet"]

_LINE_HEIGHT = 15.0
_CREATED = datetime(2000, 1, 1)
"""A fixed date of creation, so that the same study gives the same file."""


class Book:
    """A workbook; ``places`` maps a figure's or input's name to its cell."""

    def __init__(self, path: Path, title: str) -> None:
        self._file = xlsxwriter.Workbook(str(path))
        self._file.set_properties({"title": title, "author": "kilosat", "created": _CREATED})
        self.places: dict[str, str] = {}
        self._formats: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def sheet(self, name: str, columns: Sequence[tuple[str, float]], note: str = "") -> "Sheet":
        """A sheet with a note in its first row and frozen column heads in the second."""
        page = self._file.add_worksheet(name)
        page.write_string(0, 0, note or name, self.style("note"))
        for column, (title, width) in enumerate(columns):
            page.set_column(column, column, width)
            page.write_string(1, column, title, self.style("head"))
        page.set_row(1, 32)
        page.freeze_panes(2, 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(1)
        return Sheet(self, name, page, [width for _, width in columns])

    def chart(self, kind: str) -> Any:
        """A chart of the workbook itself, to be put on a sheet."""
        return self._file.add_chart({"type": kind})

    def style(self, name: str) -> Any:
        """A cell format by name, or by a number format."""
        if name not in self._formats:
            known = {
                "head": {
                    "bold": True,
                    "text_wrap": True,
                    "valign": "bottom",
                    "bottom": 1,
                    "bg_color": "#EAF0F3",
                },
                "note": {"italic": True, "font_color": "#5D6B78"},
                "text": {"text_wrap": True, "valign": "top"},
                "absent": {"align": "right", "valign": "top", "font_color": "#5D6B78"},
                "time": {"num_format": "yyyy-mm-dd hh:mm"},
            }
            settings = known.get(name, {"num_format": name, "valign": "top"})
            self._formats[name] = self._file.add_format(settings)
        return self._formats[name]

    def number_style(self, value: float, unit: str) -> Any:
        """A number format with the decimals that suit the unit."""
        if unit == "1" and abs(value) <= 1.5:
            return self.style("0.0###%")
        places = decimals_for(value, unit)
        return self.style("#,##0" + ("." + "0" * places if places else ""))


class Sheet:
    """A sheet that is filled from top to bottom."""

    def __init__(self, book: Book, name: str, page: Any, widths: Sequence[float]) -> None:
        self.book, self.name, self.page, self.widths = book, name, page, widths
        self.row = 2
        self._lines = 1

    def write(self, column: int, value: Any, unit: str = "") -> None:
        """A value in the current row; nothing for what is not known."""
        number = as_number(value)
        if number is not None:
            style = self.book.number_style(number, unit)
            self.page.write_number(self.row, column, number, style)
        elif isinstance(value, date):
            self.page.write_string(self.row, column, value.isoformat(), self.book.style("text"))
        elif isinstance(value, str) and value:
            # Not every program grows a row with its wrapped text, so the row is told.
            self._lines = max(self._lines, ceil(len(value) / self.widths[column]))
            self.page.write_string(self.row, column, value, self.book.style("text"))

    def formula(self, column: int, formula: str, value: Any, unit: str = "") -> None:
        """A formula in the current row, with the value that it had in the study."""
        number = as_number(value)
        style = self.book.style("text")
        if number is not None:
            style = self.book.number_style(number, unit)
        known = number if number is not None else str(value)
        self.page.write_formula(self.row, column, formula, style, known)

    def place(self, name: str, column: int) -> None:
        """Note that the current row's cell holds ``name``."""
        cell = xl_rowcol_to_cell(self.row, column, row_abs=True, col_abs=True)
        self.book.places[name] = f"{self.name}!{cell}"

    def cell(self, column: int) -> str:
        """Address of a cell of the current row, within this sheet."""
        return str(xl_rowcol_to_cell(self.row, column))

    def end_row(self) -> None:
        """Go on to the next row; this one is as high as its longest text needs."""
        if self._lines > 1:
            self.page.set_row(self.row, _LINE_HEIGHT * self._lines)
        self._lines = 1
        self.row += 1
