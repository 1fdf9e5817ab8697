"""Writes the workbook of a comparison, sheet by sheet."""

from pathlib import Path

from kilosat.brief.comparison.contents import Comparison
from kilosat.brief.comparison.workbook import chart, grounds, paths, plans
from kilosat.brief.workbook.basics import sources_sheet
from kilosat.brief.workbook.book import Book

__all__ = ["write_comparison_workbook"]


def write_comparison_workbook(comparison: Comparison, path: Path) -> None:
    """Write the workbook; call it after the page, which decides what is printed."""
    with Book(path, f"Blueprints compared: {comparison.task.economy.name}") as book:
        grounds.answer_sheet(book, comparison)
        plans.comparison_sheet(book, comparison)
        chart.chart_sheet(book, comparison)
        paths.paths_sheet(book, comparison)
        grounds.backtests_sheet(book, comparison)
        grounds.assumptions_sheet(book, comparison)
        sources_sheet(book, comparison.catalogue)
