"""The book: entries in the order of the chain with their UTC days, and whose each script is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kilosat.chain.address import address_from_script
from kilosat.chain.errors import ChainError
from kilosat.chain.flows.coinjoin import is_coinjoin_like
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.scopes import watched_scripts
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Label, Register, WatchedScript

__all__ = ["Book", "Line", "OverlapError", "open_book"]


class OverlapError(ChainError):
    """A script is of two wallets of the register; the message names it and both."""


@dataclass(frozen=True)
class Line:
    """An entry with its UTC day and the wallets of the register that it touches.

    The day follows the highest header time up to the block, which never runs backwards; single
    header times may (by up to two hours). So every day is a range of heights. Of headers that are
    not known it is that of the entries.
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


def open_book(
    entries: Iterable[Entry],
    register: Register,
    rules: Rules | None = None,
    watched: Iterable[WatchedScript] | None = None,
    midnights: Mapping[date, int] | None = None,
) -> Book:
    """Put entries in order and find whose scripts they touch.

    Entries may come in any order, each once; those of blocks that left the chain must not be among
    them. ``watched`` are the scripts that were searched for; without it, those that a scan which
    found just these entries looks for. ``midnights`` tells of some days the last block before
    them, where more headers are known than those of the entries.

    Raises:
        OverlapError: a script is of two wallets, so that its coins would count twice.
    """
    ordered = sorted(entries, key=lambda entry: (entry.block.height, entry.position))
    searched = watched_scripts(register, ordered) if watched is None else watched
    owned = _once(searched, register)
    labels = {label.script: label for label in register.labels}
    known = owned.keys() | labels.keys()
    equal = (rules or Rules()).coinjoin_equal
    lines, latest = [], 0
    for entry in ordered:
        latest = max(latest, entry.time)
        begun = (day for day, last in (midnights or {}).items() if entry.block.height > last)
        day = max([datetime.fromtimestamp(latest, UTC).date(), *begun])
        marked = is_coinjoin_like(entry, known, equal)
        lines.append(Line(entry, day, _touched(entry, owned), marked))
    return Book(tuple(lines), register, owned, labels)


def _once(scripts: Iterable[WatchedScript], register: Register) -> dict[bytes, WatchedScript]:
    found: dict[bytes, WatchedScript] = {}
    for one in scripts:
        other = found.setdefault(one.script, one)
        if other.wallet != one.wallet:
            shown = address_from_script(one.script, register.network) or "a script"
            raise OverlapError(
                f"{register.file}: {shown} is of wallet '{other.wallet}' and of '{one.wallet}':"
                " keep it in one of them, or its coins count twice"
            )
    return found


def _touched(entry: Entry, watched: Mapping[bytes, WatchedScript]) -> frozenset[str]:
    scripts = (leg.script for leg in (*entry.inputs, *entry.outputs))
    return frozenset(watched[s].wallet for s in scripts if s is not None and s in watched)
