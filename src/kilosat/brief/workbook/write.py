"""Writes the workbook, sheet by sheet."""

from collections.abc import Callable
from pathlib import Path

from kilosat.brief.contents import Contents
from kilosat.brief.workbook import ahead, basics, hourly, results
from kilosat.brief.workbook.book import Book

__all__ = ["write_workbook"]


def write_workbook(contents: Contents, path: Path, progress: Callable[[str], None]) -> None:
    """Write the workbook; call it after the page, which decides what is printed."""
    with Book(path, contents.study.blueprint.title) as book:
        basics.answer_sheet(book, contents)
        basics.inputs_sheet(book, contents)
        basics.figures_sheet(book, contents)
        results.tests_sheet(book, contents)
        results.window_sheet(book, contents)
        results.balance_sheet(book, contents)
        results.machines_sheet(book, contents)
        results.sensitivity_sheet(book, contents)
        ahead.ahead_sheets(book, contents.study.graph)
        progress("writing the hourly sheet of the workbook")
        hourly.hourly_sheet(book, contents)
        basics.sources_sheet(book, contents.catalogue)
