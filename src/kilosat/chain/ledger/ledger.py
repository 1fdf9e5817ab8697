"""The ledger: opened, asked and added to."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from os import PathLike
from pathlib import Path
from types import TracebackType

from kilosat.chain.address import Network
from kilosat.chain.header import Header, hex_of_hash, parse_header
from kilosat.chain.ledger import reading, writing
from kilosat.chain.ledger.entry import Coin, Entry, Reorganisation
from kilosat.chain.ledger.errors import LedgerError
from kilosat.chain.ledger.file import LedgerFile
from kilosat.chain.ledger.records import (
    Coverage,
    KnownOutput,
    NewTransaction,
    SeenBlock,
    SourceRecord,
)
from kilosat.chain.ledger.soundness import flaws
from kilosat.chain.merkle import MerkleProof, parse_merkle_proof
from kilosat.chain.register.model import WatchedScript
from kilosat.chain.sources.port import BlockRef, SourceStatus
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = ["Ledger"]


class Ledger:
    """An append-only journal in an SQLite file: what watched scripts got and gave.

    Heights that are asked for are searched to the end for every watched script: a question beyond
    ``tip`` is refused. Entries of blocks that left the chain are retracted, never deleted; only
    ``reorganisations``, ``raw_transaction`` and ``proof`` still know them. All methods raise
    ``LedgerError``.
    """

    def __init__(self, file: LedgerFile) -> None:
        self._file = file
        with file.reading():
            self.network = file.network

    @classmethod
    def open(cls, path: str | PathLike[str], network: Network) -> "Ledger":
        """Open a ledger to add to it, or begin one.

        Raises:
            LedgerError: it is none, of another network, damaged, or another process writes to it.
        """
        return cls(LedgerFile.for_writing(Path(path), network))

    @classmethod
    def read_only(cls, path: str | PathLike[str]) -> "Ledger":
        """Open a ledger to ask it; also while another process adds to it.

        Every answer is of the moment of the opening: open it again to see what came after.
        """
        return cls(LedgerFile.for_reading(Path(path)))

    @classmethod
    def temporary(cls, network: Network) -> "Ledger":
        """A ledger that is gone when it is closed."""
        return cls(LedgerFile.temporary(network))

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def label(self) -> str:
        """How messages call it."""
        return self._file.label

    # Questions

    def tip(self) -> BlockRef | None:
        """The block up to which every watched script is searched; ``None`` if there is none.

        It goes back when the register gains scripts, until those are searched as far.
        """
        found = self.coverage()
        return found[0].upto if found else None

    def entries(self, first: int = 0, last: int | None = None) -> Iterator[Entry]:
        """Transactions from one height to another (to the tip), in the order of the chain."""
        upto = self._upto(last)
        return self._streamed(first, upto)

    def _streamed(self, first: int, last: int) -> Iterator[Entry]:
        with self._file.reading():
            yield from reading.entries(self._db, first, last)

    def entry(self, txid: bytes) -> Entry | None:
        """The entry of a transaction that is in the chain now."""
        with self._file.reading():
            found = reading.entry_of(self._db, txid)
        return found[1] if found else None

    def balances(self, height: int | None = None) -> dict[bytes, int]:
        """Satoshis of each of ``scripts`` that holds any, after the block of that height."""
        upto = self._upto(height)
        with self._file.reading():
            return reading.balances(self._db, upto)

    def balance(self, scripts: Collection[bytes], height: int | None = None) -> int:
        """Satoshis of these scripts together.

        Raises:
            LedgerError: one of them is not watched, so that nothing is known of it.
        """
        strangers = set(scripts) - set(self.scripts())
        if strangers:
            one = min(strangers).hex()
            raise LedgerError(f"{self.label}: nothing is known of script {one}: it is not watched")
        held = self.balances(height)
        return sum(held.get(script, 0) for script in set(scripts))

    def coins(self, height: int | None = None) -> tuple[Coin, ...]:
        """What was unspent after the block of that height, in the order of the chain."""
        upto = self._upto(height)
        with self._file.reading():
            return reading.coins(self._db, upto)

    def raw_transaction(self, txid: bytes) -> bytes:
        """The bytes of a transaction of the journal, with its witness where the source had it."""
        return self._one("SELECT raw FROM entries WHERE txid = ? ORDER BY id DESC", txid, "entry")

    def proof(self, txid: bytes) -> MerkleProof:
        """That the transaction is in its block."""
        query = "SELECT proof FROM entries WHERE txid = ? ORDER BY id DESC"
        with self._file.reading():
            return parse_merkle_proof(self._one(query, txid, "entry"))

    def header(self, height: int) -> Header | None:
        """The header at that height, where the ledger has seen it."""
        with self._file.reading():
            row = self._db.execute(
                "SELECT header FROM known WHERE height = ?", (height,)
            ).fetchone()
            return parse_header(row[0]) if row else None

    def watched(self) -> tuple[WatchedScript, ...]:
        """The scripts as the register called them at the last scan."""
        with self._file.reading():
            return reading.watched_scripts(self._db)

    def scripts(self) -> tuple[bytes, ...]:
        """Every script that is searched for, also those that the register no longer has."""
        query = "SELECT scripts.script FROM searched JOIN scripts ON scripts.id = searched.script"
        with self._file.reading():
            return tuple(row[0] for row in self._db.execute(query + " ORDER BY scripts.script"))

    def coverage(self) -> tuple[Coverage, ...]:
        """How far the scripts are searched, the least searched first; one cohort after a scan."""
        with self._file.reading():
            return reading.coverage(self._db)

    def reorganisations(self) -> tuple[Reorganisation, ...]:
        """Every reorganisation that was seen."""
        with self._file.reading():
            return reading.reorganisations(self._db)

    def sources(self) -> tuple[SourceRecord, ...]:
        """Which sources were asked, and when."""
        with self._file.reading():
            return reading.source_records(self._db)

    def fingerprint(self, last: int | None = None) -> str:
        """SHA-256 (hex) of what is in the chain now, whatever the way on which it was found.

        Two ledgers of the same scripts have the same one, whichever sources brought it in
        whichever steps.
        """
        upto = self._upto(last)
        with self._file.reading():
            return reading.fingerprint(self._db, upto)

    def check(self) -> None:
        """Look through the whole file for damage: everything that follows from something else.

        That is all but what sources said of themselves, of foreign inputs and of witnesses.

        Raises:
            LedgerError: there is some.
        """
        with self._file.reading():
            flaw = next(flaws(self._db), None)
        if flaw is not None:
            raise self._file.damaged(flaw)

    # What the scan asks

    def known_blocks(self) -> tuple[tuple[int, bytes], ...]:
        """Height and hash of every block that was seen in the chain, ascending."""
        with self._file.reading():
            return reading.known_blocks(self._db)

    def headers_above(self, height: int) -> tuple[SeenBlock, ...]:
        """The blocks seen above a height, ascending."""
        with self._file.reading():
            return reading.headers_above(self._db, height)

    def output(self, outpoint: OutPoint) -> KnownOutput | None:
        """An output of an entry that stands, watched or not."""
        with self._file.reading():
            return reading.output_of(self._db, outpoint)

    def spender(self, outpoint: OutPoint) -> bytes | None:
        """Which standing transaction spends a coin."""
        with self._file.reading():
            return reading.spender_of(self._db, outpoint)

    def cohort_scripts(self, cohort: int) -> tuple[bytes, ...]:
        """The scripts that are searched alike."""
        query = "SELECT scripts.script FROM searched JOIN scripts ON scripts.id = searched.script"
        with self._file.reading():
            rows = self._db.execute(query + " WHERE cohort = ? ORDER BY scripts.id", (cohort,))
            return tuple(row[0] for row in rows)

    def cohort_coins(self, found: Coverage) -> tuple[Coin, ...]:
        """Their coins that were unspent where their search stands."""
        with self._file.reading():
            return reading.coins(self._db, found.height, found.cohort)

    def used_scripts(self) -> frozenset[bytes]:
        """The watched scripts that were ever paid in the chain as it is."""
        with self._file.reading():
            return reading.used_scripts(self._db)

    def unmade_spend(self, cohort: int, above: int, upto: int) -> tuple[bytes, OutPoint] | None:
        """An entry between two heights that is said to spend a coin of a cohort's script which no
        entry makes; all of the cohort's must be in up to there.
        """
        with self._file.reading():
            return reading.unmade_spend(self._db, cohort, above, upto)

    # What the scan adds

    def transaction(self) -> AbstractContextManager[None]:
        """All of what is added within is committed, or nothing."""
        return self._file.transaction()

    def log_source(self, status: SourceStatus, seen: int) -> int:
        """Note a source; what it brings carries the number."""
        with self._file.plainly():
            return writing.log_source(self._db, status, seen)

    def watch(self, scripts: Sequence[WatchedScript]) -> int:
        """Watch these as well, and call all as the register does; how many are new."""
        with self._file.plainly():
            return writing.watch(self._db, scripts)

    def add(self, block: SeenBlock, new: NewTransaction, source: int) -> None:
        """Enter a transaction that was checked."""
        with self._file.plainly():
            writing.add_transaction(self._db, block, new, source)

    def refine(self, txid: bytes, spent: dict[OutPoint, TxOutput]) -> None:
        """Enter a transaction again if inputs that were not known to it now are."""
        with self._file.plainly():
            writing.refine(self._db, txid, spent)

    def set_searched(self, cohort: int, upto: BlockRef) -> None:
        """The search for a cohort has come to this block."""
        with self._file.plainly():
            writing.set_searched(self._db, cohort, upto)

    def merge_cohorts(self) -> None:
        """Cohorts that are searched equally far become one."""
        with self._file.plainly():
            writing.merge_cohorts(self._db)

    def remember(self, blocks: Iterable[SeenBlock]) -> None:
        """Blocks that were seen in the chain."""
        with self._file.plainly():
            writing.remember(self._db, blocks)

    def retract_above(self, fork: BlockRef, lost: BlockRef | None, seen: int) -> None:
        """What is above the fork is no longer in the chain."""
        with self._file.plainly():
            writing.retract_above(self._db, fork, lost, seen)

    def take_unreported(self) -> tuple[Reorganisation, ...]:
        """The reorganisations that were not taken before: whoever takes them reports them."""
        with self._file.reading():
            fresh = self.reorganisations()[reading.reported(self._db) :]
        if fresh:
            with self.transaction():
                writing.add_reported(self._db, len(fresh))
        return fresh

    @property
    def _db(self) -> sqlite3.Connection:
        return self._file.connection

    def _upto(self, height: int | None) -> int:
        found = self.coverage()
        reached = found[0].height if found else -1
        if reached < 0 and (found or height is not None):
            many = f" for {found[0].scripts} of its scripts" if len(found) > 1 else ""
            raise LedgerError(f"{self.label} is not searched yet{many}: scan first")
        if height is not None and height > reached:
            raise LedgerError(
                f"{self.label} is searched to height {reached} and was asked for {height}:"
                " scan further"
            )
        return reached if height is None else height

    def _one(self, query: str, txid: bytes, what: str) -> bytes:
        with self._file.reading():
            row = self._db.execute(query, (txid,)).fetchone()
        if row is None:
            raise LedgerError(f"{self.label} has no {what} of transaction {hex_of_hash(txid)}")
        return bytes(row[0])
