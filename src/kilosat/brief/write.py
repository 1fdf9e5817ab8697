"""Writes a brief: one HTML file, the same as JSON, and as a workbook."""

from collections.abc import Callable
from pathlib import Path

from kilosat.brief.contents import contents_of
from kilosat.brief.page import html_page
from kilosat.brief.record import json_text
from kilosat.brief.workbook import write_workbook
from kilosat.study import Study

__all__ = ["write_brief"]


def write_brief(
    study: Study,
    folder: Path,
    progress: Callable[[str], None],
    missing: tuple[str, ...] = (),
) -> list[Path]:
    """Write ``brief.html``, ``brief.json`` and ``brief.xlsx`` into ``folder``; return their paths.

    ``progress`` is told of each long step in a few words. ``missing`` names the values of the
    country without which the study does not look forward; the brief says so.
    """
    contents = contents_of(study, progress, missing)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"brief.{kind}" for kind in ("html", "json", "xlsx")]
    paths[0].write_text(html_page(contents, progress), encoding="utf-8")
    paths[1].write_text(json_text(contents), encoding="utf-8")
    write_workbook(contents, paths[2], progress)
    return paths
