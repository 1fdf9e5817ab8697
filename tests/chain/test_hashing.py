"""Compiled hashing gives what hashlib gives, for every length and every shape of tree."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.errors import ProofError
from kilosat.chain.hashing import pair_digests, transaction_ids
from kilosat.chain.header import double_sha256
from kilosat.chain.merkle import merkle_proof, merkle_root
from kilosat.chain.merkle_tree import MerkleTree, merkle_tree

from .test_block import REAL


def sha(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def tree_of(leaves: list[bytes]) -> MerkleTree:
    return merkle_tree(np.frombuffer(b"".join(leaves), np.uint8).reshape(-1, 32).copy())


def test_every_length_around_the_blocks_of_the_hash() -> None:
    """55, 56, 63 and 64 bytes are where the padding takes another block."""
    data = bytes(number * 7 % 251 for number in range(300))
    for length in range(1, 300):
        bounds = np.array([[0, length, length, 0]], np.int64)
        assert bytes(transaction_ids(data, bounds, witness=False)[0]) == sha(data[:length])


def test_short_and_long_ones_side_by_side() -> None:
    """Lengths on both sides of the one from which on hashlib is taken, in any order."""
    lengths = [5000, 61, 4096, 4097, 200, 9000, *range(100, 260)]
    data, bounds = b"", []
    for number, length in enumerate(lengths):
        bounds.append([len(data), len(data) + length - 4, len(data) + length, number % 2])
        data += bytes((number + place * place) % 256 for place in range(length))
    found = transaction_ids(data, np.array(bounds, np.int64), witness=False)
    for row, (start, body, end, marked) in zip(found, bounds, strict=True):
        whole = data[start:end]
        if marked:
            whole = data[start : start + 4] + data[start + 6 : body] + data[end - 4 : end]
        assert bytes(row) == sha(whole)


@settings(deadline=None)
@given(st.binary(min_size=90, max_size=200), st.integers(20, 60))
def test_the_witness_is_left_out_where_it_is_marked(data: bytes, body: int) -> None:
    bounds = np.array([[3, body, len(data), 1]], np.int64)
    stripped = data[3:7] + data[9:body] + data[-4:]
    assert bytes(transaction_ids(data, bounds, witness=False)[0]) == sha(stripped)
    assert bytes(transaction_ids(data, bounds, witness=True)[0]) == sha(data[3:])


@settings(deadline=None)
@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True))
def test_trees_and_proofs_are_those_of_the_plain_ones(leaves: list[bytes]) -> None:
    tree = tree_of(leaves)
    assert tree.root == merkle_root(leaves)
    header = REAL.header
    forged = type(header)(**{**vars(header), "merkle_root": tree.root})
    for place in range(len(leaves)):
        assert tree.siblings(place) == merkle_proof(forged, leaves, place).siblings


def test_a_doubled_list_is_refused() -> None:
    """CVE-2012-2459: 1 2 3 and 1 2 3 3 have one root."""
    one, two, three = (double_sha256(bytes([number])) for number in range(3))
    with pytest.raises(ProofError, match="alike"):
        tree_of([one, two, three, three])
    assert tree_of([one, two, three]).root == merkle_root([one, two, three])


def test_no_leaves_are_no_tree() -> None:
    with pytest.raises(ProofError, match="at least one"):
        merkle_tree(np.empty((0, 32), np.uint8))


def test_an_odd_row_is_paired_with_itself() -> None:
    leaf = sha(b"leaf")
    found = pair_digests(np.frombuffer(leaf, np.uint8).reshape(1, 32))
    assert found is not None
    assert bytes(found[0]) == sha(leaf + leaf)
