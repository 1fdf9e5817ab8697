"""Reading the named and the numbered tables of a register, with what they refer to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from kilosat.chain.address import Network
from kilosat.definitions.findings import Report, did_you_mean
from kilosat.definitions.sections import read_section, subsections
from kilosat.definitions.text_file import TomlFile
from kilosat.definitions.values import SourceBook
from kilosat.provenance import Source

__all__ = ["Reading", "listed", "named"]

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Reading:
    """The file that is being read, and where its findings go."""

    file: TomlFile
    report: Report
    book: SourceBook
    network: Network

    def error(self, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        """Report what is wrong at ``path``."""
        self.report.error(self.file.label, self.file.line(*path), message, remedy)

    def note(self, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        """Report what is worth knowing about ``path``."""
        self.report.note(self.file.label, self.file.line(*path), message, remedy)

    def source(self, key: str, path: tuple[str | int, ...]) -> Source | None:
        """The source of that key; nothing where there is none, which is reported."""
        if key and not self.book.knows(key):
            self.error((*path, "source"), *self.book.unknown(key))
        return self.book.entries.get(key)

    def known(self, key: str, keys: Collection[str], path: tuple[str | int, ...]) -> bool:
        """Whether ``key`` is one of ``keys``; reported where not."""
        if key not in keys:
            self.error(path, f"'{key}' is not in this register", did_you_mean(key, keys))
        return key in keys


def named(section: str, model: type[M], reading: Reading) -> Mapping[str, M | None]:
    """The entries of ``[section.KEY]``; nothing for one that could not be read."""
    raw = subsections(reading.file, section, reading.report)
    return {
        key: read_section(model, entry, reading.file, (section, key), reading.report)
        for key, entry in raw.items()
    }


def listed(section: str, model: type[M], reading: Reading) -> list[tuple[int, M]]:
    """The entries of ``[[section]]`` that could be read, with their numbers."""
    raw = reading.file.raw.get(section, [])
    if not isinstance(raw, list):
        reading.error((section,), f"'{section}' must be a list", f"write [[{section}]] for each")
        return []
    entries = [
        (number, read_section(model, entry, reading.file, (section, number), reading.report))
        for number, entry in enumerate(raw)
    ]
    return [(number, entry) for number, entry in entries if entry is not None]
