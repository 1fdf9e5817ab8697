"""One audit of the scenario for all tests of this folder, with the script's own books of it."""

import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kilosat.brief.audit import write_audit
from kilosat.chain.inspection import Asked, Inspection, inspect
from kilosat.chain.ledger import Ledger
from kilosat.chain.register import Register
from kilosat.chain.sources.core.adapter import core_source
from kilosat.definitions.price_history import read_price_history

from ...regtest.books import Books
from ...regtest.told import Told

VERSION = "0.0.test"


@dataclass(frozen=True)
class Made:
    """The inspection, its files by name, and what the script and the node know of the same."""

    done: Inspection
    register: Register
    books: Books
    times: dict[int, datetime]
    files: dict[str, Path]

    def text(self, name: str) -> str:
        return self.files[name].read_text("utf-8")

    def held(self, parties: set[str], height: int | None = None) -> int:
        return sum(self.books.balance(party, height) for party in parties)


@pytest.fixture(scope="session")
def made(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("audit")
    source = core_source(told.node.url, told.node.cookie, network="regtest")
    with Ledger.open(folder / "state.ledger", "regtest") as ledger:
        done = inspect(told.register, source, ledger, Asked(), read_price_history())
        paths = write_audit(done, told.register, folder / "out", VERSION)
    source.close()
    times = {height: _time(told, height) for height in range(told.scenario.height + 1)}
    files = {path.name: path for path in paths}
    return Made(done, told.register, copy.deepcopy(told.scenario.books), times, files)


def _time(told: Told, height: int) -> datetime:
    block = told.node.rpc("getblockheader", told.node.rpc("getblockhash", height))
    return datetime.fromtimestamp(block["time"], UTC)
