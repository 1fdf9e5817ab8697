"""The vectors of BIP 158 and SipHash; hostile filters."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.block import parse_block
from kilosat.chain.errors import ChainError, MalformedError
from kilosat.chain.filters import BasicFilter, Scripts, parse_filter, siphash
from kilosat.chain.header import hash_of_hex, hex_of_hash
from kilosat.chain.transaction import compact_size

VECTORS = json.loads(
    (Path(__file__).parent / "data" / "bip158-testnet-19.json").read_text("utf-8")
)[1:]
OP_RETURN = 0x6A


def elements(raw: str, spent: list[str]) -> list[bytes]:
    """What BIP 158 puts into a basic filter: scripts paid, scripts spent, no OP_RETURN."""
    paid = (output.script for one in parse_block(bytes.fromhex(raw)) for output in one.outputs)
    kept = {script for script in paid if script and script[0] != OP_RETURN}
    return sorted(kept | {bytes.fromhex(script) for script in spent if script})


def read(vector: list[str]) -> BasicFilter:
    return parse_filter(bytes.fromhex(vector[5]), hash_of_hex(vector[1]))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: str(one[0]))
def test_the_official_filters(vector: list[str]) -> None:
    expected, found = elements(vector[2], vector[3]), read(vector)  # type: ignore[arg-type]
    assert found.count == len(expected)
    assert found.matching(Scripts(expected)).tolist() == list(range(len(expected)))
    assert hex_of_hash(found.header(hash_of_hex(vector[4]))) == vector[6]


def test_other_scripts_do_not_match() -> None:
    chance = random.Random(158)
    others = Scripts([chance.randbytes(22) for _ in range(50_000)])
    matches = [len(read(vector).matching(others)) for vector in VECTORS]
    # One in 784,931 may, for each: 0.6 are expected of 10 x 50,000 tries.
    assert sum(matches) <= 5


def test_the_right_ones_are_named_among_others() -> None:
    vector = VECTORS[5]
    chance, inside = random.Random(1), elements(vector[2], vector[3])
    mixed = [chance.randbytes(25) for _ in range(1000)]
    mixed[17], mixed[800], mixed[900] = inside[0], inside[3], b""
    assert read(vector).matching(Scripts(mixed)).tolist() == [17, 800]
    assert read(vector).matching(Scripts([])).tolist() == []


# Reference implementation (github.com/veorq/SipHash, vectors.h, CC0): key 00..0f, message 00..n-1.
@pytest.mark.parametrize(
    ("length", "digest"),
    [(0, 0x726FDB47DD0E0E31), (1, 0x74F839C593DC67FD), (15, 0xA129CA6149BE45E5)],
)
def test_siphash(length: int, digest: int) -> None:
    message = np.arange(16, dtype=np.uint8)
    key = np.frombuffer(bytes(range(16)), np.uint64)
    assert int(siphash(key[0], key[1], message, 0, length)) == digest


def written(values: list[int]) -> bytes:
    """A filter of these sorted values, bit by bit as the BIP describes it."""
    bits, last = "", 0
    for value in values:
        quotient, rest = divmod(value - last, 1 << 19)
        bits, last = bits + "1" * quotient + "0" + format(rest, "019b"), value
    bits += "0" * (-len(bits) % 8)
    return compact_size(len(values)) + int("0" + bits, 2).to_bytes(len(bits) // 8, "big")


@given(st.data(), st.integers(1, 40))
def test_any_set_of_values_is_read(data: st.DataObject, count: int) -> None:
    span = st.integers(0, count * 784_931 - 1)
    values = sorted(data.draw(st.lists(span, min_size=count, max_size=count)))
    found, first = parse_filter(written(values), bytes(32)).values
    assert found.tolist() == values
    starts = [sum(value < 784_931 * place for value in values) for place in range(count + 1)]
    assert first.tolist() == starts


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0",
        b"\1",
        b"\1\0\0",
        b"\xff" + b"\xff" * 8,
        b"\xfe\0\0\0\2" + bytes(100),
        b"\1\xff\xff\xff",
        written([784_931]),
        written([5]) + b"\0",
        written([5])[:-1] + bytes([written([5])[-1] | 1]),
    ],
)
def test_refuses(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_filter(raw, bytes(32)).matching(Scripts([b"\x51"]))


def test_refuses_a_hash_of_another_length() -> None:
    with pytest.raises(MalformedError, match="32 bytes"):
        parse_filter(b"\0", bytes(31))


@given(st.binary(max_size=80))
def test_random_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        found = parse_filter(raw, bytes(32))
        values = found.values[0].tolist()
    except ChainError:
        return
    assert values == sorted(values)
    assert written(values) == raw
    assert len(found.matching(Scripts([bytes([n]) for n in range(256)]))) <= 256
