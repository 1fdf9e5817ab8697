"""A regtest chain of full blocks, made by hand: 2,500 transactions each, no two scripts alike.

Every transaction spends a coin that anybody can spend (P2WSH, with a witness of about the size of a
signature and a key) and pays a new one and a P2WPKH script. The node checks and indexes them as it
does any others.
"""

import hashlib
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

COINS = 2_500
_PAID_SATS = 600
_PADDING = bytes(80)
_BITS = 0x207FFFFF
_SUBSIDY_SATS = 50 * 100_000_000
_FIRST = 1_700_000_000
_FUNDING = 110


class Node(Protocol):
    """What is needed of a node."""

    def rpc(self, method: str, *params: Any) -> Any:
        """Result of a call."""
        ...


@dataclass(frozen=True)
class DenseChain:
    """The scripts that are paid or spent in some blocks, and the heights of these."""

    scripts: tuple[bytes, ...]
    heights: tuple[int, ...]
    blocks: int
    megabytes: float


def sha(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def size(number: int) -> bytes:
    return bytes([number]) if number < 0xFD else b"\xfd" + number.to_bytes(2, "little")


def opener(coin: int, block: int) -> bytes:
    """A script that anybody can fulfil: drops a number of its own and the padding."""
    return b"\x08" + struct.pack("<II", coin, block) + b"\x75\x75\x51"


def lock(coin: int, block: int) -> bytes:
    return b"\x00\x20" + hashlib.sha256(opener(coin, block)).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    level = list(hashes)
    while len(level) > 1:
        level += level[-1:] if len(level) % 2 else []
        level = [sha(level[at] + level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]


def transaction(
    spent: bytes, index: int, outputs: bytes, count: int, witness: bytes
) -> tuple[bytes, bytes]:
    """Raw transaction with its witness, and its id."""
    body = b"\x01" + spent + index.to_bytes(4, "little") + b"\x00\xff\xff\xff\xff"
    body += size(count) + outputs
    bare = b"\x02\x00\x00\x00" + body + bytes(4)
    full = b"\x02\x00\x00\x00\x00\x01" + body + witness + bytes(4)
    return full, sha(bare)


def output(sats: int, script: bytes) -> bytes:
    return sats.to_bytes(8, "little") + bytes([len(script)]) + script


def witness(script: bytes) -> bytes:
    return b"\x02" + bytes([len(_PADDING)]) + _PADDING + bytes([len(script)]) + script


def stated_height(height: int) -> bytes:
    """As consensus wants it (BIP 34): the shortest push, and two bytes at least."""
    if height <= 16:
        return bytes([0x50 + height, 0])
    data = height.to_bytes((height.bit_length() + 8) // 8, "little")
    return bytes([len(data)]) + data


def coinbase(height: int, script: bytes, subsidy: int, commitment: bytes) -> tuple[bytes, bytes]:
    stated = stated_height(height)
    outputs = output(subsidy, script)
    count = 1
    if commitment:
        outputs += output(0, b"\x6a\x24\xaa\x21\xa9\xed" + commitment)
        count = 2
    body = b"\x01" + bytes(32) + b"\xff\xff\xff\xff" + bytes([len(stated)]) + stated
    body += b"\xff\xff\xff\xff" + bytes([count]) + outputs
    bare = b"\x02\x00\x00\x00" + body + bytes(4)
    full = b"\x02\x00\x00\x00\x00\x01" + body + b"\x01\x20" + bytes(32) + bytes(4)
    return (full if commitment else bare), sha(bare)


def block(
    previous: bytes, height: int, script: bytes, raws: Sequence[bytes], ids: Sequence[bytes]
) -> tuple[bytes, bytes, bytes]:
    """Raw block, its hash, and the id of its coinbase."""
    subsidy = _SUBSIDY_SATS >> height // 150
    commitment = b""
    if raws:
        commitment = sha(root([bytes(32), *map(sha, raws)]) + bytes(32))
    first, name = coinbase(height, script, subsidy, commitment)
    start = struct.pack("<I", 0x20000000) + previous + root([name, *ids])
    start += struct.pack("<II", _FIRST + 600 * height, _BITS)
    nonce = 0
    while (digest := sha(start + struct.pack("<I", nonce)))[31] > 0x7E:
        nonce += 1
    raw = start + struct.pack("<I", nonce) + size(len(raws) + 1) + first + b"".join(raws)
    return raw, digest, name


def build(node: Node, blocks: int, scripts: int, seed: int = 1) -> DenseChain:
    """Mine so many full blocks. Each twentieth pays and spends some of the watched ``scripts``."""
    chance = random.Random(seed)
    paid = [b"\x00\x14" + chance.randbytes(20) for _ in range(scripts - blocks // 20)]
    waiting = iter(paid)
    known = [lock(0, number) for number in range(20, blocks + 1, 20)][: blocks // 20]
    node.rpc("setmocktime", _FIRST + 600 * (blocks + _FUNDING + 10))
    previous = bytes.fromhex(node.rpc("getblockhash", 0))[::-1]
    total, heights = 0, []
    for height, raw, number in _mined(previous, blocks, chance, waiting):
        problem = node.rpc("submitblock", raw.hex())
        if problem is not None:
            raise RuntimeError(f"block {height}: {problem}")
        total += len(raw) if number else 0
        if number and number % 20 == 0:
            heights += [height, height + 1]
    return DenseChain(tuple(paid + known), tuple(heights), blocks, total / 1e6)


def _mined(
    previous: bytes, blocks: int, chance: random.Random, waiting: Iterator[bytes]
) -> Iterator[tuple[int, bytes, int]]:
    """Height, raw block and its number among the full ones (0 before them)."""
    first = b""
    for height in range(1, _FUNDING + 1):
        raw, previous, name = block(previous, height, lock(0, 0), [], [])
        first = first or name
        yield height, raw, 0
    each = _SUBSIDY_SATS // COINS
    fan = b"".join(output(each, lock(coin, 0)) for coin in range(COINS))
    raw_fan, id_fan = transaction(first, 0, fan, COINS, witness(opener(0, 0)))
    raw, previous, _ = block(previous, _FUNDING + 1, b"\x51", [raw_fan], [id_fan])
    yield _FUNDING + 1, raw, 0
    coins = [(id_fan, coin, each) for coin in range(COINS)]
    for number in range(1, blocks + 1):
        height, raws, ids = _FUNDING + 1 + number, [], []
        for coin, (spent, index, sats) in enumerate(coins):
            stranger = b"\x00\x14" + chance.randbytes(20)
            if number % 20 == 0 and coin < 20:
                stranger = next(waiting, stranger)
            left = sats - _PAID_SATS
            paid = output(left, lock(coin, number)) + output(_PAID_SATS, stranger)
            one, name = transaction(spent, index, paid, 2, witness(opener(coin, number - 1)))
            raws.append(one)
            ids.append(name)
            coins[coin] = (name, 0, left)
        raw, previous, _ = block(previous, height, b"\x51", raws, ids)
        yield height, raw, number


def watched_file(chain: DenseChain, path: Path) -> None:
    """The scripts, one a line, for processes that are measured apart."""
    path.write_text("\n".join(script.hex() for script in chain.scripts), encoding="ascii")
