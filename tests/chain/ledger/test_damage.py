"""A spoiled file: a ``LedgerError``, or a ledger whose answers are the old ones. Never a traceback,
and never another balance.
"""

import random
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from kilosat.chain.errors import ChainError
from kilosat.chain.ledger import Ledger, LedgerError
from kilosat.chain.scan import scan_scripts

from ..fake_chain import FakeChain, FakeSource
from ..scan.chains import OURS, busy_chain

TRIALS = 250
SQLITE_HEADER = 100
DAMAGED = r"(is damaged \(|the file is damaged).*; move it away and scan anew"


def answers(ledger: Ledger) -> tuple[object, ...]:
    """All that a ledger says of the chain; foreign inputs and witnesses follow from nothing."""
    tip = ledger.tip()
    heights = range(tip.height + 1 if tip else 0)
    made = {one.txid for one in ledger.entries()}
    return (
        tip,
        ledger.network,
        ledger.scripts(),
        ledger.fingerprint(),
        [ledger.balances(height) for height in heights],
        [ledger.coins(height) for height in heights],
        [(one.block, one.time, one.position, one.outputs) for one in ledger.entries()],
        [leg for one in ledger.entries() for leg in one.inputs if leg.outpoint.txid in made],
        [ledger.proof(txid) for txid in made],
        [ledger.header(height) for height in heights],
    )


def outcome(path: Path, expected: tuple[object, ...]) -> str:
    """What became of a spoiled ledger that is opened, asked, and looked through."""
    try:
        ledger = Ledger.read_only(path)
    except LedgerError:
        return "not opened"
    with ledger:
        try:
            found = answers(ledger)
        except LedgerError:
            found = ()
        try:
            ledger.check()
        except LedgerError as error:
            return "found" if re.search(DAMAGED, str(error)) else f"in other words: {error}"
        assert found == expected
        return "harmless"


def flipped(path: Path, whole: bytes, places: Iterable[int], chance: random.Random) -> list[str]:
    with Ledger.read_only(path) as ledger:
        expected = answers(ledger)
    found = []
    for place in places:
        spoiled = bytearray(whole)
        spoiled[place] ^= chance.randrange(1, 256)
        path.write_bytes(spoiled)
        found.append(outcome(path, expected))
    return found


def test_one_byte_is_another(path: Path) -> None:
    whole, chance = path.read_bytes(), random.Random(4)
    places = [chance.randrange(len(whole)) for _ in range(TRIALS)]
    found = flipped(path, whole, places, chance)
    assert set(found) == {"not opened", "found", "harmless"}


def test_one_byte_of_the_header_is_another(path: Path) -> None:
    found = flipped(path, path.read_bytes(), range(SQLITE_HEADER), random.Random(5))
    assert set(found) == {"not opened", "found", "harmless"}
    assert found.count("not opened") > 20


@pytest.mark.soak
def test_every_third_byte_is_another(path: Path) -> None:
    whole = path.read_bytes()
    found = flipped(path, whole, range(0, len(whole), 3), random.Random(6))
    assert set(found) == {"not opened", "found", "harmless"}


def test_the_end_is_missing(path: Path) -> None:
    whole, chance = path.read_bytes(), random.Random(4)
    with Ledger.read_only(path) as ledger:
        expected = answers(ledger)
    pages = range(4096, len(whole), 4096)
    for length in [1, 99, 100, *pages, *(chance.randrange(len(whole)) for _ in range(30))]:
        path.write_bytes(whole[:length])
        assert outcome(path, expected) in ("not opened", "found")


def test_a_stretch_is_nought(path: Path) -> None:
    """As after a power cut on a disk that lies; nought within nought is no damage."""
    whole, chance = path.read_bytes(), random.Random(4)
    with Ledger.read_only(path) as ledger:
        expected = answers(ledger)
    found = []
    for _ in range(50):
        start, length = chance.randrange(len(whole)), chance.choice([64, 512, 4096])
        path.write_bytes((whole[:start] + bytes(length) + whole[start + length :])[: len(whole)])
        found.append(outcome(path, expected))
    assert set(found) == {"not opened", "found", "harmless"}
    assert found.count("harmless") < 25


