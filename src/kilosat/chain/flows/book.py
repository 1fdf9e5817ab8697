"""The book: entries in the order of the chain with their UTC days, and whose each script is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kilosat.chain.flows.coinjoin import is_coinjoin_like
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.scopes import watched_scripts
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Label, Register, WatchedScript

__all__ = ["Book", "Line", "open_book"]


@dataclass(frozen=True)
class Line:
    """An entry with its UTC day and the wallets of the register that it touches.

    The day follows the highest header time up to the block, which never runs backwards; single
    header times may (by up to two hours). So every day is a range of heights.
    """

    entry: Entry
    day: date
    wallets: frozenset[str]
    is_coinjoin_like: bool


@dataclass(frozen=True, eq=False)
class Book:
    """All lines, the register, the wallet of each of its scripts, and labels of others."""

    lines: tuple[Line, ...]
    register: Register
    watched: Mapping[bytes, WatchedScript]
    labels: Mapping[bytes, Label]

    def scripts_of(self, wallets: Iterable[str]) -> dict[bytes, str]:
        """The scripts of these wallets, with the wallet of each."""
        chosen = set(wallets)
        return {s: w.wallet for s, w in self.watched.items() if w.wallet in chosen}

    def lines_of(self, wallets: Iterable[str]) -> tuple[Line, ...]:
        """The lines that touch one of these wallets."""
        chosen = frozenset(wallets)
        return tuple(line for line in self.lines if chosen & line.wallets)


def open_book(entries: Iterable[Entry], register: Register, rules: Rules | None = None) -> Book:
    """Put entries in order and find whose scripts they touch.

    Entries may come in any order, each once; those of blocks that left the chain must not be among
    them.
    """
    ordered = sorted(entries, key=lambda entry: (entry.block.height, entry.position))
    watched = watched_scripts(register, ordered)
    labels = {label.script: label for label in register.labels}
    known = watched.keys() | labels.keys()
    equal = (rules or Rules()).coinjoin_equal
    lines, latest = [], 0
    for entry in ordered:
        latest = max(latest, entry.time)
        day = datetime.fromtimestamp(latest, UTC).date()
        marked = is_coinjoin_like(entry, known, equal)
        lines.append(Line(entry, day, _touched(entry, watched), marked))
    return Book(tuple(lines), register, watched, labels)


def _touched(entry: Entry, watched: Mapping[bytes, WatchedScript]) -> frozenset[str]:
    scripts = (leg.script for leg in (*entry.inputs, *entry.outputs))
    return frozenset(watched[s].wallet for s in scripts if s is not None and s in watched)
