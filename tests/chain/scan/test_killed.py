"""`kill -9` at random moments of a scan of a real node: nothing is lost, nothing doubled."""

import random
import shutil
from itertools import count
from pathlib import Path

import pytest

from kilosat.chain.ledger import Ledger

from ...regtest.fixtures import StartNode
from .killing import Kills, Scan, finish_under_kills, journals_of, unbroken_seconds
from .open_scripts import OpenScripts

# From Python 3.12 on it is said of every fork where there are threads; the child uses none.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
LOST_BLOCKS = 6


@pytest.fixture
def paid(start_node: StartNode) -> OpenScripts:
    return OpenScripts(start_node("-blockfilterindex=1", "-rest", "-txindex"), blocks=150)


def fingerprint_of(path: Path) -> str:
    with Ledger.read_only(path) as ledger:
        ledger.check()
        return ledger.fingerprint()


def kill_so_often(paid: OpenScripts, times: int, seed: int, folder: Path) -> Kills:
    """Scans of one chain until four fifths of the kills are used up; then of the one that takes
    over, into copies of a finished ledger.
    """
    kills, chance = Kills(), random.Random(seed)
    scan = Scan(paid.source, (paid.scripts[:2], paid.scripts))
    first, fingerprint = journals_of(scan)
    done = folder / "unbroken.ledger"
    whole_seconds = unbroken_seconds(scan, done)
    for number in count():
        path = folder / f"{number}.ledger"
        finish_under_kills(scan, path, (first,), kills, chance, whole_seconds / 4)
        assert fingerprint_of(path) == fingerprint_of(done) == fingerprint
        if kills.total >= times * 4 // 5:
            break
    paid.lose_blocks(LOST_BLOCKS)
    second, fingerprint = journals_of(scan)
    for number in count():
        path = Path(shutil.copy(done, folder / f"{number}.reorganised"))
        finish_under_kills(scan, path, (first, second), kills, chance, whole_seconds / 20)
        assert fingerprint_of(path) == fingerprint
        assert_reported_once(path, {one.txid for one in first[frozenset(paid.scripts)]})
        if kills.total >= times:
            return kills
    raise AssertionError("unreachable")


def assert_reported_once(path: Path, txids: set[bytes]) -> None:
    with Ledger.read_only(path) as ledger:
        (seen,) = ledger.reorganisations()
        assert seen.lost.height - seen.fork.height == LOST_BLOCKS
        assert seen.retracted
        assert set(seen.retracted) <= txids


def test_nothing_is_lost_or_doubled_in_a_hundred_kills(paid: OpenScripts, tmp_path: Path) -> None:
    kills = kill_so_often(paid, 100, seed=4, folder=tmp_path)
    assert kills.total >= 100
    assert kills.within + kills.committing >= 10
    assert len(set(kills.reached)) >= 20


@pytest.mark.soak
def test_nor_in_two_thousand(paid: OpenScripts, tmp_path: Path) -> None:
    kills = kill_so_often(paid, 2000, seed=5, folder=tmp_path)
    assert kills.within + kills.committing >= 200
    assert len(set(kills.reached)) >= 100
