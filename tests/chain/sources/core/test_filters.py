"""Block filters that are not made yet, damaged, passed over or false."""

from collections.abc import Callable
from typing import Any

import pytest

from kilosat.chain.filters import Scripts, parse_filter
from kilosat.chain.header import hash_of_hex
from kilosat.chain.sources import BlockRef, BlocksMissingError, SourceError, UntruthError, Watched
from kilosat.chain.sources.core.sentinel import sentinel_of

from ....regtest.fixtures import StartNode
from ....regtest.node import NodeError, RegtestNode
from .conftest import SourceOf, WatchedChain
from .proxy import Proxy, proxy_to
from .test_routes import txids

SCANBLOCKS = ("filters",)
FILTER_ROUTES = [SCANBLOCKS, ("rest",), ("scanblocks",)]
NOT_YET = "Filter not found. Block filters are still in the process of being indexed."


def test_filters_that_are_not_made_yet_are_not_relied_on(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    # The node's scanblocks passes over blocks without filters and says that it is complete.
    index = {"basic block filter index": {"synced": False, "best_block_height": 50}}
    proxy.result("getindexinfo", lambda _: index)
    source = source_of(full_node, proxy.port)
    assert source.status().route == "every block over REST"
    assert txids(source.find(built.watched, 0, built.tip)) == built.transactions


def test_filters_that_fall_behind_in_the_middle_are_told(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    source = source_of(full_node, proxy.port, without=SCANBLOCKS, patience_seconds=0.6)
    proxy.refuse("getblockfilter", -1, NOT_YET)
    with pytest.raises(SourceError, match="has not made all block filters yet"):
        list(source.find(built.watched, 0, built.tip))


def test_filters_that_come_a_moment_later_are_waited_for(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    late = iter(range(2))

    def reply(method: str, params: list[Any], told: dict[str, Any]) -> dict[str, Any]:
        if method == "getblockfilter" and next(late, None) is not None:
            return {**told, "result": None, "error": {"code": -1, "message": NOT_YET}}
        return told

    proxy.reply = reply
    source = source_of(full_node, proxy.port, without=SCANBLOCKS)
    assert txids(source.find(built.watched, 0, built.tip)) == built.transactions
    assert next(late, None) is None


@pytest.fixture(scope="module")
def damaged(start_copy: Callable[..., RegtestNode], built: WatchedChain) -> RegtestNode:
    """A node one of whose filters has a bit turned, as on a bad disk."""
    node = start_copy("-blockfilterindex=1", "-rest")
    heights = sorted(set(built.transactions.values()))
    name = node.rpc("getblockhash", heights[len(heights) // 2])
    stored = bytes.fromhex(node.rpc("getblockfilter", name)["filter"])
    node.stop()
    (file,) = node.folder.rglob("fltr00000.dat")
    raw = bytearray(file.read_bytes())
    at = raw.index(hash_of_hex(name) + bytes([len(stored)]) + stored)
    raw[at + 32 + len(stored)] ^= 1
    file.write_bytes(raw)
    return node.start()


def damaged_heights(node: RegtestNode) -> list[int]:
    """Heights of the blocks whose filter the node cannot read."""
    heights = []
    for height in range(node.rpc("getblockcount") + 1):
        try:
            node.rpc("getblockfilter", node.rpc("getblockhash", height))
        except NodeError:
            heights.append(height)
    return heights


@pytest.mark.parametrize("without", FILTER_ROUTES)
def test_a_damaged_filter_hides_nothing(
    without: tuple[str, ...], built: WatchedChain, damaged: RegtestNode, source_of: SourceOf
) -> None:
    # What the node itself makes of it: it names no block, and calls that complete.
    scan = ["start", [f"raw({one.hex()})" for one in built.scripts]]
    told = damaged.rpc("scanblocks", *scan)
    assert (told["completed"], told["relevant_blocks"]) == (True, [])
    assert damaged.rpc("getindexinfo")["basic block filter index"]["synced"] is True
    assert len(damaged_heights(damaged)) == 1

    source = source_of(damaged, without=without, patience_seconds=0.5)
    with pytest.raises(SourceError, match=r"some are damaged.*remove its folder"):
        list(source.find(built.watched, 0, built.tip))


def test_without_its_filters_a_node_with_a_damaged_one_tells_all(
    built: WatchedChain, damaged: RegtestNode, source_of: SourceOf
) -> None:
    source = source_of(damaged, without=("scanblocks", "filters"))
    assert txids(source.find(built.watched, 0, built.tip)) == built.transactions


def test_a_damaged_filter_of_the_last_block_is_told(
    built: WatchedChain, damaged: RegtestNode, source_of: SourceOf
) -> None:
    (height,) = damaged_heights(damaged)
    last = BlockRef(height, hash_of_hex(damaged.rpc("getblockhash", height)))
    with pytest.raises(SourceError, match="some are damaged"):
        list(source_of(damaged).find(built.watched, 0, last))
    below = BlockRef(height - 1, hash_of_hex(damaged.rpc("getblockhash", height - 1)))
    found = txids(source_of(damaged).find(built.watched, 0, below))
    assert found == {one: at for one, at in built.transactions.items() if at < height}


FILTERS = {
    "no hexadecimal": ({"filter": "zz"}, "broken block filter"),
    "no filter": ({}, "proper 'filter'"),
    "too many elements": ({"filter": "fd00ff00"}, "broken block filter"),
    "cut short": ({"filter": "01"}, "broken block filter"),
}


@pytest.mark.parametrize("case", FILTERS)
def test_filters_that_are_none(
    case: str, built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    told, said = FILTERS[case]
    proxy.result("getblockfilter", lambda _: told)
    source = source_of(full_node, proxy.port, without=SCANBLOCKS)
    with pytest.raises(UntruthError, match=said):
        list(source.find(built.watched, 0, built.tip))


def test_a_block_without_anything_in_its_filter(start_node: StartNode, source_of: SourceOf) -> None:
    """A coinbase that pays to no script: the block before it stands in for it."""
    node = start_node("-blockfilterindex=1", "-rest")
    node.mine(3)
    (paid,) = node.rpc("generatetodescriptor", 1, "raw(5151)")
    last = node.rpc("generatetodescriptor", 2, "raw(6a)")[-1]
    node.wait_for_index()
    assert node.rpc("getblockfilter", last)["filter"] == "00"
    source = source_of(node)
    tip = BlockRef(6, hash_of_hex(last))
    found = {one.height for one in source.find(Watched((b"\x51\x51",)), 0, tip) if one.transactions}
    assert found == {node.rpc("getblockheader", paid)["height"]}
    assert [one.height for one in source.find(Watched((b"\x51\x51",)), 5, tip)] == [6]


def test_a_sentinel_is_in_the_filter_and_seldom_in_another(full_node: RegtestNode) -> None:
    filters = []
    for height in range(1, 9):
        name = full_node.rpc("getblockhash", height)
        raw = bytes.fromhex(full_node.rpc("getblockfilter", name)["filter"])
        filters.append(parse_filter(raw, hash_of_hex(name)))
    for one in filters:
        sentinel = Scripts([sentinel_of(one)])
        # By chance it is in another with a probability of 1 in 784,931 for each element.
        assert [len(other.matching(sentinel)) for other in filters] == [
            int(other is one) for other in filters
        ]


def test_a_pruned_node_is_not_asked_for_blocks_that_a_scan_names_by_mistake(
    start_node: StartNode, source_of: SourceOf
) -> None:
    node = start_node("-blockfilterindex=1", "-rest", "-prune=1", "-fastprune")
    node.mine(600)
    node.wait_for_index()
    node.rpc("pruneblockchain", 300)
    tip = BlockRef(600, hash_of_hex(node.rpc("getbestblockhash")))
    more = [node.rpc("getblockhash", height) for height in (7, 599)]
    nothing = Watched((b"\x51",))
    with proxy_to(node.rpc_port) as proxy:
        proxy.result(
            "scanblocks",
            lambda told: told and {**told, "relevant_blocks": [*more, *told["relevant_blocks"]]},
        )
        source = source_of(node, proxy.port)
        assert [one.transactions for one in source.find(nothing, 0, tip)] == [()]
        paid = Watched((bytes.fromhex("0014751e76e8199196d454941c45d1b3a323f1433bd6"),))
        with pytest.raises(BlocksMissingError, match="pruned"):
            list(source.find(paid, 0, tip))


@pytest.mark.parametrize("without", FILTER_ROUTES)
def test_no_block_is_read_where_nothing_is(
    without: tuple[str, ...],
    built: WatchedChain,
    full_node: RegtestNode,
    proxy: Proxy,
    source_of: SourceOf,
) -> None:
    source = source_of(full_node, proxy.port, without=without)
    found = list(source.find(Watched((b"\x51",)), 0, built.tip))
    assert [one.height for one in found] == [built.tip.height]
    assert not [one for one in proxy.requests if "/rest/block/" in one]
    assert "getblock" not in {method for method, _ in proxy.calls}


def test_a_filter_that_is_not_under_its_header_is_told(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    """As a filter that is damaged where the node does not look itself: it reads, and hides."""
    hidden = min(built.transactions.values())
    name = full_node.rpc("getblockhash", hidden)
    other = full_node.rest(
        f"/rest/blockfilter/basic/{full_node.rpc('getblockhash', hidden - 1)}.bin"
    )

    def change(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path == f"/rest/blockfilter/basic/{name}.bin":
            return status, body[:33] + other[33:]
        return status, body

    proxy.raw = change
    with pytest.raises(SourceError, match="some are damaged"):
        list(source_of(full_node, proxy.port).find(built.watched, 0, built.tip))
