"""Writing an update: all its files or none, and the record of what was added beside them."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC
from pathlib import Path

from kilosat.definitions.data_folder import RECORD, DataFolderError, Extension, in_folder
from kilosat.updates.errors import UpdateError, printable

__all__ = ["all_extensions", "record_text", "write_all"]

_HEAD = """\
# What `kilosat data update` added to the shipped tables, from where and when.
# Tables in this folder count where the environment variable KILOSAT_DATA names it.
"""


def all_extensions(folder: Path, names: Iterable[str]) -> list[Extension]:
    """What earlier updates of a folder added.

    Raises:
        UpdateError: the record of the folder cannot be read.
    """
    try:
        return [one for name in names for one in in_folder(folder, name).extensions]
    except DataFolderError as error:
        raise UpdateError([str(error)]) from None


def record_text(extensions: Iterable[Extension]) -> str:
    """The record as TOML."""
    return "\n".join([_HEAD, *map(_entry, extensions)])


def _entry(one: Extension) -> str:
    texts = {"file": one.file, "first": one.first, "last": one.last, "source": one.source}
    lines = [f"{key} = {_quoted(value)}" for key, value in texts.items()]
    lines += [f"at = {one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]
    lines += [f"version = {_quoted(one.version)}"]
    return "\n".join(["[[extension]]", *lines, ""])


def _quoted(text: str) -> str:
    """A text of TOML; its escapes are those of JSON where all characters can be printed."""
    return json.dumps(printable(text), ensure_ascii=False)


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files of a folder: first all beside the old ones, then each in the place of its own.

    Raises:
        UpdateError: the folder cannot be written; every file is then as it was, unless the disk
            fails between two renames. The record is renamed last.
    """
    waiting: dict[str, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            number, path = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=".new")
            waiting[name] = Path(path)
            with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            waiting[name].chmod(0o644)
        for name in sorted(waiting, key=lambda name: name == RECORD):
            waiting.pop(name).replace(folder / name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UpdateError([f"{folder}: cannot be written: {reason}"]) from None
    finally:
        for left in waiting.values():
            left.unlink(missing_ok=True)
