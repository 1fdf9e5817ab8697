"""An Esplora server over a real node: the source finds what a walk over all blocks finds."""

import hashlib

import pytest
from tests.regtest.esplora_server import EsploraServer, Reply
from tests.regtest.fixtures import StartNode
from tests.regtest.node import SOMEBODY
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

from kilosat.chain.address import script_from_address
from kilosat.chain.header import hash_of_hex, parse_header
from kilosat.chain.sources.errors import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    WrongNetworkError,
)
from kilosat.chain.sources.port import BlockRef, Watched

from .conftest import Open

OTHER = "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry"
"""BIP 173's example of a witness script: blocks to it differ from those to ``SOMEBODY``."""


@pytest.mark.parametrize("page_size", [25, 7, 1000])
def test_finds_what_a_walk_over_all_blocks_finds(
    page_size: int, chain: PaidChain, opened: Open
) -> None:
    """The first address has 73 payments: a reader of one page misses most of them."""
    tip = tip_of(chain.node)
    expected = walk(chain.node, chain.watched, 0, tip.height)
    assert sum(map(len, expected.values())) > 100
    with EsploraServer(chain.node, page_size=page_size) as server:
        one = opened(server.url)
        assert one.status().tip == tip
        assert found_by(one, chain.watched, 0, tip) == expected
        assert found_by(one, Watched(()), 0, tip) == {}


@pytest.mark.parametrize("split", [1, 40, 171, 176])
def test_two_parts_are_the_whole(
    chain: PaidChain, server: EsploraServer, opened: Open, split: int
) -> None:
    tip = tip_of(chain.node)
    middle = BlockRef(split, hash_of_hex(chain.node.rpc("getblockhash", split)))
    coins = tuple(unspent_at(chain.node, chain.scripts, split))
    one = opened(server.url)
    lower = found_by(one, chain.watched, 0, middle)
    upper = found_by(one, Watched(chain.scripts, coins), split + 1, tip)
    assert lower == walk(chain.node, chain.watched, 0, split)
    assert lower | upper == walk(chain.node, chain.watched, 0, tip.height)


