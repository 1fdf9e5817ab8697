"""The documentation covers what there is: every figure, every command, every value of a file."""

import runpy
from pathlib import Path

import pytest
import typer.main

from kilosat.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)


def test_figures_page_is_current() -> None:
    written = runpy.run_path(str(ROOT / "scripts" / "write_figure_docs.py"))["page"]()
    page = (ROOT / "docs" / "figures.md").read_text("utf-8")
    assert page == written, "run: .venv/bin/python scripts/write_figure_docs.py"


def commands() -> list[str]:
    group = typer.main.get_command(app)
    names = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [f"{name} {sub}" for sub in inner] if inner else [name]
    return names


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    assert f"kilosat {command}" in TEXT


def test_no_machine_path_or_registry_in_the_repository_text() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        assert "/work/" not in text, page
        assert "/root/" not in text, page
