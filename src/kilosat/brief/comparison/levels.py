"""Levels that the comparison is told at: ends of intervals, the worst paths, the backtest's aim."""

import pandas as pd

from kilosat.provenance import Source, Sourced
from kilosat.walks.quantiles import HIGH, LEVELS, LOW, MIDDLE, SHORTFALL_LEVEL

__all__ = ["HIGH", "LOW", "MIDDLE", "interval_levels", "page_inputs"]

_BASEL = Source(
    "basel-market-risk",
    "Minimum capital requirements for market risk (d457)",
    "Basel Committee on Banking Supervision",
    "https://www.bis.org/bcbs/publ/d457.htm",
)
_AIM = 3.0
_AIM_DAYS = 365


def interval_levels() -> Sourced:
    """How much of what comes the central intervals of the backtests are meant to hold, in %."""
    levels = pd.Series({"narrow": 50.0, "middle": 80.0, "wide": 95.0})
    return Sourced(levels, "%", "assumed", None, "central intervals that the backtests score")


def page_inputs() -> dict[str, Sourced]:
    """What the page itself chooses, by name."""
    levels = {"low end": 100.0 * LEVELS[0], "high end": 100.0 * LEVELS[-1]}
    shown = "a choice of print: so many of the paths lie below each end"
    aim = "the aim that the outlook set itself: widest distance of a coverage from its level"
    return {
        "printed_levels": Sourced(pd.Series(levels), "%", "assumed", None, shown),
        "worst_share": Sourced(100.0 * SHORTFALL_LEVEL, "%", "reported", _BASEL),
        "coverage_aim": Sourced(_AIM, "%", "assumed", None, aim),
        "coverage_aim_days": Sourced(
            _AIM_DAYS, "day", "assumed", None, "longest horizon for which the aim was set"
        ),
    }
