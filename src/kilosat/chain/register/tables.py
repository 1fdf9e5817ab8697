"""Reading the named and the numbered tables of a register, with what they refer to."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from kilosat.chain.address import NETWORKS, Network
from kilosat.chain.errors import ChainError
from kilosat.definitions.findings import Report, did_you_mean
from kilosat.definitions.sections import read_section, salvage, spoiled, subsections
from kilosat.definitions.text_file import TomlFile
from kilosat.definitions.values import SourceBook
from kilosat.provenance import Source

__all__ = [
    "Partly",
    "Reading",
    "listed",
    "named",
    "partly",
    "partly_listed",
    "read_partly",
    "with_remedy",
]

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Partly = tuple[M, frozenset[str]]
"""A section as far as it is right, and the fields of it that are not; none where all is right."""


@dataclass(frozen=True)
class Reading:
    """The file that is being read, and where its findings go.

    ``network`` is a guess where the file does not tell it. ``today`` is what is no more than now.
    """

    file: TomlFile
    report: Report
    book: SourceBook
    network: Network
    is_network_known: bool = True
    today: date | None = None

    def error(self, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        """Report what is wrong at ``path``."""
        self.report.error(self.file.label, self.file.line(*path), message, remedy)

    def note(self, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        """Report what is worth knowing about ``path``."""
        self.report.note(self.file.label, self.file.line(*path), message, remedy)

    def on_network(self, parse: Callable[[Network], T]) -> T:
        """What ``parse`` gives for the register's network; for one that fits, if it is not known.

        Raises:
            ChainError: that of ``parse``.
        """
        if self.is_network_known:
            return parse(self.network)
        problems = []
        for network in NETWORKS:
            try:
                return parse(network)
            except ChainError as problem:
                problems.append((f"not of {network}" in str(problem), problem))
        raise min(problems, key=lambda found: found[0])[1]

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


def partly(
    section: str, model: type[M], blanks: Mapping[str, object], reading: Reading
) -> Iterator[tuple[str, Partly[M]]]:
    """The entries of ``[section.KEY]``, faulty ones as far as they are right.

    ``blanks`` stand for what a section must give, where it does not or gives it wrong.
    """
    for key, raw in subsections(reading.file, section, reading.report).items():
        if entry := read_partly(model, raw, blanks, reading.file, (section, key), reading.report):
            yield key, entry


def listed(section: str, model: type[M], reading: Reading) -> list[tuple[int, M]]:
    """The entries of ``[[section]]`` that could be read, with their numbers."""
    entries = [
        (number, read_section(model, entry, reading.file, (section, number), reading.report))
        for number, entry in enumerate(_list(section, reading))
    ]
    return [(number, entry) for number, entry in entries if entry is not None]


def partly_listed(
    section: str, model: type[M], blanks: Mapping[str, object], reading: Reading
) -> Iterator[tuple[int, Partly[M]]]:
    """The entries of ``[[section]]`` with their numbers, faulty ones as far as they are right."""
    for number, raw in enumerate(_list(section, reading)):
        if entry := read_partly(
            model, raw, blanks, reading.file, (section, number), reading.report
        ):
            yield number, entry


def with_remedy(problem: ChainError, otherwise: str) -> tuple[str, str]:
    """Message and remedy of what could not be read; some say the remedy themselves."""
    message, _, remedy = str(problem).partition("; ")
    if any(message.endswith(f"not of {network}") for network in NETWORKS):
        remedy = "check it, and 'network' in [register]"
    return message, remedy or otherwise


def _list(section: str, reading: Reading) -> list[object]:
    raw = reading.file.raw.get(section, [])
    if not isinstance(raw, list):
        reading.error((section,), f"'{section}' must be a list", f"write [[{section}]] for each")
        return []
    return raw


def read_partly(
    model: type[M],
    raw: object,
    blanks: Mapping[str, object],
    file: TomlFile,
    path: tuple[str | int, ...],
    report: Report,
) -> Partly[M] | None:
    """A section as far as it is right, with the fields that are not; nothing where it is none."""
    entry = read_section(model, raw, file, path, report)
    if entry is not None:
        return entry, frozenset()
    if not isinstance(raw, dict):
        return None
    right = salvage(model, raw)
    wrong = spoiled(model, raw) | (blanks.keys() - right.keys())
    return model.model_construct(set(right), **{**blanks, **right}), frozenset(wrong)
