"""How good a forecast by simulated paths was, once it is known what came."""

import numpy as np

from kilosat.outlook.streams import Floats

__all__ = ["LEVELS", "pinball", "rank"]

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Quantiles of the fan: median and the edges of the central 50, 80 and 95 % intervals."""


def rank(sample: Floats, came: float) -> float:
    """Probability integral transform: the share of paths below what came.

    Even on [0, 1] for a calibrated forecast (Dawid, JRSS A 147, 1984).

    >>> rank(np.array([1.0, 2.0, 3.0, 4.0]), 2.5)
    0.5
    """
    return float(np.mean(sample < came))


def pinball(sample: Floats, came: float) -> float:
    """Mean over ``LEVELS`` of the quantile loss (Koenker and Bassett, Econometrica 46, 1978)."""
    quantiles = np.quantile(sample, LEVELS)
    miss = came - quantiles
    levels = np.array(LEVELS)
    return float(np.mean(np.maximum(levels * miss, (levels - 1.0) * miss)))
