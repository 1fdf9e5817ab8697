"""Efficiency of the best machine on sale, by date, and the trend that carries it forward."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from kilosat.market.errors import BitcoinError

__all__ = ["DAYS_PER_YEAR", "best_efficiency", "efficiency_decline", "efficiency_path"]

Floats = npt.NDArray[np.float64]
DAYS_PER_YEAR = 365.25
_STEP_DAYS = 14


def best_efficiency(machines: pd.DataFrame, days: npt.ArrayLike | Sequence[date]) -> Floats:
    """J/TH of the most efficient machine released on or before each day (lower is better).

    Of any cooling: water-cooled machines are bought by the container, and what sets the pace of
    the network is the best that can be bought. Not a number before the first release.

    Args:
        machines: columns ``date`` (datetime64) and ``efficiency_j_th``, in order of date.
        days: datetime64.

    >>> released = pd.to_datetime(["2016-07-01", "2017-01-01"])
    >>> machines = pd.DataFrame({"date": released, "efficiency_j_th": [100.0, 110.0]})
    >>> float(best_efficiency(machines, ["2017-06-01"])[0])
    100.0
    """
    best = np.minimum.accumulate(machines["efficiency_j_th"].to_numpy(dtype=np.float64))
    asked = np.asarray(days, dtype="datetime64[s]")
    released = machines["date"].to_numpy().astype("datetime64[s]")
    place = np.searchsorted(released, asked, side="right") - 1
    return np.where(place < 0, np.nan, best[np.maximum(place, 0)])


def efficiency_decline(machines: pd.DataFrame, as_of: date) -> float:
    """Decline of the log of the best efficiency per year, above zero where machines get better.

    The slope of a straight line through the log of the running minimum, every two weeks from the
    first machine to the as-of date. Carried forward it assumes that chips improve at the mean
    pace of the past, in small steps instead of launches.

    Raises:
        BitcoinError: no machine was on sale at least a year before the as-of date.
    """
    first, last = np.datetime64(machines["date"].iloc[0], "D"), np.datetime64(as_of, "D")
    if (last - first).astype(int) < DAYS_PER_YEAR:
        raise BitcoinError(f"a trend of efficiency needs a year of machines before {as_of}")
    days = np.arange(last, first, -_STEP_DAYS)
    years = (days - first).astype(np.float64) / DAYS_PER_YEAR
    slope = np.polyfit(years, np.log(best_efficiency(machines, days)), 1)[0]
    return -float(slope)


def efficiency_path(now: float, decline: float, years: npt.ArrayLike) -> Floats:
    """J/TH some years from now if the log declines evenly: ``now`` x exp(-``decline`` x years).

    >>> float(efficiency_path(10.0, np.log(2.0), [1.0])[0])
    5.0
    """
    path: Floats = now * np.exp(-decline * np.asarray(years, dtype=np.float64))
    return path
