"""Value, gain, drawdown and time under water of any list of trades, day by day."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from kilosat.quantities import SATS_PER_BTC
from kilosat.reserve.cost_basis import walk
from kilosat.reserve.errors import ReserveError
from kilosat.reserve.purchases import Trade, close_on

__all__ = ["drawdown", "longest_run", "value_history"]


def value_history(
    trades: Sequence[Trade], prices: "pd.Series[float]", until: date, method: str
) -> pd.DataFrame:
    """Coins, cost, value at the close and gain, every day from the first trade to ``until``.

    ``gain`` is of the coins held; ``realised`` is that of sales so far.

    Raises:
        ReserveError: there is no trade, or a day has no price.
    """
    if not trades:
        raise ReserveError(f"nothing was bought to {until}: choose a later day")
    close_on(prices, until)
    close_on(prices, trades[0].day)
    days = [day for day in prices.index if trades[0].day <= day <= until]
    rows = {
        day: (now.held_sats, float(now.cost_usd), float(now.realised_gain_usd))
        for day, now in walk(trades, method)
    }
    steps = pd.DataFrame.from_dict(rows, orient="index", columns=["sats", "cost", "realised"])
    table = steps.reindex(days).ffill()
    coins = table["sats"] / SATS_PER_BTC
    value = coins * prices.loc[days]
    columns = {"coins": coins, "cost": table["cost"], "value": value, "gain": value - table["cost"]}
    return pd.DataFrame(columns | {"realised": table["realised"]})


def drawdown(series: "pd.Series[float]") -> "tuple[float, date, date]":
    """Largest fall from an earlier high: how much, day of the high, day of the low.

    >>> days = [date(2024, 1, n) for n in range(1, 6)]
    >>> drawdown(pd.Series([1.0, 5.0, 2.0, 6.0, 4.0], days))[0]
    3.0
    """
    values = series.to_numpy(dtype=float)
    highs = np.maximum.accumulate(values)
    low = int(np.argmax(highs - values))
    high = int(np.argmax(values[: low + 1]))
    return float(highs[low] - values[low]), series.index[high], series.index[low]


def longest_run(flags: "pd.Series[bool]") -> int:
    """Length of the longest unbroken run of true values.

    >>> longest_run(pd.Series([True, True, False, True]))
    2
    """
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest
