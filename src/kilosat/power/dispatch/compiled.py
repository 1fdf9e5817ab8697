"""Numba, typed and lazy: importing a kernel compiles nothing, its first call does."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(function: Kernel) -> Kernel:
    """Compile `function` at its first call and keep the machine code where there is room for it.

    The cache lives beside the module or, where that is read-only, in the user's cache folder.
    Inputs are checked to be finite, so sums may be reordered and NaN need not be thought of.
    """
    relaxed = {"reassoc", "contract", "nsz", "nnan"}
    try:
        return cast(Kernel, numba.njit(cache=True, fastmath=relaxed, error_model="numpy")(function))
    except RuntimeError:  # no writable place for a cache at all
        return cast(Kernel, numba.njit(fastmath=relaxed, error_model="numpy")(function))


def inlined(function: Kernel) -> Kernel:
    """A small part of kernels, copied into each of them when they are compiled."""
    return cast(Kernel, numba.njit(inline="always")(function))
