"""A ledger's file in which every table has rows, and the chain that it was read from."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kilosat.chain.ledger import Ledger
from kilosat.chain.scan import scan_scripts

from ..fake_chain import FakeChain, FakeSource
from ..scan.chains import OURS, busy_chain


@pytest.fixture(scope="session")
def chain() -> FakeChain:
    """The chain that took over, in place of the last three of twenty blocks."""
    first = busy_chain(20)
    return busy_chain(5, seed=5, chain=first.fork(17))


@pytest.fixture(scope="session")
def _original(chain: FakeChain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("original") / "a.ledger"
    with Ledger.open(path, "regtest") as ledger:
        # Scripts that come later and a source that cannot tell all: entries are refined.
        scan_scripts(FakeSource(busy_chain(20), telling="nothing"), OURS[1:], ledger)
        scan_scripts(FakeSource(busy_chain(20)), OURS, ledger)
        scan_scripts(FakeSource(chain), OURS, ledger)
        assert ledger.reorganisations()[0].retracted
    return path


@pytest.fixture
def path(_original: Path, tmp_path: Path) -> Path:
    """A copy that the test may spoil."""
    return Path(shutil.copy(_original, tmp_path / "a.ledger"))


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    """It, open for reading."""
    with Ledger.read_only(path) as one:
        yield one
