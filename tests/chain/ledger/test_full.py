"""The disk is full in the middle of a scan: said, nothing half-written, and it goes on later."""

import resource
from pathlib import Path

import pytest

from kilosat.chain.ledger import Ledger, LedgerError
from kilosat.chain.scan import Batching, scan_scripts

from ..fake_chain import FakeChain, FakeSource
from ..scan.chains import OURS, busy_chain, fresh_fingerprint
from .processes import in_a_process

# From Python 3.12 on it is said of every fork where there are threads; the child uses none.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@pytest.fixture(scope="module")
def long_chain() -> FakeChain:
    return busy_chain(60)


def fill(chain: FakeChain, path: Path, pages: int) -> None:
    with Ledger.open(path, "regtest") as ledger:
        ledger._db.execute(f"PRAGMA max_page_count = {pages}")
        scan_scripts(FakeSource(chain, signs_every=1), OURS, ledger, batching=Batching(blocks=2))


def test_no_page_is_left(long_chain: FakeChain, tmp_path: Path) -> None:
    """Wherever it happens: more room each time, until it is enough."""
    path, reached = tmp_path / "a.ledger", []
    said = f"{path}: the disk is full; make room and run the same command again"
    for pages in range(50, 200, 2):
        try:
            fill(long_chain, path, pages)
            break
        except LedgerError as error:
            if str(error) != said:
                raise
        with Ledger.read_only(path) as ledger:
            ledger.check()
            tip = ledger.tip()
            reached.append(tip.height if tip else -1)
    assert len(set(reached)) >= 5
    assert reached == sorted(reached)
    with Ledger.read_only(path) as ledger:
        assert ledger.fingerprint() == fresh_fingerprint(long_chain)


def limited(chain: FakeChain, path: Path, most_bytes: int) -> str:
    """What a process says that may write files only up to a size; the log is one, too."""

    def work() -> str:
        fill(chain, path, 10_000)
        return "done"

    return in_a_process(
        work, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    )


def test_the_system_refuses_to_write(long_chain: FakeChain, tmp_path: Path) -> None:
    for kibibytes in (50, 150, 300):
        path = tmp_path / f"{kibibytes}.ledger"
        said = limited(long_chain, path, kibibytes * 1024)
        assert said.startswith(f"refused: {path}: the disk ")
        fill(long_chain, path, 10_000)
        with Ledger.read_only(path) as ledger:
            ledger.check()
            assert ledger.fingerprint() == fresh_fingerprint(long_chain)
