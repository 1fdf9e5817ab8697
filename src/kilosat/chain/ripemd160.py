"""RIPEMD-160, for systems whose OpenSSL leaves it out (3.0.0 to 3.0.6, FIPS).

After Dobbertin, Bosselaers and Preneel, "RIPEMD-160: a strengthened version of RIPEMD" (1996).
"""

import struct

__all__ = ["ripemd160"]

_MASK = 0xFFFFFFFF
_START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_PERMUTATION = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)
_LEFT_ADDED = (0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT_ADDED = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0)
_SHIFTS = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)
"""How far the word of each number is turned, round by round (the paper, table 2)."""


def ripemd160(data: bytes) -> bytes:
    """The 20-byte digest of ``data``.

    >>> ripemd160(b"").hex()
    '9c1185a5c5e9fc54612808977ee8f548b2258d31'
    """
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + struct.pack("<Q", 8 * len(data))
    state: tuple[int, ...] = _START
    for at in range(0, len(padded), 64):
        state = _compress(state, struct.unpack("<16I", padded[at : at + 64]))
    return struct.pack("<5I", *state)


def _compress(state: tuple[int, ...], words: tuple[int, ...]) -> tuple[int, ...]:
    left_order = tuple(range(16))
    right_order = tuple((9 * i + 5) % 16 for i in range(16))
    left = _line(state, words, left_order, range(5), _LEFT_ADDED)
    right = _line(state, words, right_order, range(4, -1, -1), _RIGHT_ADDED)
    return tuple(
        (state[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5]) & _MASK for i in range(5)
    )


def _line(
    state: tuple[int, ...],
    words: tuple[int, ...],
    order: tuple[int, ...],
    functions: range,
    added: tuple[int, ...],
) -> tuple[int, ...]:
    a, b, c, d, e = state
    for turn, function in enumerate(functions):
        for word in order:
            mixed = a + _mix(function, b, c, d) + words[word] + added[turn]
            a, e, d, c, b = e, d, _rotated(c, 10), b, _rotated(mixed, _SHIFTS[turn][word]) + e
            b &= _MASK
        order = tuple(_PERMUTATION[word] for word in order)
    return a, b, c, d, e


def _mix(function: int, x: int, y: int, z: int) -> int:
    if function == 0:
        return x ^ y ^ z
    if function == 1:
        return (x & y) | (~x & _MASK & z)
    if function == 2:
        return (x | ~y & _MASK) ^ z
    if function == 3:
        return (x & z) | (y & ~z & _MASK)
    return x ^ (y | ~z & _MASK)


def _rotated(value: int, bits: int) -> int:
    value &= _MASK
    return (value << bits | value >> (32 - bits)) & _MASK
