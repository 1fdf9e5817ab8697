"""A node that lies: a proxy alters what a real one says, and each lie is found."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kilosat.chain.sources import ReorganisedError, SourceError, UntruthError
from kilosat.chain.sources.core import CoreSource

from ....regtest.node import RegtestNode
from .conftest import SourceOf, WatchedChain
from .proxy import Proxy
from .test_routes import ROUTES, txids


def search(source: CoreSource, built: WatchedChain) -> dict[str, int]:
    return txids(source.find(built.watched, 0, built.tip))


def flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


BLOCK_LIES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "header": (lambda raw: flip(raw, 70), "sent another one"),
    "transaction": (lambda raw: flip(raw, len(raw) - 20), "sent a (false|broken) block"),
    "cut short": (lambda raw: raw[:-1], "sent a broken block"),
    "too long": (lambda raw: raw + b"\0", "sent a broken block"),
    "only a header": (lambda raw: raw[:80], "sent a broken block"),
    "empty": (lambda raw: b"", "sent a broken block"),
    "text": (lambda raw: b"<html>", "sent a broken block"),
}


@pytest.mark.parametrize("lie", BLOCK_LIES)
@pytest.mark.parametrize(
    "route", ["block filters over REST, blocks over REST", "every block over REST"]
)
def test_a_false_block_over_rest(
    lie: str,
    route: str,
    built: WatchedChain,
    full_node: RegtestNode,
    proxy: Proxy,
    source_of: SourceOf,
) -> None:
    change, said = BLOCK_LIES[lie]
    proxy.rest = lambda path, status, body: (
        status,
        change(body) if path.startswith("/rest/block/") else body,
    )
    with pytest.raises(UntruthError, match=said):
        search(source_of(full_node, proxy.port, without=ROUTES[route]), built)


@pytest.mark.parametrize("lie", BLOCK_LIES)
def test_a_false_block_by_getblock(
    lie: str, built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    change, said = BLOCK_LIES[lie]
    proxy.result("getblock", lambda text: change(bytes.fromhex(text)).hex())
    source = source_of(full_node, proxy.port, without=ROUTES["every block by getblock"])
    with pytest.raises(UntruthError, match=said):
        search(source, built)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[" * 100_000, b"{}", b"[]", b"[1]", b'"a"'])
def test_what_is_no_json_rpc(
    answer: bytes, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    proxy.raw = lambda path, status, body: (200, answer)
    with pytest.raises(SourceError, match=r"JSON-RPC|several calls|other calls"):
        source_of(full_node, proxy.port).status()


RESULT_LIES: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "no chain": ("getblockchaininfo", lambda told: {**told, "chain": 1}, "proper 'chain'"),
    "no object": ("getblockchaininfo", lambda told: [], "proper 'chain'"),
    "no tip": ("getblockchaininfo", lambda told: {**told, "bestblockhash": "xy"}, "is no hash"),
    "height as text": ("getblockchaininfo", lambda told: {**told, "blocks": "7"}, "'blocks'"),
    "other chain": ("getblockhash", lambda told: "ab" * 32, "first block is another"),
    "unfound": (
        "scanblocks",
        lambda told: told and {**told, "relevant_blocks": ["ab" * 32]},
        "not searched",
    ),
    "nothing found": (
        "scanblocks",
        lambda told: told and {**told, "relevant_blocks": []},
        "some are damaged",
    ),
    "no list": ("scanblocks", lambda told: told and {**told, "relevant_blocks": None}, "relevant"),
    "other stretch": ("scanblocks", lambda told: told and {**told, "to_height": 3}, "was ended"),
    "not complete": ("scanblocks", lambda told: told and {**told, "completed": False}, "was ended"),
}


@pytest.mark.parametrize("lie", RESULT_LIES)
def test_a_false_result(
    lie: str, built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    method, change, said = RESULT_LIES[lie]
    proxy.result(method, change)
    with pytest.raises(SourceError, match=said):
        search(source_of(full_node, proxy.port, without=("filters",)), built)


UNSPENT_LIES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "one dropped": (lambda told: {**told, "unspents": told["unspents"][1:]}, "another sum"),
    "one twice": (
        lambda told: {**told, "unspents": [told["unspents"][0], *told["unspents"]]},
        "twice",
    ),
    "one more": (
        lambda told: {**told, "unspents": [{**told["unspents"][0], "vout": 9}, *told["unspents"]]},
        "another sum",
    ),
    "other amount": (
        lambda told: {
            **told,
            "unspents": [{**told["unspents"][0], "amount": 9}, *told["unspents"][1:]],
        },
        "another sum",
    ),
    "negative": (
        lambda told: {**told, "unspents": [{**told["unspents"][0], "amount": -1}]},
        "without amount",
    ),
    "part of a satoshi": (
        lambda told: {**told, "unspents": [{**told["unspents"][0], "amount": 1e-9}]},
        "without amount",
    ),
    "other script": (
        lambda told: {**told, "unspents": [{**told["unspents"][0], "scriptPubKey": "51"}]},
        "not asked for",
    ),
    "future": (
        lambda told: {**told, "unspents": [{**told["unspents"][0], "height": 10**6}]},
        "without amount, script or height",
    ),
    "aborted": (lambda told: {**told, "success": False}, "was ended"),
    "no list": (lambda told: {**told, "unspents": 4}, "proper 'unspents'"),
}


@pytest.mark.parametrize("lie", UNSPENT_LIES)
def test_unspent_coins_that_contradict(
    lie: str, built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    change, said = UNSPENT_LIES[lie]
    proxy.result("scantxoutset", change)
    with pytest.raises(SourceError, match=said):
        source_of(full_node, proxy.port).unspent(built.scripts)


def test_headers_that_do_not_follow(
    full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    def swapped(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if not path.startswith("/rest/headers/"):
            return status, body
        return status, body[:80] + body[160:240] + body[80:160] + body[240:]

    proxy.rest = swapped
    with pytest.raises(ReorganisedError):
        source_of(full_node, proxy.port).headers(0, 10)
    proxy.rest = lambda path, status, body: (status, body[80:] if "headers" in path else body)
    with pytest.raises(UntruthError, match="header of another block"):
        source_of(full_node, proxy.port).headers(0, 10)
    proxy.rest = lambda path, status, body: (status, body[:-1] if "headers" in path else body)
    with pytest.raises(SourceError, match="broken headers"):
        source_of(full_node, proxy.port).headers(0, 10)


def test_filters_of_another_block(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    source = source_of(full_node, proxy.port, without=("scanblocks",))
    for change in (lambda raw: flip(raw, 5), lambda raw: raw[:-1], lambda raw: raw[:33]):
        proxy.rest = lambda path, status, body, change=change: (
            status,
            change(body) if "blockfilter" in path else body,
        )
        with pytest.raises(SourceError, match="filter"):
            search(source, built)


def test_a_filter_that_hides_a_receipt_is_found_when_the_coin_is_spent(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    first = full_node.rpc("getblockhash", min(built.transactions.values()))

    def hide(told: Any) -> Any:
        if told is None:
            return None
        return {**told, "relevant_blocks": [one for one in told["relevant_blocks"] if one != first]}

    proxy.result("scanblocks", hide)
    with pytest.raises(UntruthError, match="spends a watched coin that it has never shown"):
        search(source_of(full_node, proxy.port, without=("filters",)), built)


@pytest.mark.parametrize(
    ("change", "said"), [(2, "another coin|less than"), (0.001, "less than|another")]
)
def test_spent_coins_of_another_amount(
    change: float,
    said: str,
    built: WatchedChain,
    full_node: RegtestNode,
    proxy: Proxy,
    source_of: SourceOf,
) -> None:
    def alter(told: Any) -> Any:
        text = json.loads(json.dumps(told))
        for one in text["vin"]:
            if "prevout" in one:
                one["prevout"]["value"] = round(one["prevout"]["value"] * change, 8)
        return text

    proxy.result("getrawtransaction", alter)
    with pytest.raises(UntruthError, match=said):
        search(source_of(full_node, proxy.port, without=("rest",)), built)


def test_spent_coins_over_rest_of_another_block(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    proxy.rest = lambda path, status, body: (
        status,
        body[:-1] if "spenttxouts" in path else body,
    )
    with pytest.raises(UntruthError, match="spent coins"):
        search(source_of(full_node, proxy.port), built)


def test_a_node_without_undo_data_leaves_strangers_coins_unknown(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    proxy.refuse("getrawtransaction", -1, "Undo data expected but can't be read")
    source = source_of(full_node, proxy.port, without=("rest",))
    spent = [
        coin
        for block in source.find(built.watched, 0, built.tip)
        for one in block.transactions
        for coin in one.spent
    ]
    # What the wallet's own coins held is known from the blocks that made them.
    assert None in spent
    assert {coin.script for coin in spent if coin} <= set(built.scripts)
