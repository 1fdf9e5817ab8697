"""Difficulty epochs with what a frontier machine earned in each: what the response is fitted on."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from kilosat.market.efficiency import Floats, best_efficiency
from kilosat.market.errors import BitcoinError
from kilosat.market.response import EPOCH_DAYS, known_epochs, log_revenue_per_mwh

__all__ = [
    "EpochState",
    "block_revenue",
    "epoch_table",
    "mean_log_revenue",
    "nominal_epochs",
    "state_at",
]

_FEE_DAYS = 30


@dataclass(frozen=True)
class EpochState:
    """Where the network stands on a day: start of a simulation.

    ``start`` is the first day of the epoch that runs; ``past_log_revenue`` (log USD/MWh, oldest
    first) and ``last_growth`` are of the epochs before it.
    """

    start: date
    log_difficulty: float
    past_log_revenue: tuple[float, ...]
    last_growth: float


def block_revenue(network: pd.DataFrame, closes: "pd.Series[float]") -> "pd.Series[float]":
    """USD that a block earned, by day: close x (subsidy + fees) per block.

    Where fees are not known they count as the mean of the last 30 days on which they were, so that
    no day uses a later one.
    """
    days = network.index.intersection(closes.index)
    table = network.loc[days]
    blocks = table["blocks"].where(table["blocks"] > 0)
    fees = table["fees_btc"] / blocks
    fees = fees.fillna(fees.rolling(_FEE_DAYS, min_periods=1).mean().ffill()).fillna(0.0)
    return (closes.loc[days] * (table["subsidy_btc"] / blocks + fees)).dropna()


def mean_log_revenue(revenue: "pd.Series[float]", edges: npt.ArrayLike) -> Floats:
    """Log of the mean revenue of a block (USD) between successive days, the later one excluded.

    Not a number where days are missing at an end of the history.
    """
    days = np.asarray(revenue.index, dtype="datetime64[D]")
    bounds = np.asarray(edges, dtype="datetime64[D]")
    sums = np.concatenate([[0.0], np.cumsum(revenue.to_numpy(dtype=np.float64))])
    places = np.searchsorted(days, bounds)
    counts = np.diff(places)
    inside = (counts > 0) & (bounds[:-1] >= days[0]) & (bounds[1:] <= days[-1] + 1)
    means = np.diff(sums[places]) / np.where(inside, counts, 1)
    return np.log(np.where(inside, means, np.nan))


def epoch_table(
    difficulty_epochs: pd.DataFrame, revenue: "pd.Series[float]", machines: pd.DataFrame
) -> pd.DataFrame:
    """One row per epoch whose end is known.

    Columns: ``start`` (of the epoch), ``known_from`` (its end, from which on ``growth`` is known),
    ``log_difficulty``, ``growth`` (log of the next difficulty to this), ``log_usd_per_block``,
    ``efficiency`` (J/TH of the best machine at the start), ``log_revenue_per_mwh``.
    """
    starts = pd.to_datetime(difficulty_epochs["start_time"], unit="s").to_numpy()
    levels = np.log(difficulty_epochs["difficulty"].astype(float).to_numpy())
    drivers = mean_log_revenue(revenue, starts)
    efficiency = best_efficiency(machines, starts[:-1])
    table = {"start": starts[:-1], "known_from": starts[1:], "log_difficulty": levels[:-1]}
    table |= {"growth": np.diff(levels), "log_usd_per_block": drivers, "efficiency": efficiency}
    earned = log_revenue_per_mwh(drivers, levels[:-1], efficiency)
    return pd.DataFrame(table | {"log_revenue_per_mwh": earned})


def state_at(epochs: pd.DataFrame, day: date, lag_epochs: int) -> EpochState:
    """The state at the start of the epoch that runs at the end of a day, from what was known then.

    Raises:
        BitcoinError: no epoch of the table has ended by that day.
    """
    ended = known_epochs(epochs, day)
    if ended.empty:
        raise BitcoinError(f"no epoch has ended by {day}")
    last = ended.iloc[-1]
    past = ended["log_revenue_per_mwh"].to_numpy()[len(ended) - lag_epochs + 1 :]
    return EpochState(
        start=last["known_from"].date(),
        log_difficulty=float(last["log_difficulty"] + last["growth"]),
        past_log_revenue=tuple(float(value) for value in past if np.isfinite(value)),
        last_growth=float(last["growth"]),
    )


def nominal_epochs(start: date, count: int) -> npt.NDArray[np.datetime64]:
    """Edges of ``count`` epochs of two weeks from a day on."""
    return np.datetime64(start, "D") + np.arange(count + 1) * int(EPOCH_DAYS)
