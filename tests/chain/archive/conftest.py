"""The story, told and archived once: long, and short for what is tried many times."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from kilosat.chain.archive import Archive
from kilosat.chain.control import Control

from .stories import SHORT, Story, archived, controls_of, write_story_register


@dataclass(frozen=True)
class Told:
    """A story, its register and signatures, its archive, and the ledger's fingerprint."""

    story: Story
    register: Path
    path: Path
    controls: tuple[Control, ...]
    archive: Archive
    ledger: str

    @property
    def raw(self) -> bytes:
        return self.path.read_bytes()


def _told(folder: Path, story: Story) -> Told:
    register = write_story_register(folder)
    path = folder / "story.kilosat"
    controls = controls_of(story.chain)
    archive, ledger = archived(path, story, register, controls)
    return Told(story, register, path, controls, archive, ledger)


@pytest.fixture(scope="session")
def told_story(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return _told(tmp_path_factory.mktemp("long"), Story().tell())


@pytest.fixture(scope="session")
def short_story(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return _told(tmp_path_factory.mktemp("short"), Story().tell(SHORT))
