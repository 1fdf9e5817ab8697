"""Scores that the backtests of price and hashrate share."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

__all__ = ["crps", "independent_windows"]


def crps(sample: npt.NDArray[np.float64], came: float) -> float:
    """Continuous ranked probability score of a sample: E|X - y| - E|X - X'| / 2.

    In the unit of the sample; the absolute error for a single path (Gneiting and Raftery,
    JASA 102, 2007, equation 21).

    >>> crps(np.array([1.0]), 3.0)
    2.0
    """
    ordered = np.sort(sample)
    count = len(ordered)
    ranks = 2.0 * np.arange(1, count + 1) - count - 1.0
    spread = float(np.sum(ranks * ordered)) / count**2
    return float(np.mean(np.abs(ordered - came))) - spread


def independent_windows(origins: Iterable[date], days: int) -> int:
    """How many windows of ``days`` from these origins do not overlap.

    >>> independent_windows([date(2024, 1, 1), date(2024, 1, 20), date(2024, 2, 1)], 30)
    2
    """
    count, free = 0, date.min
    for origin in sorted(origins):
        if origin >= free:
            count, free = count + 1, origin + timedelta(days=days)
    return count
