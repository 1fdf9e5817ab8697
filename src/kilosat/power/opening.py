"""What would open the window: hashprice, machines, or the cost of power."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kilosat.figures import figure
from kilosat.power.dispatch import prepare
from kilosat.power.fleet import Fleet
from kilosat.power.load import NewLoad
from kilosat.power.runs import Host
from kilosat.quantities import KWH_PER_MWH

__all__ = ["opening_hashprice"]


@figure(unit="USD/PH/s/day", formula="hashprice at which ceiling = floor, blueprint's size")
def opening_hashprice(
    window_floors: "pd.Series[float]",
    miner_curve: pd.DataFrame,
    mining_power: float,
    mining_served_share: float,
    hashprice: float,
) -> pd.DataFrame:
    """Hashprice at which the window opens at the blueprint's size, by test and machine class."""
    capital = miner_curve["machine_capital"] + miner_curve["site_capital"]
    share = mining_served_share if mining_served_share > 0 else np.nan
    fixed = miner_curve["running_cost"] + capital / share
    diluted = miner_curve["revenue"] / (1.0 + miner_curve["dilution_per_mw"] * mining_power)
    floors = window_floors.where(np.isfinite(window_floors))
    return pd.DataFrame(
        {name: hashprice * (floors + fixed[name]) / diluted[name] for name in miner_curve.index}
    )


@figure(unit="{currency}/kWh", formula="ceiling of the reference class")
def reference_ceiling(investable_tariff: "pd.Series[float]", reference_class: str) -> float:
    """Highest tariff that earns the reference class of machines its cost of capital."""
    return float(investable_tariff[reference_class])


@figure(unit="{currency}/kWh", formula="what the reference class can pay to run")
def reference_willingness(willingness_to_pay: "pd.Series[float]", reference_class: str) -> float:
    """Highest tariff at which the reference class still runs once it is there."""
    return float(willingness_to_pay[reference_class])


@figure(unit="{currency}/kWh", formula="reference ceiling - full incremental cost")
def reference_room(reference_ceiling: float, full_incremental_cost: float) -> float:
    """Room between what the load causes and what miners of the reference class can pay."""
    return reference_ceiling - full_incremental_cost


@figure(unit="%", formula="days of the period with a hashprice that opens the window / days")
def days_open_in_period(
    hashprice_history: "pd.Series[float]", hourly: pd.DataFrame, opening_hashprice: pd.DataFrame
) -> "pd.Series[float]":
    """Share of the period's days whose hashprice would open the window, by machine class.

    Under the weakest test, at the blueprint's size, with the network's hashrate as it is on the
    market's day.
    """
    days = hashprice_history[hourly.index[0].normalize() : hourly.index[-1]]
    needed = opening_hashprice.T["incremental cost"]
    shares = {
        str(name): 100.0 * (days >= value).mean() if len(days) else np.nan
        for name, value in needed.items()
    }
    return pd.Series(shares)


@figure(unit="%", formula="ceiling / floor - 1, where the window is shut")
def opening_cost_fall(
    window_floors: "pd.Series[float]", window_ceilings: "pd.Series[float]"
) -> pd.DataFrame:
    """By how much the floor must fall for the window to open; zero where it is open.

    No number where miners could not pay even for free power, or where there is no floor.
    """
    floors = window_floors.where(np.isfinite(window_floors))
    return pd.DataFrame(
        {
            name: (100.0 * (ceiling / floors - 1.0)).clip(upper=0.0)
            if ceiling > 0
            else np.nan * floors
            for name, ceiling in window_ceilings.items()
        }
    )


@figure(unit="%", formula="root of incremental cost(fuel price) - reference ceiling", modelled=True)
def opening_fuel_price(
    base_system: Fleet,
    offered_load: NewLoad,
    reference_ceiling: float,
    connection_cost: float,
    new_load_loss: float,
) -> float:
    """Change of all imported fuel prices at which the reference class could pay the whole cost.

    No number where it needs none, or where even free imported fuel would not do.
    """
    imported = base_system.imported_share

    def slack(factor: float) -> float:
        units = base_system.system.units
        scaled = units.marginal_cost * (1.0 + imported * (factor - 1.0))
        system = replace(base_system.system, units=replace(units, marginal_cost=scaled))
        host = Host(prepare(system), system.demand_mw, len(base_system.fuel), None)
        run, before = host.run(offered_load), host.prepared.solve()
        served = float(run.served_mw.sum())
        change = run.dispatch.generation_cost - before.generation_cost
        cost = change / served / KWH_PER_MWH / (1.0 - new_load_loss) if served else np.inf
        return reference_ceiling - connection_cost - cost

    if slack(1.0) >= 0 or slack(0.0) < 0:
        return float("nan")
    return 100.0 * (float(brentq(slack, 0.0, 1.0, xtol=1e-4)) - 1.0)


@figure(unit="J/TH", formula="efficiency at which ceiling = floor, same price per TH")
def opening_efficiency(
    window_floors: "pd.Series[float]",
    miner_curve: pd.DataFrame,
    mining_power: float,
    mining_served_share: float,
) -> pd.DataFrame:
    """Machine efficiency at which the window would open, at the class's price per TH."""
    return pd.DataFrame(
        {
            str(key): {
                test: _opening_efficiency(
                    miner_curve.T[key], mining_power, mining_served_share, floor
                )
                for test, floor in window_floors.items()
            }
            for key in miner_curve.index
        }
    )


def _opening_efficiency(
    curve: "pd.Series[float]", mining_mw: float, served_share: float, floor: float
) -> float:
    """Scale all that goes with hashes per kWh by x until the ceiling meets the floor."""

    def slack(scale: float) -> float:
        diluted = curve["revenue"] * scale / (1.0 + curve["dilution_per_mw"] * mining_mw * scale)
        capital = (curve["site_capital"] + curve["machine_capital"] * scale) / served_share
        return float(diluted - curve["running_cost"] - capital - floor)

    if served_share <= 0 or not np.isfinite(floor):
        return float("nan")

    scales = np.geomspace(0.05, 50.0, 400)
    above = [scale for scale in scales if slack(scale) >= 0]
    if not above or slack(scales[0]) >= 0:
        return float("nan")
    first = above[0]
    below = scales[int(np.flatnonzero(scales == first)[0]) - 1]
    return float(curve["efficiency"] / brentq(slack, below, first))
