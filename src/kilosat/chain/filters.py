"""Compact block filters: does a block pay, or spend from, any of our scripts? (BIP 158, basic)

A filter is a sorted set of hashed scripts, each step to the next in a Golomb-Rice code. A match
may be false (one script in 784,931); a filter that does not match is certain, as far as the
filter itself is the block's own: its header (BIP 157) commits to it, nobody else does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kilosat.chain.errors import MalformedError
from kilosat.chain.header import double_sha256
from kilosat.chain.transaction import ByteReader
from kilosat.compiling import compiled, inlined

__all__ = [
    "BasicFilter",
    "Bytes",
    "Scripts",
    "parse_filter",
    "siphash",
    "word_at",
]

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_P = 19
_M = 784_931
_LEAST_BITS = _P + 1
_U8, _U13, _U16, _U17, _U19, _U21, _U32 = (np.uint64(n) for n in (8, 13, 16, 17, 19, 21, 32))
_U43, _U47, _U48, _U51, _U56 = (np.uint64(n) for n in (43, 47, 48, 51, 56))
_LOW32, _LOW8 = np.uint64(0xFFFFFFFF), np.uint64(0xFF)
_SIP0, _SIP1 = np.uint64(0x736F6D6570736575), np.uint64(0x646F72616E646F6D)
_SIP2, _SIP3 = np.uint64(0x6C7967656E657261), np.uint64(0x7465646279746573)


class Scripts:
    """Scripts laid end to end, so that compiled code can go through them; doubles stay.

    ``flat`` holds the bytes; script ``i`` goes from ``starts[i]`` to ``starts[i + 1]``.
    """

    def __init__(self, scripts: Iterable[bytes]) -> None:
        self.scripts = tuple(scripts)
        lengths = [len(one) for one in self.scripts]
        self.starts: Places = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        # One byte more, for an array that is never empty.
        self.flat: Bytes = np.frombuffer(b"".join([*self.scripts, b"\0"]), dtype=np.uint8)

    def __len__(self) -> int:
        return len(self.scripts)


@dataclass(frozen=True)
class BasicFilter:
    """A basic filter of one block; ``count`` elements, ``code`` their Golomb-Rice code."""

    raw: bytes
    block_hash: bytes
    count: int
    code: bytes

    @cached_property
    def values(self) -> tuple[Words, Places]:
        """The sorted hashes below ``count`` x 784,931, and where each interval of M begins.

        Raises:
            MalformedError: the code ends early, goes on, or leaves its range.
        """
        code = np.frombuffer(self.code + b"\0", dtype=np.uint8)
        values, first = np.empty(self.count, np.uint64), np.empty(self.count + 1, np.int64)
        if not _decode(code, len(self.code), values, first):
            raise MalformedError("a block filter's code does not hold what it states")
        return values, first

    def matching(self, scripts: Scripts) -> Places:
        """Numbers of the scripts that the block may touch; an empty script never does."""
        if not self.count:
            return np.empty(0, np.int64)
        key = np.frombuffer(self.block_hash, np.uint64, 2)
        found = np.empty(len(scripts), np.int64)
        values, first = self.values
        number = _match(key[0], key[1], scripts.flat, scripts.starts, values, first, found)
        return found[:number]

    def header(self, previous: bytes) -> bytes:
        """The filter header of BIP 157, from that of the block before."""
        return double_sha256(double_sha256(self.raw) + previous)


def parse_filter(raw: bytes, block_hash: bytes) -> BasicFilter:
    """Read a basic filter of the block with this hash (in the order of the wire).

    Raises:
        MalformedError: the hash has not 32 bytes, or the filter states more elements than its
            bytes can hold. What the bytes hold is read, and judged, when it is first asked for.
    """
    if len(block_hash) != 32:
        raise MalformedError("a block hash has 32 bytes")
    reader = ByteReader(raw)
    count = reader.compact_size()
    if count * _LEAST_BITS > 8 * reader.left:
        reader.refuse(f"{count} elements do not fit into {reader.left} bytes")
    if not count and reader.left:
        reader.refuse("an empty filter has no code")
    return BasicFilter(raw, block_hash, count, reader.take(reader.left))


@inlined
def word_at(data: Bytes, at: int) -> Any:
    """Eight bytes as a number, lowest first; the caller knows that they are there."""
    # Unsigned places, or numba looks for a place counted from the end.
    p = np.uint64(at)
    word = np.uint64(data[p]) | (np.uint64(data[p + np.uint64(1)]) << _U8)
    word |= np.uint64(data[p + np.uint64(2)]) << _U16
    word |= np.uint64(data[p + np.uint64(3)]) << np.uint64(24)
    word |= np.uint64(data[p + np.uint64(4)]) << _U32
    word |= np.uint64(data[p + np.uint64(5)]) << np.uint64(40)
    word |= np.uint64(data[p + np.uint64(6)]) << _U48
    return word | (np.uint64(data[p + np.uint64(7)]) << _U56)


@inlined
def _sip_round(v0: Any, v1: Any, v2: Any, v3: Any) -> Any:
    v0 += v1
    v1 = ((v1 << _U13) | (v1 >> _U51)) ^ v0
    v0 = (v0 << _U32) | (v0 >> _U32)
    v2 += v3
    v3 = ((v3 << _U16) | (v3 >> _U48)) ^ v2
    v0 += v3
    v3 = ((v3 << _U21) | (v3 >> _U43)) ^ v0
    v2 += v1
    v1 = ((v1 << _U17) | (v1 >> _U47)) ^ v2
    v2 = (v2 << _U32) | (v2 >> _U32)
    return v0, v1, v2, v3


@compiled
def siphash(key0: Any, key1: Any, data: Bytes, start: int, length: int) -> Any:
    """SipHash-2-4 (Aumasson and Bernstein, 2012) of ``length`` bytes, which the data has."""
    v0, v1, v2, v3 = key0 ^ _SIP0, key1 ^ _SIP1, key0 ^ _SIP2, key1 ^ _SIP3
    whole = length // 8
    for i in range(whole):
        word = word_at(data, start + 8 * i)
        v3 ^= word
        v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
        v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
        v0 ^= word
    word = (np.uint64(length) & _LOW8) << _U56
    for i in range(8 * whole, length):
        word |= np.uint64(data[np.uint64(start + i)]) << np.uint64(8 * (i - 8 * whole))
    v3 ^= word
    v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
    v0 ^= word
    v2 ^= _LOW8
    for _ in range(4):
        v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3


@inlined
def _high_half(a: Any, b: Any) -> Any:
    """The upper 64 bits of a product of two words."""
    a_low, a_high, b_low, b_high = a & _LOW32, a >> _U32, b & _LOW32, b >> _U32
    low = a_low * b_low
    middle = a_high * b_low + (low >> _U32)
    other = a_low * b_high + (middle & _LOW32)
    return a_high * b_high + (middle >> _U32) + (other >> _U32)


@compiled
def _decode(code: Bytes, size: int, values: Words, first: Places) -> bool:
    """Fill values and the place of the first in each interval of M; tell whether all is well."""
    bits, count = 8 * size, len(values)
    value, interval, p = np.uint64(0), 0, 0
    highest = np.uint64(count) * np.uint64(_M)
    for i in range(count):
        while p < bits and code[p >> 3] & (128 >> (p & 7)):
            value += np.uint64(1 << _P)
            p += 1
        p += 1
        if p + _P > bits:
            return False
        # 19 bits lie within four bytes; what is beyond the end of the code is not used.
        word, at = np.uint64(0), p >> 3
        for k in range(4):
            word = (word << _U8) | np.uint64(code[min(at + k, size)])
        word = (word >> np.uint64(32 - _P - (p & 7))) & np.uint64((1 << _P) - 1)
        p += _P
        value += word
        if value >= highest:
            return False
        values[i] = value
        reached = np.int64(value // np.uint64(_M))
        while interval <= reached:
            first[interval] = i
            interval += 1
    while interval <= count:
        first[interval] = count
        interval += 1
    # Fewer than eight bits are left, and none is set.
    return bits - p < 8 and (p == bits or code[size - 1] & (255 >> (p & 7)) == 0)


@compiled
def _match(
    key0: Any, key1: Any, flat: Bytes, starts: Places, values: Words, first: Places, found: Places
) -> int:
    number = 0
    count = np.uint64(len(values))
    span = count * np.uint64(_M)
    for i in range(len(starts) - 1):
        length = starts[i + 1] - starts[i]
        if length == 0:
            continue
        hashed = siphash(key0, key1, flat, starts[i], length)
        value = _high_half(hashed, span)
        interval = np.int64(_high_half(hashed, count))  # equals value // M, without a division
        for place in range(first[interval], first[interval + 1]):
            if values[place] == value:
                found[number] = i
                number += 1
                break
    return number
