"""The whole Merkle tree of a block, made once: its root, and the siblings of any leaf."""

from dataclasses import dataclass, field

from kilosat.chain.errors import ProofError
from kilosat.chain.hashing import Digests, pair_digests

__all__ = ["MerkleTree", "merkle_tree"]


@dataclass(frozen=True, eq=False)
class MerkleTree:
    """The rows of a tree, from the leaves to the root."""

    rows: tuple[Digests, ...] = field(repr=False)

    @property
    def root(self) -> bytes:
        """The root, in the order of the wire."""
        return bytes(self.rows[-1][0])

    def siblings(self, position: int) -> tuple[bytes, ...]:
        """From the leaf up, the node beside the path; none where a node is paired with itself."""
        found = []
        for level, row in enumerate(self.rows[:-1]):
            place = position >> level ^ 1
            if place < len(row):
                found.append(bytes(row[place]))
        return tuple(found)


def merkle_tree(leaves: Digests) -> MerkleTree:
    """The tree over hashes of transactions.

    Raises:
        ProofError: there are none, or two nodes of a pair are alike, so that a shorter list has
            the same root (CVE-2012-2459).
    """
    if not len(leaves):
        raise ProofError("a Merkle tree has at least one leaf")
    rows = [leaves]
    while len(rows[-1]) > 1:
        above = pair_digests(rows[-1])
        if above is None:
            raise ProofError(
                "two nodes of a pair are alike: a shorter list has the same Merkle root"
            )
        rows.append(above)
    return MerkleTree(tuple(rows))
