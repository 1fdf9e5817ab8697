"""What is wrong with a user's file: where, in words, and what to do about it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = [
    "WHOLE_ROW",
    "DefinitionError",
    "Finding",
    "Report",
    "did_you_mean",
    "file_label",
    "nearest",
]

Severity = Literal["error", "note"]

WHOLE_ROW = "(row)"
"""Stands for the column where a finding is about a whole row of a table."""

_SHOWN_PER_GROUP = 3
"""So many like findings in one column are printed; the rest are counted."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (``error``) or worth knowing (``note``) in a user's file.

    ``line`` counts from 1; 0 where the file as a whole is meant.

    >>> print(Finding("pakistan/country.toml", 12, "'tarif' is unknown", "did you mean 'tariff'?"))
    pakistan/country.toml:12: 'tarif' is unknown; did you mean 'tariff'?
    """

    file: str
    line: int
    message: str
    remedy: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{self.message}; {self.remedy}" if self.remedy else self.message
        return f"{place}: note: {text}" if self.severity == "note" else f"{place}: {text}"


class DefinitionError(ValueError):
    """A country, a blueprint or a name that cannot be used; ``findings`` holds all reasons."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


@dataclass
class Report:
    """Collects findings while files are read, so that the user gets them all at once."""

    _findings: list[Finding] = field(default_factory=list)
    _groups: dict[tuple[str, str, str], list[Finding]] = field(default_factory=dict)

    def error(self, file: str, line: int, message: str, remedy: str = "") -> None:
        """Something that must be put right before the file can be used."""
        self._findings.append(Finding(file, line, _printable(message), _printable(remedy)))

    def note(self, file: str, line: int, message: str, remedy: str = "") -> None:
        """Something that the user should know and may leave as it is."""
        self._findings.append(Finding(file, line, _printable(message), _printable(remedy), "note"))

    def cell(
        self, file: str, line: int, column: str, kind: str, message: str, remedy: str = ""
    ) -> None:
        """An error in a cell; like ones (same column and ``kind``) are counted after a few."""
        group = self._groups.setdefault((file, column, kind), [])
        text = _printable(f"{_prefix(column)}{message}")
        group.append(Finding(file, line, text, _printable(remedy)))

    def has_cell_errors(self, file: str, *columns: str) -> bool:
        """Whether a cell of these columns is wrong, so that sums over them would mislead."""
        return any((name, column) == (file, c) for name, column, _ in self._groups for c in columns)

    @property
    def has_errors(self) -> bool:
        """Whether anything must be put right."""
        return bool(self._groups) or any(f.severity == "error" for f in self._findings)

    def findings(self) -> list[Finding]:
        """All findings, file by file in the order met, by line within a file."""
        found = list(self._findings)
        for (file, column, _), group in self._groups.items():
            found += group[:_SHOWN_PER_GROUP]
            if rest := group[_SHOWN_PER_GROUP:]:
                text = f"{_prefix(column)}and {len(rest):,} more, down to line {rest[-1].line}"
                found.append(Finding(file, rest[0].line, text, rest[0].remedy))
        order = {file: place for place, file in enumerate(dict.fromkeys(f.file for f in found))}
        return sorted(found, key=lambda f: (order[f.file], f.line))

    def raise_errors(self) -> None:
        """Raise ``DefinitionError`` with all findings where there is an error among them."""
        if self.has_errors:
            raise DefinitionError(self.findings())


def file_label(path: Path) -> str:
    """How a file is named in findings: its folder and its name.

    >>> file_label(Path("data/pakistan/country.toml"))
    'pakistan/country.toml'
    """
    folder = path.absolute().parent.name
    return f"{folder}/{path.name}" if folder else path.name


def _prefix(column: str) -> str:
    return "" if column == WHOLE_ROW else f"column '{column}': "


def _printable(text: str) -> str:
    """What a user's file holds must not steer the terminal that shows it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that ``word`` was probably meant to be, or nothing.

    >>> nearest("tarif", ["power", "tariff"])
    'tariff'
    """
    folded = {name.casefold(): name for name in names}
    # Longer words are never a misspelling, and comparing them takes quadratic time.
    near = difflib.get_close_matches(word.casefold()[:60], folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A remedy for an unknown word: the nearest known one, or what is known.

    >>> did_you_mean("operatin", ["operating", "standby"])
    "did you mean 'operating'?"
    >>> did_you_mean("x", ["operating", "standby"])
    'known are operating, standby'
    """
    known = list(names)
    near = nearest(word, known)
    if near:
        return f"did you mean '{near}'?"
    return f"known are {', '.join(known)}" if known else "none is known here"
