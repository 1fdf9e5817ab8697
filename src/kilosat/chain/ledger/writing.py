"""What is added to the journal. Every function is called within a transaction of the file."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kilosat.chain.ledger.entry import Entry, Leg
from kilosat.chain.ledger.reading import entry_of, output_of, reported, spender_of
from kilosat.chain.ledger.records import NewTransaction, SeenBlock
from kilosat.chain.register.model import WatchedScript
from kilosat.chain.sources.port import BlockRef, SourceStatus
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = [
    "add_reported",
    "add_transaction",
    "log_source",
    "merge_cohorts",
    "refine",
    "remember",
    "retract_above",
    "set_searched",
    "watch",
]

_FORGET = """DELETE FROM searched WHERE script NOT IN (SELECT script FROM watched)
    AND cohort IN (SELECT id FROM cohorts WHERE height = -1)"""
_CLEAR = "DELETE FROM cohorts WHERE id NOT IN (SELECT cohort FROM searched)"
_REMEMBER = """INSERT INTO known SELECT :height, :hash, :header
    WHERE NOT EXISTS (SELECT 1 FROM known WHERE height = :height AND hash = :hash)"""


def log_source(connection: sqlite3.Connection, status: SourceStatus, seen: int) -> int:
    """Note that a source is asked; what it brings carries the number."""
    cursor = connection.execute(
        "INSERT INTO source_log (kind, name, software, route, notes, tip_height, tip_hash, seen)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            status.kind,
            status.name,
            status.software,
            status.route,
            "\n".join(status.notes),
            status.tip.height,
            status.tip.hash,
            seen,
        ),
    )
    return int(cursor.lastrowid or 0)


def add_transaction(
    connection: sqlite3.Connection, block: SeenBlock, new: NewTransaction, source: int
) -> None:
    """Enter a transaction, and let entries that spend its outputs know what they spend."""
    transaction = new.transaction
    entry = Entry(
        block.ref,
        block.header.time,
        new.position,
        transaction.txid,
        _inputs(connection, new),
        tuple(
            Leg(OutPoint(transaction.txid, place), one.script, one.value_sats)
            for place, one in enumerate(transaction.outputs)
        ),
        transaction.is_coinbase,
    )
    _write(connection, block, entry, new.raw, new.proof, source)
    for leg in entry.outputs:
        spender = spender_of(connection, leg.outpoint)
        if spender is not None and leg.script is not None and leg.sats is not None:
            refine(connection, spender, {leg.outpoint: TxOutput(leg.sats, leg.script)})


def refine(connection: sqlite3.Connection, txid: bytes, spent: dict[OutPoint, TxOutput]) -> None:
    """Retract an entry and enter it again if inputs that were not known to it now are."""
    found = entry_of(connection, txid)
    if found is None:
        return
    number, entry = found
    inputs = tuple(
        leg
        if leg.script is not None or leg.outpoint not in spent
        else Leg(leg.outpoint, spent[leg.outpoint].script, spent[leg.outpoint].value_sats)
        for leg in entry.inputs
    )
    if inputs == entry.inputs:
        return
    row = connection.execute(
        "SELECT raw, proof, source, height, header FROM entries"
        " JOIN blocks ON blocks.id = entries.block WHERE entries.id = ?",
        (number,),
    ).fetchone()
    raw, proof, source = row[:3]
    connection.execute("INSERT INTO retractions VALUES (?, NULL)", (number,))
    block = connection.execute("SELECT block FROM entries WHERE id = ?", (number,)).fetchone()[0]
    _write_rows(connection, block, replace(entry, inputs=inputs), raw, proof, source)


def _inputs(connection: sqlite3.Connection, new: NewTransaction) -> tuple[Leg, ...]:
    """The legs of the inputs: what the ledger itself knows of a coin, else what the source says."""
    if new.transaction.is_coinbase:
        return ()
    claims = new.spent or (None,) * len(new.transaction.inputs)
    legs = []
    for one, claim in zip(new.transaction.inputs, claims, strict=True):
        known = output_of(connection, one.outpoint)
        coin = known.output if known else claim
        legs.append(
            Leg(one.outpoint, coin.script, coin.value_sats)
            if coin
            else Leg(one.outpoint, None, None)
        )
    return tuple(legs)


def _write(
    connection: sqlite3.Connection,
    block: SeenBlock,
    entry: Entry,
    raw: bytes,
    proof: bytes,
    source: int,
) -> None:
    ref = block.ref
    connection.execute(
        "INSERT INTO blocks (height, hash, header) SELECT ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE hash = ?)",
        (ref.height, ref.hash, block.header.to_bytes(), ref.hash),
    )
    number = connection.execute("SELECT id FROM blocks WHERE hash = ?", (ref.hash,)).fetchone()[0]
    _write_rows(connection, number, entry, raw, proof, source)


def _write_rows(
    connection: sqlite3.Connection, block: int, entry: Entry, raw: bytes, proof: bytes, source: int
) -> None:
    number = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM entries").fetchone()[0]
    connection.executemany(
        "INSERT INTO inputs VALUES (?, ?, ?, ?, ?, ?)",
        [
            (number, place, leg.outpoint.txid, leg.outpoint.index, *_held(connection, leg))
            for place, leg in enumerate(entry.inputs)
        ],
    )
    connection.executemany(
        "INSERT INTO outputs VALUES (?, ?, ?, ?)",
        [(number, place, *_held(connection, leg)) for place, leg in enumerate(entry.outputs)],
    )
    connection.executemany(
        "INSERT INTO postings VALUES (?, ?, ?, ?)",
        [
            (
                number,
                one.account.kind,
                script_number(connection, one.account.script)
                if one.account.kind == "script"
                else None,
                one.sats,
            )
            for one in entry.postings()
        ],
    )
    # Last, since writing it seals the rows above.
    connection.execute(
        "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, block, entry.position, entry.txid, entry.is_coinbase, raw, proof, source),
    )


def _held(connection: sqlite3.Connection, leg: Leg) -> tuple[int | None, int | None]:
    if leg.script is None:
        return None, None
    return script_number(connection, leg.script), leg.sats


def script_number(connection: sqlite3.Connection, script: bytes) -> int:
    """The number of a script, which it gets when it first occurs."""
    row = connection.execute("SELECT id FROM scripts WHERE script = ?", (script,)).fetchone()
    if row is None:
        cursor = connection.execute("INSERT INTO scripts (script) VALUES (?)", (script,))
        return int(cursor.lastrowid or 0)
    return int(row[0])


def watch(connection: sqlite3.Connection, scripts: Sequence[WatchedScript]) -> int:
    """Call the scripts as the register does now; how many of them were never searched for.

    One that the register had and no longer has stays searched for, unless that never began.
    """
    numbers = [script_number(connection, one.script) for one in scripts]
    wanted = {
        (one.wallet, one.branch, one.index, number)
        for one, number in zip(scripts, numbers, strict=True)
    }
    # A ledger that follows the chain is asked this after every block: most often nothing changes.
    if wanted != set(connection.execute("SELECT wallet, branch, child, script FROM watched")):
        connection.execute("DELETE FROM watched")
        connection.executemany("INSERT INTO watched VALUES (?, ?, ?, ?)", wanted)
        connection.execute(_FORGET)
        connection.execute(_CLEAR)
    searched = {row[0] for row in connection.execute("SELECT script FROM searched")}
    fresh = sorted(set(numbers) - searched)
    if fresh:
        cohort = _unsearched_cohort(connection)
        connection.executemany(
            "INSERT INTO searched VALUES (?, ?)", [(number, cohort) for number in fresh]
        )
    return len(fresh)


def _unsearched_cohort(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT id FROM cohorts WHERE height = -1").fetchone()
    if row is None:
        return int(connection.execute("INSERT INTO cohorts (height) VALUES (-1)").lastrowid or 0)
    return int(row[0])


def set_searched(connection: sqlite3.Connection, cohort: int, upto: BlockRef) -> None:
    """Everything of a cohort is found up to this block."""
    connection.execute(
        "UPDATE cohorts SET height = ?, hash = ? WHERE id = ?", (upto.height, upto.hash, cohort)
    )


def merge_cohorts(connection: sqlite3.Connection) -> None:
    """Cohorts that are searched equally far become one."""
    connection.execute(
        "UPDATE searched SET cohort = (SELECT min(other.id) FROM cohorts AS mine"
        " JOIN cohorts AS other ON other.height = mine.height WHERE mine.id = searched.cohort)"
    )
    connection.execute(_CLEAR)


def remember(connection: sqlite3.Connection, blocks: Iterable[SeenBlock]) -> None:
    """Blocks that were seen in the chain: by them a later scan finds where it forked.

    Raises:
        LedgerError: another block is known at a height, and nothing above the fork is retracted.
    """
    rows = [
        {"height": one.height, "hash": one.header.hash, "header": one.header.to_bytes()}
        for one in blocks
    ]
    connection.executemany(_REMEMBER, rows)


def retract_above(
    connection: sqlite3.Connection, fork: BlockRef, lost: BlockRef | None, seen: int
) -> None:
    """Retract every entry above the fork; ``lost`` is the old tip if any of it was searched."""
    if lost is not None:
        cursor = connection.execute(
            "INSERT INTO reorganisations"
            " (fork_height, fork_hash, lost_height, lost_hash, seen) VALUES (?, ?, ?, ?, ?)",
            (fork.height, fork.hash, lost.height, lost.hash, seen),
        )
        connection.execute(
            "INSERT INTO retractions SELECT id, ? FROM standing WHERE height > ?",
            (cursor.lastrowid, fork.height),
        )
        connection.execute(
            "UPDATE cohorts SET height = ?, hash = ? WHERE height > ?",
            (fork.height, fork.hash, fork.height),
        )
        merge_cohorts(connection)
    connection.execute("DELETE FROM known WHERE height > ?", (fork.height,))


def add_reported(connection: sqlite3.Connection, count: int) -> None:
    """So many more reorganisations were reported."""
    value = f"{reported(connection) + count}"
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('reported', ?)", (value,))
