"""Is the file what was written to it? Everything that can be worked out anew is, and compared.

SQLite keeps no checksums: a flipped bit in an amount reads as another amount. But the journal holds
the transactions with their proofs, and all amounts, places and postings follow from those.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kilosat.chain.header import double_sha256, hex_of_hash
from kilosat.chain.ledger.entry import Entry, Leg
from kilosat.chain.ledger.reading import output_of, read_entry
from kilosat.chain.merkle import parse_merkle_proof
from kilosat.chain.transaction import parse_transaction

__all__ = ["flaws"]

_PAGE = 256
_ENTRIES = """SELECT entries.id, height, hash, header, position, txid, is_coinbase, raw, proof,
    EXISTS (SELECT 1 FROM retractions WHERE entry = entries.id)
    FROM entries JOIN blocks ON blocks.id = entries.block
    WHERE entries.id > ? ORDER BY entries.id LIMIT ?"""
_POSTINGS = """SELECT kind, coalesce(scripts.script, x''), sats FROM postings
    LEFT JOIN scripts ON scripts.id = postings.script WHERE entry = ?"""
_HEADERS = "SELECT 'block', height, hash, header FROM blocks UNION ALL SELECT 'known', * FROM known"
_ANSWERED_BY_NONE = (
    (
        "a transaction stands twice",
        "SELECT txid FROM standing GROUP BY txid HAVING count(*) > 1",
    ),
    (
        "a coin is spent twice",
        "SELECT inputs.txid FROM standing JOIN inputs ON entry = standing.id"
        " GROUP BY inputs.txid, vout HAVING count(*) > 1",
    ),
    (
        "an entry stands in a block that is not in the chain",
        "SELECT txid FROM standing LEFT JOIN known ON known.hash = standing.hash"
        " WHERE known.height IS NOT standing.height",
    ),
    (
        "a search ends at a block that is not in the chain",
        "SELECT cohorts.id FROM cohorts LEFT JOIN known ON known.hash = cohorts.hash"
        " WHERE cohorts.height >= 0 AND known.height IS NOT cohorts.height",
    ),
    (
        "an entry is above all that is searched",
        "SELECT txid FROM standing WHERE height > (SELECT coalesce(max(height), -1) FROM cohorts)",
    ),
    (
        "a wallet's script is not searched for",
        "SELECT script FROM watched WHERE script NOT IN (SELECT script FROM searched)",
    ),
    (
        "an entry is retracted and no other has come in its place",
        "SELECT mine.id FROM retractions JOIN entries AS mine ON mine.id = retractions.entry"
        " WHERE reorganisation IS NULL AND NOT EXISTS (SELECT 1 FROM entries AS other"
        " WHERE other.txid = mine.txid AND other.block = mine.block AND other.id > mine.id)",
    ),
    (
        "an entry is retracted that no reorganisation took away",
        "SELECT entries.id FROM retractions JOIN entries ON entries.id = retractions.entry"
        " JOIN blocks ON blocks.id = entries.block"
        " JOIN reorganisations ON reorganisations.id = reorganisation WHERE height <= fork_height",
    ),
    (
        "a coin of a watched script is spent that none has made",
        "SELECT inputs.entry FROM inputs JOIN standing AS spending ON spending.id = inputs.entry"
        " JOIN searched ON searched.script = inputs.script"
        " JOIN cohorts ON cohorts.id = cohort AND cohorts.height >= spending.height"
        " WHERE NOT EXISTS (SELECT 1 FROM standing AS made JOIN outputs ON entry = made.id"
        " WHERE made.txid = inputs.txid AND place = inputs.vout)",
    ),
)


@dataclass(frozen=True)
class _Kept:
    """What is kept of an entry besides its legs."""

    number: int
    raw: bytes
    proof: bytes
    retracted: bool


def flaws(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with a ledger, in words; the first is enough to give it up."""
    yield from _of_the_file(connection)
    for what, query in _ANSWERED_BY_NONE:
        if connection.execute(query + " LIMIT 1").fetchone() is not None:
            yield what
    yield from _of_the_headers(connection)
    for entry, kept in _entries(connection):
        if not _is_sound(connection, entry, kept):
            yield f"the entry of transaction {hex_of_hash(entry.txid)} does not fit its bytes"


def _of_the_file(connection: sqlite3.Connection) -> Iterator[str]:
    for (found,) in connection.execute("PRAGMA integrity_check(1)"):
        if found != "ok":
            yield f"{found}".splitlines()[-1]
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        yield "rows are missing"


def _of_the_headers(connection: sqlite3.Connection) -> Iterator[str]:
    below: tuple[int, bytes] | None = None
    for table, height, name, header in connection.execute(_HEADERS + " ORDER BY 1, 2"):
        if double_sha256(header) != name:
            yield f"the header at height {height} is another than its hash says"
        if table == "known":
            if below and below[0] == height - 1 and header[4:36] != below[1]:
                yield f"block {height} does not follow from the one before"
            below = height, name


def _entries(connection: sqlite3.Connection) -> Iterator[tuple[Entry, "_Kept"]]:
    last = 0
    while rows := connection.execute(_ENTRIES, (last, _PAGE)).fetchall():
        for *row, raw, proof, retracted in rows:
            yield read_entry(connection, row), _Kept(row[0], raw, proof, bool(retracted))
        last = rows[-1][0]


def _is_sound(connection: sqlite3.Connection, entry: Entry, kept: "_Kept") -> bool:
    transaction, proof = parse_transaction(kept.raw), parse_merkle_proof(kept.proof)
    proof.check(kept.raw)
    inputs = () if transaction.is_coinbase else transaction.inputs
    outputs = enumerate(transaction.outputs)
    postings = Counter((one.account.kind, one.account.script, one.sats) for one in entry.postings())
    return (
        (proof.header.hash, proof.position) == (entry.block.hash, entry.position)
        and (proof.txid, transaction.is_coinbase) == (entry.txid, entry.is_coinbase)
        and [one.outpoint for one in entry.inputs] == [one.outpoint for one in inputs]
        and [(one.outpoint.index, one.script, one.sats) for one in entry.outputs]
        == [(place, one.script, one.value_sats) for place, one in outputs]
        and all(_fits(connection, leg, kept.retracted) for leg in entry.inputs)
        and Counter(connection.execute(_POSTINGS, (kept.number,)).fetchall()) == postings
    )


def _fits(connection: sqlite3.Connection, leg: Leg, retracted: bool) -> bool:
    """Whether an input says of its coin what the entry that made it says."""
    made = output_of(connection, leg.outpoint)
    if made is None or (retracted and leg.script is None):
        return True
    return (leg.script, leg.sats) == (made.output.script, made.output.value_sats)
