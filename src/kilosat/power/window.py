"""The window: for which megawatts and tariffs nobody is subsidised and miners still come.

For each size of the load the tests give the lowest fair tariff (a *floor*) and the miners the
highest that still pays them (a *ceiling*). The window of a test and a machine class is where floor
<= tariff <= ceiling. Floors come from a dispatch at each size; the largest size is found by root
finding on further dispatches, not read off the grid.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kilosat.annuity import annuity_factor
from kilosat.figures import figure, node
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.load import build_load
from kilosat.power.runs import Run, run_with
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


@dataclass(frozen=True, eq=False)
class Probe:
    """What a load of one size does: cost per kWh at the meter, energy, harm to firm customers."""

    incremental_cost: float
    energy_gwh: float
    unserved_rise_gwh: float


@dataclass(frozen=True, eq=False)
class Window:
    """Floors by size of the load and ceilings by machine class.

    ``powers`` (M,) in MW; ``tariffs`` (N,) in local currency per kWh at the meter; ``floors`` and
    ``ceilings`` map a test or a class to its tariff at each size (M,). ``floor_at`` and
    ``ceiling_at`` give the same between grid points. ``unserved_rise_gwh`` (M,).
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
        return f"{len(self.powers)} sizes x {len(self.tariffs)} tariffs, edges by root finding"

    def holds(self, test: str, machine: str) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
        """Where the window is open (sizes, tariffs)."""
        low, high = self.floors[test][:, None], self.ceilings[machine][:, None]
        return (self.tariffs >= low) & (self.tariffs <= high)

    def largest_power(self, test: str, machine: str) -> float:
        """The largest size at which some tariff is in the window; zero if there is none."""
        gap = self.ceilings[machine] - self.floors[test]
        open_at = np.flatnonzero(gap >= 0)
        if not open_at.size:
            return 0.0
        last = int(open_at[-1])
        if last == len(self.powers) - 1:
            return float(self.powers[-1])

        def slack(power: float) -> float:
            return self.ceiling_at(machine, power) - self.floor_at(test, power)

        low, high = float(self.powers[last]), float(self.powers[last + 1])
        return float(brentq(slack, low, high, xtol=_POWER_TOLERANCE))


def miner_ceiling(curve: "pd.Series[float]", mining_mw: float) -> float:
    """Highest tariff that earns a class its cost of capital at a size of all miners together."""
    revenue = curve["revenue"] / (1.0 + curve["dilution_per_mw"] * mining_mw)
    fixed = curve["running_cost"] + curve["machine_capital"] + curve["site_capital"]
    return float(revenue - fixed)


@node(formula="dispatch at each size; floors of the tests, ceilings of the miners", label="Window")
def window(
    base_system: Fleet,
    base_run: Run,
    miner_curve: pd.DataFrame,
    mining_share: float,
    ai_load_factor: float,
    ai_curtailable_share: float,
    service_mode: str,
    new_load_loss: float,
    reserve_margin: float,
    grid_connection_cost: float,
    grid_connection_life: float,
    public_discount_rate: float,
    private_discount_rate: float,
    exchange_rate: float,
    purchase_price: float,
    full_cost_tariff: float,
    package_tariff: float,
    window_tariff_low: float,
    window_tariff_high: float,
    window_power_high: float,
    window_steps: float,
) -> Window:
    """The grid of sizes and tariffs with the floors of the tests and the ceilings of the miners."""
    years = len(base_system.index) / HOURS_PER_YEAR
    capital = grid_connection_cost * 1000.0 * exchange_rate * years

    def probe(power: float, tariff: float) -> Probe:
        load = build_load(
            base_system,
            power * mining_share,
            power * (1.0 - mining_share),
            ai_load_factor,
            ai_curtailable_share,
            service_mode,
            np.full(len(base_system.index), tariff),
            new_load_loss,
            reserve_margin,
        )
        run = run_with(base_system.prepared, base_system.system.demand_mw, load)
        return _probe(base_run, run, new_load_loss)

    def connection(power: float, energy_gwh: float, rate: float) -> float:
        yearly = capital * power * annuity_factor(rate, grid_connection_life)
        return yearly / (energy_gwh * 1e6)

    curves = {str(key): miner_curve.T[key] for key in miner_curve.index}
    known: dict[float, dict[str, float]] = {}

    def at(power: float) -> dict[str, float]:
        if power not in known:
            tariff = _fair_tariff(probe, power, window_tariff_high, service_mode)
            seen = probe(power, tariff)
            known[power] = {
                "incremental cost": seen.incremental_cost
                + connection(power, seen.energy_gwh, public_discount_rate),
                "market-economy operator": seen.incremental_cost
                + connection(power, seen.energy_gwh, private_discount_rate),
                "accepted band, price": package_tariff,
                "price gap, purchase price": purchase_price,
                "price gap, full cost recovery": full_cost_tariff,
                "unserved": seen.unserved_rise_gwh,
                "energy": seen.energy_gwh,
            }
        return known[power]

    def floor_at(test: str, power: float) -> float:
        return at(power)[test]

    def ceiling_at(machine: str, power: float) -> float:
        return miner_ceiling(curves[machine], power * mining_share)

    steps = int(window_steps)
    powers = np.linspace(window_power_high / steps, window_power_high, steps)
    return Window(
        powers=powers,
        tariffs=np.linspace(window_tariff_low, window_tariff_high, steps),
        floors={test: np.array([floor_at(test, p) for p in powers]) for test in FLOORS},
        ceilings={
            str(key): np.array([ceiling_at(str(key), p) for p in powers])
            for key in miner_curve.index
        },
        unserved_rise_gwh=np.array([at(p)["unserved"] for p in powers]),
        energy_gwh=np.array([at(p)["energy"] for p in powers]),
        floor_at=floor_at,
        ceiling_at=ceiling_at,
    )


