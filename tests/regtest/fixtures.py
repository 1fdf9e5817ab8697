"""Fixtures that start real nodes; ``tests/conftest.py`` makes them known to every test."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from .node import RegtestNode, find_bitcoind

__all__ = ["StartNode", "bitcoind", "regtest_node", "shared_node", "start_node", "start_shared"]


class StartNode(Protocol):
    """Starts a node with these arguments of bitcoind; the fixture stops it."""

    def __call__(
        self, *args: str, chain: str = "regtest", zmq: tuple[str, ...] = (), p2p: bool = False
    ) -> RegtestNode: ...


def _starter(bitcoind: Path, folder: Path, stack: ExitStack) -> StartNode:
    numbers = itertools.count()

    def start(
        *args: str, chain: str = "regtest", zmq: tuple[str, ...] = (), p2p: bool = False
    ) -> RegtestNode:
        where = folder / f"node{next(numbers)}"
        node = RegtestNode(bitcoind, where, args, chain=chain, zmq=zmq, p2p=p2p)
        return stack.enter_context(node).start()

    return start


@pytest.fixture(scope="session")
def bitcoind() -> Path:
    """The node's program; the test is skipped where there is none."""
    return find_bitcoind()


@pytest.fixture
def start_node(bitcoind: Path, tmp_path: Path) -> Iterator[StartNode]:
    """Starts nodes that live as long as the test."""
    with ExitStack() as stack:
        yield _starter(bitcoind, tmp_path, stack)


@pytest.fixture(scope="session")
def start_shared(bitcoind: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartNode]:
    """Starts nodes that live as long as the run: for fixtures that build a chain once."""
    with ExitStack() as stack:
        yield _starter(bitcoind, tmp_path_factory.mktemp("nodes"), stack)


@pytest.fixture
def regtest_node(start_node: StartNode) -> RegtestNode:
    """A fresh node with block filters, REST and an index of transactions; only the genesis."""
    return start_node("-blockfilterindex=1", "-rest", "-txindex")


@pytest.fixture(scope="session")
def shared_node(start_shared: StartNode) -> RegtestNode:
    """One node for the whole run, as ``regtest_node``: other tests mine on it too."""
    return start_shared("-blockfilterindex=1", "-rest", "-txindex")
