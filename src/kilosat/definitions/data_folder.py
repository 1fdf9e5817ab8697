"""Where a shipped table of Bitcoin is read from: the package, or a folder of extended tables.

``kilosat data update`` writes extended tables into a folder. Where the environment variable
``KILOSAT_DATA`` names that folder, a table in it stands in for the shipped one, and the record
beside it (``update.toml``) says what was added and from where.
"""

import os
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from kilosat.provenance import Source

__all__ = [
    "RECORD",
    "VARIABLE",
    "DataFile",
    "DataFolderError",
    "Extension",
    "data_file",
    "in_folder",
]

VARIABLE = "KILOSAT_DATA"
RECORD = "update.toml"


class DataFolderError(ValueError):
    """The folder of extended tables cannot be used; the message names folder or file."""


@dataclass(frozen=True)
class Extension:
    """What one update added to one table: first and last row, from where, when, by what."""

    file: str
    first: str
    last: str
    source: str
    at: datetime
    version: str

    def words(self) -> str:
        """One line for a source's note."""
        return f"{self.first} to {self.last} from {self.source}, taken {self.at:%Y-%m-%d}"


@dataclass(frozen=True)
class DataFile:
    """A table: where it is, how it is named in messages, what was added to the shipped rows."""

    place: Traversable | Path
    label: str
    own: bool = False
    extensions: tuple[Extension, ...] = ()

    def source(self, shipped: Source) -> Source:
        """The source of the table as it stands: that of the shipped rows, and what was added."""
        if not self.own:
            return shipped
        if not self.extensions:
            note = (
                f"{self.label} stands in for the shipped table; no {RECORD} says where it is from"
            )
            return replace(shipped, publisher="the user's own table", address="", note=note)
        added = "; ".join(one.words() for one in self.extensions)
        return replace(
            shipped,
            publisher=f"{shipped.publisher}; extended: {self.extensions[-1].source}",
            as_of=max(one.at for one in self.extensions).date(),
            note=f"{self.label}: {added}; before that: {shipped.note}".removesuffix(": "),
        )


def data_file(name: str) -> DataFile:
    """The table that counts now: that of the folder in ``KILOSAT_DATA``, or the shipped one.

    Raises:
        DataFolderError: the variable names no folder, or its record cannot be read.
    """
    folder = os.environ.get(VARIABLE, "")
    if not folder:
        return _shipped(name)
    if not Path(folder).is_dir():
        raise DataFolderError(f"{folder}: {VARIABLE} names it, but it is not a folder")
    if not any(Path(folder).glob("*.csv")):
        raise DataFolderError(
            f"{folder}: {VARIABLE} names it, but it holds no table; name the folder that "
            "`kilosat data update --into` wrote"
        )
    return in_folder(Path(folder), name)


def in_folder(folder: Path, name: str) -> DataFile:
    """The table of a folder where it is there, else the shipped one.

    Raises:
        DataFolderError: the folder's record cannot be read.
    """
    path = folder / name
    if not path.exists():
        return _shipped(name)
    return DataFile(path, str(path), own=True, extensions=_extensions(folder / RECORD, name))


def _shipped(name: str) -> DataFile:
    return DataFile(files("kilosat") / "data" / "bitcoin" / name, name)


def _extensions(record: Path, name: str) -> tuple[Extension, ...]:
    if not record.exists():
        return ()
    try:
        entries: list[dict[str, Any]] = tomllib.loads(record.read_text("utf-8"))["extension"]
        found = [Extension(**entry) for entry in entries]
        if not all(isinstance(one.at, datetime) for one in found):
            raise TypeError("'at' is not a time")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataFolderError(
            f"{record}: not a record of `kilosat data update` ({error})"
        ) from None
    return tuple(one for one in found if one.file == name)
