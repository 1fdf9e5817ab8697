"""Atlantis as files that a test may spoil."""

import shutil
from pathlib import Path

import pytest

ATLANTIS = Path(__file__).parents[1] / "atlantis"


@pytest.fixture
def atlantis(tmp_path: Path) -> Path:
    """A copy of Atlantis, with its blueprint beside it."""
    return Path(shutil.copytree(ATLANTIS, tmp_path / "atlantis"))


def spoil(folder: Path, file: str, old: str, new: str) -> str:
    """Replace the first ``old`` in a file by ``new`` and return its new text."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"'{old}' is not in {file}"
    text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8", newline="")
    return text


def line_with(text: str, marker: str) -> int:
    """Line, from 1, on which ``marker`` begins."""
    return text[: text.index(marker)].count("\n") + 1
