"""Nodes that are pruned, behind, on another network, busy, killed, or whose chain changes."""

import hmac
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kilosat.chain.header import hash_of_hex
from kilosat.chain.sources import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    WrongNetworkError,
)
from kilosat.chain.sources.core import CoreSource, NodeAddress, core_source, node_address
from kilosat.chain.sources.port import BlockRef, Watched

from ....regtest.fixtures import StartNode
from ....regtest.node import RegtestNode, free_port
from .conftest import SourceOf, WatchedChain
from .proxy import Proxy
from .test_routes import txids

ANYTHING = Watched((bytes.fromhex("0014751e76e8199196d454941c45d1b3a323f1433bd6"),))
"""BIP 173's example script, to which the tests' blocks are mined."""
EVERY_BLOCK = ("scanblocks", "filters")


def tip_of(node: RegtestNode) -> BlockRef:
    return BlockRef(node.rpc("getblockcount"), hash_of_hex(node.rpc("getbestblockhash")))


def test_a_pruned_node_says_what_it_keeps(start_node: StartNode, source_of: SourceOf) -> None:
    node = start_node("-blockfilterindex=1", "-rest", "-prune=1", "-fastprune")
    node.mine(1000)
    node.wait_for_index()
    node.rpc("pruneblockchain", 700)
    kept = node.rpc("getblockchaininfo")["pruneheight"]
    assert kept > 1
    tip = tip_of(node)
    for without in ((), EVERY_BLOCK, (*EVERY_BLOCK, "rest")):
        source = source_of(node, without=without)
        status = source.status()
        assert status.first_block == kept
        assert any(f"from {kept:,} on" in note for note in status.notes)
        with pytest.raises(BlocksMissingError, match=rf"keeps blocks from {kept:,} on.*prune=0"):
            list(source.find(ANYTHING, 0, tip))
        after = [one.height for one in source.find(ANYTHING, kept, tip) if one.transactions]
        assert after == list(range(kept, 1001))
    # Filters stay: where they say that nothing was there, the blocks are not needed.
    source = source_of(node)
    nothing = [one.transactions for one in source.find(Watched((b"\x51",)), 0, tip)]
    assert nothing == [()] * len(nothing)


def test_a_node_on_another_network_is_refused(start_node: StartNode, source_of: SourceOf) -> None:
    node = start_node("-networkactive=0", chain="signet")
    source = source_of(node)
    with pytest.raises(WrongNetworkError, match="is on signet, and regtest is what is asked for"):
        source.status()
    with pytest.raises(WrongNetworkError):
        list(source.find(ANYTHING, 0, tip_of(node)))
    assert source_of(node, network="signet").status().network == "signet"


@pytest.mark.parametrize(
    ("chain", "network"),
    [("main", "mainnet"), ("test", "testnet"), ("testnet4", "testnet")],
)
def test_networks_are_told_by_their_first_block(
    chain: str, network: str, start_node: StartNode, source_of: SourceOf
) -> None:
    node = start_node("-networkactive=0", chain=chain)
    assert source_of(node, network=network).status().network == network


def test_a_cookie_a_folder_and_a_password_let_in(start_node: StartNode) -> None:
    # As Bitcoin Core's share/rpcauth/rpcauth.py makes it: user:salt$HMAC-SHA256(salt, password).
    digest = hmac.new(b"5a17", b"p@ss:word/1", "sha256").hexdigest()
    node = start_node(f"-rpcauth=alice:5a17${digest}")
    url = f"http://alice:p%40ss%3Aword%2F1@127.0.0.1:{node.rpc_port}"
    with CoreSource(node_address(url, network="regtest")) as source:
        assert source.status().tip.height == 0
        assert "ss" not in repr(source.status().name) + source.name
    with CoreSource(node_address(url.replace("word", "w0rd"))) as source:
        with pytest.raises(SourceError, match="refuses user and password") as refused:
            source.status()
        assert "w0rd" not in str(refused.value)
    for cookie, folder in ((node.cookie, None), (None, node.folder)):
        address = f"http://127.0.0.1:{node.rpc_port}"
        with core_source(address, cookie, folder, "regtest") as source:
            assert source.status().network == "regtest"


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8332",
        "https://a:secret@127.0.0.1",
        "http://a:secret@127.0.0.1:port",
        "http://a:secret@",
        "http://a:secret@host/path",
        "http://a:secret@[::1",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SourceError, match="not the address of a node") as refused:
        node_address(url)
    assert "secret" not in str(refused.value)


