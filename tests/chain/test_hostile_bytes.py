"""Bytes that somebody made to do harm: refused with a ``ChainError``, and never anything else."""

import contextlib
import json
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.block import parse_block
from kilosat.chain.errors import ChainError, MalformedError
from kilosat.chain.header import HEADER_BYTES
from kilosat.chain.scan_walk import bounds_of_block, scan_block
from kilosat.chain.transaction import ByteReader, parse_transaction, read_transaction
from kilosat.chain.watch import Watch

DATA = Path(__file__).parent / "data"
BLOCK = DATA / "mainnet_block_702861.raw"
RAW = BLOCK.read_bytes()
VECTORS = json.loads((DATA / "bip158-testnet-19.json").read_text("utf-8"))[1:]
TESTNET = {vector[0]: bytes.fromhex(vector[2]) for vector in VECTORS}
SEGWIT = TESTNET[1_263_442]
LEAST_TRANSACTION = 60


def read_plainly(raw: bytes) -> list[tuple[int, int]]:
    """Where transactions begin and end, by the reader that is not compiled."""
    reader, found = ByteReader(raw), []
    reader.take(HEADER_BYTES)
    count = reader.count(LEAST_TRANSACTION)
    if not count:
        reader.refuse("no transactions")
    for _ in range(count):
        start = reader.position
        read_transaction(reader)
        found.append((start, reader.position))
    reader.finish()
    return found


def agree(raw: bytes) -> bool:
    """Both readers take the bytes, and find the same, or both refuse them."""
    try:
        expected = read_plainly(raw)
    except MalformedError:
        with pytest.raises(MalformedError):
            bounds_of_block(raw)
        return False
    assert [(one[0], one[2]) for one in bounds_of_block(raw).tolist()] == expected
    return True


def check_refused(raw: bytes) -> None:
    with pytest.raises(ChainError):
        parse_block(raw).check()


def flipped(raw: bytes, place: int, bit: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]


def mangled(raw: bytes, chance: random.Random) -> bytes:
    """One to four changes: a byte set, a stretch doubled, dropped or filled, an end cut off."""
    data = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        to = min(len(data), at + chance.choice([1, 2, 4, 9, 40, 200]))
        match chance.randrange(6):
            case 0:
                data[at] = chance.choice([0, 1, 0xFC, 0xFD, 0xFE, 0xFF, chance.randrange(256)])
            case 1:
                data[at:at] = data[at:to]
            case 2:
                del data[at:to]
            case 3:
                data[at:to] = chance.choice([b"\0", b"\xff", b"\xfe"]) * (to - at)
            case 4:
                data[at:to] = chance.randbytes(to - at)
            case _ if chance.random() < 0.2:
                del data[at:]
        data = data or bytearray(1)
    return bytes(data)


@pytest.mark.parametrize("height", sorted(TESTNET))
def test_small_blocks_cut_at_every_byte(height: int) -> None:
    raw = TESTNET[height]
    for length in range(len(raw)):
        assert not agree(raw[:length])
    assert not agree(raw + b"\0")
    assert agree(raw)


def test_the_real_block_cut_at_its_ends_and_between() -> None:
    chance = random.Random(1)
    between = [chance.randrange(len(RAW)) for _ in range(500)]
    for length in [*range(3000), *between, *range(len(RAW) - 1000, len(RAW))]:
        with pytest.raises(MalformedError):
            bounds_of_block(memoryview(RAW)[:length])


def test_transactions_cut_at_every_byte() -> None:
    block = parse_block(RAW)
    for place in range(0, 2500, 250):
        raw = block.raw_transaction(place)
        for length in range(len(raw)):
            with pytest.raises(MalformedError):
                parse_transaction(raw[:length])


def test_every_bit_of_a_small_block_matters() -> None:
    for place in range(len(SEGWIT)):
        for bit in range(8):
            raw = flipped(SEGWIT, place, bit)
            agree(raw)
            check_refused(raw)


def test_bits_of_the_real_block_matter() -> None:
    chance = random.Random(2)
    for _ in range(30):
        check_refused(flipped(RAW, chance.randrange(len(RAW)), chance.randrange(8)))


def fuzz(rounds: int, seed: int, raws: Iterable[bytes]) -> None:
    chance, some = random.Random(seed), list(raws)
    for _ in range(rounds):
        raw = chance.choice(some)
        bad = mangled(raw, chance)
        agree(bad)
        if bad != raw:
            check_refused(bad)


