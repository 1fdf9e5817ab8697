"""A real node's chain in which four scripts that anyone can spend from pay and are paid."""

import hashlib
import random

from kilosat.chain.address import address_from_script
from kilosat.chain.sources import ChainSource
from kilosat.chain.sources.core import core_source
from kilosat.chain.transaction import OutPoint, Transaction, TxInput, TxOutput, parse_transaction

from ...regtest.node import SOMEBODY, RegtestNode

__all__ = ["OpenScripts"]

_MATURITY = 100
_SOMEBODY_SCRIPT = bytes.fromhex("0014751e76e8199196d454941c45d1b3a323f1433bd6")
"""BIP 173's example program, that of ``SOMEBODY``."""


class OpenScripts:
    """Blocks with several payments each, without signatures and thus quick to make."""

    def __init__(self, node: RegtestNode, blocks: int) -> None:
        self.node = node
        # Push a number, drop it, push 1.
        self._witness = {
            _p2wsh(code): code for code in (bytes([1, n, 0x75, 0x51]) for n in b"1234")
        }
        self.scripts = tuple(self._witness)
        self._addresses = [str(address_from_script(one, "regtest")) for one in self.scripts]
        self._coins: dict[OutPoint, tuple[int, TxOutput]] = {}
        self.mine(_MATURITY + 1, random.Random(0))
        self.mine(blocks, random.Random(1))

    def source(self) -> ChainSource:
        """The node as the scan sees it."""
        return core_source(self.node.url, self.node.cookie, network="regtest")

    def mine(self, blocks: int, chance: random.Random) -> None:
        """Blocks in each of which up to three coins are split among our scripts and somebody."""
        for height in range(self._height() + 1, self._height() + 1 + blocks):
            ripe = [coin for coin, (since, _) in self._coins.items() if since <= height]
            made = [self._split(coin, chance) for coin in chance.sample(ripe, min(3, len(ripe)))]
            miner = chance.choice([*self._addresses[:2], SOMEBODY])
            raws = [one.to_bytes().hex() for one in made]
            found = self.node.rpc("generateblock", miner, raws)["hash"]
            block = self.node.rpc("getblock", found, 2)
            self._note(block["tx"][0]["hex"], height + _MATURITY)
            for one in made:
                self._note(one.to_bytes().hex(), height + 1)

    def lose_blocks(self, lost: int) -> None:
        """So many blocks leave the chain; one more than those takes their place."""
        kept = self._height() - lost
        self.node.rpc("invalidateblock", self.node.rpc("getblockhash", kept + 1))
        unspent = self.node.rpc("scantxoutset", "start", [f"raw({s.hex()})" for s in self.scripts])
        self._coins = {
            OutPoint(bytes.fromhex(one["txid"])[::-1], one["vout"]): (
                one["height"] + (_MATURITY if one["coinbase"] else 1),
                TxOutput(round(one["amount"] * 10**8), bytes.fromhex(one["scriptPubKey"])),
            )
            for one in unspent["unspents"]
        }
        self.mine(lost + 1, random.Random(2))

    def _height(self) -> int:
        return int(self.node.rpc("getblockcount"))

    def _split(self, coin: OutPoint, chance: random.Random) -> Transaction:
        whole = self._coins.pop(coin)[1]
        part, fee = chance.randrange(1000, whole.value_sats // 2), chance.randrange(1000)
        outputs = (
            TxOutput(part, chance.choice(self.scripts)),
            TxOutput(
                whole.value_sats - part - fee, chance.choice([*self.scripts, _SOMEBODY_SCRIPT])
            ),
        )
        spending = TxInput(coin, b"", 0xFFFFFFFD, (self._witness[whole.script],))
        return Transaction(2, (spending,), outputs, 0)

    def _note(self, raw: str, ripe: int) -> None:
        made = parse_transaction(bytes.fromhex(raw))
        for place, output in enumerate(made.outputs):
            if output.script in self._witness and output.value_sats > 10_000:
                self._coins[OutPoint(made.txid, place)] = ripe, output


def _p2wsh(code: bytes) -> bytes:
    return b"\0\x20" + hashlib.sha256(code).digest()