def test_an_address_without_login_is_refused() -> None:
    with pytest.raises(SourceError, match="user and password or a cookie"):
        core_source("http://127.0.0.1:8332")


def test_a_password_is_never_shown() -> None:
    address = node_address("http://alice:secret@127.0.0.1:8332")
    assert "secret" not in repr(address) + str(address) + address.name


@pytest.mark.parametrize("content", [b"", b"no cookie", b"a:b\nc:d", b"\xff\xfe"])
def test_what_is_no_cookie_is_told(content: bytes, tmp_path: Path) -> None:
    cookie = tmp_path / ".cookie"
    cookie.write_bytes(content)
    with pytest.raises(SourceError, match=r"\.cookie: "):
        core_source(None, cookie).status()


def test_nobody_there_is_told_at_once() -> None:
    with (
        CoreSource(NodeAddress("127.0.0.1", free_port(), "a:b"), patience_seconds=3600) as source,
        pytest.raises(SourceError, match="cannot be reached: Connection refused"),
    ):
        source.status()


def test_a_cookie_that_is_gone_is_told(
    full_node: RegtestNode, tmp_path: Path, source_of: SourceOf
) -> None:
    cookie = tmp_path / ".cookie"
    with pytest.raises(SourceError, match=r"\.cookie: the cookie cannot be read: No such file"):
        core_source(full_node.url, cookie, network="regtest").status()
    cookie.write_bytes(full_node.cookie.read_bytes())
    address = NodeAddress("127.0.0.1", full_node.rpc_port, cookie=cookie)
    with CoreSource(address, "regtest", patience_seconds=0.3) as source:
        source.status()
        cookie.unlink()
        with pytest.raises(SourceError, match="the cookie cannot be read"):
            source.status()
        cookie.write_text("__cookie__:" + "ab" * 32, "ascii")
        with pytest.raises(SourceError, match="or the cookie is another's"):
            source.status()


def test_a_connection_that_leaves_the_machine_is_noted(
    full_node: RegtestNode, source_of: SourceOf
) -> None:
    address = NodeAddress("0.0.0.0", full_node.rpc_port, cookie=full_node.cookie)
    with CoreSource(address) as source:
        assert any("not encrypted" in note for note in source.status().notes)
    assert not any("not encrypted" in note for note in source_of(full_node).status().notes)


def test_a_node_at_its_first_block_is_syncing(start_node: StartNode, source_of: SourceOf) -> None:
    status = source_of(start_node()).status()
    assert "the node is still syncing: block 0 of 0" in status.notes


@pytest.mark.parametrize("without", [EVERY_BLOCK, ("scanblocks",)])
def test_rest_that_is_switched_off_in_the_middle_is_told(
    without: tuple[str, ...],
    built: WatchedChain,
    full_node: RegtestNode,
    proxy: Proxy,
    source_of: SourceOf,
) -> None:
    source = source_of(full_node, proxy.port, without=without)
    found = source.find(built.watched, 0, built.tip)
    first = next(found)
    proxy.rest = lambda path, status, body: (404, b"")
    with pytest.raises(SourceError, match="REST was switched off meanwhile"):
        list(found)
    again = list(source.find(built.watched, 0, built.tip))
    assert txids([first, *again]) == built.transactions


