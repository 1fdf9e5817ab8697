"""What an archive holds, and how each part is known: by the chain, or because somebody said it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kilosat.chain.address import Network
from kilosat.chain.control import Control
from kilosat.chain.header import Header
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.sources.port import BlockRef, Unspent
from kilosat.chain.transaction import OutPoint, Transaction, TxOutput, parse_transaction

__all__ = ["Archive", "ArchivedTransaction", "SourceNote", "Statement"]


@dataclass(frozen=True)
class ArchivedTransaction:
    """A transaction without its witness, and the proof that a block has it.

    The witness is under no Merkle root that a proof of one transaction leads to, so it is left out:
    every byte that is kept is one that the chain commits to.
    """

    height: int
    proof: MerkleProof
    raw: bytes = field(repr=False)

    @cached_property
    def transaction(self) -> Transaction:
        """The transaction as read."""
        return parse_transaction(self.raw)


@dataclass(frozen=True, order=True)
class SourceNote:
    """Where the ledger had its facts from: kind, name and software of a source, how it searched."""

    kind: str
    name: str
    software: str
    route: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """What the sources said and no proof in the archive carries.

    ``scripts`` were searched for in all blocks up to the one that the archive is as of. ``counts``
    holds the number of transactions of the blocks by height: a Merkle proof needs it and does not
    commit to it. ``spent`` holds what inputs spend whose parents are not in the archive.
    ``ledger`` is the fingerprint of the ledger that was archived, or empty.
    """

    scripts: tuple[bytes, ...]
    counts: Mapping[int, int]
    spent: Mapping[OutPoint, TxOutput] = field(default_factory=dict)
    sources: tuple[SourceNote, ...] = ()
    unspent: Unspent | None = None
    ledger: str = ""


@dataclass(frozen=True)
class Archive:
    """The contents of an archive, read and of the right form; ``verify`` checks what they claim.

    ``headers`` run without a gap from ``first_height`` to that of ``as_of``. ``parents`` are raw
    transactions by id that hold what inputs spend; their ids are hashes of them, so they need no
    place in a block. ``register`` is the register file as it was, and as they were the files that
    it names: ``labels`` (BIP 329), ``deposits``, ``payments``; each may be left out.
    ``fingerprint`` is the SHA-256 of the whole file.
    """

    network: Network
    as_of: BlockRef
    first_height: int
    headers: tuple[Header, ...] = field(repr=False)
    transactions: tuple[ArchivedTransaction, ...] = field(repr=False)
    parents: Mapping[bytes, bytes] = field(repr=False)
    said: Statement = field(repr=False)
    register: bytes = field(repr=False)
    labels: bytes = field(default=b"", repr=False)
    deposits: bytes = field(default=b"", repr=False)
    payments: bytes = field(default=b"", repr=False)
    controls: tuple[Control, ...] = ()
    fingerprint: str = ""
    name: str = field(default="the archive", compare=False)

    def header(self, height: int) -> Header:
        """The header of a height.

        Raises:
            KeyError: the run of headers has no such height.
        """
        place = height - self.first_height
        if not 0 <= place < len(self.headers):
            raise KeyError(f"the archive has no header of height {height}")
        return self.headers[place]

    @cached_property
    def heights(self) -> Mapping[bytes, int]:
        """Height of each block of the run, by its hash."""
        return {header.hash: self.first_height + at for at, header in enumerate(self.headers)}

    @cached_property
    def proven_outputs(self) -> Mapping[bytes, tuple[TxOutput, ...]]:
        """Outputs by transaction id: of the transactions and of the parents."""
        found = {txid: parse_transaction(raw).outputs for txid, raw in self.parents.items()}
        return found | {one.transaction.txid: one.transaction.outputs for one in self.transactions}

    def spent_output(self, outpoint: OutPoint) -> TxOutput | None:
        """What an input spends: from its parent where there is one, else as stated."""
        outputs = self.proven_outputs.get(outpoint.txid)
        if outputs is None:
            return self.said.spent.get(outpoint)
        return outputs[outpoint.index] if outpoint.index < len(outputs) else None

    def spent_outputs(self, one: ArchivedTransaction) -> tuple[TxOutput | None, ...]:
        """What each input of a transaction spends; empty for a coinbase."""
        if one.transaction.is_coinbase:
            return ()
        return tuple(self.spent_output(spending.outpoint) for spending in one.transaction.inputs)
