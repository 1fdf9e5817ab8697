"""Looking up scripts and coins in raw bytes: a hash table that compiled code reads.

``find`` is called for every output and input of every block, so nearly all of its work is saying
no: a bit field over eight sampled bytes answers most lookups without a hash.
"""

import secrets
from collections.abc import Iterable
from typing import Any

import numpy as np

from kilosat.chain.filters import Bytes, Scripts, siphash, word_at
from kilosat.chain.transaction import OutPoint
from kilosat.compiling import compiled, inlined

__all__ = ["Watch", "find"]

_SAMPLED = 4
"""Bytes 4 to 11 of a key are within the hash that scripts of every kind hold, and in a txid."""
_MASK6 = np.uint64(63)
_U6 = np.uint64(6)
_ONE = np.uint64(1)


class Watch:
    """A set of byte strings that compiled code looks things up in.

    A table of SipHash values under a secret key, so that nobody can pay to scripts that all fall
    into one place of it; what has the same hash is compared byte by byte. A bit field over eight
    sampled bytes spares most lookups.
    """

    def __init__(self, keys: Iterable[bytes]) -> None:
        self.keys = Scripts(dict.fromkeys(keys))
        slots = 1 << max(2 * len(self.keys), 4).bit_length()
        words = max(slots // 4, 1)
        secret = [secrets.randbits(64) for _ in range(3)]
        shift = 64 - (64 * words - 1).bit_length()
        self.key = np.array([*secret[:2], secret[2] | 1, shift], dtype=np.uint64)
        self.hashes = np.zeros(slots, np.uint64)
        self.entries = np.full(slots, -1, np.int64)
        self.bits = np.zeros(words, np.uint64)
        if len(self.keys):
            _fill(*self.table)

    @classmethod
    def of_outpoints(cls, outpoints: Iterable[OutPoint]) -> "Watch":
        """Watch coins, by the bytes with which an input names them."""
        return cls(one.to_bytes() for one in outpoints)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def table(self) -> tuple[Any, ...]:
        """What the compiled walk takes."""
        keys = self.keys
        return self.key, keys.flat, keys.starts, self.hashes, self.entries, self.bits


@inlined
def _sample(data: Bytes, at: int, key: Any) -> Any:
    """The bit of the field that stands for a key of at least twelve bytes."""
    return (word_at(data, at + _SAMPLED) * key[2]) >> key[3]


@compiled
def _fill(key: Any, flat: Bytes, starts: Any, hashes: Any, entries: Any, bits: Any) -> None:
    slots = len(entries)
    for i in range(len(starts) - 1):
        length = starts[i + 1] - starts[i]
        hashed = siphash(key[0], key[1], flat, starts[i], length)
        slot = np.int64(hashed & np.uint64(slots - 1))
        while entries[slot] >= 0:
            slot = (slot + 1) & (slots - 1)
        hashes[slot], entries[slot] = hashed, i
        if length >= _SAMPLED + 8:
            bit = _sample(flat, starts[i], key)
            bits[bit >> _U6] |= _ONE << (bit & _MASK6)


@compiled
def _look_up(
    data: Bytes,
    at: int,
    length: int,
    key: Any,
    flat: Bytes,
    starts: Any,
    hashes: Any,
    entries: Any,
) -> Any:
    hashed = siphash(key[0], key[1], data, at, length)
    mask = len(entries) - 1
    slot = np.int64(hashed & np.uint64(mask))
    while entries[slot] >= 0:
        entry = entries[slot]
        if hashes[slot] == hashed and starts[entry + 1] - starts[entry] == length:
            same = 0
            while same < length and flat[starts[entry] + same] == data[at + same]:
                same += 1
            if same == length:
                return entry
        slot = (slot + 1) & mask
    return -1


@inlined
def find(data: Bytes, at: int, length: int, watch: Any) -> Any:
    """Which entry the bytes are, or -1."""
    key, flat, starts, hashes, entries, bits = watch
    if length >= _SAMPLED + 8:
        bit = _sample(data, at, key)
        if not (bits[bit >> _U6] >> (bit & _MASK6)) & _ONE:
            return -1
    return _look_up(data, at, length, key, flat, starts, hashes, entries)
