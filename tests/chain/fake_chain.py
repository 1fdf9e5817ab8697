"""A chain without a node: synthetic blocks with the work that regtest asks for, and a source of it.

``FakeChain`` mines, forks and keeps its own books; ``FakeSource`` serves it through the port of
``kilosat.chain.sources``. Nothing here uses the ledger or the scan.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kilosat.chain.header import Header, parse_header
from kilosat.chain.merkle import merkle_proof, merkle_root
from kilosat.chain.sources import (
    BlockRef,
    FoundBlock,
    FoundTransaction,
    ReorganisedError,
    SourceStatus,
    Unspent,
    Watched,
)
from kilosat.chain.transaction import OutPoint, Transaction, TxInput, TxOutput

__all__ = ["FakeBlock", "FakeChain", "FakeSource", "Payment", "script_of"]

SUBSIDY_SATS = 50 * 100_000_000
REGTEST_BITS = 0x207FFFFF
# Bitcoin Core, kernel/chainparams.cpp, CreateGenesisBlock of regtest.
GENESIS = parse_header(
    bytes.fromhex(
        "01000000" + 64 * "0" + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
        "dae5494dffff7f2002000000"
    )
)
NO_COIN = OutPoint(bytes(32), 0xFFFFFFFF)
Telling = Literal["all", "nothing"]


def script_of(name: str | int) -> bytes:
    """An output script (P2WPKH in form) that stands for a name."""
    return b"\0\x14" + hashlib.sha256(str(name).encode()).digest()[:20]


@dataclass(frozen=True)
class Payment:
    """What a transaction is to spend and pay; what is left over is its fee."""

    coins: tuple[OutPoint, ...]
    outputs: tuple[tuple[bytes, int], ...]

    def transaction(self) -> Transaction:
        """The transaction, without signatures: nothing here looks at them."""
        inputs = tuple(TxInput(one, b"", 0xFFFFFFFD, (b"signed",)) for one in self.coins)
        outputs = tuple(TxOutput(sats, script) for script, sats in self.outputs)
        return Transaction(2, inputs, outputs, 0)


@dataclass(frozen=True)
class FakeBlock:
    """A block: its header and its transactions."""

    height: int
    header: Header
    transactions: tuple[Transaction, ...]

    @property
    def ref(self) -> BlockRef:
        return BlockRef(self.height, self.header.hash)

    @property
    def txids(self) -> list[bytes]:
        return [one.txid for one in self.transactions]


@dataclass
class FakeChain:
    """Blocks on top of regtest's first one, and every output that was ever made.

    ``mark`` makes the coinbases of one chain differ from those of another.
    """

    blocks: list[FakeBlock] = field(default_factory=lambda: [FakeBlock(0, GENESIS, ())])
    outputs: dict[OutPoint, TxOutput] = field(default_factory=dict)
    mark: int = 0

    @property
    def tip(self) -> BlockRef:
        return self.blocks[-1].ref

    @property
    def height(self) -> int:
        return self.tip.height

    def has(self, block: BlockRef) -> bool:
        """Whether a block is in this chain."""
        return block.height <= self.height and self.blocks[block.height].ref == block

    def mine(
        self, payments: Sequence[Payment] = (), miner: bytes = script_of("miner")
    ) -> FakeBlock:
        """A block with these payments; its coinbase pays subsidy and fees to ``miner``."""
        height, made = self.height + 1, []
        fees = 0
        for payment in payments:
            transaction = payment.transaction()
            made.append(transaction)
            fees += sum(self.outputs[one].value_sats for one in payment.coins)
            fees -= transaction.output_sats
            self._learn(transaction)
        coinbase = self._coinbase(height, SUBSIDY_SATS + fees, miner)
        self._learn(coinbase)
        transactions = (coinbase, *made)
        root = merkle_root([one.txid for one in transactions])
        block = FakeBlock(height, worked(self.tip.hash, root, height), transactions)
        self.blocks.append(block)
        return block

    def fork(self, height: int, mark: int = 1) -> "FakeChain":
        """A chain that has this one's blocks up to a height; what it mines is its own."""
        kept = self.blocks[: height + 1]
        chain = FakeChain(kept, {}, self.mark + mark)
        for block in kept:
            for transaction in block.transactions:
                chain._learn(transaction)
        return chain

    def unspent(self, height: int | None = None) -> dict[OutPoint, TxOutput]:
        """Every coin after the block of that height, in the order in which they were made."""
        coins: dict[OutPoint, TxOutput] = {}
        for block in self.blocks[: self.height + 1 if height is None else height + 1]:
            for transaction in block.transactions:
                for one in transaction.inputs:
                    coins.pop(one.outpoint, None)
                for place, output in enumerate(transaction.outputs):
                    coins[OutPoint(transaction.txid, place)] = output
        return coins

    def balance(self, script: bytes, height: int | None = None) -> int:
        """What a script holds after the block of that height."""
        held = self.unspent(height).values()
        return sum(one.value_sats for one in held if one.script == script)

    def _learn(self, transaction: Transaction) -> None:
        for place, output in enumerate(transaction.outputs):
            self.outputs[OutPoint(transaction.txid, place)] = output

    def _coinbase(self, height: int, sats: int, miner: bytes) -> Transaction:
        stated = struct.pack("<BIBI", 4, height, 4, self.mark)
        return Transaction(2, (TxInput(NO_COIN, stated, 0xFFFFFFFF),), (TxOutput(sats, miner),), 0)