def test_a_scan_into_a_spoiled_ledger(path: Path, chain: FakeChain) -> None:
    """It ends with a reason, or the ledger is what a scan of the chain gives."""
    more = busy_chain(3, seed=7, chain=chain.fork(chain.height))
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(FakeSource(more), OURS, ledger)
        expected = ledger.fingerprint()
    whole, chance = path.read_bytes(), random.Random(7)
    reached = 0
    for _ in range(60):
        spoiled = bytearray(whole)
        spoiled[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
        path.write_bytes(spoiled)
        for log in path.parent.glob("*-wal"):
            log.unlink()
        try:
            with Ledger.open(path, "regtest") as ledger:
                scan_scripts(FakeSource(more), OURS, ledger)
                ledger.check()
                assert ledger.fingerprint() == expected
                reached += 1
        except ChainError:
            pass
    assert 0 < reached < 60


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE postings SET sats = sats + 1", "does not fit its bytes"),
        ("UPDATE postings SET sats = 0 WHERE kind = 'fees'", "does not fit its bytes"),
        ("UPDATE outputs SET sats = sats + 1 WHERE entry = 3", "does not fit its bytes"),
        ("UPDATE outputs SET script = 1", "does not fit its bytes"),
        ("UPDATE scripts SET script = x'00' WHERE id = 1", "does not fit its bytes"),
        ("UPDATE inputs SET sats = sats + 1", "does not fit its bytes"),
        ("UPDATE inputs SET vout = vout + 1", "does not fit its bytes|that none has made"),
        ("UPDATE entries SET position = position + 1 WHERE position > 0", "not fit its bytes"),
        ("UPDATE entries SET txid = randomblob(32)", "damaged"),
        ("UPDATE entries SET raw = x'00'", "damaged"),
        ("UPDATE entries SET block = 1", "damaged"),
        ("DELETE FROM postings WHERE kind = 'fees'", "does not fit its bytes"),
        ("DELETE FROM outputs WHERE entry = 3", "does not fit its bytes|that none has made"),
        ("DELETE FROM entries WHERE id = 3", "damaged"),
        ("DELETE FROM retractions", "a transaction stands twice"),
        ("DELETE FROM retractions WHERE reorganisation > 0", "a coin is spent twice"),
        ("INSERT INTO retractions VALUES (3, NULL)", "no other has come in its place"),
        ("INSERT INTO retractions VALUES (3, 1)", "that no reorganisation took away"),
        ("UPDATE blocks SET height = height + 1", "in a block that is not in the chain"),
        ("UPDATE blocks SET header = zeroblob(80)", "header at height 1 is another than its hash"),
        ("UPDATE known SET header = zeroblob(80)", "header at height 0 is another than its hash"),
        ("DELETE FROM known WHERE height = 22", "in a block that is not in the chain"),
        ("UPDATE cohorts SET height = 5", "a search ends at a block that is not in the chain"),
        (
            "UPDATE cohorts SET height = 5, hash = (SELECT hash FROM known WHERE height = 5)",
            "an entry is above all that is searched",
        ),
        ("DELETE FROM searched WHERE script = 1", "a wallet's script is not searched for"),
    ],
)
def test_what_was_altered_by_hand_is_found(path: Path, statement: str, what: str) -> None:
    """Whoever takes the triggers away first can write anything; it does not fit the proofs."""
    alter(path, statement)
    with Ledger.read_only(path) as ledger, pytest.raises(LedgerError, match=what):
        ledger.check()


def test_a_coin_that_is_said_to_hold_more_when_it_is_spent_than_when_it_was_made(
    path: Path,
) -> None:
    """With postings that were made to fit."""
    with closing(sqlite3.connect(path)) as plain:
        entry, place, script = plain.execute(
            "SELECT standing.id, inputs.place, inputs.script FROM inputs"
            " JOIN standing ON standing.id = inputs.entry"
            " JOIN entries AS made ON made.txid = inputs.txid LIMIT 1"
        ).fetchone()
    alter(
        path,
        f"UPDATE inputs SET sats = sats + 1 WHERE entry = {entry} AND place = {place}",
        f"UPDATE postings SET sats = sats - 1 WHERE entry = {entry} AND script = {script}",
        f"UPDATE postings SET sats = sats + 1 WHERE entry = {entry} AND kind = 'fees'",
    )
    with Ledger.read_only(path) as ledger, pytest.raises(LedgerError, match="does not fit its"):
        ledger.check()


def alter(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        triggers = plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = triggers.fetchall()
        for name, _ in kept:
            plain.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert plain.execute(statement).rowcount > 0
        for _, sql in kept:
            plain.execute(sql)
