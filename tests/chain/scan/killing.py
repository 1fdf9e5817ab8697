"""A scan in a process of its own, ended by SIGKILL at random moments, again and again."""

import multiprocessing
import random
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from ctypes import Structure, c_int64
from dataclasses import dataclass, field
from pathlib import Path

from kilosat.chain.ledger import Entry, Ledger, LedgerError
from kilosat.chain.scan import Batching, scan, scan_scripts
from kilosat.chain.sources import BlockRef, ChainSource

__all__ = ["Journals", "Kills", "Scan", "finish_under_kills", "journals_of", "unbroken_seconds"]

Scripts = tuple[bytes, ...]
Journals = Mapping[frozenset[bytes], list[Entry]]
"""The true journal of some scripts."""
_FORK = multiprocessing.get_context("fork")
_OUTSIDE, _WITHIN, _COMMITTING = range(3)


class _Seen(Structure):
    """What the child writes down as it goes, in memory that outlives it."""

    _fields_ = (("where", c_int64), ("commits", c_int64))


@dataclass(frozen=True)
class Scan:
    """What the child does: search for more and more scripts, each block committed by itself."""

    source: Callable[[], ChainSource]
    steps: tuple[Scripts, ...]

    def run(self, path: Path, seen: _Seen) -> None:
        with closing(self.source()) as source, _Watched.open(path, "regtest") as ledger:
            assert isinstance(ledger, _Watched)
            ledger.seen = seen
            scan(source, [], ledger, batching=Batching(blocks=1))
            for scripts in self.steps:
                scan_scripts(source, scripts, ledger, batching=Batching(blocks=1))


@dataclass
class Kills:
    """How many there were, and where they struck."""

    total: int = 0
    within: int = 0
    committing: int = 0
    commits: int = 0
    reached: list[int] = field(default_factory=list)
    """Height of the ledger's tip after each (-1: none)."""

    def note(self, seen: _Seen, killed: bool) -> None:
        self.commits += seen.commits
        self.total += killed
        self.within += killed and seen.where == _WITHIN
        self.committing += killed and seen.where == _COMMITTING


class _Watched(Ledger):
    """A ledger that writes down when it is within a transaction."""

    seen = _Seen()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            self.seen.where = _WITHIN
            yield
            self.seen.where = _COMMITTING
        self.seen.where = _OUTSIDE
        self.seen.commits += 1


def finish_under_kills(
    scan: Scan,
    path: Path,
    truths: tuple[Journals, ...],
    kills: Kills,
    chance: random.Random,
    longest_seconds: float,
) -> None:
    """Start the scan again and again on one file, each time killed at a random moment, until it
    ends before that; what is left after each kill must be a part of one of the true journals.
    """
    while _killed(scan, path, chance.uniform(0, longest_seconds), kills):
        kills.reached.append(_reached(path, truths) if _is_begun(path) else -1)
        # Where the machine is busy with something else, it must come to an end all the same.
        longest_seconds *= 1.02


def _killed(scan: Scan, path: Path, seconds: float, kills: Kills) -> bool:
    seen = _FORK.RawValue(_Seen)
    process = _FORK.Process(target=scan.run, args=(path, seen))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    code = process.exitcode
    process.close()
    assert code in (0, -signal.SIGKILL)
    kills.note(seen, code != 0)
    return code != 0


def _is_begun(path: Path) -> bool:
    """Whether it came to its first commit; before that there is no file, or an empty one."""
    try:
        Ledger.read_only(path).close()
    except LedgerError as error:
        if re.search(r"is not there; a scan makes it|is empty; a scan fills it", str(error)):
            return False
        raise
    return True


def _reached(path: Path, truths: tuple[Journals, ...]) -> int:
    """The height to which the ledger is complete; it must be sound, and true up to there."""
    with Ledger.read_only(path) as ledger:
        ledger.check()
        tip, scripts = ledger.tip(), frozenset(ledger.scripts())
        if tip is None:
            return -1
        found = list(ledger.entries())
        assert found in [_upto(tip, truth.get(scripts, [])) for truth in truths]
        gained = {one: sum(entry.gained_by([one]) for entry in found) for one in scripts}
        assert ledger.balances() == {one: sats for one, sats in gained.items() if sats}
        return tip.height


def _upto(tip: BlockRef, journal: list[Entry]) -> list[Entry]:
    return [one for one in journal if one.block.height <= tip.height]


def journals_of(scan: Scan) -> tuple[Journals, str]:
    """The journals of a search that nothing disturbs, and the fingerprint of the last."""
    journals, fingerprint = {}, ""
    with closing(scan.source()) as source:
        for scripts in scan.steps:
            with Ledger.temporary("regtest") as ledger:
                scan_scripts(source, scripts, ledger)
                journals[frozenset(scripts)] = list(ledger.entries())
                fingerprint = ledger.fingerprint()
    return journals, fingerprint


def unbroken_seconds(scan: Scan, path: Path) -> float:
    """How long it takes if nobody kills it."""
    began = time.monotonic()
    scan.run(path, _Seen())
    return time.monotonic() - began