def worked(previous: bytes, root: bytes, height: int) -> Header:
    """A header with the work that regtest asks for: two tries on average."""
    nonce = 0
    while True:
        header = Header(
            0x20000000, previous, root, GENESIS.time + 600 * height, REGTEST_BITS, nonce
        )
        if int.from_bytes(header.hash, "little") < 0x7FFFFF << 232:
            return header
        nonce += 1


class FakeSource:
    """A ``ChainSource`` over a fake chain; ``chain`` may be exchanged while it is read.

    ``signs_every`` is the number of blocks after which it says how far it has come; with
    ``telling`` "nothing" it cannot tell what inputs spend. ``asked`` counts the searches.
    """

    def __init__(
        self,
        chain: FakeChain,
        *,
        signs_every: int = 10,
        telling: Telling = "all",
        name: str = "a fake chain",
        first_block: int = 0,
    ) -> None:
        self.chain = chain
        self.signs_every = signs_every
        self.telling = telling
        self.name = name
        self.first_block = first_block
        self.asked: list[tuple[int, int]] = []

    def status(self) -> SourceStatus:
        return SourceStatus(
            "core", self.name, "fake 1.0", "regtest", self.chain.tip, self.first_block, "by hand"
        )

    def headers(self, first: int, count: int) -> Sequence[Header]:
        return [one.header for one in self.chain.blocks[first : first + count]]

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        self.asked.append((first, last.height))
        scripts, coins = set(watched.scripts), set(watched.coins)
        for height in range(first, last.height + 1):
            if not self.chain.has(last):
                raise ReorganisedError(f"block {last.height} is not in the chain any more")
            block = self.chain.blocks[height]
            found = tuple(self._found(block, scripts, coins))
            if found or height == last.height or height % self.signs_every == 0:
                yield FoundBlock(height, block.header, found)

    def unspent(self, scripts: Sequence[bytes]) -> Unspent | None:
        wanted = set(scripts)
        coins = {k: one for k, one in self.chain.unspent().items() if one.script in wanted}
        return Unspent(self.chain.tip, coins)

    def close(self) -> None:
        """Nothing to let go of."""

    def _found(
        self, block: FakeBlock, scripts: set[bytes], coins: set[OutPoint]
    ) -> Iterator[FoundTransaction]:
        for place, transaction in enumerate(block.transactions):
            made = {
                OutPoint(transaction.txid, number)
                for number, output in enumerate(transaction.outputs)
                if output.script in scripts
            }
            spends = any(one.outpoint in coins for one in transaction.inputs)
            coins |= made
            if made or spends:
                yield self.found(block, place)

    def found(self, block: FakeBlock, place: int) -> FoundTransaction:
        """A transaction of a block as the source brings it."""
        transaction = block.transactions[place]
        proof = merkle_proof(block.header, block.txids, place)
        return FoundTransaction(transaction.to_bytes(), proof, self.spent(transaction))

    def spent(self, transaction: Transaction) -> tuple[TxOutput | None, ...]:
        """What each input spends, as far as the source tells."""
        if transaction.is_coinbase:
            return ()
        told = self.telling == "all"
        outputs = self.chain.outputs
        return tuple(outputs[one.outpoint] if told else None for one in transaction.inputs)
