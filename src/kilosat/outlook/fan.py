"""Figures of the outlook: the fan of prices, the chance of a low price, and their backtest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kilosat.definitions.price_history import PriceHistory
from kilosat.figures import figure, node
from kilosat.outlook.backtest import choose_default
from kilosat.outlook.catalogue import model_named
from kilosat.outlook.own_paths import OwnPaths
from kilosat.outlook.paths import FittedModel, OutlookError, simulate
from kilosat.outlook.scores import LEVELS
from kilosat.outlook.streams import Floats

__all__ = ["DEFAULT", "OWN_PATHS", "Simulation", "fan"]

DEFAULT = "default"
"""Stands for the model that the backtest chooses."""
OWN_PATHS = "own-paths"
"""Stands for the paths of the user's file."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """Simulated log prices (paths, days) on ``days`` after ``as_of``, and how they were made."""

    as_of: date
    days: tuple[int, ...]
    log_prices: Floats
    record: str

    @property
    def dates(self) -> list[str]:
        """The days as ISO dates."""
        return [(self.as_of + timedelta(days=day)).isoformat() for day in self.days]


def fan(
    model: FittedModel,
    start_price_usd: float,
    as_of: date,
    days: Sequence[int],
    paths: int,
    seed: int,
    threads: int = 1,
) -> Simulation:
    """Simulate prices from a day's close; the same to the bit for any number of threads."""
    moves = simulate(model, seed, paths, days, threads)
    record = f"{paths:,} paths, seed {seed}, from {as_of.isoformat()}: {model.record()}"
    return Simulation(as_of, tuple(days), moves + np.log(start_price_usd), record)


@figure(unit="", formula="coverages at 365 days nearest to 50, 80 and 95 %; then the lower CRPS")
def default_price_model(outlook_backtest: pd.DataFrame) -> str:
    """The price model that was best calibrated at a year in the backtest."""
    return choose_default(outlook_backtest)


@figure(unit="", formula="the model asked for, or the default")
def chosen_price_model(price_model: str, default_price_model: str) -> str:
    """The price model that the fan is drawn with."""
    return default_price_model if price_model == DEFAULT else price_model


@figure(
    unit="%",
    formula="share of origins whose interval held what came; CRPS and quantile loss in log points",
    reference="Gneiting and Raftery, JASA 102 (2007); Dawid, JRSS A 147 (1984)",
    column_units={
        "origins": "1",
        "windows": "1",
        "crps": "1",
        "crps_vs_naive": "1",
        "pinball": "1",
        "pinball_vs_naive": "1",
        "width_80": "1",
        "rank_mean": "1",
        "rank_ks": "1",
    },
)
def price_backtest(outlook_backtest: pd.DataFrame) -> pd.DataFrame:
    """What earlier forecasts of each model were worth, by horizon; windows do not overlap."""
    days = outlook_backtest["horizon_days"].astype(str)
    names = outlook_backtest["model"] + " " + days + " days"
    return outlook_backtest.drop(columns=["model", "horizon_days"]).set_axis(list(names), axis=0)


@node(formula="model fitted on closes up to the as-of date, simulated day by day")
def price_simulation(
    daily_closes: PriceHistory,
    chosen_price_model: str,
    own_paths: OwnPaths | str,
    outlook_as_of: str,
    outlook_days: tuple[int, ...],
    outlook_paths: int,
    outlook_seed: int,
) -> Simulation:
    """Simulated prices from the as-of date on."""
    day = date.fromisoformat(outlook_as_of)
    start = float(daily_closes.closes.iloc[daily_closes.place(day)])
    fitted: FittedModel
    if chosen_price_model != OWN_PATHS:
        fitted = model_named(chosen_price_model).fit(daily_closes.log_returns(day))
    elif isinstance(own_paths, str):
        raise OutlookError("'own-paths' needs a file of paths: name one, or choose another model")
    else:
        fitted = own_paths.starting(start)
    return fan(fitted, start, day, outlook_days, outlook_paths, outlook_seed, threads=2)


@figure(unit="USD/BTC", formula="quantiles over paths of exp(log price)", modelled=True)
def price_fan(price_simulation: Simulation) -> pd.DataFrame:
    """Quantiles of the price of bitcoin by date: median and central 50, 80 and 95 % intervals."""
    quantiles = np.exp(np.quantile(price_simulation.log_prices, LEVELS, axis=0)).T
    names = [f"{100 * level:g} %" for level in LEVELS]
    return pd.DataFrame(quantiles, index=price_simulation.dates, columns=names)


@figure(unit="%", formula="share of paths below the threshold on the day", modelled=True)
def chance_price_below(price_simulation: Simulation, price_threshold: float) -> "pd.Series[float]":
    """Probability that the price of bitcoin is below a threshold on a date."""
    below = np.mean(price_simulation.log_prices < np.log(price_threshold), axis=0)
    return pd.Series(100.0 * below, index=price_simulation.dates)
