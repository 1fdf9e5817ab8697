"""Quantiles over paths, and the worst of them."""

import numpy as np
import pandas as pd

from kilosat.walks.terms import Floats

__all__ = [
    "HIGH",
    "LEVELS",
    "LOW",
    "LOWER",
    "MIDDLE",
    "NAMES",
    "UPPER",
    "expected_shortfall",
    "quantiles",
    "quantiles_by",
]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES = tuple(f"{100 * level:g} %" for level in LEVELS)
"""How the quantiles are called; ``50 %`` is the median."""
LOW, LOWER, MIDDLE, UPPER, HIGH = NAMES
SHORTFALL_LEVEL = 0.025
"""Expected shortfall is the mean of the worst 2.5 % (Basel Committee, d457, market risk)."""


def quantiles(values: Floats) -> "pd.Series[float]":
    """Quantiles over paths (paths,): each is the value of a path, so none is infinite by mixing."""
    return pd.Series(np.quantile(values, LEVELS, method="inverted_cdf"), index=list(NAMES))


def quantiles_by(rows: dict[str, Floats]) -> pd.DataFrame:
    """Quantiles over paths, a row for each name."""
    return pd.DataFrame({name: quantiles(values) for name, values in rows.items()}).T


def expected_shortfall(gains: Floats) -> float:
    """Mean of the worst 2.5 % of gains; a loss is below zero.

    >>> round(expected_shortfall(np.arange(1000.0)), 1)
    12.0
    """
    worst = np.sort(gains)[: max(1, int(np.ceil(SHORTFALL_LEVEL * len(gains))))]
    return float(worst.mean())
