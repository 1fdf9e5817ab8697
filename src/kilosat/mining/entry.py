"""How many miners come: they enter until their own hashrate has eaten their margin."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from kilosat.figures import figure

__all__ = ["entry_mw", "entry_verdict"]

Hours = npt.NDArray[np.float64]
# Of a block, this much counts as all of it.
_ALL = 1.0 - 1e-9


def entry_mw(
    curve: "pd.Series[float]", tariff_per_kwh: Hours | float, offered_mw: float, capital: float
) -> Hours:
    """Miners in MW (T,) that come at each hour's tariff, at most what is offered.

    Revenue per kWh falls with all miners' hashrate; entry stops where it equals tariff, running
    cost and ``capital`` (local currency per kWh; none for machines that are paid for):
    revenue / (1 + dilution x MW) = tariff + costs.
    """
    cost = np.atleast_1d(np.asarray(tariff_per_kwh, dtype=np.float64)) + curve["running_cost"]
    cost = cost + capital
    # Where costs are nil or negative, any revenue is worth having.
    worth = np.where(cost > 0, curve["revenue"] / np.where(cost > 0, cost, 1.0) - 1.0, np.inf)
    entered: Hours = np.clip(worth / curve["dilution_per_mw"], 0.0, offered_mw)
    return entered


def entry_verdict(run_mw: float, invest_mw: float, offered_mw: float) -> str:
    """One word for what a class does with what it is offered.

    >>> entry_verdict(run_mw=1200.0, invest_mw=0.0, offered_mw=1500.0)
    'run in part'
    """
    for word, entered in (("invest", invest_mw), ("run", run_mw)):
        if entered >= _ALL * offered_mw > 0:
            return word
        if entered > 0:
            return f"{word} in part"
    return "stay away"


def _capital(curve: "pd.Series[float]", served_share: float) -> float:
    """Capital per kWh served; infinite where nothing is served."""
    capital = curve["machine_capital"] + curve["site_capital"]
    return float(capital / served_share) if served_share > 0 else np.inf


@figure(unit="MW", formula="entry until revenue / (1 + dilution x MW) = tariff + costs")
def mining_that_comes(
    miner_curve: pd.DataFrame,
    tariff_by_hour: Hours,
    mining_power: float,
    mining_served_share: float,
) -> pd.DataFrame:
    """Miners that would run at the tariff, and that would build for it, by class, mean of hours.

    To build, they must earn their capital at the mean tariff. The AI part of the block is taken as
    given: whether it comes is not a question of hashprice.
    """
    rows = {}
    for key in miner_curve.index:
        curve = miner_curve.T[key]
        capital = _capital(curve, mining_served_share)
        rows[key] = {
            "would run": entry_mw(curve, tariff_by_hour, mining_power, 0.0).mean(),
            "would invest": entry_mw(curve, tariff_by_hour.mean(), mining_power, capital)[0],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@figure(unit="MW", formula="entry of the reference class at each hour's tariff")
def reference_entry(
    miner_curve: pd.DataFrame, reference_class: str, tariff_by_hour: Hours, mining_power: float
) -> Hours:
    """Miners of the reference class that would run in each hour (T,), machines paid for."""
    return entry_mw(miner_curve.T[reference_class], tariff_by_hour, mining_power, 0.0)


@figure(unit="", formula="entry at each tariff against what is offered")
def miners_verdicts(
    miner_curve: pd.DataFrame,
    judged_tariffs: "pd.Series[float]",
    mining_power: float,
    mining_served_share: float,
) -> pd.DataFrame:
    """By class and tariff: *invest*, *run* (machines paid for), either *in part*, or *stay away*.

    In part: some come, until their own hashrate has eaten the margin.
    """
    rows = {}
    for key in miner_curve.index:
        curve = miner_curve.T[key]
        capital = _capital(curve, mining_served_share)
        rows[key] = {
            name: entry_verdict(
                float(entry_mw(curve, rate, mining_power, 0.0)[0]),
                float(entry_mw(curve, rate, mining_power, capital)[0]),
                mining_power,
            )
            for name, rate in judged_tariffs.items()
        }
    return pd.DataFrame.from_dict(rows, orient="index")
