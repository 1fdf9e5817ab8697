"""Surplus as what it is: idle capacity by cost and month, and the headroom for constant load."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kilosat.figures import figure
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.runs import Run
from kilosat.quantities import KWH_PER_MWH

__all__ = ["headroom_mw"]

_DUKE = "Norris et al. 2025, Rethinking Load Growth, https://hdl.handle.net/10161/32077"


def _idle_mw(base_system: Fleet, base_run: Run) -> FloatArray:
    """Idle capability of each unit in each hour (U, T); what had to run is not idle."""
    idle: FloatArray = np.maximum(base_system.system.units.max_mw - base_run.unit_mw, 0.0)
    return idle


@figure(unit="MW", formula="mean over hours of (ceiling - output), by cost band", modelled=True)
def idle_capacity_by_month(
    base_system: Fleet, base_run: Run, surplus_cost_bands: tuple[float, ...]
) -> pd.DataFrame:
    """Mean idle capacity by month and by variable cost at the busbar; standby plant left out.

    Bands are upper limits in local currency per kWh; the last column holds all that costs more.
    """
    idle = _idle_mw(base_system, base_run)
    cost = base_system.system.units.marginal_cost / KWH_PER_MWH
    months = base_system.index.strftime("%Y-%m")
    columns, low = {}, -np.inf
    for high in (*surplus_cost_bands, np.inf):
        chosen = (cost >= low) & (cost < high)
        name = f"under {high:g}" if np.isfinite(high) else f"{low:g} and more"
        columns[name] = pd.Series(idle[chosen].sum(axis=0)).groupby(months).mean()
        low = high
    return pd.DataFrame(columns)


@figure(unit="MW", formula="idle capability cheaper than the tariff at the busbar", modelled=True)
def idle_below_tariff_by_hour(
    base_system: Fleet, base_run: Run, tariff_by_hour: FloatArray, new_load_loss: float
) -> "pd.Series[float]":
    """Idle capacity in each hour whose variable cost the tariff covers, losses included."""
    limit = tariff_by_hour * (1.0 - new_load_loss) * KWH_PER_MWH
    cheap = base_system.system.units.marginal_cost[:, None] <= limit
    idle = np.where(cheap, _idle_mw(base_system, base_run), 0.0)
    return pd.Series(idle.sum(axis=0), index=base_system.index)


@figure(unit="MW", formula="statistics over hours of idle capacity below the tariff")
def idle_below_tariff(idle_below_tariff_by_hour: "pd.Series[float]") -> "pd.Series[float]":
    """Idle capacity below the tariff: lowest hour, lowest decile, mean, highest hour."""
    idle = idle_below_tariff_by_hour
    return pd.Series(
        {
            "lowest hour": idle.min(),
            "lowest decile": idle.quantile(0.1),
            "mean": idle.mean(),
            "highest hour": idle.max(),
        }
    )


@figure(unit="%", formula="hours with idle capacity below the tariff >= power / all hours")
def hours_with_room(
    idle_below_tariff_by_hour: "pd.Series[float]", power: float, new_load_loss: float
) -> float:
    """Share of hours in which the whole block fits under the tariff's cost."""
    return float(100.0 * (idle_below_tariff_by_hour >= power / (1.0 - new_load_loss)).mean())


@figure(unit="MW", formula="capacity of plants marked standby")
def standby_capacity(plants: pd.DataFrame) -> float:
    """Standby plant that is listed but cannot be dispatched: a phantom surplus."""
    return float(plants.loc[plants["status"] == "standby", "capacity_mw"].sum())


@figure(unit="MW", formula="highest hour of demand")
def peak_demand(base_system: Fleet) -> float:
    """Highest hour of demand at the busbar."""
    return float(base_system.system.demand_mw.max())


@figure(unit="MW", formula="highest hour of demand and new load", modelled=True)
def peak_with_load(base_system: Fleet, load_run: Run) -> float:
    """Highest hour of demand and new load at the busbar, to hold against the grid's limit."""
    return float((base_system.system.demand_mw + load_run.served_mw).max())


@figure(unit="MW", formula="evacuation limit - peak with load")
def evacuation_room(evacuation_limit: float, peak_with_load: float) -> float:
    """What the grid could still carry in the highest hour with the new load."""
    return evacuation_limit - peak_with_load


@figure(unit="1", formula="1 - and + stated uncertainty")
def shape_factors(shape_uncertainty: float) -> "pd.Series[float]":
    """Factors on the peak-to-mean ratio of demand that the sensitivity tries."""
    return pd.Series({"flatter": 1.0 - shape_uncertainty, "peakier": 1.0 + shape_uncertainty})


def headroom_mw(demand: FloatArray, ceiling: FloatArray, curtailed_share: float) -> float:
    """Largest constant load of which ``curtailed_share`` must be curtailed to stay below a ceiling.

    Solves sum_t max(0, demand_t + L - ceiling_t) = share * L * hours for L, in MW.

    >>> demand = np.array([6.0, 6.0, 6.0, 10.0])
    >>> round(headroom_mw(demand, np.full(4, 10.0), 0.5), 9)  # 3 (L - 4) + L = 2 L
    6.0
    """
    hours = len(demand)

    def excess(load: float) -> float:
        over = float(np.maximum(demand + load - ceiling, 0.0).sum())
        return over - curtailed_share * load * hours

    # Near no load nothing is over the ceiling but the share's allowance grows: excess is negative.
    high = float(ceiling.max())
    while excess(high) <= 0.0:
        high *= 2.0
        if high > 1e9:
            return float("inf")
    low = high
    while excess(low) > 0.0:
        low /= 2.0
        if low < 1e-6:
            return 0.0
    return float(brentq(excess, low, high, xtol=1e-9))


@figure(
    unit="MW",
    formula="find L: sum_t max(0, D_t + L - seasonal peak_t) = share x L x hours",
    reference=_DUKE,
)
def headroom_curve(base_system: Fleet, headroom_shares: tuple[float, ...]) -> "pd.Series[float]":
    """Constant load that stays below the seasonal peak if a share of its energy is curtailed.

    The summer peak (June to August) applies from April to October, the winter peak (December to
    February) from November to March. It says nothing about plant capacity or cost.
    """
    demand, month = base_system.system.demand_mw, base_system.index.month
    everywhere = float(demand.max())
    peaks = {
        season: float(demand[np.isin(month, months)].max(initial=0.0)) or everywhere
        for season, months in (("summer", (6, 7, 8)), ("winter", (12, 1, 2)))
    }
    summer = (month >= 4) & (month <= 10)
    ceiling = np.where(summer, peaks["summer"], peaks["winter"])
    rows = {f"{100 * s:g} %": headroom_mw(demand, ceiling, s) for s in headroom_shares}
    return pd.Series(rows)
