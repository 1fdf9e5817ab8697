"""Merkle branches as index servers give them, without the number of transactions.

Electrum's ``blockchain.transaction.get_merkle`` and Esplora's ``merkle-proof``: one hash for each
row, the node itself where it is paired with itself.
"""

from collections.abc import Sequence

from kilosat.chain.errors import ProofError
from kilosat.chain.header import Header, double_sha256
from kilosat.chain.merkle import MerkleProof

__all__ = ["proof_of_branch"]

_MOST_ROWS = 14
"""A block has at most 16,666 transactions; a branch of 15 rows needs more than 16,384."""


def proof_of_branch(
    header: Header, txid: bytes, position: int, branch: Sequence[bytes]
) -> MerkleProof:
    """The proof with the largest number of transactions that the branch allows.

    Nothing commits to that number: only a node that is paired with itself tells the width of its
    row, and those of the rows above it.

    Raises:
        ProofError: the position is none of a tree with so many rows.
    """
    rows = len(branch)
    if rows > _MOST_ROWS or not 0 <= position < 1 << rows:
        raise ProofError(f"no block has a transaction {position} under {rows} rows of nodes")
    doubled, siblings, node = set(), [], txid
    for row, other in enumerate(branch):
        on_right = position >> row & 1
        if other == node and not on_right:
            doubled.add(row)
        else:
            siblings.append(other)
        node = double_sha256(other + node if on_right else node + other)
    count = 1
    for row in reversed(range(rows)):
        count = (position >> row) + 1 if row in doubled else 2 * count
    return MerkleProof(header, count, position, txid, tuple(siblings))
