"""Break-even points of the mine, path by path: the tariff and the hashprice that just pay.

Each path has its own tariff shift, or its own factor on the hashprice; both are halved in on until
the net present value of that path is nought, hours and renewals decided anew each time.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.outlook.paths import FittedModel
from kilosat.quantities import KWH_PER_MWH
from kilosat.walks.quantiles import quantiles
from kilosat.walks.run import Outcome, simulate_outcome
from kilosat.walks.supply import PowerSupply
from kilosat.walks.terms import Floats, MineTerms, NetworkTerms, ReserveTerms

_MOST_PATHS = 1000
_STEPS = 14
_WIDEST_SHIFT = 1000.0
_LARGEST_FACTOR = 64.0

Search = Callable[[Floats, Floats], Outcome]


@figure(unit="1", formula="the first paths of the run, at most a thousand")
def break_even_paths(outlook_paths: int) -> int:
    """How many paths the break-even points are searched on."""
    return min(outlook_paths, _MOST_PATHS)


@node(formula="the run again, with shifts by path", label="Search for break-even points")
def break_even_search(
    fitted_price_model: FittedModel,
    price_at_start: float,
    reserve_terms: ReserveTerms,
    network_terms: NetworkTerms,
    mine_terms: MineTerms,
    break_even_paths: int,
    outlook_seed: int,
) -> Search:
    """The first paths of the run, walked again under any shift of tariff or hashprice."""

    def walked(shifts: Floats, scales: Floats) -> Outcome:
        return simulate_outcome(
            fitted_price_model,
            price_at_start,
            reserve_terms,
            network_terms,
            mine_terms,
            break_even_paths,
            outlook_seed,
            2,
            shifts,
            scales,
        )

    return walked


@figure(
    unit="USD/MWh",
    formula="mean tariff + shift of all hours at which the net present value of a path is nought",
    modelled=True,
)
def break_even_tariff(
    break_even_search: Search, break_even_paths: int, power_supply: PowerSupply
) -> "pd.Series[float]":
    """Tariff at which the mine just earns its cost of capital, quantiles over paths.

    Below nought the owners would have to be paid to take the power.
    """
    ones = np.ones(break_even_paths)
    low, high = -_WIDEST_SHIFT * ones, _WIDEST_SHIFT * ones
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        pays = break_even_search(middle, ones).mine["npv"] > 0
        low, high = np.where(pays, middle, low), np.where(pays, high, middle)
    return power_supply.mean_tariff + _within(low, high, _WIDEST_SHIFT)


@figure(
    unit="{currency}/kWh", formula="break-even tariff x exchange rate of the country's file / 1000"
)
def break_even_tariff_local(
    break_even_tariff: "pd.Series[float]", exchange_rate: float
) -> "pd.Series[float]":
    """Break-even tariff in local money; the exchange rate is held, which is an assumption."""
    return break_even_tariff * exchange_rate / KWH_PER_MWH


@figure(
    unit="1",
    formula="factor on the hashprice of every day at which the net present value is nought",
    modelled=True,
)
def break_even_hashprice_factor(
    break_even_search: Search, break_even_paths: int
) -> "pd.Series[float]":
    """How many times the hashprice of its path the mine would need, quantiles over paths."""
    none = np.zeros(break_even_paths)
    low = np.full(break_even_paths, -np.log(_LARGEST_FACTOR))
    high = -low
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        pays = break_even_search(none, np.exp(middle)).mine["npv"] > 0
        low, high = np.where(pays, low, middle), np.where(pays, middle, high)
    logs = _within(low, high, np.log(_LARGEST_FACTOR))
    return pd.Series(np.exp(logs.to_numpy(dtype=np.float64)), index=logs.index)


@figure(unit="USD/PH/s/day", formula="hashprice of the as-of date x break-even factor")
def break_even_hashprice_today(
    break_even_hashprice_factor: "pd.Series[float]", hashprice_at_start: float
) -> "pd.Series[float]":
    """What a PH/s would have to earn on the as-of date, and in proportion ever after."""
    return hashprice_at_start * break_even_hashprice_factor


def _within(low: Floats, high: Floats, widest: float) -> "pd.Series[float]":
    """Quantiles of what was found; no number where a quantile lies beyond what was searched."""
    found = np.where(low == -widest, -np.inf, np.where(high == widest, np.inf, (low + high) / 2.0))
    shown = quantiles(found)
    return shown.where(np.isfinite(shown))
