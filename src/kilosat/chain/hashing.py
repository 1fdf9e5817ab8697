"""Double SHA-256 of many short things at once, in compiled code that lets other threads run.

A block has thousands of short transactions: through ``hashlib`` the calls cost more than the
hashing. Here 64 of them go side by side, so that the processor's wide registers hold several (FIPS
180-4; checked against ``hashlib`` in the tests). Long ones are left to ``hashlib``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from kilosat.chain.filters import Bytes
from kilosat.chain.header import double_sha256
from kilosat.chain.scan_walk import Bounds, stripped
from kilosat.compiling import compiled, inlined

__all__ = ["Digests", "pair_digests", "transaction_ids"]

Digests = npt.NDArray[np.uint8]
"""A row of 32 bytes for each hash, in the order of the wire."""

_U32 = np.uint32
_LANES = 64
_BLOCK = 64
_LONG = 4096
"""Bytes from which on ``hashlib`` is as quick."""


def _fractions(count: int, power: int) -> npt.NDArray[np.uint32]:
    """The first 32 bits behind the point of the roots of the first primes, as the standard has it.

    >>> [f"{word:x}" for word in _fractions(2, 3)]
    ['428a2f98', '71374491']
    """
    found: list[int] = []
    primes: list[int] = []
    number = 2
    while len(primes) < count:
        if all(number % prime for prime in primes):
            primes.append(number)
            found.append(_root(number << 32 * power, power) & 0xFFFFFFFF)
        number += 1
    return np.array(found, dtype=np.uint32)


def _root(number: int, power: int) -> int:
    """The largest whole number whose power is at most ``number``."""
    low, high = 0, 1 << number.bit_length() // power + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**power <= number else (low, middle)
    return low


_K = _fractions(64, 3)
_START = _fractions(8, 2)


@inlined
def _turned(x: Any, bits: int) -> Any:
    return (x >> _U32(bits)) | (x << _U32(32 - bits))


@compiled
def _compress(state: Any, w: Any, v: Any) -> None:
    """One block of 16 words in each lane, which the caller has put into the 64 of ``w``."""
    for t in range(16, 64):
        for lane in range(_LANES):
            x, y = w[t - 15, lane], w[t - 2, lane]
            low = _turned(x, 7) ^ _turned(x, 18) ^ (x >> _U32(3))
            high = _turned(y, 17) ^ _turned(y, 19) ^ (y >> _U32(10))
            w[t, lane] = w[t - 16, lane] + low + w[t - 7, lane] + high
    v[:] = state
    for t in range(64):
        # The eight variables take each other's places from round to round.
        a = 64 - t
        b, c, d, e = (a + 1) & 7, (a + 2) & 7, (a + 3) & 7, (a + 4) & 7
        f, g, h, a = (a + 5) & 7, (a + 6) & 7, (a + 7) & 7, a & 7
        for lane in range(_LANES):
            x, y = v[e, lane], v[a, lane]
            mixed = _turned(x, 6) ^ _turned(x, 11) ^ _turned(x, 25)
            chosen = (x & v[f, lane]) ^ (~x & v[g, lane])
            one = v[h, lane] + mixed + chosen + _K[t] + w[t, lane]
            mixed = _turned(y, 2) ^ _turned(y, 13) ^ _turned(y, 22)
            two = mixed + ((y & v[b, lane]) ^ (y & v[c, lane]) ^ (v[b, lane] & v[c, lane]))
            v[d, lane] += one
            v[h, lane] = one + two
    for i in range(8):
        for lane in range(_LANES):
            state[i, lane] += v[i, lane]


@compiled
def _digests(buffer: Any, blocks: Any, state: Any, w: Any, v: Any, done: Any) -> None:
    """SHA-256 of padded messages, one in each row of ``buffer``, of so many blocks each."""
    for i in range(8):
        state[i, :] = _START[i]
    for block in range(blocks.max()):
        for lane in range(_LANES):
            for i in range(16):
                at = block * _BLOCK + 4 * i
                w[i, lane] = (
                    (_U32(buffer[lane, at]) << _U32(24))
                    | (_U32(buffer[lane, at + 1]) << _U32(16))
                    | (_U32(buffer[lane, at + 2]) << _U32(8))
                    | _U32(buffer[lane, at + 3])
                )
        _compress(state, w, v)
        for lane in range(_LANES):
            if blocks[lane] == block + 1:
                for i in range(8):
                    done[i, lane] = state[i, lane]


@compiled
def _again(state: Any, w: Any, v: Any, done: Any, places: Any, count: int, out: Digests) -> None:
    """SHA-256 of the 32 bytes of each digest, to these rows of ``out``."""
    w[:8] = done
    w[8, :] = _U32(0x80000000)
    w[9:15, :] = _U32(0)
    w[15, :] = _U32(256)
    for i in range(8):
        state[i, :] = _START[i]
    _compress(state, w, v)
    for lane in range(count):
        for i in range(8):
            for byte in range(4):
                word = state[i, lane] >> _U32(24 - 8 * byte)
                out[places[lane], 4 * i + byte] = word & _U32(0xFF)


@inlined
def _pad(row: Bytes, length: int) -> int:
    """Close a message and return its blocks: a bit, zeros, and the length in bits."""
    blocks = (length + 8) // _BLOCK + 1
    row[length] = 0x80
    row[length + 1 : blocks * _BLOCK] = 0
    for i in range(3):
        row[blocks * _BLOCK - 1 - i] = (length * 8) >> (8 * i) & 0xFF
    return blocks


@compiled
def _ids(data: Bytes, bounds: Any, order: Any, whole: bool, out: Digests) -> None:
    """``order`` has the transactions by length, so that lanes end together."""
    buffer = np.zeros((_LANES, _LONG + 2 * _BLOCK), np.uint8)
    state, done = np.empty((8, _LANES), np.uint32), np.empty((8, _LANES), np.uint32)
    w, v = np.empty((64, _LANES), np.uint32), np.empty((8, _LANES), np.uint32)
    blocks = np.zeros(_LANES, np.int64)
    for first in range(0, len(order), _LANES):
        count = min(_LANES, len(order) - first)
        for lane in range(count):
            number = order[first + lane]
            start, body, end = bounds[number, 0], bounds[number, 1], bounds[number, 2]
            row = buffer[lane]
            if whole or not bounds[number, 3]:
                length = end - start
                row[:length] = data[start:end]
            else:
                # Version; inputs and outputs, behind marker and flag; lock time.
                length = body - start + 2
                row[:4] = data[start : start + 4]
                row[4 : length - 4] = data[start + 6 : body]
                row[length - 4 : length] = data[end - 4 : end]
            blocks[lane] = _pad(row, length)
        blocks[count:] = 0
        _digests(buffer, blocks, state, w, v, done)
        _again(state, w, v, done, order[first : first + count], count, out)


@compiled
def _pairs(row: Digests, out: Digests) -> Any:
    """The row above; false if two nodes of a pair are alike."""
    buffer = np.zeros((_LANES, 2 * _BLOCK), np.uint8)
    state, done = np.empty((8, _LANES), np.uint32), np.empty((8, _LANES), np.uint32)
    w, v = np.empty((64, _LANES), np.uint32), np.empty((8, _LANES), np.uint32)
    blocks = np.full(_LANES, 2, np.int64)
    for first in range(0, len(out), _LANES):
        count = min(_LANES, len(out) - first)
        for lane in range(count):
            left = 2 * (first + lane)
            right = min(left + 1, len(row) - 1)
            if left != right and np.array_equal(row[left], row[right]):
                return False
            buffer[lane, :32] = row[left]
            buffer[lane, 32:64] = row[right]
            _pad(buffer[lane], _BLOCK)
        _digests(buffer, blocks, state, w, v, done)
        _again(state, w, v, done, np.arange(first, first + count), count, out)
    return True


def transaction_ids(raw: bytes, bounds: Bounds, *, witness: bool) -> Digests:
    """Ids of the transactions of a raw block, with (wtxid) or without their witnesses.

    ``bounds`` are those of ``bounds_of_block`` for these very bytes.
    """
    out = np.empty((len(bounds), 32), np.uint8)
    lengths = bounds[:, 2] - bounds[:, 0]
    order = np.argsort(lengths, kind="stable")
    short = int(np.searchsorted(lengths[order], _LONG, side="right"))
    _ids(np.frombuffer(raw, dtype=np.uint8), bounds, order[:short], witness, out)
    for number in order[short:].tolist():
        bound = bounds[number].tolist()
        whole = raw[bound[0] : bound[2]] if witness else stripped(raw, bound)
        out[number] = np.frombuffer(double_sha256(whole), np.uint8)
    return out


def pair_digests(row: Digests) -> Digests | None:
    """Hashes of the pairs of a row of a Merkle tree, the last one paired with itself where it is
    alone; ``None`` if two nodes of a pair are alike.
    """
    out = np.empty(((len(row) + 1) // 2, 32), np.uint8)
    return out if _pairs(row, out) else None
