"""A block: its header, its transactions where they are asked for, and what it commits to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kilosat.chain.errors import ProofError
from kilosat.chain.hashing import transaction_ids
from kilosat.chain.header import (
    HEADER_BYTES,
    MAINNET_LIMIT,
    Header,
    check_proof_of_work,
    double_sha256,
    parse_header,
)
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.merkle_tree import MerkleTree, merkle_tree
from kilosat.chain.scan_walk import Bounds, bounds_of_block
from kilosat.chain.transaction import Transaction, parse_transaction

__all__ = ["MAX_BLOCK_WEIGHT", "Block", "parse_block"]

MAX_BLOCK_WEIGHT = 4_000_000
"""Weight units (BIP 141)."""
_COMMITMENT = bytes.fromhex("6a24aa21a9ed")
_COMMITMENT_BYTES = 38
_BIP34_VERSION = 2
_NO_COIN = b"\1" + bytes(32) + b"\xff" * 4


@dataclass(frozen=True)
class Block:
    """A block whose bytes have the right form; what they claim is checked by ``check``."""

    raw: bytes = field(repr=False)
    header: Header
    bounds: Bounds = field(repr=False, compare=False)

    def __len__(self) -> int:
        """Number of transactions."""
        return len(self.bounds)

    def __iter__(self) -> Iterator[Transaction]:
        """The transactions, each read when its turn comes."""
        return (self.transaction(place) for place in range(len(self)))

    def raw_transaction(self, place: int) -> bytes:
        """The bytes of one transaction; the coinbase is 0."""
        start, _, end, _ = self.bounds[place].tolist()
        return self.raw[start:end]

    def transaction(self, place: int) -> Transaction:
        """One transaction; the coinbase is 0."""
        return parse_transaction(self.raw_transaction(place))

    @property
    def hash(self) -> bytes:
        """The hash of the header, in the order of the wire."""
        return self.header.hash

    @cached_property
    def txids(self) -> tuple[bytes, ...]:
        """The ids of the transactions, in the order of the wire."""
        return tuple(bytes(one) for one in self.tree.rows[0])

    @cached_property
    def tree(self) -> MerkleTree:
        """The Merkle tree over the ids.

        Raises:
            ProofError: two nodes of a pair are alike (CVE-2012-2459).
        """
        return merkle_tree(transaction_ids(self.raw, self.bounds, witness=False))

    @property
    def weight(self) -> int:
        """Weight units of the whole block (BIP 141)."""
        _, bodies, ends, marked = self.bounds.T
        # Marker and flag, and what lies between the outputs and the lock time.
        witness = int((marked * (2 + ends - 4 - bodies)).sum())
        return 4 * len(self.raw) - 3 * witness

    @property
    def height(self) -> int | None:
        """The height that the coinbase states (BIP 34), if the block is of version 2 or above.

        A claim of the miner's; nodes enforce it from height 227,931 of the main network.
        """
        if self.header.version < _BIP34_VERSION:
            return None
        return self.transaction(0).coinbase_height

    def proof(self, place: int) -> MerkleProof:
        """The Merkle proof of one transaction.

        Raises:
            ProofError: there is none, or the transactions are not those under the root in the
                header.
        """
        if not 0 <= place < len(self):
            raise ProofError(f"the block has no transaction {place} of {len(self)}")
        self.check_merkle_root()
        txid = bytes(self.tree.rows[0][place])
        return MerkleProof(self.header, len(self), place, txid, self.tree.siblings(place))

    def check(self, limit: int = MAINNET_LIMIT) -> None:
        """Check work, coinbase, weight, Merkle root and witness commitment.

        Scripts, signatures, fees and double spends are not looked at: that is a node's work.
        ``limit`` is the easiest target of the network.

        Raises:
            ProofError: one of them is not as the header or consensus wants it.
        """
        check_proof_of_work(self.header, limit)
        self.check_merkle_root()
        if [place for place in range(len(self)) if self._spends_nothing(place)] != [0]:
            raise ProofError("a block has one coinbase, its first transaction")
        if self.weight > MAX_BLOCK_WEIGHT:
            raise ProofError(f"a block weighs at most {MAX_BLOCK_WEIGHT} units, not {self.weight}")
        self.check_witness_commitment()

    def check_merkle_root(self) -> None:
        """Check that the transactions are those of the header.

        Raises:
            ProofError: they are not, or the list is a doubled one (CVE-2012-2459).
        """
        if self.tree.root != self.header.merkle_root:
            raise ProofError("the transactions are not those under the root in the header")

    def check_witness_commitment(self) -> None:
        """Check that the witnesses are those that the coinbase commits to (BIP 141).

        Before segregated witness (main network: height 481,824) nobody is bound to commit.

        Raises:
            ProofError: they are not, or there are witnesses and no commitment.
        """
        coinbase = self.transaction(0)
        scripts = [one.script for one in coinbase.outputs if one.script.startswith(_COMMITMENT)]
        found = [one for one in scripts if len(one) >= _COMMITMENT_BYTES]
        if not found:
            if self.bounds[:, 3].any():
                raise ProofError("the block has witnesses and no commitment to them")
            return
        stack = coinbase.inputs[0].witness
        if len(stack) != 1 or len(stack[0]) != 32:
            raise ProofError("the witness of the coinbase is not one item of 32 bytes")
        if double_sha256(self._witness_root() + stack[0]) != found[-1][6:_COMMITMENT_BYTES]:
            raise ProofError("the witnesses are not those that the coinbase commits to")

    def _spends_nothing(self, place: int) -> bool:
        """Whether the one input names no coin; looked up in the bytes, for speed."""
        start, _, _, marked = self.bounds[place].tolist()
        return self.raw.startswith(_NO_COIN, start + 4 + 2 * marked)

    def _witness_root(self) -> bytes:
        """Root over the wtxids, zero in the place of the coinbase."""
        leaves = transaction_ids(self.raw, self.bounds, witness=True)
        leaves[0] = 0
        return merkle_tree(leaves).root


def parse_block(raw: bytes) -> Block:
    """Read a whole block; the form of every transaction is checked, its objects come later.

    Raises:
        MalformedError: the bytes are not header, count and transactions, cut short or too long.
    """
    bounds = bounds_of_block(raw)
    bounds.setflags(write=False)
    return Block(raw, parse_header(raw[:HEADER_BYTES]), bounds)
