"""The window: for which megawatts and tariffs nobody is subsidised and miners still come.

For each size of the load the tests give the lowest fair tariff (a *floor*) and the miners the
highest that still pays them (a *ceiling*). The window of a test and a machine class is where floor
<= tariff <= ceiling. Floors come from a dispatch at each size; the largest size is found by halving
on further dispatches, not read off the grid. A size at which other customers lose supply has no
fair tariff: a cost per served kWh falls when load is shed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kilosat.annuity import annuity_factor
from kilosat.figures import figure, node
from kilosat.power.dispatch import FloatArray, prepare
from kilosat.power.fleet import Fleet
from kilosat.power.load import LoadRules, NewLoad, build_load
from kilosat.power.runs import Host, Run
from kilosat.quantities import HOURS_PER_YEAR, KWH_PER_MWH

__all__ = ["FLOORS", "Window", "miner_ceiling"]

FLOORS = (
    "incremental cost",
    "market-economy operator",
    "accepted band, price",
    "price gap, purchase price",
    "price gap, full cost recovery",
)
"""Readings of 'no subsidy', from the weakest to the strictest."""

_TARIFF_TOLERANCE = 1e-6
_POWER_TOLERANCE = 1e-3
_ANY_RISE_GWH = 1e-6


@dataclass(frozen=True)
class Probe:
    """What a load of one size does at one tariff.

    ``incremental_cost`` is per kWh at the meter without connection and infinite where nothing is
    served; ``served_share`` is what miners get of what they want.
    """

    incremental_cost: float
    energy_gwh: float
    unserved_rise_gwh: float
    served_share: float


@dataclass(frozen=True, eq=False)
class Window:
    """Floors by size of the load and ceilings by machine class.

    ``powers`` (M,) in MW; ``tariffs`` (N,) in local currency per kWh at the meter; ``floors`` and
    ``ceilings`` map a test or a class to its tariff at each size (M,), infinite (or minus infinite)
    where there is none. ``floor_at`` and ``ceiling_at`` give the same between grid points.
    ``unserved_rise_gwh`` and ``energy_gwh`` (M,) are at the lowest fair tariff.
    """

    powers: FloatArray
    tariffs: FloatArray
    floors: Mapping[str, FloatArray]
    ceilings: Mapping[str, FloatArray]
    unserved_rise_gwh: FloatArray
    energy_gwh: FloatArray
    floor_at: Callable[[str, float], float] = field(repr=False)
    ceiling_at: Callable[[str, float], float] = field(repr=False)

    @property
    def record(self) -> str:
        """Size of the grid, for the explanation."""
        return f"{len(self.powers)} sizes x {len(self.tariffs)} tariffs, edges by halving"

    def holds(self, test: str, machine: str) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
        """Where the window is open (sizes, tariffs)."""
        low, high = self.floors[test][:, None], self.ceilings[machine][:, None]
        return (self.tariffs >= low) & (self.tariffs <= high)

    def is_open(self, test: str, machine: str, power: float) -> bool:
        """Whether some tariff is in the window at this size."""
        return self.ceiling_at(machine, power) >= self.floor_at(test, power)

    def largest_power(self, test: str, machine: str) -> float:
        """The largest size at which some tariff is in the window; zero if there is none.

        It lies beyond the last open grid point, so a window that closes and opens again between
        two neighbours is not seen.
        """
        points = [_POWER_TOLERANCE, *(float(power) for power in self.powers)]
        open_at = [power for power in points if self.is_open(test, machine, power)]
        if not open_at:
            return 0.0
        low = open_at[-1]
        if low == points[-1]:
            return low
        high = points[points.index(low) + 1]
        while high - low > _POWER_TOLERANCE:
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.is_open(test, machine, middle) else (low, middle)
        return low


def miner_ceiling(curve: "pd.Series[float]", mining_mw: float, served_share: float = 1.0) -> float:
    """Highest tariff that earns a class its cost of capital at a size of all miners together.

    Capital is earned in the share of hours that is served; minus infinity where nothing is.
    """
    if served_share <= 0:
        return float("-inf")
    revenue = curve["revenue"] / (1.0 + curve["dilution_per_mw"] * mining_mw)
    capital = (curve["machine_capital"] + curve["site_capital"]) / served_share
    return float(revenue - curve["running_cost"] - capital)


@node(formula="dispatch at each size; floors of the tests, ceilings of the miners", label="Window")
def window(
    base_system: Fleet,
    base_run: Run,
    host: Host,
    load_rules: LoadRules,
    miner_curve: pd.DataFrame,
    mining_share: float,
    grid_connection_cost: float,
    grid_connection_life: float,
    public_discount_rate: float,
    power_discount_rate: float,
    exchange_rate: float,
    purchase_price: float,
    full_cost_tariff: float,
    package_tariff: float,
    package_energy_limit: float,
    window_tariff_low: float,
    window_tariff_high: float,
    window_power_high: float,
    window_steps: float,
) -> Window:
    """The grid of sizes and tariffs with the floors of the tests and the ceilings of the miners."""
    years = len(base_system.index) / HOURS_PER_YEAR
    capital = grid_connection_cost * 1000.0 * exchange_rate * years
    curves = {str(key): miner_curve.T[key] for key in miner_curve.index}
    follows_tariff = load_rules.service_mode == "surplus-only"
    steps = int(window_steps)
    powers = np.linspace(window_power_high / steps, window_power_high, steps)
    tariffs = np.linspace(window_tariff_low, window_tariff_high, steps)
    probes: dict[tuple[float, float], Probe] = {}

    def probe(power: float, tariff: float) -> Probe:
        # Only a surplus-only load changes with its tariff.
        key = (power, tariff if follows_tariff else window_tariff_high)
        if key not in probes:
            rate = np.full(len(base_system.index), key[1])
            mining, ai = power * mining_share, power * (1.0 - mining_share)
            load = build_load(load_rules, mining, ai, rate)
            wanted = float(load.mining_mw.sum())
            probes[key] = _probe(base_run, host.run(load), load_rules.loss, wanted)
        return probes[key]

    def cost(power: float, tariff: float, rate: float) -> float:
        seen = probe(power, tariff)
        if seen.unserved_rise_gwh > _ANY_RISE_GWH or seen.energy_gwh <= 0:
            return float("inf")
        yearly = capital * power * annuity_factor(rate, grid_connection_life)
        return seen.incremental_cost + yearly / (seen.energy_gwh * 1e6)

    def fair_tariff(power: float, rate: float) -> float:
        """The lowest tariff that covers what the load causes at that tariff."""
        if not follows_tariff:
            return cost(power, window_tariff_high, rate)
        low, high = 0.0, window_tariff_high
        if cost(power, high, rate) > high:
            return float("inf")
        while high - low > _TARIFF_TOLERANCE:
            middle = (low + high) / 2.0
            low, high = (low, middle) if cost(power, middle, rate) <= middle else (middle, high)
        return high

    known: dict[float, dict[str, float]] = {}

    def floors_at(power: float) -> dict[str, float]:
        if power not in known:
            floors = {
                "incremental cost": fair_tariff(power, public_discount_rate),
                "market-economy operator": fair_tariff(power, power_discount_rate),
            }
            printed = (package_tariff, purchase_price, full_cost_tariff)
            for test, price in zip(FLOORS[2:], printed, strict=True):
                harmless = np.isfinite(cost(power, price, public_discount_rate))
                floors[test] = price if harmless else float("inf")
            if probe(power, package_tariff).energy_gwh / 1e3 > package_energy_limit:
                floors["accepted band, price"] = float("inf")
            known[power] = floors
        return known[power]

    def ceiling_at(machine: str, power: float) -> float:
        mining = power * mining_share
        if not follows_tariff:
            share = probe(power, window_tariff_high).served_share
            return miner_ceiling(curves[machine], mining, share)

        def slack(tariff: float) -> float:
            share = probe(power, tariff).served_share
            return miner_ceiling(curves[machine], mining, share) - tariff

        fair = min(floors_at(power)["incremental cost"], window_tariff_high)
        tried = [fair, *(float(tariff) for tariff in tariffs if tariff > fair)]
        bearable = [tariff for tariff in tried if slack(tariff) >= 0]
        if not bearable:
            return fair + slack(fair)
        low = bearable[-1]
        high = next((tariff for tariff in tried if tariff > low), low)
        while high - low > _TARIFF_TOLERANCE:
            middle = (low + high) / 2.0
            low, high = (middle, high) if slack(middle) >= 0 else (low, middle)
        return low

    lowest = [floors_at(power)["incremental cost"] for power in powers]
    seen = [probe(p, min(t, window_tariff_high)) for p, t in zip(powers, lowest, strict=True)]
    return Window(
        powers=powers,
        tariffs=tariffs,
        floors={test: np.array([floors_at(power)[test] for power in powers]) for test in FLOORS},
        ceilings={key: np.array([ceiling_at(key, power) for power in powers]) for key in curves},
        unserved_rise_gwh=np.array([one.unserved_rise_gwh for one in seen]),
        energy_gwh=np.array([one.energy_gwh for one in seen]),
        floor_at=lambda test, power: floors_at(power)[test],
        ceiling_at=ceiling_at,
    )


def _probe(base_run: Run, run: Run, loss: float, mining_wanted_mwh: float) -> Probe:
    served = float(run.served_mw.sum())
    change = run.dispatch.generation_cost - base_run.dispatch.generation_cost
    # Nothing served covers nothing: it is no floor.
    cost = change / served / KWH_PER_MWH / (1.0 - loss) if served > 1e-6 else float("inf")
    rise = (run.unserved_mwh - base_run.unserved_mwh) / 1e3
    mined = float(run.mining_served_mw.sum())
    share = min(1.0, mined / mining_wanted_mwh) if mining_wanted_mwh else 1.0
    return Probe(cost, served * (1.0 - loss) / 1e3 if served > 1e-6 else 0.0, rise, share)


@figure(
    unit="{currency}/kWh",
    formula="floors at the blueprint's size; infinite where no tariff does",
    row_formulas={
        "incremental cost": "incremental cost and connection at this size",
        "market-economy operator": "the same, connection at the power sector's private rate",
        "accepted band, price": "package_tariff, while the load's energy fits the band",
        "price gap, purchase price": "purchase_price",
        "price gap, full cost recovery": "full_cost_tariff",
    },
    modelled=True,
)
def window_floors(window: Window, power: float) -> "pd.Series[float]":
    """Lowest tariff without a subsidy at the blueprint's size, under each reading."""
    return pd.Series({test: window.floor_at(test, power) for test in FLOORS})


@figure(unit="{currency}/kWh", formula="ceilings at the blueprint's size")
def window_ceilings(window: Window, power: float) -> "pd.Series[float]":
    """Highest tariff that earns the cost of capital at the blueprint's size, by machine class."""
    return pd.Series({name: window.ceiling_at(name, power) for name in window.ceilings})


@figure(unit="{currency}/kWh", formula="ceiling - floor at the blueprint's size; open if positive")
def window_width(
    window_floors: "pd.Series[float]", window_ceilings: "pd.Series[float]"
) -> pd.DataFrame:
    """How wide the window is at the blueprint's size; negative: how far it is from opening."""
    return pd.DataFrame(
        {name: ceiling - window_floors for name, ceiling in window_ceilings.items()}
    )


@figure(unit="MW", formula="root of ceiling(MW) - floor(MW)", modelled=True)
def window_largest_power(window: Window) -> pd.DataFrame:
    """Largest load for which some tariff is in the window; zero if none, within the grid's edge."""
    return pd.DataFrame(
        {
            machine: {test: window.largest_power(test, machine) for test in FLOORS}
            for machine in window.ceilings
        }
    )


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
