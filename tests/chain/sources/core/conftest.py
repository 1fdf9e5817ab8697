"""One chain with a wallet that is watched, built once; the wallet itself says what to find."""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kilosat.chain.header import hash_of_hex
from kilosat.chain.sources.core import CoreSource, NodeAddress, http, scan_blocks, scans
from kilosat.chain.sources.port import BlockRef, Watched

from ....regtest.fixtures import StartNode
from ....regtest.node import RegtestNode
from .proxy import Proxy, proxy_to

PATIENCE = 20.0
SourceOf = Callable[..., CoreSource]


@dataclass(frozen=True)
class WatchedChain:
    """What the wallet ``ours`` knows of itself: its scripts and its transactions, by height."""

    folder: Path
    tip: BlockRef
    scripts: tuple[bytes, ...]
    transactions: dict[str, int]

    @property
    def watched(self) -> Watched:
        return Watched(self.scripts)


@pytest.fixture(scope="session")
def built(start_shared: StartNode) -> WatchedChain:
    """A stopped node's folder to copy, with filters made."""
    node = start_shared("-blockfilterindex=1", "-rest", "-unsafesqlitesync")
    ours, theirs = node.create_wallet("ours"), node.create_wallet("theirs")
    node.mine(110, node.rpc("getnewaddress", wallet=theirs))
    rng = random.Random(4)
    for _ in range(12):
        _trade(node, rng)
    for _ in range(14):
        node.rpc("sendtoaddress", node.rpc("getnewaddress", wallet=theirs), 0.01, wallet=ours)
    node.mine(2, node.rpc("getnewaddress", wallet=ours))
    node.mine(100)
    listed = node.rpc("listtransactions", "*", 10_000, wallet=ours)
    transactions = {one["txid"]: one["blockheight"] for one in listed}
    chain = WatchedChain(
        node.folder, _tip(node), tuple(sorted(_scripts(node, transactions))), transactions
    )
    node.wait_for_index()
    node.stop()
    return chain


def _trade(node: RegtestNode, rng: random.Random) -> None:
    """Receipts, a payment, and a coin that is received and spent in the same block."""
    ours, theirs = "ours", "theirs"
    amounts = {node.rpc("getnewaddress", wallet=ours): rng.randint(1, 300) / 100 for _ in range(3)}
    node.rpc("sendmany", "", amounts, wallet=theirs)
    node.mine(rng.randint(1, 3))
    node.rpc("sendtoaddress", node.rpc("getnewaddress", wallet=theirs), 0.7, wallet=ours)
    address = node.rpc("getnewaddress", wallet=ours)
    txid = node.rpc("sendtoaddress", address, 1.5, wallet=theirs)
    node.rpc("syncwithvalidationinterfacequeue")  # the other wallet hears of it a moment later
    outputs = node.rpc("gettransaction", txid, False, True, wallet=ours)["decoded"]["vout"]
    (place,) = (one["n"] for one in outputs if one["scriptPubKey"].get("address") == address)
    spend = {"inputs": [{"txid": txid, "vout": place}], "include_unsafe": True}
    pay = [{node.rpc("getnewaddress", wallet=theirs): 1.25}]
    node.rpc("send", pay, None, "unset", 10, spend, wallet=ours)
    node.mine(rng.randint(1, 4))


def _scripts(node: RegtestNode, txids: Any) -> set[bytes]:
    """Every script of the wallet's own that its transactions pay."""
    found = set()
    for txid in txids:
        for output in node.rpc("gettransaction", txid, False, True, wallet="ours")["decoded"][
            "vout"
        ]:
            script = output["scriptPubKey"]
            if "address" in script:
                info = node.rpc("getaddressinfo", script["address"], wallet="ours")
                if info["ismine"]:
                    found.add(bytes.fromhex(script["hex"]))
    return found


def _tip(node: RegtestNode) -> BlockRef:
    return BlockRef(node.rpc("getblockcount"), hash_of_hex(node.rpc("getbestblockhash")))


@pytest.fixture(scope="session")
def start_copy(built: WatchedChain, start_shared: StartNode) -> Callable[..., RegtestNode]:
    """Starts a node on a copy of the chain; it lives as long as the run."""

    def start(*args: str) -> RegtestNode:
        node = start_shared("-blocksonly", *args)
        node.stop()
        shutil.rmtree(node.folder)
        shutil.copytree(built.folder, node.folder)
        return node.start()

    return start


@pytest.fixture(scope="session")
def full_node(start_copy: Callable[..., RegtestNode]) -> RegtestNode:
    """With filters and REST; tests do not change it."""
    return start_copy("-blockfilterindex=1", "-rest")


@pytest.fixture
def proxy(full_node: RegtestNode) -> Iterator[Proxy]:
    with proxy_to(full_node.rpc_port) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_LONGEST_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(scans, "_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(scan_blocks, "_PAUSE_SECONDS", 0.05)


@pytest.fixture
def source_of() -> Iterator[SourceOf]:
    """Makes sources and closes them."""
    sources: list[CoreSource] = []

    def make(node: RegtestNode, port: int = 0, **options: Any) -> CoreSource:
        address = NodeAddress("127.0.0.1", port or node.rpc_port, cookie=node.cookie)
        options = {"patience_seconds": PATIENCE, "network": "regtest", **options}
        sources.append(CoreSource(address, **options))
        return sources[-1]

    yield make
    for source in sources:
        source.close()
