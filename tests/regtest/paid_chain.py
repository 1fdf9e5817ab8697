"""A regtest chain with payments to and from a few scripts, and what a walk over its blocks finds.

The walk reads every block of the node with ``parse_block`` and ``scan_block``, which have their own
tests: what a server's histories lead to must be the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kilosat.chain.address import script_from_address
from kilosat.chain.block import Block, parse_block
from kilosat.chain.header import hash_of_hex, hex_of_hash
from kilosat.chain.scan_walk import HitKind, Watch, scan_block
from kilosat.chain.sources.port import BlockRef, ChainSource, FoundBlock, Watched
from kilosat.chain.transaction import OutPoint, TxOutput

from .node import SOMEBODY, RegtestNode

__all__ = [
    "PAID_NODE",
    "Found",
    "PaidChain",
    "build_paid_chain",
    "found_by",
    "held_by_the_node",
    "tip_of",
    "unspent_at",
    "walk",
]

PAID_NODE = ("-txindex", "-unsafesqlitesync")
"""Arguments of a node for such a chain; its wallet does not wait for the disk."""
Found = dict[int, list[tuple[int, bytes, tuple[TxOutput | None, ...]]]]
"""By height: place in the block, raw transaction, outputs that it spends."""


@dataclass(frozen=True)
class PaidChain:
    """The node, the addresses of its wallet, and their scripts; the first has most payments."""

    node: RegtestNode
    addresses: tuple[str, ...]

    @property
    def scripts(self) -> tuple[bytes, ...]:
        return tuple(script_from_address(one, "regtest") for one in self.addresses)

    @property
    def watched(self) -> Watched:
        return Watched(self.scripts)


def build_paid_chain(node: RegtestNode, blocks: int = 70) -> PaidChain:
    """Mine so many blocks to the first address, then spend: 110 blocks more than those.

    Chains of payments in one block, blocks of an odd number of transactions, a consolidation.
    """
    wallet = node.create_wallet("paid")
    addresses = tuple(node.rpc("getnewaddress", wallet=wallet) for _ in range(4))
    node.mine(blocks, addresses[0])
    node.mine(100)
    for number in range(8):
        for one in range(number + 1):
            node.rpc("sendtoaddress", addresses[1 + one % 3], 10 + one, wallet=wallet)
        node.mine(1, addresses[0] if number % 3 == 0 else SOMEBODY)
    everything = node.rpc("getbalance", wallet=wallet)
    options = {"subtract_fee_from_outputs": [0]}
    sent = [{addresses[1]: everything}, None, "unset", None, options]
    node.rpc("send", *sent, wallet=wallet)
    node.mine(2)
    return PaidChain(node, addresses)


def tip_of(node: RegtestNode) -> BlockRef:
    """The node's tip."""
    told = node.rpc("getblockchaininfo")
    return BlockRef(told["blocks"], hash_of_hex(told["bestblockhash"]))


def walk(node: RegtestNode, watched: Watched, first: int, last: int) -> Found:
    """What a walk over all blocks finds from ``first`` to ``last``."""
    scripts, coins, outputs = Watch(watched.scripts), set(watched.coins), dict[OutPoint, TxOutput]()
    found: Found = {}
    for height, block in _blocks(node, last):
        for transaction in block:
            for index, output in enumerate(transaction.outputs):
                outputs[OutPoint(transaction.txid, index)] = output
        if height < first:
            continue
        hits = scan_block(block.raw, scripts, Watch.of_outpoints(coins))
        coins |= {OutPoint(one.txid, one.index) for one in hits if one.kind is HitKind.OUTPUT}
        for place in sorted({one.transaction for one in hits}):
            spends = () if place == 0 else block.transaction(place).inputs
            spent = tuple(outputs[one.outpoint] for one in spends)
            found.setdefault(height, []).append((place, block.raw_transaction(place), spent))
    return found


def unspent_at(node: RegtestNode, scripts: tuple[bytes, ...], height: int) -> set[OutPoint]:
    """Coins of the scripts that are unspent at a height."""
    coins: set[OutPoint] = set()
    for _, block in _blocks(node, height):
        for transaction in block:
            coins -= {one.outpoint for one in transaction.inputs}
            for index, output in enumerate(transaction.outputs):
                if output.script in scripts:
                    coins.add(OutPoint(transaction.txid, index))
    return coins


def held_by_the_node(chain: PaidChain) -> dict[OutPoint, TxOutput]:
    """What the addresses hold in blocks, by the node's own search."""
    told = chain.node.rpc("scantxoutset", "start", [f"addr({one})" for one in chain.addresses])
    return {
        OutPoint(hash_of_hex(one["txid"]), one["vout"]): TxOutput(
            round(one["amount"] * 10**8), bytes.fromhex(one["scriptPubKey"])
        )
        for one in told["unspents"]
    }


def found_by(source: ChainSource, watched: Watched, first: int, last: BlockRef) -> Found:
    """What a source finds; its order, headers and proofs are checked on the way."""
    blocks = list(source.find(watched, first, last))
    heights = [one.height for one in blocks]
    assert heights == sorted(set(heights))
    assert blocks[-1].height == last.height
    assert blocks[-1].header.hash == last.hash
    return {one.height: _read(one) for one in blocks if one.transactions}


def _read(block: FoundBlock) -> list[tuple[int, bytes, tuple[TxOutput | None, ...]]]:
    for one in block.transactions:
        assert one.proof.header == block.header
        one.proof.check(one.raw)
    return [(one.proof.position, one.raw, one.spent) for one in block.transactions]


def _blocks(node: RegtestNode, last: int) -> Iterator[tuple[int, Block]]:
    name, blocks = node.rpc("getblockhash", last), []
    for _ in range(last):
        blocks.append(_block(node, name))
        name = hex_of_hash(blocks[-1].header.previous_hash)
    return enumerate(reversed(blocks), start=1)


@cache
def _block(node: RegtestNode, name: str) -> Block:
    return parse_block(bytes.fromhex(node.rpc("getblock", name, 0)))
