"""Questions to the journal, each a query; what is retracted is left out."""

import hashlib
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from kilosat.chain.header import parse_header
from kilosat.chain.ledger.entry import Coin, Entry, Leg, Reorganisation
from kilosat.chain.ledger.records import Coverage, KnownOutput, SeenBlock, SourceRecord
from kilosat.chain.register.model import WatchedScript
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = [
    "balances",
    "coins",
    "coverage",
    "entries",
    "entry_of",
    "fingerprint",
    "known_blocks",
    "output_of",
    "read_entry",
    "reorganisations",
    "reported",
    "source_records",
    "spender_of",
    "unmade_spend",
    "used_scripts",
    "watched_scripts",
]

_PAGE = 256
"""Entries that are read at once: no query stays open while the caller works."""
_ENTRIES = """SELECT id, height, hash, header, position, txid, is_coinbase FROM standing
    WHERE (height, position) > (?, ?) AND height <= ? ORDER BY height, position LIMIT ?"""
_INPUTS = """SELECT inputs.txid, vout, scripts.script, sats FROM inputs
    LEFT JOIN scripts ON scripts.id = inputs.script WHERE entry = ? ORDER BY place"""
_OUTPUTS = """SELECT place, scripts.script, sats FROM outputs
    JOIN scripts ON scripts.id = outputs.script WHERE entry = ? ORDER BY place"""
_BALANCES = """SELECT scripts.script, sum(sats) AS total FROM searched
    JOIN postings ON postings.script = searched.script
    JOIN standing ON standing.id = postings.entry
    JOIN scripts ON scripts.id = searched.script
    WHERE height <= ? GROUP BY scripts.id HAVING total <> 0"""
_COINS = """SELECT made.txid, place, scripts.script, sats, made.height, made.is_coinbase
    FROM searched
    JOIN outputs ON outputs.script = searched.script
    JOIN standing AS made ON made.id = outputs.entry
    JOIN scripts ON scripts.id = searched.script
    WHERE made.height <= :height AND coalesce(searched.cohort = :cohort, 1)
    AND NOT EXISTS (
        SELECT 1 FROM inputs JOIN standing AS gone ON gone.id = inputs.entry
        WHERE inputs.txid = made.txid AND inputs.vout = outputs.place AND gone.height <= :height)
    ORDER BY made.height, made.position, place"""
_OUTPUT = """SELECT scripts.script, sats, height, position,
    EXISTS (SELECT 1 FROM searched WHERE searched.script = outputs.script)
    FROM standing JOIN outputs ON outputs.entry = standing.id
    JOIN scripts ON scripts.id = outputs.script
    WHERE standing.txid = ? AND place = ?"""
_UNMADE = """SELECT spending.txid, inputs.txid, vout FROM standing AS spending
    JOIN inputs ON inputs.entry = spending.id
    JOIN searched ON searched.script = inputs.script AND searched.cohort = ?
    WHERE spending.height > ? AND spending.height <= ? AND NOT EXISTS (
        SELECT 1 FROM standing AS made JOIN outputs ON outputs.entry = made.id
        WHERE made.txid = inputs.txid AND place = inputs.vout)
    LIMIT 1"""
_USED = """SELECT scripts.script FROM searched
    JOIN scripts ON scripts.id = searched.script
    WHERE EXISTS (
        SELECT 1 FROM outputs JOIN standing ON standing.id = outputs.entry
        WHERE outputs.script = searched.script)"""
_COVERAGE = """SELECT cohorts.id, count(*), height, hash FROM cohorts
    JOIN searched ON searched.cohort = cohorts.id GROUP BY cohorts.id ORDER BY height"""


def entries(connection: sqlite3.Connection, first: int, last: int) -> Iterator[Entry]:
    """Entries from one height to another, in the order of the chain."""
    place = (first, -1)
    while True:
        rows = connection.execute(_ENTRIES, (*place, last, _PAGE)).fetchall()
        yield from [read_entry(connection, row) for row in rows]
        if len(rows) < _PAGE:
            return
        place = (rows[-1][1], rows[-1][4])


def entry_of(connection: sqlite3.Connection, txid: bytes) -> tuple[int, Entry] | None:
    """The entry of a transaction if it stands, and its number."""
    row = connection.execute("SELECT * FROM standing WHERE txid = ?", (txid,)).fetchone()
    return (row[0], read_entry(connection, row)) if row else None


def read_entry(connection: sqlite3.Connection, row: Sequence[Any]) -> Entry:
    """The entry of a row of ``standing``."""
    number, height, name, header, position, txid, is_coinbase = row
    return Entry(
        BlockRef(height, name),
        parse_header(header).time,
        position,
        txid,
        tuple(
            Leg(OutPoint(spent, vout), script, sats)
            for spent, vout, script, sats in connection.execute(_INPUTS, (number,))
        ),
        tuple(
            Leg(OutPoint(txid, place), script, sats)
            for place, script, sats in connection.execute(_OUTPUTS, (number,))
        ),
        bool(is_coinbase),
    )


def balances(connection: sqlite3.Connection, height: int) -> dict[bytes, int]:
    """Satoshis of each watched script that holds any, after the block of that height."""
    return dict(connection.execute(_BALANCES, (height,)).fetchall())


def coins(
    connection: sqlite3.Connection, height: int, cohort: int | None = None
) -> tuple[Coin, ...]:
    """What was unspent after the block of that height; of one cohort's scripts, or of all."""
    rows = connection.execute(_COINS, {"height": height, "cohort": cohort})
    return tuple(
        Coin(OutPoint(txid, place), script, sats, made, bool(is_coinbase))
        for txid, place, script, sats, made, is_coinbase in rows
    )


