"""Transactions: the first coinbase, hand-made bad ones, and whatever hypothesis makes up."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.errors import ChainError, MalformedError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.scan_walk import bounds_of_block
from kilosat.chain.transaction import (
    MAX_MONEY_SATS,
    ByteReader,
    OutPoint,
    Transaction,
    TxInput,
    TxOutput,
    compact_size,
    parse_transaction,
)

GENESIS = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff00"
    "1d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b20"
    "6f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afd"
    "b0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c"
    "384df7ba0b8d578a4c702b6bf11d5fac00000000"
)
VERSION, LOCK = bytes([2, 0, 0, 0]), bytes(4)
INPUT = bytes(range(32)) + bytes(4) + b"\0" + b"\xff" * 4
OUTPUT = struct.pack("<Q", 1000) + b"\x01\x51"
PLAIN = VERSION + b"\1" + INPUT + b"\1" + OUTPUT + LOCK
WITNESS = VERSION + b"\0\1\1" + INPUT + b"\1" + OUTPUT + b"\1\2ab" + LOCK

words = st.integers(0, 2**32 - 1)
scripts = st.binary(max_size=300)
inputs = st.builds(
    TxInput,
    st.builds(OutPoint, st.binary(min_size=32, max_size=32), words),
    scripts,
    words,
    st.lists(scripts, max_size=3).map(tuple),
)
outputs = st.builds(TxOutput, st.integers(0, MAX_MONEY_SATS // 3), scripts)
transactions = st.builds(
    Transaction,
    words,
    st.lists(inputs, min_size=1, max_size=3).map(tuple),
    st.lists(outputs, min_size=1, max_size=3).map(tuple),
    words,
)


def test_reads_the_first_coinbase() -> None:
    read = parse_transaction(GENESIS)
    name = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    assert hex_of_hash(read.txid) == hex_of_hash(read.wtxid) == name
    assert read.is_coinbase
    assert read.output_sats == 50 * 100_000_000
    assert b"The Times 03/Jan/2009" in read.inputs[0].script
    assert (read.size, read.weight, read.virtual_size) == (204, 816, 204)
    assert read.to_bytes() == GENESIS


@given(transactions)
def test_what_is_written_is_read_again(made: Transaction) -> None:
    raw = made.to_bytes()
    assert parse_transaction(raw) == made
    assert (made.txid == made.wtxid) == (not made.has_witness)
    assert made.size <= made.weight <= 4 * made.size
    assert parse_transaction(made.to_bytes(witness=False)).txid == made.txid


def test_weight_counts_the_witness_once() -> None:
    # Marker, flag, count, length and two bytes are six of witness; the rest counts four times.
    read = parse_transaction(WITNESS)
    assert read.inputs[0].witness == (b"ab",)
    assert read.weight == 4 * len(PLAIN) + 6
    assert read.virtual_size == len(PLAIN) + 2
    assert not read.is_coinbase
    assert read.coinbase_height is None


def with_outputs(*values: int) -> bytes:
    outputs = b"".join(struct.pack("<Q", value) + b"\0" for value in values)
    return VERSION + b"\1" + INPUT + bytes([len(values)]) + outputs + LOCK


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "needed"),
        (PLAIN + b"\0", "too many"),
        (WITNESS[:-4] + b"\0" + LOCK, "too many"),
        (VERSION + b"\0\0" + LOCK, "flag"),
        (VERSION + b"\0\2\1" + INPUT + b"\1" + OUTPUT + b"\1\1a" + LOCK, "flag"),
        (VERSION + b"\0\1\0\1" + OUTPUT + LOCK, "no inputs"),
        (VERSION + b"\1" + INPUT + b"\0" + LOCK, "no outputs"),
        (VERSION + b"\0\1\1" + INPUT + b"\1" + OUTPUT + b"\0" + LOCK, "marked and empty"),
        (VERSION + b"\0\1\0\1\1" + INPUT + b"\1" + OUTPUT + b"\1\1a" + LOCK, "no inputs"),
        (VERSION + b"\xfd\1\0" + INPUT + b"\1" + OUTPUT + LOCK, "shortest"),
        (VERSION + b"\xfe\1\0\0\0" + INPUT, "shortest"),
        (VERSION + b"\xff" + b"\1" + bytes(7) + INPUT, "shortest"),
        (VERSION + b"\xff" + b"\xff" * 8, "limit"),
        (VERSION + b"\xfe\0\0\0\2", "do not fit"),
        (VERSION + b"\xfe\1\0\0\2", "limit"),
        (VERSION + b"\1" + INPUT[:36] + b"\xfe\0\0\0\2" + LOCK, "needed"),
        (with_outputs(MAX_MONEY_SATS + 1), "21 million"),
        (with_outputs(2**64 - 1), "21 million"),
        (with_outputs(MAX_MONEY_SATS, 1), "21 million"),
    ],
)
def test_refuses(raw: bytes, why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        parse_transaction(raw)
    # The compiled walk judges the same.
    with pytest.raises(MalformedError):
        bounds_of_block(bytes(80) + b"\1" + raw)


def test_all_coins_there_are_may_be_paid() -> None:
    raw = with_outputs(MAX_MONEY_SATS, 0)
    assert parse_transaction(raw).output_sats == MAX_MONEY_SATS
    assert bounds_of_block(bytes(80) + b"\1" + raw).tolist() == [
        [81, 81 + len(raw) - 4, 81 + len(raw), 0]
    ]


# Bitcoin's protocol documentation, "Variable length integer", and the edges between its forms.
@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "00"),
        (252, "fc"),
        (253, "fdfd00"),
        (515, "fd0302"),
        (0xFFFF, "fdffff"),
        (0x10000, "fe00000100"),
        (0x02000000, "fe00000002"),
    ],
)
def test_compact_sizes(value: int, written: str) -> None:
    assert compact_size(value).hex() == written
    assert ByteReader(bytes.fromhex(written)).compact_size() == value


# BIP 34 asks for the height as a script pushes a number (Core: ``CScript() << nHeight``).
@pytest.mark.parametrize(
    ("script", "height"),
    [
        ("00", 0),
        ("51", 1),
        ("60", 16),
        ("0111", 17),
        ("017f", 127),
        ("028000", 128),
        ("03637903", 227_683),
        ("03ffff7f", 0x7FFFFF),
        ("0400008000", 0x800000),
        ("", None),
        ("0180", None),
        ("0101", None),
        ("021100", None),
        ("0363", None),
        ("4c0111", None),
        ("050000000001", None),
    ],
)
def test_heights_of_coinbases(script: str, height: int | None) -> None:
    nothing = OutPoint(bytes(32), 0xFFFFFFFF)
    one = TxInput(nothing, bytes.fromhex(script), 0)
    assert Transaction(1, (one,), (TxOutput(0, b""),), 0).coinbase_height == height


@pytest.mark.parametrize(
    "made",
    [
        Transaction(1 << 32, (TxInput(OutPoint(bytes(32), 0), b"", 0),), (TxOutput(0, b""),), 0),
        Transaction(1, (TxInput(OutPoint(bytes(31), 0), b"", 0),), (TxOutput(0, b""),), 0),
        Transaction(1, (TxInput(OutPoint(bytes(32), 0), b"", 0),), (TxOutput(-1, b""),), 0),
    ],
)
def test_refuses_to_write_what_does_not_fit(made: Transaction) -> None:
    with pytest.raises(ChainError):
        made.to_bytes()
