"""Atlantis as files that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ATLANTIS = Path(__file__).parents[1] / "atlantis"

Spoil = Callable[..., int]


@pytest.fixture
def atlantis(tmp_path: Path) -> Path:
    """A copy of Atlantis, with its blueprint in it."""
    return Path(shutil.copytree(ATLANTIS, tmp_path / "atlantis"))


@pytest.fixture
def spoil(atlantis: Path) -> Spoil:
    """Replaces the first ``old`` of a file by ``new``; tells the line of it, or of ``at``."""

    def replace_text(file: str, old: str, new: str, at: str = "") -> int:
        before = (atlantis / file).read_text(encoding="utf-8")
        assert old in before, f"'{old}' is not in {file}"
        after = before.replace(old, new, 1)
        (atlantis / file).write_text(after, encoding="utf-8", newline="")
        place = after.index(at) if at else before.index(old)
        return after[:place].count("\n") + 1

    return replace_text
