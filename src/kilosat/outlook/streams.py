"""Chance in numbered blocks of paths: the same numbers on any number of cores.

Each block of paths has its own child of one ``numpy`` seed sequence, so that neither the order in
which blocks are done nor the number of threads changes a bit. Inside the compiled kernels a
block's numbers come from xoshiro256++ (Blackman and Vigna, ACM TOMS 47(4), 2021).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kilosat.compiling import compiled

__all__ = ["Floats", "block_generators", "kernel_state", "next_unit", "next_word"]

Floats = npt.NDArray[np.float64]

BLOCK_PATHS = 256
"""Paths of a block; a change of it changes the numbers drawn for a given seed."""

_UNIT = 2.0**-53
_SHIFT = np.uint64(11)


def block_generators(
    seed: int | Sequence[int], paths: int
) -> list[tuple[np.random.Generator, int]]:
    """One generator for each block of paths, with the number of paths in the block."""
    blocks = -(-paths // BLOCK_PATHS)
    children = np.random.SeedSequence(seed).spawn(blocks)
    sizes = [min(BLOCK_PATHS, paths - BLOCK_PATHS * block) for block in range(blocks)]
    made = [np.random.Generator(np.random.PCG64(child)) for child in children]
    return list(zip(made, sizes, strict=True))


def kernel_state(rng: np.random.Generator) -> npt.NDArray[np.uint64]:
    """A state for xoshiro256++, drawn from the generator of the block."""
    return rng.integers(0, 2**64, size=4, dtype=np.uint64)


@compiled
def next_word(state: npt.NDArray[np.uint64]) -> Any:
    """64 random bits; moves the state on."""
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    total = s0 + s3
    word = ((total << np.uint64(23)) | (total >> np.uint64(41))) + s0
    shifted = s1 << np.uint64(17)
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    state[0], state[1], state[2] = s0, s1, s2
    state[3] = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
    return word


@compiled
def next_unit(state: npt.NDArray[np.uint64]) -> Any:
    """A number in [0, 1), evenly spread, with 53 bits."""
    return np.float64(np.int64(next_word(state) >> _SHIFT)) * _UNIT
