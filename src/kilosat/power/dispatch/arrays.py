"""Array types, and the checks that every input of a dispatch goes through."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def floats(value: ArrayLike, what: str, dimensions: int, rows: int | None = None) -> FloatArray:
    """`value` as finite float64 with so many dimensions (and rows), or ValueError naming `what`."""
    array = np.ascontiguousarray(value, dtype=np.float64)
    if array.ndim != dimensions:
        raise ValueError(f"{what}: expected {dimensions} dimension(s), got shape {array.shape}")
    if rows is not None and array.shape[0] != rows:
        raise ValueError(f"{what}: expected {rows} row(s), one for each name, got {array.shape[0]}")
    # One sum is four times cheaper than isfinite on each entry; a finite overflow is no plant.
    with np.errstate(all="ignore"):
        suspicious = not np.isfinite(array.sum())
    if suspicious:
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0]) if array.size else ()
        raise ValueError(f"{what}: not a finite number at {where}")
    return array


def require_ordered(low: FloatArray, high: FloatArray, what: str, names: Sequence[str]) -> None:
    """Raise ValueError for the first row and hour in which minimum exceeds maximum."""
    if low.shape != high.shape:
        raise ValueError(f"{what}: minimum has shape {low.shape}, maximum {high.shape}")
    # A few rows at a time: a comparison of all would touch a megabyte of new memory.
    few = 16
    if not all((low[i : i + few] <= high[i : i + few]).all() for i in range(0, len(low), few)):
        row, hour = (int(i) for i in np.argwhere(low > high)[0])
        raise ValueError(
            f"{what} {names[row]!r}, hour {hour}: minimum {low[row, hour]:g} MW is above "
            f"maximum {high[row, hour]:g} MW"
        )


def require_not_negative(array: FloatArray, what: str) -> None:
    """Raise ValueError if an entry is below zero."""
    if array.size and array.min() < 0:
        where = tuple(int(i) for i in np.argwhere(array < 0)[0])
        raise ValueError(f"{what}: {array[where]:g} at {where} is negative")
