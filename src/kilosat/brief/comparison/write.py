"""Writes a comparison: one HTML file, the same as JSON, and as a workbook."""

from collections.abc import Callable
from pathlib import Path

from kilosat.brief.comparison.columns import Column, Task
from kilosat.brief.comparison.contents import comparison_of
from kilosat.brief.comparison.page import comparison_page
from kilosat.brief.comparison.record import comparison_json
from kilosat.brief.comparison.workbook import write_comparison_workbook

__all__ = ["write_comparison"]


def write_comparison(
    task: Task, columns: tuple[Column, ...], folder: Path, progress: Callable[[str], None]
) -> list[Path]:
    """Write ``compare.html``, ``compare.json`` and ``compare.xlsx``; return their paths.

    ``progress`` is told of each long step in a few words.

    Raises:
        ValueError: none of the columns could be judged.
        OSError: the folder cannot be written to.
    """
    if all(column.graph is None for column in columns):
        raise ValueError("none of the blueprints can be judged in this country")
    comparison = comparison_of(task, columns, progress)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"compare.{kind}" for kind in ("html", "json", "xlsx")]
    paths[0].write_text(comparison_page(comparison, progress), encoding="utf-8")
    paths[1].write_text(comparison_json(comparison), encoding="utf-8")
    progress("writing the workbook")
    write_comparison_workbook(comparison, paths[2])
    return paths