def _probe(base_run: Run, run: Run, loss: float) -> Probe:
    served = float(run.served_mw.sum())
    change = run.dispatch.generation_cost - base_run.dispatch.generation_cost
    # A tariff at which nothing is served covers nothing: it is no floor.
    cost = change / served / KWH_PER_MWH / (1.0 - loss) if served > 1e-6 else float("inf")
    rise = (run.unserved_mwh - base_run.unserved_mwh) / 1e3
    return Probe(cost, max(served * (1.0 - loss) / 1e3, 1e-9), rise)


def _fair_tariff(
    probe: Callable[[float, float], Probe], power: float, highest: float, service_mode: str
) -> float:
    """The lowest tariff that covers what the load causes at that tariff.

    Only a surplus-only load changes with its tariff; for the others any tariff does.
    """
    if service_mode != "surplus-only":
        return highest
    low, high = 0.0, highest
    while high - low > _TARIFF_TOLERANCE:
        middle = (low + high) / 2.0
        if middle >= probe(power, middle).incremental_cost:
            high = middle
        else:
            low = middle
    return high


@figure(unit="{currency}/kWh", formula="floors at the blueprint's size", modelled=True)
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
    hashprice: float,
) -> pd.DataFrame:
    """Hashprice at which the window opens at the blueprint's size, by test and machine class."""
    fixed = miner_curve[["running_cost", "machine_capital", "site_capital"]].sum(axis=1)
    diluted = miner_curve["revenue"] / (1.0 + miner_curve["dilution_per_mw"] * mining_power)
    return pd.DataFrame(
        {
            name: hashprice * (window_floors + fixed[name]) / diluted[name]
            for name in miner_curve.index
        }
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
    """By how much the floor must fall for the window to open; zero where it is open."""
    return pd.DataFrame(
        {
            name: np.minimum(100.0 * (ceiling / window_floors - 1.0), 0.0)
            for name, ceiling in window_ceilings.items()
        }
    )


@figure(unit="J/TH", formula="efficiency at which ceiling = floor, same price per TH")
def opening_efficiency(
    window_floors: "pd.Series[float]", miner_curve: pd.DataFrame, mining_power: float
) -> pd.DataFrame:
    """Machine efficiency at which the window would open, at the class's price per TH."""
    return pd.DataFrame(
        {
            str(key): {
                test: _opening_efficiency(miner_curve.T[key], mining_power, floor)
                for test, floor in window_floors.items()
            }
            for key in miner_curve.index
        }
    )


def _opening_efficiency(curve: "pd.Series[float]", mining_mw: float, floor: float) -> float:
    """Scale all that goes with hashes per kWh by x until the ceiling meets the floor."""

    def slack(scale: float) -> float:
        diluted = curve["revenue"] * scale / (1.0 + curve["dilution_per_mw"] * mining_mw * scale)
        fixed = curve["running_cost"] + curve["site_capital"] + curve["machine_capital"] * scale
        return float(diluted - fixed - floor)

    scales = np.geomspace(0.05, 50.0, 400)
    above = [scale for scale in scales if slack(scale) >= 0]
    if not above or slack(scales[0]) >= 0:
        return float("nan")
    first = above[0]
    below = scales[int(np.flatnonzero(scales == first)[0]) - 1]
    return float(curve["efficiency"] / brentq(slack, below, first))