def output_of(connection: sqlite3.Connection, outpoint: OutPoint) -> KnownOutput | None:
    """An output of an entry that stands."""
    row = connection.execute(_OUTPUT, (outpoint.txid, outpoint.index)).fetchone()
    if row is None:
        return None
    script, sats, height, position, watched = row
    return KnownOutput(outpoint, TxOutput(sats, script), height, position, bool(watched))


def spender_of(connection: sqlite3.Connection, outpoint: OutPoint) -> bytes | None:
    """The standing transaction that spends a coin."""
    row = connection.execute(
        "SELECT standing.txid FROM inputs JOIN standing ON standing.id = inputs.entry"
        " WHERE inputs.txid = ? AND vout = ?",
        (outpoint.txid, outpoint.index),
    ).fetchone()
    return row[0] if row else None


def unmade_spend(
    connection: sqlite3.Connection, cohort: int, above: int, upto: int
) -> tuple[bytes, OutPoint] | None:
    """An entry between two heights that is said to spend a coin of a cohort's script, which the
    ledger has not seen being made.
    """
    row = connection.execute(_UNMADE, (cohort, above, upto)).fetchone()
    return (row[0], OutPoint(*row[1:])) if row else None


def used_scripts(connection: sqlite3.Connection) -> frozenset[bytes]:
    """The searched scripts that a standing entry pays."""
    return frozenset(row[0] for row in connection.execute(_USED))


def known_blocks(connection: sqlite3.Connection) -> tuple[tuple[int, bytes], ...]:
    """Height and hash of every block that was seen in the chain, ascending."""
    rows = connection.execute("SELECT height, hash FROM known ORDER BY height")
    return tuple(rows.fetchall())


def headers_above(connection: sqlite3.Connection, height: int) -> tuple[SeenBlock, ...]:
    """The blocks seen above a height, ascending."""
    rows = connection.execute(
        "SELECT height, header FROM known WHERE height > ? ORDER BY height", (height,)
    )
    return tuple(SeenBlock(at, parse_header(header)) for at, header in rows)


def coverage(connection: sqlite3.Connection) -> tuple[Coverage, ...]:
    """The cohorts of scripts that are searched alike, the least searched first."""
    return tuple(
        Coverage(cohort, scripts, BlockRef(height, name) if name else None)
        for cohort, scripts, height, name in connection.execute(_COVERAGE)
    )


def reorganisations(connection: sqlite3.Connection) -> tuple[Reorganisation, ...]:
    """Every reorganisation that was seen, the first first."""
    rows = connection.execute("SELECT * FROM reorganisations ORDER BY id").fetchall()
    return tuple(
        Reorganisation(
            BlockRef(fork_height, fork),
            BlockRef(lost_height, lost),
            seen,
            _retracted(connection, number),
        )
        for number, fork_height, fork, lost_height, lost, seen in rows
    )


def reported(connection: sqlite3.Connection) -> int:
    """How many of them were reported."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'reported'").fetchone()
    return int(row[0]) if row else 0


def _retracted(connection: sqlite3.Connection, number: int) -> tuple[bytes, ...]:
    rows = connection.execute(
        "SELECT txid FROM retractions JOIN entries ON entries.id = retractions.entry"
        " JOIN blocks ON blocks.id = entries.block WHERE reorganisation = ?"
        " ORDER BY height, position",
        (number,),
    )
    return tuple(row[0] for row in rows)


def source_records(connection: sqlite3.Connection) -> tuple[SourceRecord, ...]:
    """The sources that were asked, the first first."""
    rows = connection.execute(
        "SELECT kind, name, software, route, notes, tip_height, tip_hash, seen"
        " FROM source_log ORDER BY id"
    )
    return tuple(
        SourceRecord(
            kind,
            name,
            software,
            route,
            tuple(notes.split("\n")) if notes else (),
            BlockRef(height, tip),
            seen,
        )
        for kind, name, software, route, notes, height, tip, seen in rows
    )


def watched_scripts(connection: sqlite3.Connection) -> tuple[WatchedScript, ...]:
    """The scripts of the register, by wallet, branch and child."""
    rows = connection.execute(
        "SELECT scripts.script, wallet, branch, child FROM watched"
        " JOIN scripts ON scripts.id = watched.script ORDER BY wallet, branch, child"
    )
    return tuple(WatchedScript(*row) for row in rows)


def fingerprint(connection: sqlite3.Connection, last: int) -> str:
    """SHA-256 over the journal in the order of the chain, up to a height.

    Of each entry: height, block hash, position, txid (which commits to every outpoint and output),
    and script and amount of each input that spends a watched coin. What a source says of foreign
    inputs is not in it: nothing in the chain's proofs bears it out.
    """
    digest = hashlib.sha256(b"kilosat ledger 1")
    watched = {
        row[0]
        for row in connection.execute(
            "SELECT scripts.script FROM searched JOIN scripts ON scripts.id = searched.script"
        )
    }
    for entry in entries(connection, 0, last):
        digest.update(struct.pack("<I32sI32s", *_place(entry), entry.txid))
        for number, leg in enumerate(entry.inputs):
            if leg.script in watched and leg.script is not None and leg.sats is not None:
                digest.update(struct.pack("<IqI", number, leg.sats, len(leg.script)) + leg.script)
    return digest.hexdigest()


def _place(entry: Entry) -> tuple[int, bytes, int]:
    return entry.block.height, entry.block.hash, entry.position