def test_mangled_blocks() -> None:
    fuzz(1500, 3, TESTNET.values())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes(raw: bytes) -> None:
    agree(SEGWIT[:80] + raw)
    with pytest.raises(ChainError):
        parse_block(raw).check()
    with contextlib.suppress(MalformedError):
        assert parse_transaction(raw).to_bytes() == raw


COUNTS = [b"\xfd\xff\xff", b"\xfe\xff\xff\xff\1", b"\xfe\0\0\0\2", b"\xff" + b"\xff" * 8]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\1" + bytes(4),
        b"\1" + bytes(4) + b"\0\1",
        b"\1" + bytes(4) + b"\1" + bytes(36),
        b"\1" + bytes(4) + b"\1" + bytes(41),
        b"\1" + bytes(4) + b"\1" + bytes(41) + b"\1" + bytes(8),
        b"\1" + bytes(4) + b"\0\1\1" + bytes(41) + b"\1" + bytes(9),
        b"\1" + bytes(4) + b"\0\1\1" + bytes(41) + b"\1" + bytes(9) + b"\1",
    ],
)
def test_lengths_that_promise_too_much(before: bytes, count: bytes) -> None:
    assert not agree(bytes(80) + before + count + bytes(200))


def test_many_items_of_no_length_end_soon() -> None:
    items = 1_000_000
    stack = b"\xfe" + items.to_bytes(4, "little") + bytes(items)
    body = bytes(4) + b"\0\1\1" + bytes(41) + b"\1" + bytes(9)
    assert agree(bytes(80) + b"\1" + body + stack + bytes(4))
    assert not agree(bytes(80) + b"\1" + body + stack[:-1])


GUARDED = """
import ctypes, mmap, random, sys
from pathlib import Path
from kilosat.chain.errors import MalformedError
from kilosat.chain.scan_walk import bounds_of_block, scan_block
from kilosat.chain.watch import Watch

raw, rounds = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
bounds = bounds_of_block(raw).tolist()
page, room, chance = mmap.PAGESIZE, 1 << 18, random.Random(4)
area = mmap.mmap(-1, room + page)
start = ctypes.addressof(ctypes.c_char.from_buffer(area))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.mprotect(ctypes.c_void_p(start + room), ctypes.c_size_t(page), 0) == 0
scripts, coins = Watch([b"\\x51", b"x" * 22]), Watch([b"y" * 36])
view, refused = memoryview(area), 0
for _ in range(rounds):
    first, count = chance.randrange(len(bounds) - 3), chance.randint(1, 3)
    body = raw[bounds[first][0] : bounds[first + count - 1][2]]
    bad = bytearray(raw[:80] + bytes([count]) + body[:60000])
    del bad[-chance.randint(1, min(len(bad) - 81, 600)) :]
    for _ in range(chance.choice([0, 0, 0, 1, 3])):
        bad[-1 - chance.randrange(min(len(bad), 60))] = chance.choice([0, 1, 4, 252, 253, 254, 255])
    area[room - len(bad) : room] = bad
    try:
        scan_block(view[room - len(bad) : room], scripts, coins)
    except MalformedError:
        refused += 1
print(refused)
if len(sys.argv) > 3:
    ctypes.string_at(start + room, 1)
"""


def guarded(rounds: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """Walk over bytes that end where the memory of the process ends."""
    command = [sys.executable, "-c", GUARDED, str(BLOCK), str(rounds), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="needs mprotect")
def test_nothing_is_read_behind_the_end() -> None:
    result = guarded(3000)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 2900


@pytest.mark.skipif(sys.platform != "linux", reason="needs mprotect")
def test_the_guard_does_guard() -> None:
    assert guarded(1, "read the byte behind").returncode < 0


@pytest.mark.soak
def test_the_real_block_cut_at_every_byte() -> None:
    watch = Watch([bytes(22)])
    for length in range(len(RAW)):
        with pytest.raises(MalformedError):
            scan_block(memoryview(RAW)[:length], watch)


@pytest.mark.soak
def test_many_mangled_blocks() -> None:
    fuzz(200_000, 5, TESTNET.values())
    fuzz(1000, 6, [RAW])


@pytest.mark.soak
def test_many_bits_of_the_real_block() -> None:
    chance = random.Random(7)
    for _ in range(3000):
        check_refused(flipped(RAW, chance.randrange(len(RAW)), chance.randrange(8)))


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="needs mprotect")
def test_nothing_is_read_behind_the_end_in_many_rounds() -> None:
    assert guarded(500_000).returncode == 0