def test_later_blocks_take_the_first_page_only(
    chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    tip = tip_of(chain.node)
    one = opened(server.url)
    watched = Watched(chain.scripts[:1], tuple(unspent_at(chain.node, chain.scripts[:1], 178)))
    expected = walk(chain.node, watched, 179, tip.height)
    assert len(expected) == 1
    pages = []
    for _ in range(2):
        server.asked.clear()
        assert found_by(one, watched, 179, tip) == expected
        pages.append(sum("/txs/chain" in path for path in server.asked))
    assert pages == [2, 1]  # the first time, how long a page is is learnt


def test_unspent_coins_are_the_node_s(
    chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    unspent = opened(server.url).unspent(chain.scripts)
    assert unspent.tip == tip_of(chain.node)
    assert unspent.coins == held_by_the_node(chain)


def test_more_coins_than_the_server_lists(chain: PaidChain, opened: Open) -> None:
    """Electrs refuses to list more than 500: histories and sums are checked without the list."""
    tip = tip_of(chain.node)
    somebody = Watched((chain.scripts[0], script_from_address(SOMEBODY, "regtest")))
    with EsploraServer(chain.node, utxo_limit=20) as server:
        one = opened(server.url)
        assert found_by(one, somebody, 0, tip) == walk(chain.node, somebody, 0, tip.height)
        with pytest.raises(SourceError, match="more unspent coins than"):
            one.unspent(somebody.scripts)


def test_headers_are_the_node_s(chain: PaidChain, server: EsploraServer, opened: Open) -> None:
    hashes = [chain.node.rpc("getblockhash", height) for height in range(38)]
    raw = [bytes.fromhex(chain.node.rpc("getblockheader", one, False)) for one in hashes]
    one = opened(server.url)
    assert one.headers(0, 38) == [parse_header(header) for header in raw]
    assert one.headers(5, 0) == []
    with pytest.raises(BlocksMissingError, match="no block at height"):
        one.headers(tip_of(chain.node).height, 2)


def test_the_coin_of_the_first_block(chain: PaidChain, server: EsploraServer, opened: Open) -> None:
    """Nobody can ever spend it, and the node does not count it; the interface lists it."""
    genesis = chain.node.rpc("getblock", chain.node.rpc("getblockhash", 0), 2)["tx"][0]
    script = bytes.fromhex(genesis["vout"][0]["scriptPubKey"]["hex"])
    found = found_by(opened(server.url), Watched((script,)), 0, tip_of(chain.node))
    assert found == {0: [(0, bytes.fromhex(genesis["hex"]), ())]}


def test_proofs_may_come_as_branches(chain: PaidChain, server: EsploraServer, opened: Open) -> None:
    """Not every server has proofs in the form of BIP 37."""
    tip = tip_of(chain.node)
    server.alter = lambda path, reply: (
        Reply(404, b"not found") if path.endswith("merkleblock-proof") else reply
    )
    expected = walk(chain.node, chain.watched, 0, tip.height)
    assert found_by(opened(server.url), chain.watched, 0, tip) == expected


def test_a_server_of_another_network(server: EsploraServer, opened: Open) -> None:
    one = opened(server.url, network="mainnet")
    for asked in (one.status, lambda: one.headers(0, 1), lambda: one.unspent((b"\x51",))):
        with pytest.raises(WrongNetworkError, match="serves regtest, not mainnet"):
            asked()


def test_what_is_not_encrypted_is_said(server: EsploraServer, opened: Open) -> None:
    assert any("not encrypted" in note for note in opened(server.url).status().notes)


def test_transactions_that_wait_change_nothing(start_node: StartNode, opened: Open) -> None:
    """Coins that they spend are still unspent in the blocks, and those that they make not yet."""
    chain = build_paid_chain(start_node(*PAID_NODE), 3)
    node, tip = chain.node, tip_of(chain.node)
    coins = tuple(unspent_at(node, chain.scripts, tip.height - 2))
    for amount in (1, 2):
        node.rpc("sendtoaddress", chain.addresses[2], amount, wallet="paid")
    assert len(node.rpc("getrawmempool")) == 2
    expected = walk(node, chain.watched, 0, tip.height)
    with EsploraServer(node, mempool=True) as server:
        one = opened(server.url)
        assert found_by(one, chain.watched, 0, tip) == expected
        later = found_by(one, Watched(chain.scripts, coins), tip.height - 1, tip)
        assert later == {at: found for at, found in expected.items() if at >= tip.height - 1}
        held = held_by_the_node(chain)
        assert one.unspent(chain.scripts).coins == held
        keys = [hashlib.sha256(script).hexdigest() for script in chain.scripts]
        assert sum(len(server.index.utxo(key)) for key in keys) < len(held)


def test_a_reorganisation_before_and_during_the_search(start_node: StartNode, opened: Open) -> None:
    chain = build_paid_chain(start_node(*PAID_NODE), 5)
    node = chain.node

    def reorganise(height: int, moment: str) -> None:
        node.rpc("invalidateblock", node.rpc("getblockhash", height))
        script = moment.encode().hex()
        node.rpc("generatetodescriptor", 6, f"raw({len(moment):02x}{script})")

    with EsploraServer(node, page_size=5) as server:
        one = opened(server.url)
        for moment in ("/merkleblock-proof", "/utxo", "/txs/chain", "/header"):
            old, waiting = tip_of(node), [moment]

            def during(
                path: str, reply: Reply, waiting: list[str] = waiting, height: int = old.height
            ) -> Reply:
                if waiting and waiting[0] in path:
                    reorganise(height - 3, waiting.pop())
                return reply

            server.alter = during
            with pytest.raises(ReorganisedError, match=rf"height {old.height} .*reorganised"):
                list(one.find(chain.watched, 0, old))
            assert not waiting
            with pytest.raises(ReorganisedError):
                list(one.find(chain.watched, 0, old))
        new = tip_of(node)
        assert found_by(one, chain.watched, 0, new) == walk(node, chain.watched, 0, new.height)
        beyond = BlockRef(new.height + 1, bytes(32))
        with pytest.raises(BlocksMissingError, match="has come to height"):
            list(one.find(chain.watched, 0, beyond))


def test_headers_of_a_chain_that_changes_between_two_pages(
    start_node: StartNode, opened: Open
) -> None:
    node = start_node("-txindex")
    node.mine(40)
    with EsploraServer(node) as server:
        one, seen = opened(server.url), []

        def during(path: str, reply: Reply) -> Reply:
            if path.startswith("/api/blocks/") and path[12:].isdigit():
                seen.append(path)
                if len(seen) == 1:
                    node.rpc("invalidateblock", node.rpc("getblockhash", 20))
                    node.mine(30, OTHER)
            return reply

        server.alter = during
        told = one.headers(0, 41)
    assert [header.hash for header in told] == [
        hash_of_hex(node.rpc("getblockhash", height)) for height in range(41)
    ]
