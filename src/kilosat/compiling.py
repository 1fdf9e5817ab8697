"""Numba, lazy: importing a kernel compiles nothing, its first call does."""

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["compiled", "compiler", "inlined"]


def compiler(**options: Any) -> Callable[[Any], Any]:
    """A decorator that compiles with these options and keeps the machine code where there is room.

    The cache lives beside the module or, where that is read-only, in the user's cache folder.
    """

    def compiled(function: Any) -> Any:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no writable place for a cache at all
            return numba.njit(**options)(function)

    return compiled


compiled = compiler(nogil=True, error_model="numpy")
"""Compiles to machine code that lets other threads run meanwhile."""
inlined = compiler(nogil=True, error_model="numpy", forceinline=True)
"""The same, into the code of the caller: a call costs more than what short functions do."""
