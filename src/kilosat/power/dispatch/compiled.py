"""Numba, typed and lazy: importing a kernel compiles nothing, its first call does."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

from kilosat.compiling import compiler

Kernel = TypeVar("Kernel", bound=Callable[..., object])


_relaxed = compiler(fastmath={"reassoc", "contract", "nsz", "nnan"}, error_model="numpy")


def compiled(function: Kernel) -> Kernel:
    """Compile `function` at its first call and keep the machine code where there is room for it.

    Inputs are checked to be finite, so sums may be reordered and NaN need not be thought of.
    """
    return cast(Kernel, _relaxed(function))


def inlined(function: Kernel) -> Kernel:
    """A small part of kernels, copied into each of them when they are compiled."""
    return cast(Kernel, numba.njit(inline="always")(function))
