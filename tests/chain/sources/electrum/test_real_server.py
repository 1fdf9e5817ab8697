"""ElectrumX over a real node: what the source finds is what a walk over all blocks finds."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.regtest.electrum_proxy import ElectrumProxy
from tests.regtest.electrumx_server import ElectrumXServer, ask_electrum
from tests.regtest.fixtures import StartNode
from tests.regtest.paid_chain import (
    PAID_NODE,
    PaidChain,
    build_paid_chain,
    found_by,
    held_by_the_node,
    tip_of,
    unspent_at,
    walk,
)

from kilosat.chain.header import parse_header
from kilosat.chain.sources.electrum import electrum_source
from kilosat.chain.sources.errors import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    WrongNetworkError,
)
from kilosat.chain.sources.port import BlockRef, Watched
from kilosat.chain.sources.script_index.source import IndexSource


def source(address: str, **options: object) -> "closing[IndexSource]":
    return closing(electrum_source(address, "regtest", **options))  # type: ignore[arg-type]


def test_finds_what_a_walk_over_all_blocks_finds(chain: PaidChain, server: ElectrumXServer) -> None:
    tip = tip_of(chain.node)
    expected = walk(chain.node, chain.watched, 0, tip.height)
    assert sum(map(len, expected.values())) > 100
    with source(server.tcp) as one:
        assert one.status().tip == tip
        assert found_by(one, chain.watched, 0, tip) == expected
        assert found_by(one, Watched(()), 0, tip) == {}


@pytest.mark.parametrize("split", [1, 40, 171, 176])
def test_two_parts_are_the_whole(chain: PaidChain, server: ElectrumXServer, split: int) -> None:
    tip = tip_of(chain.node)
    middle = BlockRef(split, bytes.fromhex(chain.node.rpc("getblockhash", split))[::-1])
    coins = tuple(unspent_at(chain.node, chain.scripts, split))
    with source(server.tcp) as one:
        lower = found_by(one, chain.watched, 0, middle)
        upper = found_by(one, Watched(chain.scripts, coins), split + 1, tip)
    assert lower == walk(chain.node, chain.watched, 0, split)
    assert lower | upper == walk(chain.node, chain.watched, 0, tip.height)


def test_unspent_coins_are_the_node_s(chain: PaidChain, server: ElectrumXServer) -> None:
    with source(server.tcp) as one:
        unspent = one.unspent(chain.scripts)
    assert unspent.tip == tip_of(chain.node)
    assert unspent.coins == held_by_the_node(chain)


def test_headers_are_the_node_s(chain: PaidChain, server: ElectrumXServer) -> None:
    hashes = [chain.node.rpc("getblockhash", height) for height in range(20)]
    raw = [bytes.fromhex(chain.node.rpc("getblockheader", one, False)) for one in hashes]
    with source(server.tcp) as one:
        assert one.headers(0, 20) == [parse_header(header) for header in raw]
        with pytest.raises(BlocksMissingError, match="no block at height"):
            one.headers(tip_of(chain.node).height, 2)


def test_tls_with_the_server_s_own_certificate(
    chain: PaidChain, server: ElectrumXServer, tmp_path: Path
) -> None:
    with source(server.ssl, ca_file=server.certificate) as one:
        assert one.status().tip == tip_of(chain.node)
        assert not any("not encrypted" in note for note in one.status().notes)
    with source(server.ssl) as one, pytest.raises(SourceError, match=r"certificate.*ca_file"):
        one.status()
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate", "ascii")
    with source(server.ssl, ca_file=broken) as one, pytest.raises(SourceError, match="PEM"):
        one.status()


def test_a_server_of_another_network(server: ElectrumXServer) -> None:
    with (
        closing(electrum_source(server.tcp, "mainnet")) as one,
        pytest.raises(WrongNetworkError, match="serves regtest, not mainnet"),
    ):
        one.status()


def test_the_server_restarts_in_the_middle(
    chain: PaidChain, server: ElectrumXServer, proxy: ElectrumProxy
) -> None:
    tip = tip_of(chain.node)

    def restarting(method: str, params: list[object], result: object) -> object:
        if len(proxy.asked) == 60:
            server.stop()
            server.start()
        return result

    proxy.alter = restarting
    with source(proxy.address) as one:
        assert found_by(one, chain.watched, 0, tip) == walk(
            chain.node, chain.watched, 0, tip.height
        )
    assert proxy.asked.count("server.version") >= 2


@pytest.fixture(scope="module")
def own(
    start_shared: StartNode, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[PaidChain, ElectrumXServer]]:
    """A smaller chain and a server of their own, to change."""
    chain = build_paid_chain(start_shared(*PAID_NODE), 5)
    with ElectrumXServer(chain.node, tmp_path_factory.mktemp("own")) as server:
        server.wait_for_tip()
        yield chain, server


def test_transactions_that_wait_for_a_block_are_left_out(
    own: tuple[PaidChain, ElectrumXServer],
) -> None:
    chain, server = own
    node, tip = chain.node, tip_of(chain.node)
    txid = node.rpc("sendtoaddress", chain.addresses[2], 3, wallet="paid")
    key = hashlib.sha256(chain.scripts[2]).digest()[::-1].hex()
    for _ in range(600):  # the server looks for such transactions now and then
        history = ask_electrum(server.tcp_port, "blockchain.scripthash.get_history", [key])
        if txid in str(history):
            break
        time.sleep(0.05)
    assert [one["height"] for one in history if one["tx_hash"] == txid] == [0]
    with source(server.tcp) as one:
        expected = walk(node, chain.watched, 0, tip.height)
        assert found_by(one, chain.watched, 0, tip) == expected
        # Listed are those only that no waiting transaction spends.
        held = held_by_the_node(chain)
        keys = [hashlib.sha256(script).digest()[::-1].hex() for script in chain.scripts]
        asked = "blockchain.scripthash.listunspent"
        listed = [coin for key in keys for coin in ask_electrum(server.tcp_port, asked, [key])]
        assert len([coin for coin in listed if coin["height"] > 0]) < len(held)
        assert one.unspent(chain.scripts).coins == held


def test_a_reorganisation_before_and_during_the_search(
    own: tuple[PaidChain, ElectrumXServer],
) -> None:
    chain, server = own
    node, tip = chain.node, tip_of(chain.node)

    def reorganise(blocks: int) -> None:
        node.rpc("invalidateblock", node.rpc("getblockhash", tip.height - 3))
        node.mine(blocks)
        server.wait_for_tip()

    with ElectrumProxy(server.tcp_port) as proxy, source(proxy.address) as one:

        def during(method: str, params: list[object], result: object) -> object:
            if method == "blockchain.transaction.get_merkle" and not done:
                done.append(True)
                reorganise(6)
            return result

        done: list[bool] = []
        proxy.alter = during
        with pytest.raises(ReorganisedError, match=r"height 115 .*reorganised"):
            list(one.find(chain.watched, 0, tip))
        with pytest.raises(ReorganisedError):
            list(one.find(chain.watched, 0, tip))
        new = tip_of(node)
        assert found_by(one, chain.watched, 0, new) == walk(node, chain.watched, 0, new.height)
        beyond = BlockRef(new.height + 1, bytes(32))
        with pytest.raises(BlocksMissingError, match="has come to height"):
            list(one.find(chain.watched, 0, beyond))
