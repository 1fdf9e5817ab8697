"""Merkle trees: Core's merkleblock vector, forged trees, and every shape of tree."""

import hashlib
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.errors import ChainError, MalformedError, ProofError
from kilosat.chain.header import Header, check_proof_of_work, double_sha256, hash_of_hex
from kilosat.chain.merkle import MerkleProof, merkle_proof, merkle_root, parse_merkle_proof

# Bitcoin Core, src/test/bloom_tests.cpp, merkle_block_3_and_serialize: a block of one transaction.
CORE_PROOF = bytes.fromhex(
    "0100000079cda856b143d9db2c1caff01d1aecc8630d30625d10e8b4b8b0000000000000b50cc069d6a3e33e3ff84a"
    "5c41d9d3febe7c770fdcc96b2c3ff60abe184f196367291b4d4c86041b8fa45d630100000001b50cc069d6a3e33e3f"
    "f84a5c41d9d3febe7c770fdcc96b2c3ff60abe184f19630101"
)
CORE_TRANSACTION = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff08044c86041b"
    "020a02ffffffff0100f2052a01000000434104ecd3229b0571c3be876feaac0442a9f13c5a572742927af1dc623353"
    "ecf8c202225f64868137a18cdd85cbbb4c74fbccfd4f49639cf1bdc94a5672bb15ad5d4cac00000000"
)


def transaction(number: int, script: bytes = b"") -> bytes:
    """A transaction like no other; 60 bytes and its script."""
    spent = hashlib.sha256(bytes([number % 256, number // 256])).digest()
    output = struct.pack("<QB", number, len(script)) + script
    return struct.pack("<IB32sIBI", 1, 1, spent, 0, 0, 0) + b"\1" + output + bytes(4)


def txids(count: int) -> list[bytes]:
    return [double_sha256(transaction(number)) for number in range(count)]


def header_of(root: bytes) -> Header:
    return Header(1, bytes(32), root, 0, 0, 0)


def naive_root(row: list[bytes]) -> bytes:
    """The tree as first published: the last node of an odd row is paired with itself."""
    while len(row) > 1:
        row = row + row[-1:] if len(row) % 2 else row
        row = [double_sha256(a + b) for a, b in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def test_reads_what_core_writes() -> None:
    proof = parse_merkle_proof(CORE_PROOF)
    name = "63194f18be0af63f2c6bc9dc0f777cbefed3d9415c4af83f3ee3a3d669c00cb5"
    assert proof.txid == hash_of_hex(name)
    assert (proof.count, proof.position) == (1, 0)
    check_proof_of_work(proof.header)
    proof.check(CORE_TRANSACTION)
    assert proof.to_bytes() == CORE_PROOF
    assert merkle_proof(proof.header, [proof.txid], 0) == proof


@given(st.data(), st.integers(1, 70))
def test_every_transaction_of_every_tree_is_proven(data: st.DataObject, count: int) -> None:
    leaves = txids(count)
    root = naive_root(leaves)
    assert merkle_root(leaves) == root
    position = data.draw(st.integers(0, count - 1))
    proof = merkle_proof(header_of(root), leaves, position)
    proof.check(transaction(position))
    again = parse_merkle_proof(proof.to_bytes())
    assert again == proof
    other = (position + 1) % count
    if other != position:
        with pytest.raises(ProofError, match="another transaction"):
            proof.check(transaction(other))
        with pytest.raises(ProofError):
            replace(proof, position=other).check(transaction(position))
        with pytest.raises(ProofError):
            replace(proof, txid=leaves[other]).check(transaction(other))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_a_flipped_bit_is_found(count: int) -> None:
    leaves = txids(count)
    for position in range(count):
        proof = merkle_proof(header_of(naive_root(leaves)), leaves, position)
        raw = proof.to_bytes()
        # Version, time, bits and nonce are for the work; nothing commits to the count itself.
        tried = [*range(36, 68), *range(84, len(raw))]
        for place in [(byte, bit) for byte in tried for bit in range(8)]:
            bad = bytearray(raw)
            bad[place[0]] ^= 1 << place[1]
            with pytest.raises(ChainError):
                parse_merkle_proof(bytes(bad)).check(transaction(position))


@pytest.mark.parametrize("count", [2, 3, 9])
def test_a_proof_cut_short_or_too_long_is_refused(count: int) -> None:
    leaves = txids(count)
    raw = merkle_proof(header_of(naive_root(leaves)), leaves, count - 1).to_bytes()
    for length in range(len(raw)):
        with pytest.raises(ChainError):
            parse_merkle_proof(raw[:length])
    with pytest.raises(MalformedError):
        parse_merkle_proof(raw + b"\0")


@pytest.mark.parametrize(
    ("leaves", "doubled"),
    [
        ([1, 2, 3], [1, 2, 3, 3]),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 5, 6]),
        # The list of CVE-2012-2459 that rust-bitcoin and Core use as their example.
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 10]),
    ],
)
def test_a_doubled_list_has_the_same_root_and_is_refused(
    leaves: list[int], doubled: list[int]
) -> None:
    row, longer = ([double_sha256(bytes([one])) for one in some] for some in (leaves, doubled))
    assert naive_root(row) == naive_root(longer) == merkle_root(row)
    with pytest.raises(ProofError, match="alike"):
        merkle_root(longer)
    with pytest.raises(ProofError):
        merkle_proof(header_of(naive_root(row)), longer, len(longer) - 1)


def test_a_transaction_of_64_bytes_is_not_proven() -> None:
    short = transaction(1, b"\x51" * 4)
    assert len(short) == 64
    leaves = [*txids(3), double_sha256(short)]
    proof = merkle_proof(header_of(naive_root(leaves)), leaves, 3)
    with pytest.raises(ProofError, match="64 bytes"):
        proof.check(short)


def test_a_node_that_is_a_transaction_is_refused() -> None:
    short = transaction(1, b"\x51" * 4)
    header = header_of(double_sha256(short))
    with pytest.raises(ProofError, match="64 bytes"):
        MerkleProof(header, 2, 1, short[32:], (short[:32],)).root()


@pytest.mark.parametrize(
    ("count", "position", "siblings"),
    [(0, 0, 0), (2, 2, 1), (2, -1, 1), (2, 0, 0), (2, 0, 2), (1, 0, 1), (16_667, 0, 15)],
)
def test_refuses_shapes_that_no_tree_has(count: int, position: int, siblings: int) -> None:
    some = tuple(bytes([7 + number]) * 32 for number in range(siblings))
    with pytest.raises(ProofError):
        MerkleProof(header_of(bytes(32)), count, position, bytes(32), some).root()


def test_refuses_a_sibling_like_the_node() -> None:
    with pytest.raises(ProofError, match="sibling"):
        MerkleProof(header_of(bytes(32)), 2, 1, bytes(32), (bytes(32),)).root()


def test_refuses_no_leaves_and_other_leaves() -> None:
    with pytest.raises(ProofError, match="at least one"):
        merkle_root([])
    with pytest.raises(ProofError, match="under the root"):
        merkle_proof(header_of(bytes(32)), txids(4), 0)


@given(st.binary(max_size=120))
def test_random_tails_are_refused_cleanly(tail: bytes) -> None:
    try:
        parse_merkle_proof(CORE_PROOF[:80] + tail).check(CORE_TRANSACTION)
    except ChainError:
        return
    assert CORE_PROOF.endswith(tail)
