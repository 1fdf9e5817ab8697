"""A chain with coins of scripts of every kind, some of them spent, and what its node says of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kilosat.chain.hash160 import hash160
from kilosat.chain.header import hash_of_hex
from kilosat.chain.sources import BlockRef
from kilosat.chain.transaction import OutPoint, Transaction, TxInput, TxOutput

from ...regtest.node import SOMEBODY, RegtestNode

__all__ = ["ALL", "KINDS", "LEFT_OUT", "Kinds", "build_kinds"]

# The public keys of BIP 173's and BIP 341's examples.
KEY = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
OTHER_KEY = bytes.fromhex("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")
KINDS = {
    "pk": b"\x21" + KEY + b"\xac",
    "pkh": b"\x76\xa9\x14" + hash160(KEY) + b"\x88\xac",
    "sh": b"\xa9\x14" + hash160(b"\x51") + b"\x87",
    "wpkh": b"\0\x14" + hash160(OTHER_KEY),
    "wsh": b"\0\x20" + bytes(range(32)),
    "tr": b"\x51\x20" + KEY[1:],
    "multi": b"\x51\x21" + KEY + b"\x21" + OTHER_KEY + b"\x52\xae",
    "anchor": bytes.fromhex("51024e73"),
    "anybody's": b"\x51",
    "large": b"\x4d\x08\x02" + b"k" * 520 + b"\x75\x51",
    "unreadable": bytes.fromhex("4c"),
}
LEFT_OUT = {"data": bytes.fromhex("6a07") + b"kilosat", "empty": b""}
"""Which block filters do not hold (BIP 158)."""
ALL = {**KINDS, **LEFT_OUT}
BARE = {"anybody's": b"", "empty": b"\x51", "large": b"", "sh": b"\x01\x51"}
"""What spends them without a key."""
EACH = 100_000_000


@dataclass(frozen=True)
class Kinds:
    """A chain with coins of all kinds, some of them spent; what the node tells of each."""

    node: RegtestNode
    tip: BlockRef
    touched: dict[str, dict[str, int]]
    unspent: dict[str, dict[OutPoint, int]]

    def of(self, names: Iterable[str]) -> dict[str, int]:
        """Transactions that touch any of these kinds, with their heights."""
        return {txid: at for name in names for txid, at in self.touched[name].items()}


def build_kinds(node: RegtestNode) -> Kinds:
    """Make the chain; the node needs no wallet."""
    (first, *_) = node.rpc("generatetodescriptor", 1, "raw(5151)")
    node.mine(100)
    coin = OutPoint(hash_of_hex(node.rpc("getblock", first)["tx"][0]), 0)
    outputs = [TxOutput(EACH if name != "data" else 0, script) for name, script in ALL.items()]
    spend = TxInput(coin, b"", 0xFFFFFFFF)
    paying = Transaction(2, (spend,), tuple(outputs), 0)
    node.rpc("generateblock", SOMEBODY, [paying.to_bytes().hex()])
    node.mine(2)
    # Each in a block of its own, and one that is made and spent in the same.
    for place, name in enumerate(ALL):
        if name in BARE:
            one = TxInput(OutPoint(paying.txid, place), BARE[name], 0xFFFFFFFF)
            back = Transaction(2, (one,), (TxOutput(EACH - 1, KINDS["anybody's"]),), 0)
            again = TxInput(OutPoint(back.txid, 0), b"", 0xFFFFFFFF)
            gone = Transaction(2, (again,), (TxOutput(EACH - 2, b"\x51\x51"),), 0)
            raws = [back.to_bytes().hex(), gone.to_bytes().hex()]
            node.rpc("generateblock", SOMEBODY, raws)
    node.wait_for_index()
    height = node.rpc("getblockcount")
    tip = BlockRef(height, hash_of_hex(node.rpc("getbestblockhash")))
    return Kinds(node, tip, *_told(node, height))


def _told(node: RegtestNode, height: int) -> Any:
    """By kind: transactions that touch it with their heights, and its unspent coins."""
    touched: dict[str, dict[str, int]] = {name: {} for name in ALL}
    unspent: dict[str, dict[OutPoint, int]] = {name: {} for name in ALL}
    for at in range(1, height + 1):
        for one in node.rpc("getblock", node.rpc("getblockhash", at), 3)["tx"]:
            before = [i["prevout"] for i in one["vin"] if "prevout" in i]
            scripts = {o["scriptPubKey"]["hex"] for o in [*before, *one["vout"]]}
            for name, script in ALL.items():
                if script.hex() in scripts:
                    touched[name][one["txid"]] = at
                for output in one["vout"]:
                    held = node.rpc("gettxout", one["txid"], output["n"])
                    if held and held["scriptPubKey"]["hex"] == script.hex():
                        coin = OutPoint(hash_of_hex(one["txid"]), output["n"])
                        unspent[name][coin] = round(held["value"] * 10**8)
    return touched, unspent
