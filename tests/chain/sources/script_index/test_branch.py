"""Branches without a count: every shape of tree, made by code that shares nothing with kilosat."""

import hashlib

import pytest
from tests.regtest.esplora_server import merkle_branch

from kilosat.chain.errors import ProofError
from kilosat.chain.header import Header
from kilosat.chain.sources.script_index.branch import proof_of_branch


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([number])).digest() for number in range(count)]


def root(row: list[bytes]) -> bytes:
    """The tree as first published: the last node of an odd row is paired with itself."""
    while len(row) > 1:
        row = row + row[-1:] if len(row) % 2 else row
        pairs = [row[at] + row[at + 1] for at in range(0, len(row), 2)]
        row = [hashlib.sha256(hashlib.sha256(one).digest()).digest() for one in pairs]
    return row[0]


@pytest.mark.parametrize("count", range(1, 35))
def test_every_leaf_leads_to_the_root(count: int) -> None:
    txids = leaves(count)
    header = Header(1, bytes(32), root(txids), 0, 0, 0)
    printed = [one[::-1].hex() for one in txids]
    for place, txid in enumerate(txids):
        branch = [bytes.fromhex(one)[::-1] for one in merkle_branch(printed, place)]
        proof = proof_of_branch(header, txid, place, branch)
        assert proof.root() == header.merkle_root
        # The count is the largest that the branch allows.
        assert proof.count >= count


@pytest.mark.parametrize("place", [-1, 8])
def test_a_place_that_is_none(place: int) -> None:
    txids = leaves(4)
    with pytest.raises(ProofError, match="no block has a transaction"):
        proof_of_branch(Header(1, bytes(32), bytes(32), 0, 0, 0), txids[0], place, txids[1:])


def test_a_node_repeated_where_no_row_ends_proves_nothing() -> None:
    # Leaf 0 of four paired with itself: only a list of one leaf less could have that.
    txids = leaves(4)
    right = root(txids[2:])
    doubled = root([root([txids[0], txids[0]]), right])
    header = Header(1, bytes(32), doubled, 0, 0, 0)
    proof = proof_of_branch(header, txids[0], 0, [txids[0], right])
    with pytest.raises(ProofError):
        proof.root()
