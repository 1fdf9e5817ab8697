"""Lies that fit together: an Esplora server that leaves things out and alters what would tell."""

import hashlib
import json
import re

import pytest
from tests.regtest.esplora_server import EsploraServer, Reply
from tests.regtest.paid_chain import PaidChain, tip_of, unspent_at, walk

from kilosat.chain.header import hash_of_hex
from kilosat.chain.sources.errors import UntruthError
from kilosat.chain.sources.port import BlockRef, Watched

from .conftest import Open

SCRIPT = "/scripthash/[0-9a-f]*$"


def test_a_script_that_is_hidden_altogether(
    chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    """History, sums and coins are all empty; the transactions of the others betray it."""
    source = opened(server.url)
    source.status()
    list(source.find(Watched(chain.scripts[:1]), 0, tip_of(chain.node)))
    (hidden,) = {path for path in server.asked if re.search(SCRIPT, path)}

    def lying(path: str, reply: Reply) -> Reply:
        if path == hidden:
            told = json.loads(reply.body)
            none = dict.fromkeys(told["chain_stats"], 0)
            reply.body = json.dumps({"chain_stats": none, "mempool_stats": none}).encode()
        elif path.startswith(hidden):
            reply.body = b"[]"
        return reply

    server.alter = lying
    with pytest.raises(UntruthError, match="does not list transaction"):
        next(source.find(chain.watched, 0, tip_of(chain.node)))


def blocks_moved_by(more: int, server: EsploraServer) -> None:
    """Let the server name all blocks but the first at heights that are not theirs."""
    own = server.index.hashes

    def lying(path: str, reply: Reply) -> Reply:
        if path.endswith("/tip/height"):
            reply.body = b"%d" % (len(own) - 1 + more)
        elif found := re.search(r"/block-height/(\d+)$", path):
            height = int(found[1])
            if height:
                return Reply(200, own[height - more].encode())
        elif "/txs/chain" in path:
            page = json.loads(reply.body)
            for one in page:
                one["status"]["block_height"] += more
            reply.body = json.dumps(page).encode()
        return reply

    server.alter = lying


def test_blocks_at_other_heights(chain: PaidChain, server: EsploraServer, opened: Open) -> None:
    """Work and proofs are all true: only what the coinbases state tells."""
    tip = tip_of(chain.node)
    source = opened(server.url)
    source.status()
    blocks_moved_by(1, server)
    told = source.status().tip
    assert told == BlockRef(tip.height + 1, tip.hash)
    with pytest.raises(UntruthError, match=r"given as that at height (\d+), and its coinbase st"):
        next(source.find(chain.watched, 0, told))


def test_half_a_page_of_later_blocks(chain: PaidChain, server: EsploraServer, opened: Open) -> None:
    """The search begins above most of the history, and sums and coins are cut to match."""
    split, tip = 175, tip_of(chain.node)
    script = chain.scripts[0]
    coins = unspent_at(chain.node, (script,), split)
    later = walk(chain.node, Watched((script,), tuple(coins)), split + 1, tip.height)
    hidden = {one for height in later for one in server.index.ids[height]}
    left = [(coin.txid[::-1].hex(), coin.index) for coin in coins]
    sums = {
        (txid, place): next(o["value"] for o in told["vout"] if o["n"] == place)
        for txid, place in left
        for told in [server.index.transactions[txid]]
    }

    def lying(path: str, reply: Reply) -> Reply:
        if "/txs/chain" in path:
            page = [one for one in json.loads(reply.body) if one["txid"] not in hidden]
            reply.body = json.dumps(page).encode()
        elif path.endswith("/utxo"):
            told = [
                {"txid": txid, "vout": place, "value": value, "status": {"confirmed": True}}
                for (txid, place), value in sums.items()
            ]
            reply.body = json.dumps(told).encode()
        elif re.search(SCRIPT, path):
            stats = json.loads(reply.body)
            received = stats["chain_stats"]["funded_txo_sum"]
            stats["chain_stats"]["spent_txo_sum"] = received - sum(sums.values())
            reply.body = json.dumps(stats).encode()
        return reply

    server.alter = lying
    with pytest.raises(UntruthError, match="pages end or have a gap"):
        next(opened(server.url).find(Watched((script,), tuple(coins)), split + 1, tip))


def test_a_hidden_spend_of_an_earlier_coin(
    chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    """The consolidation is left out of history and count; coins and balance are the true ones."""
    split, tip = 178, tip_of(chain.node)
    scripts = chain.scripts[2:]
    coins = tuple(unspent_at(chain.node, scripts, split))
    consolidation = server.index.ids[179][1]
    for waiting in (0, 1):  # as if a transaction waited that may spend coins

        def lying(path: str, reply: Reply, waiting: int = waiting) -> Reply:
            told = json.loads(reply.body) if "/scripthash/" in path else None
            if "/txs/chain" in path:
                told = [one for one in told if one["txid"] != consolidation]
            elif re.search(SCRIPT, path):
                told["chain_stats"]["tx_count"] -= 1
                told["mempool_stats"]["tx_count"] = waiting
            if told is not None:
                reply.body = json.dumps(told).encode()
            return reply

        server.alter = lying
        with pytest.raises(UntruthError, match="coins"):
            next(opened(server.url).find(Watched(scripts, coins), split + 1, tip))


def test_a_block_without_work(chain: PaidChain, server: EsploraServer, opened: Open) -> None:
    """Another nonce, and the name that goes with it: about half of them lack the work."""
    told = server.index.headers[server.index.hashes[30]]
    honest = opened(server.url).headers(30, 1)[0]
    raws = (honest.to_bytes()[:76] + nonce.to_bytes(4, "little") for nonce in range(1000))

    def name(raw: bytes) -> str:
        return hashlib.sha256(hashlib.sha256(raw).digest()).digest()[::-1].hex()

    # The easiest target of regtest: the first bit of the printed hash is 0.
    raw = next(one for one in raws if int(name(one)[0], 16) >= 8)

    def lying(path: str, reply: Reply) -> Reply:
        if path.endswith("/block-height/30"):
            reply.body = name(raw).encode()
        elif path.endswith("/blocks/30"):
            nonce = int.from_bytes(raw[76:], "little")
            reply.body = json.dumps([{**told, "nonce": nonce, "id": name(raw)}]).encode()
        elif path.endswith(f"/block/{name(raw)}/header"):
            return Reply(200, raw.hex().encode())
        return reply

    server.alter = lying
    with pytest.raises(UntruthError, match="has not the work"):
        opened(server.url).headers(30, 1)
    with pytest.raises(UntruthError, match="has not the work"):
        next(opened(server.url).find(Watched(()), 0, BlockRef(30, hash_of_hex(name(raw)))))