@pytest.mark.parametrize(("status", "said"), [(401, "user and pass"), (403, "rpcwhitelist")])
def test_refusals_of_http_are_told_at_once(
    status: int, said: str, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    proxy.raw = lambda path, _, body: (status, b"")
    with pytest.raises(SourceError, match=said):
        source_of(full_node, proxy.port, patience_seconds=3600).status()


def test_a_busy_node_is_asked_again(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    source = source_of(full_node, proxy.port)
    source.status()
    answers = iter([503, 503, 503])
    proxy.raw = lambda path, status, body: (next(answers, status), body)
    assert source.status().tip == built.tip
    assert next(answers, None) is None


def test_a_node_that_warms_up_for_too_long_is_told(
    full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    source = source_of(full_node, proxy.port, patience_seconds=0.5)
    source.status()
    proxy.refuse("getblockchaininfo", -28, "Loading block index\u2026\x1b[2J")
    with pytest.raises(SourceError, match="still starting") as told:
        source.status()
    assert "\x1b" not in str(told.value)


def test_a_silent_node_is_given_up(
    full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    answered = threading.Event()

    def late(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        answered.wait(10)
        return status, body

    proxy.raw = late
    with pytest.raises(SourceError, match=r"did not answer within 0\.3 seconds"):
        source_of(full_node, proxy.port, timeout_seconds=0.3).status()
    answered.set()


def test_a_node_that_is_behind_says_how_far(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    def behind(told: dict[str, object]) -> dict[str, object]:
        block = full_node.rpc("getblockhash", 90)
        more = {"headers": 900_000, "initialblockdownload": True}
        return {**told, "blocks": 90, "bestblockhash": block, **more}

    proxy.result("getblockchaininfo", behind)
    source = source_of(full_node, proxy.port)
    status = source.status()
    assert status.tip.height == 90
    assert "the node is still syncing: block 90 of 900,000" in status.notes
    with pytest.raises(BlocksMissingError, match=f"has come to block 90 and {built.tip.height} is"):
        list(source.find(built.watched, 0, built.tip))


@pytest.mark.parametrize("without", [(), EVERY_BLOCK, (*EVERY_BLOCK, "rest")])
def test_a_chain_that_changes_while_it_is_read_is_told(
    without: tuple[str, ...], start_node: StartNode, source_of: SourceOf
) -> None:
    node = start_node("-blockfilterindex=1", "-rest")
    node.mine(120)
    tip = tip_of(node)
    found = source_of(node, without=without).find(ANYTHING, 1, tip)
    assert next(found).height == 1
    node.rpc("invalidateblock", node.rpc("getblockhash", 115))
    node.mine(12, "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry")
    with pytest.raises(ReorganisedError, match=r"block 120 \(.*\) is not in the chain"):
        list(found)
    with pytest.raises(ReorganisedError):
        list(source_of(node, without=without).find(ANYTHING, 1, tip))


def test_a_chain_that_became_shorter_is_told(start_node: StartNode, source_of: SourceOf) -> None:
    node = start_node("-rest")
    node.mine(10)
    tip = tip_of(node)
    source = source_of(node)
    node.rpc("invalidateblock", node.rpc("getblockhash", 8))
    with pytest.raises(BlocksMissingError, match="has come to block 7 and 10 is needed"):
        list(source.find(ANYTHING, 0, tip))
    with pytest.raises(BlocksMissingError, match="not come as far as block 10"):
        source.headers(5, 6)


@pytest.mark.parametrize("without", [(), ("scanblocks",), EVERY_BLOCK, (*EVERY_BLOCK, "rest")])
def test_a_node_killed_in_the_middle_is_waited_for(
    without: tuple[str, ...],
    built: WatchedChain,
    start_copy: Callable[..., RegtestNode],
    source_of: SourceOf,
) -> None:
    node = start_copy("-blockfilterindex=1", "-rest")
    found = source_of(node, without=without).find(built.watched, 0, built.tip)
    first = next(found)
    node.kill()
    again = threading.Thread(target=lambda: (time.sleep(0.3), node.start()))
    again.start()
    rest = list(found)
    again.join()
    assert txids([first, *rest]) == built.transactions
    node.stop()


def test_a_node_that_stays_away_is_given_up(
    built: WatchedChain, start_copy: Callable[..., RegtestNode], source_of: SourceOf
) -> None:
    node = start_copy("-blockfilterindex=1", "-rest")
    source = source_of(node, without=EVERY_BLOCK, patience_seconds=0.5)
    found = source.find(built.watched, 0, built.tip)
    next(found)
    node.kill()
    with pytest.raises(SourceError, match="cannot be reached"):
        list(found)
    # The very same search, once the node is there again.
    node.start()
    assert txids(source.find(built.watched, 0, built.tip)) == built.transactions
    node.stop()


def test_another_scan_is_waited_for(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    busy = iter(range(2))

    def reply(method: str, params: list[object], told: dict[str, object]) -> dict[str, object]:
        if method.startswith("scan") and params[0] == "start" and next(busy, None) is not None:
            said = 'Scan already in progress, use action "abort" or "status"'
            return {**told, "result": None, "error": {"code": -8, "message": said}}
        return told

    proxy.reply = reply
    source = source_of(full_node, proxy.port, without=("filters",))
    assert txids(source.find(built.watched, 0, built.tip)) == built.transactions
    assert next(busy, None) is None
    busy = iter(range(1000))
    impatient = source_of(full_node, proxy.port, patience_seconds=0.6)
    with pytest.raises(SourceError, match="busy with another scantxoutset"):
        impatient.unspent(built.scripts)


def test_a_search_that_is_left_ends_its_scan_and_nobody_elses(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    found = source_of(full_node, proxy.port).find(built.watched, 0, built.tip)
    next(found)
    found.close()
    assert ("scanblocks", ["abort"]) not in proxy.calls
    assert full_node.rpc("scanblocks", "status") is None
