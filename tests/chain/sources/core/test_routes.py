"""Every route through a real node finds what the node's own wallet knows."""

from collections.abc import Callable, Iterable

import pytest

from kilosat.chain.header import hash_of_hex, hex_of_hash
from kilosat.chain.sources.core import READING_METHODS
from kilosat.chain.sources.port import BlockRef, FoundBlock, Watched
from kilosat.chain.transaction import OutPoint, TxOutput, parse_transaction

from ....regtest.node import RegtestNode
from .conftest import SourceOf, WatchedChain
from .proxy import Proxy

ROUTES = {
    "block filters by scanblocks, blocks over REST": ("filters",),
    "block filters by scanblocks, blocks by getblock": ("rest",),
    "block filters over REST, blocks over REST": (),
    "every block over REST": ("scanblocks", "filters"),
    "every block by getblock": ("scanblocks", "filters", "rest"),
}


def txids(found: Iterable[FoundBlock]) -> dict[str, int]:
    return {
        hex_of_hash(parse_transaction(one.raw).txid): block.height
        for block in found
        for one in block.transactions
    }


def unspent(found: Iterable[FoundBlock], scripts: Iterable[bytes]) -> dict[OutPoint, TxOutput]:
    """What is left of the coins of these scripts after all that was found."""
    wanted, coins = set(scripts), {}
    for block in found:
        for one in block.transactions:
            transaction = parse_transaction(one.raw)
            for spent in transaction.inputs:
                coins.pop(spent.outpoint, None)
            for place, output in enumerate(transaction.outputs):
                if output.script in wanted:
                    coins[OutPoint(transaction.txid, place)] = output
    return coins


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_finds_what_the_wallet_knows(
    route: str, built: WatchedChain, full_node: RegtestNode, source_of: SourceOf
) -> None:
    source = source_of(full_node, without=ROUTES[route])
    status = source.status()
    assert (status.route, status.tip, status.first_block) == (route, built.tip, 0)
    found = list(source.find(built.watched, 0, built.tip))
    assert txids(found) == built.transactions
    heights = [block.height for block in found]
    assert heights == sorted(set(heights))
    assert heights[-1] == built.tip.height
    for block in found:
        assert hex_of_hash(block.header.hash) == full_node.rpc("getblockhash", block.height)
        for one in block.transactions:
            one.proof.check(one.raw)
            assert one.proof.header == block.header


@pytest.mark.parametrize("route", ROUTES)
def test_what_is_left_is_what_the_node_says_is_unspent(
    route: str, built: WatchedChain, full_node: RegtestNode, source_of: SourceOf
) -> None:
    source = source_of(full_node, without=ROUTES[route])
    told = source.unspent(built.scripts)
    assert told.tip == built.tip
    assert unspent(source.find(built.watched, 0, built.tip), built.scripts) == told.coins
    assert len(told.coins) > 10


def test_a_node_without_filters_and_rest_is_read_as_it_is(
    built: WatchedChain, start_copy: Callable[..., RegtestNode], source_of: SourceOf
) -> None:
    for args, route in (
        (["-rest"], "every block over REST"),
        ([], "every block by getblock"),
        (["-blockfilterindex=1"], "block filters by scanblocks, blocks by getblock"),
    ):
        node = start_copy(*args)
        source = source_of(node)
        status = source.status()
        assert status.route == route
        assert any("blockfilterindex=1" in note for note in status.notes) == ("every" in route)
        assert txids(source.find(built.watched, 0, built.tip)) == built.transactions
        node.stop()


@pytest.mark.parametrize("without", [(), ("rest",)])
def test_spent_coins_come_with_amount_and_script(
    without: tuple[str, ...], built: WatchedChain, full_node: RegtestNode, source_of: SourceOf
) -> None:
    source = source_of(full_node, without=without)
    for block in source.find(built.watched, 0, built.tip):
        told = full_node.rpc("getblock", hex_of_hash(block.header.hash), 3)["tx"]
        by_id = {one["txid"]: one for one in told}
        for one in block.transactions:
            transaction = parse_transaction(one.raw)
            expected = [
                (i["prevout"]["scriptPubKey"]["hex"], round(i["prevout"]["value"] * 10**8))
                for i in by_id[hex_of_hash(transaction.txid)]["vin"]
                if "prevout" in i
            ]
            spent = [(coin.script.hex(), coin.value_sats) for coin in one.spent if coin]
            assert spent == expected
            assert len(one.spent) == (0 if transaction.is_coinbase else len(transaction.inputs))


def test_many_transactions_of_one_block_are_asked_for_at_once(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    source = source_of(full_node, proxy.port, without=("rest",))
    many = [len(one.transactions) for one in source.find(built.watched, 0, built.tip)]
    assert max(many) > 12
    whole_blocks = [params for method, params in proxy.calls if params[1:] == [3]]
    assert len(whole_blocks) == sum(number > 12 for number in many)


def test_a_scan_in_two_parts_finds_the_same(
    built: WatchedChain, full_node: RegtestNode, source_of: SourceOf
) -> None:
    source = source_of(full_node)
    middle = sorted(built.transactions.values())[len(built.transactions) // 2]
    half = BlockRef(middle, hash_of_hex(full_node.rpc("getblockhash", middle)))
    first = list(source.find(built.watched, 0, half))
    coins = unspent(first, built.scripts)
    second = list(source.find(Watched(built.scripts, tuple(coins)), middle + 1, built.tip))
    assert {**txids(first), **txids(second)} == built.transactions
    assert set(txids(first).values()).isdisjoint(txids(second).values())


def test_only_methods_that_read_are_ever_sent(
    built: WatchedChain, full_node: RegtestNode, proxy: Proxy, source_of: SourceOf
) -> None:
    before = full_node.rpc("getchaintips"), full_node.rpc("listwallets")
    for without in ROUTES.values():
        source = source_of(full_node, proxy.port, without=without)
        source.status()
        source.headers(0, 50)
        list(source.find(built.watched, 0, built.tip))
        source.unspent(built.scripts)
    assert {method for method, _ in proxy.calls} <= READING_METHODS
    assert {one.split("?")[0].split("/")[1] for one in proxy.requests} == {"", "rest"}
    assert {one.split()[0] for one in proxy.requests} == {"GET", "POST"}
    # None of the list is a method by which a node, its wallets or its chain change.
    assert all(one.startswith(("get", "scan")) for one in READING_METHODS)
    assert (full_node.rpc("getchaintips"), full_node.rpc("listwallets")) == before


@pytest.mark.parametrize("without", [(), ("rest",)])
def test_headers_are_those_of_the_node(
    without: tuple[str, ...], built: WatchedChain, full_node: RegtestNode, source_of: SourceOf
) -> None:
    headers = source_of(full_node, without=without).headers(0, built.tip.height + 1)
    hashes = [hex_of_hash(one.hash) for one in headers]
    assert hashes == [full_node.rpc("getblockhash", height) for height in range(len(hashes))]
    assert headers[-1].hash == built.tip.hash
