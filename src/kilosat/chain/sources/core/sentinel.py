"""A script that a block's filter matches by chance, to see that the node read that filter.

``scanblocks`` reads the filters of up to 10,000 blocks at once; where one of them is damaged or
missing it passes over all of them, says nothing and calls itself complete (Bitcoin Core 29,
``rpc/blockchain.cpp``). A script that must match then does not.
"""

import itertools

import numpy as np

from kilosat.chain.filters import BasicFilter, Scripts

__all__ = ["sentinel_of"]

_AT_ONCE = 1 << 16
_SCRIPT_BYTES = 8


class _Numbers(Scripts):
    """Numbers as scripts of eight bytes."""

    def __init__(self, first: int) -> None:
        numbers = np.arange(first, first + _AT_ONCE, dtype="<u8")
        self.scripts = ()
        self.flat = numbers.view(np.uint8)
        self.starts = np.arange(0, _SCRIPT_BYTES * _AT_ONCE + 1, _SCRIPT_BYTES, dtype=np.int64)

    def __len__(self) -> int:
        return _AT_ONCE


def sentinel_of(block_filter: BasicFilter) -> bytes:
    """A script of eight bytes that a filter matches; it must hold something.

    In other blocks it is found as often as any script by mistake: once in 784,931 for each element.

    Raises:
        MalformedError: the filter does not read.
    """
    for first in itertools.count(0, _AT_ONCE):
        found = block_filter.matching(_Numbers(first))
        if len(found):
            return (first + int(found[0])).to_bytes(_SCRIPT_BYTES, "little")
    raise AssertionError("unreachable")
