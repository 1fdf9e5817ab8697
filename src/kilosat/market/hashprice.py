"""Hashprice and fees by day and by year, from difficulty, subsidy, fees and price.

The subsidy of a day is what its blocks issued; on a halving day it is a mean of both.
"""

import numpy as np
import pandas as pd

from kilosat.figures import figure
from kilosat.quantities import SECONDS_PER_DAY

__all__ = ["hashprice_usd_per_phs_day"]

_HASHES_PER_DIFFICULTY = 2.0**32
_HASHES_PER_PH = 1e15


def hashprice_usd_per_phs_day(difficulty: float, btc_per_block: float, usd_per_btc: float) -> float:
    """What a PH/s earns in a day: its blocks at this difficulty x coins per block x price.

    >>> round(hashprice_usd_per_phs_day(100e12, 3.125, 60_000.0), 2)
    37.72
    """
    blocks = _HASHES_PER_PH * SECONDS_PER_DAY / (difficulty * _HASHES_PER_DIFFICULTY)
    return blocks * btc_per_block * usd_per_btc


@figure(
    unit="USD/PH/s/day",
    formula="PH a day / (difficulty x 2^32) x (subsidy + fees) per block x close",
    column_units={"fees known": ""},
)
def hashprice_history(
    network_history: pd.DataFrame, price_history: "pd.Series[float]"
) -> pd.DataFrame:
    """Revenue of a PH/s by day, from the subsidy alone and with the fees where they are known.

    Uses the day's mean difficulty and close, so it differs from a spot quote within the day.
    """
    days = network_history.index.intersection(price_history.index)
    network, close = network_history.loc[days], price_history.loc[days]
    per_btc = hashprice_usd_per_phs_day(1.0, 1.0, 1.0) * close / network["difficulty_mean"]
    blocks = network["blocks"].where(network["blocks"] > 0)
    alone = per_btc * network["subsidy_btc"] / blocks
    full = per_btc * (network["subsidy_btc"] + network["fees_btc"]) / blocks
    return pd.DataFrame({"subsidy alone": alone, "with fees": full, "fees known": full.notna()})


@figure(unit="%", formula="fees / (subsidy + fees)")
def fee_share_history(network_history: pd.DataFrame) -> "pd.Series[float]":
    """Share of fees in what miners received, by day; not known where fees are not."""
    fees = network_history["fees_btc"]
    return 100.0 * fees / (fees + network_history["subsidy_btc"])


@figure(
    unit="USD/PH/s/day",
    formula="mean, highest and lowest day of the year with fees; days with fees",
    column_units={"days": "day", "days with fees": "day"},
)
def hashprice_by_year(hashprice_history: pd.DataFrame) -> pd.DataFrame:
    """Hashprice of each year, over the days on which fees are known, and how many these are."""
    years = np.array([str(day.year) for day in hashprice_history.index])
    grouped = hashprice_history["with fees"].groupby(years)
    alone = hashprice_history["subsidy alone"].groupby(years)
    return pd.DataFrame(
        {
            "mean": grouped.mean(),
            "highest": grouped.max(),
            "lowest": grouped.min(),
            "mean of subsidy alone": alone.mean(),
            "days": alone.size().astype(float),
            "days with fees": grouped.count().astype(float),
        }
    )


@figure(unit="%", formula="fees of the month / (subsidy + fees of the month), days with fees")
def fee_share_by_month(network_history: pd.DataFrame) -> "pd.Series[float]":
    """Share of fees in what miners received in a month, over the days on which fees are known."""
    known = network_history.dropna(subset=["fees_btc", "subsidy_btc"])
    months = np.array([f"{day:%Y-%m}" for day in known.index])
    sums = known[["fees_btc", "subsidy_btc"]].groupby(months).sum()
    return 100.0 * sums["fees_btc"] / (sums["fees_btc"] + sums["subsidy_btc"])
