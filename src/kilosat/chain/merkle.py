"""Merkle trees of a block: the root, and the proof that one transaction is under it.

The tree doubles the last node of an odd row, so that two lists may have one root
(CVE-2012-2459); the list whose pairs are alike is refused. A proof could also go one row too deep,
through a transaction of 64 bytes that reads as two hashes (CVE-2017-12842); both of its ends are
refused. Written down as the ``merkleblock`` of BIP 37, which a node's ``gettxoutproof`` makes and
its ``verifytxoutproof`` takes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kilosat.chain.errors import MalformedError, ProofError
from kilosat.chain.header import HEADER_BYTES, Header, double_sha256, parse_header
from kilosat.chain.transaction import ByteReader, compact_size, parse_transaction

__all__ = ["MerkleProof", "merkle_proof", "merkle_root", "parse_merkle_proof"]

_MOST_TRANSACTIONS = 4_000_000 // 240
"""A block's weight limit over the least weight of a transaction with an output (BIP 141)."""
_NODE_PAIR = 64


@dataclass(frozen=True)
class MerkleProof:
    """That ``txid`` is at ``position`` among the ``count`` transactions of a block.

    ``siblings`` go from the leaf to the root; a row where the node is paired with itself has
    none. It proves neither that the header is in the chain nor that the coins are unspent. Nothing
    commits to ``count``: another one whose tree has the same rows above this leaf proves as well.
    """

    header: Header
    count: int
    position: int
    txid: bytes
    siblings: tuple[bytes, ...]

    def check(self, transaction: bytes) -> None:
        """Check that a raw transaction (with or without witness) is the one that is proven.

        The witness is under the block's witness commitment, not under this root.

        Raises:
            MalformedError: the transaction does not parse.
            ProofError: the proof is of another one, or does not lead to the header's root.
        """
        read = parse_transaction(transaction)
        if read.txid != self.txid:
            raise ProofError("the Merkle proof is of another transaction")
        if len(read.to_bytes(witness=False)) == _NODE_PAIR:
            raise ProofError("a transaction of 64 bytes cannot be told from a node of the tree")
        if self.root() != self.header.merkle_root:
            raise ProofError("the Merkle proof does not lead to the root in the header")

    def root(self) -> bytes:
        """The root that the proof leads to.

        Raises:
            ProofError: count, position and siblings do not fit, or a pair is one that only a
                forger would show.
        """
        node, place = self.txid, self.position
        siblings = iter(self.siblings)
        for width in _widths(self.count, self.position)[:-1]:
            pair = _pair(node, place, width, siblings)
            node, place = double_sha256(pair), place // 2
        if next(siblings, None) is not None:
            raise ProofError("the Merkle proof has more hashes than its tree has rows")
        return node

    def to_bytes(self) -> bytes:
        """The proof as a ``merkleblock``: header, count, hashes and flags in depth-first order."""
        marks, hashes = [True], [self.txid]
        place, siblings = self.position, iter(self.siblings)
        for width in _widths(self.count, self.position)[:-1]:
            if place % 2:
                marks, hashes = [True, False, *marks], [next(siblings), *hashes]
            elif place + 1 < width:
                marks, hashes = [True, *marks, False], [*hashes, next(siblings)]
            else:
                marks = [True, *marks]
            place //= 2
        flags = sum(1 << place for place, mark in enumerate(marks) if mark)
        flag_bytes = flags.to_bytes(-(-len(marks) // 8), "little")
        counts = self.count.to_bytes(4, "little") + compact_size(len(hashes))
        tail = compact_size(len(flag_bytes)) + flag_bytes
        return self.header.to_bytes() + counts + b"".join(hashes) + tail


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over transaction ids (in the order of the wire).

    Raises:
        ProofError: there are none, or two nodes that are paired are alike, so that a shorter list
            has the same root.
    """
    if not leaves:
        raise ProofError("a Merkle tree has at least one leaf")
    row = list(leaves)
    while len(row) > 1:
        row = _row_above(row)
    return row[0]


def merkle_proof(header: Header, txids: Sequence[bytes], position: int) -> MerkleProof:
    """The proof of one transaction of a block, from the ids of all.

    Raises:
        ProofError: there is no such position, or the ids are not those under the header's root.
    """
    widths, row, siblings = _widths(len(txids), position), list(txids), []
    for level in range(len(widths) - 1):
        place = position >> level ^ 1
        if place < len(row):
            siblings.append(row[place])
        row = _row_above(row)
    if row[0] != header.merkle_root:
        raise ProofError("the transactions are not those under the root in the header")
    return MerkleProof(header, len(txids), position, txids[position], tuple(siblings))


def parse_merkle_proof(raw: bytes) -> MerkleProof:
    """Read a ``merkleblock`` that proves one transaction.

    Raises:
        MalformedError: it does not read as one, or proves none or several.
        ProofError: its count of transactions is not one that a block can have.
    """
    reader = ByteReader(raw)
    header, count = parse_header(reader.take(HEADER_BYTES)), reader.number(4)
    widths = _widths(count, 0)
    hashes = [reader.take(32) for _ in range(reader.count(32))]
    flags = reader.string()
    reader.finish()
    proof = _from_flags(header, widths, hashes, flags)
    # One proof has one form: whatever was not read above differs here.
    if proof.to_bytes() != raw:
        raise MalformedError("the flags or hashes of the Merkle proof are not as BIP 37 has them")
    return proof


def _from_flags(
    header: Header, widths: list[int], hashes: list[bytes], flags: bytes
) -> MerkleProof:
    """Follow the flags down to the one leaf; the hashes of right siblings come on the way up."""
    marks = (bool(byte >> bit & 1) for byte in flags for bit in range(8))
    left, position, turns = iter(hashes), 0, []
    try:
        _ask(next(marks))
        for width in reversed(widths[:-1]):
            on_left = next(marks)
            position = 2 * position + (not on_left)
            turns.append(None if on_left else next(left))
            _ask(position < width and (on_left or next(marks)))
        txid, siblings, place = next(left), [], position
        for turn, width in zip(reversed(turns), widths, strict=False):
            if turn is not None:
                siblings.append(turn)
            elif place + 1 < width:
                siblings.append(next(left))
            place //= 2
    except StopIteration:
        raise MalformedError("the Merkle proof ends before its leaf") from None
    return MerkleProof(header, widths[0], position, txid, tuple(siblings))


def _ask(marked: bool) -> None:
    if not marked:
        raise MalformedError("the Merkle proof does not lead to one transaction")


def _widths(count: int, position: int) -> list[int]:
    """Nodes of each row of the tree, from the leaves to the root."""
    if not 0 < count <= _MOST_TRANSACTIONS or not 0 <= position < count:
        raise ProofError(f"no block has a transaction {position} of {count}")
    widths = [count]
    while widths[-1] > 1:
        widths.append((widths[-1] + 1) // 2)
    return widths


def _row_above(row: list[bytes]) -> list[bytes]:
    if any(row[place] == row[place + 1] for place in range(0, len(row) - 1, 2)):
        raise ProofError("two nodes of a pair are alike: a shorter list has the same Merkle root")
    padded = [*row, row[-1]] if len(row) % 2 else row
    return [double_sha256(padded[place] + padded[place + 1]) for place in range(0, len(padded), 2)]


def _pair(node: bytes, place: int, width: int, siblings: Iterator[bytes]) -> bytes:
    """The 64 bytes whose hash is the node above."""
    if place % 2 == 0 and place + 1 == width:
        return node + node
    other = next(siblings, None)
    if other is None:
        raise ProofError("the Merkle proof has fewer hashes than its tree has rows")
    if other == node or len(other) != 32:
        raise ProofError("a sibling in the Merkle proof is not another hash than the node's own")
    pair = other + node if place % 2 else node + other
    if _reads_as_transaction(pair):
        raise ProofError("a node of the Merkle proof reads as a transaction of 64 bytes")
    return pair


def _reads_as_transaction(raw: bytes) -> bool:
    try:
        parse_transaction(raw)
    except MalformedError:
        return False
    return True
