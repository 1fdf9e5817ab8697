"""Marginal cost by the hour: what it is, what the load does to it, and where it is an interval."""

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.runs import Run
from kilosat.quantities import KWH_PER_MWH


@figure(unit="{currency}/kWh", formula="dual of each hour's balance", modelled=True)
def base_price_per_kwh(base_run: Run) -> FloatArray:
    """Marginal cost at the busbar in each hour before the load.

    Where costs tie the dual is not unique; the dispatch states its convention.
    """
    price: FloatArray = base_run.dispatch.price / KWH_PER_MWH
    return price


@figure(unit="{currency}/kWh", formula="statistics over hours", modelled=True)
def price_statistics(base_run: Run, load_run: Run) -> pd.DataFrame:
    """Marginal cost at the busbar before and with the load: mean, and shares of hours below."""
    quantiles = {"first decile": 0.1, "median": 0.5, "last decile": 0.9}
    table = {}
    for name, run in (("before", base_run), ("with load", load_run)):
        price = run.dispatch.price / KWH_PER_MWH
        column = {"mean": price.mean(), "lowest": price.min()}
        column |= {label: np.quantile(price, share) for label, share in quantiles.items()}
        table[name] = column | {"highest": price.max()}
    return pd.DataFrame(table)


@figure(unit="%", formula="hours in which the fuel's cost is the marginal cost", modelled=True)
def marginal_hours(base_system: Fleet, base_run: Run, load_run: Run) -> pd.DataFrame:
    """Share of hours in which each fuel is the marginal one, before and with the load.

    Hydro, storage or the load itself set the price of an hour where no plant's cost equals it.
    """
    cost = base_system.system.units.marginal_cost
    table = {}
    for name, run in (("before", base_run), ("with load", load_run)):
        nearest = np.abs(cost[:, None] - run.dispatch.price).argmin(axis=0)
        equal = np.abs(cost[nearest] - run.dispatch.price) < 1e-6 * KWH_PER_MWH
        fuel = np.where(equal, np.array(base_system.fuel)[nearest], "water or other")
        table[name] = 100.0 * pd.Series(fuel).value_counts(normalize=True)
    return pd.DataFrame(table).fillna(0.0).sort_values("before", ascending=False)


@node(formula="prices at a little less and a little more demand", label="Price interval")
def price_interval(base_system: Fleet) -> pd.DataFrame:
    """Lowest and highest marginal cost of each hour before the load, currency per kWh.

    Where demand ends exactly where a plant does, or water is worth what a plant costs, the price
    is an interval. It is found from demand a watt lower and a watt higher.
    """
    demand = base_system.system.demand_mw
    columns = {
        name: base_system.prepared.solve(demand_mw=np.maximum(demand + step, 0.0)).price
        for name, step in (("lowest", -1e-6), ("highest", 1e-6))
    }
    return pd.DataFrame(columns) / KWH_PER_MWH


@figure(
    unit="{currency}/kWh",
    formula="means of the interval's ends; hours in which they differ",
    modelled=True,
)
def mean_price_interval(price_interval: pd.DataFrame) -> "pd.Series[float]":
    """Mean marginal cost at either end of the hours' intervals: what the convention can move.

    It bounds the revenue of a tariff that follows marginal cost.
    """
    return price_interval.mean()


@figure(unit="%", formula="hours in which the ends differ / all hours", modelled=True)
def hours_with_price_interval(price_interval: pd.DataFrame) -> float:
    """Share of hours in which the marginal cost is not one number."""
    apart = price_interval["highest"] - price_interval["lowest"] > 1e-6
    return float(100.0 * apart.mean())
