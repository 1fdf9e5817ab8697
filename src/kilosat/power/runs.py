"""The runs: dispatch before the new load, with it, and with hydro held to its old schedule."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.power.dispatch import Dispatch, FloatArray, Prepared, prepare
from kilosat.power.fleet import Fleet
from kilosat.power.load import NewLoad
from kilosat.quantities import KWH_PER_MWH

__all__ = ["Run", "run_with"]


@dataclass(frozen=True, eq=False)
class Run:
    """A dispatch with the load that it served.

    ``served_mw`` (T,) is the new load served at the busbar: zero in the base run.
    """

    dispatch: Dispatch
    served_mw: FloatArray
    unserved_mwh: float

    @property
    def record(self) -> str:
        """Method and gap, for the explanation."""
        answer = self.dispatch
        gap = abs(answer.relative_gap)  # rounding can leave it a hair below zero
        text = f"method {answer.method}, primal-dual gap {gap:.1e} of the objective"
        return f"{text}; {answer.reason}" if answer.reason else text


def run_with(prepared: Prepared, demand_mw: FloatArray, load: NewLoad) -> Run:
    """Dispatch with ``load`` on top of ``demand_mw``."""
    answer = prepared.solve(demand_mw=demand_mw + load.firm_mw, elastic=load.elastic)
    elastic = answer.elastic_mw.sum(axis=0) if load.elastic.names else np.zeros_like(demand_mw)
    # Firm customers are shed together: the new load's firm part is short by its share.
    unserved = answer.unserved_mw
    firm = demand_mw + load.firm_mw
    share = np.divide(load.firm_mw, firm, out=np.zeros_like(firm), where=firm > 0)
    served = load.firm_mw - unserved * share + elastic
    return Run(answer, served, float(unserved.sum()))


@node(formula="least-cost dispatch of the year", label="Base run")
def base_run(base_system: Fleet) -> Run:
    """The year without the new load."""
    answer = base_system.prepared.solve()
    zero = np.zeros_like(base_system.system.demand_mw)
    return Run(answer, zero, float(answer.unserved_mw.sum()))


@node(formula="least-cost dispatch with cost alone deciding", label="Cost-only run")
def cost_only_run(cost_only_system: Fleet) -> Run:
    """The year without the new load, if cost alone had decided who runs."""
    answer = cost_only_system.prepared.solve()
    zero = np.zeros_like(cost_only_system.system.demand_mw)
    return Run(answer, zero, float(answer.unserved_mw.sum()))


@node(formula="least-cost dispatch with the load, hydro free", label="Run with load, hydro free")
def run_hydro_free(base_system: Fleet, offered_load: NewLoad) -> Run:
    """The year with the new load; reservoirs are scheduled anew within their monthly energy."""
    return run_with(base_system.prepared, base_system.system.demand_mw, offered_load)


@node(formula="least-cost dispatch with the load, hydro fixed", label="Run with load, hydro fixed")
def run_hydro_fixed(base_system: Fleet, base_run: Run, offered_load: NewLoad) -> Run:
    """The year with the new load; hydro runs as in the base run, hour by hour."""
    system = base_system.system
    if not system.reservoirs.names:
        return run_with(base_system.prepared, system.demand_mw, offered_load)
    fixed = prepare(system.with_fixed_reservoirs(base_run.dispatch.reservoir_mw))
    return run_with(fixed, system.demand_mw, offered_load)


@node(formula="the run with load that the blueprint's hydro rule names", label="Run with load")
def load_run(hydro_rule: str, run_hydro_free: Run, run_hydro_fixed: Run) -> Run:
    """The run with the new load on which the figures rest."""
    return run_hydro_fixed if hydro_rule == "fixed" else run_hydro_free


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
