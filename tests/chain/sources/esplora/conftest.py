"""An Esplora server over a chain with payments; nothing here waits between attempts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.regtest.esplora_server import EsploraServer
from tests.regtest.paid_chain import PaidChain

from kilosat.chain.sources.esplora import esplora_source
from kilosat.chain.sources.script_index import claims
from kilosat.chain.sources.script_index.source import IndexSource

Open = Callable[..., IndexSource]


@pytest.fixture(scope="session")
def _running(chain: PaidChain) -> Iterator[EsploraServer]:
    with EsploraServer(chain.node) as server:
        yield server


@pytest.fixture
def server(_running: EsploraServer) -> Iterator[EsploraServer]:
    """The server, honest at first."""
    _running.asked.clear()
    yield _running
    _running.alter = lambda _, reply: reply


@pytest.fixture
def opened(pauses: list[float]) -> Iterator[Open]:
    """Makes sources for an address and closes them."""
    with ExitStack() as stack:

        def make(address: str, **options: Any) -> IndexSource:
            options = {"network": "regtest", "sleep": pauses.append, **options}
            source = esplora_source(address, **options)
            stack.callback(source.close)
            return source

        yield make


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which are not waited for."""
    monkeypatch.setattr(claims, "_SETTLING_SECONDS", 0)
    return []
