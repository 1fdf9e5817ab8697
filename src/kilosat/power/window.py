"""The window: for which megawatts and tariffs nobody is subsidised and miners still come.

For each size of the load the tests give the lowest fair tariff (a *floor*) and the miners the
highest that still pays them (a *ceiling*). The window of a test and a machine class is where floor
<= tariff <= ceiling. Floors come from a dispatch at each size; the largest size is found by halving
on further dispatches, not read off the grid. A size at which other customers lose supply has no
fair tariff: a cost per served kWh falls when load is shed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kilosat.annuity import annuity_factor
from kilosat.figures import figure, node
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.load import LoadRules, build_load
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


@dataclass(frozen=True, eq=False)
class _Search:
    """Dispatches at any size and tariff, and what follows from them; each is done once."""

    base_run: Run
    host: Host
    rules: LoadRules
    curves: Mapping[str, "pd.Series[float]"]
    mining_share: float
    connection_per_mw: float
    connection_life: float
    rates: Mapping[str, float]
    prices: Mapping[str, float]
    package_energy_limit: float
    tariffs: FloatArray
    steps: FloatArray
    probes: dict[tuple[float, float], Probe] = field(default_factory=dict)
    floors: dict[float, dict[str, float]] = field(default_factory=dict)

    @property
    def highest(self) -> float:
        """The highest tariff that is searched."""
        return float(self.tariffs[-1])

    @property
    def follows_tariff(self) -> bool:
        """Only a surplus-only load changes with its tariff."""
        return self.rules.service_mode == "surplus-only"

    def probe(self, power: float, tariff: float) -> Probe:
        """What a load of this size does at this tariff."""
        step = self.steps[np.searchsorted(self.steps, tariff, side="right") - 1]
        key = (power, float(step) if self.follows_tariff else self.highest)
        if key not in self.probes:
            rate = np.full(len(self.rules.room_mw), key[1])
            mining, ai = power * self.mining_share, power * (1.0 - self.mining_share)
            load = build_load(self.rules, mining, ai, rate)
            wanted = float(load.mining_mw.sum())
            run = self.host.run(load)
            self.probes[key] = _probe(self.base_run, run, self.rules.loss, wanted)
        return self.probes[key]

    def stairs(self) -> list[tuple[float, float]]:
        """Ranges of tariffs within which a surplus-only load is served alike, up to the highest."""
        edges = [float(step) for step in self.steps if step <= self.highest]
        return list(zip(edges, [*edges[1:], self.highest], strict=True))

    def cost(self, power: float, tariff: float, test: str = "incremental cost") -> float:
        """What a kWh causes with its connection; infinite if others lose supply."""
        seen = self.probe(power, tariff)
        if seen.unserved_rise_gwh > _ANY_RISE_GWH or seen.energy_gwh <= 0:
            return float("inf")
        share = annuity_factor(self.rates[test], self.connection_life)
        return seen.incremental_cost + self.connection_per_mw * power * share / (
            seen.energy_gwh * 1e6
        )

    def fair_tariff(self, power: float, test: str) -> float:
        """The lowest tariff that covers what the load causes at that tariff."""
        if not self.follows_tariff:
            return self.cost(power, self.highest, test)
        for low, high in self.stairs():
            lowest = max(low, self.cost(power, low, test))
            if lowest < high or lowest == high == self.highest:
                return lowest
        return float("inf")

    def floor_at(self, test: str, power: float) -> float:
        """The lowest fair tariff at this size under a test."""
        if power not in self.floors:
            floors = {name: self.fair_tariff(power, name) for name in self.rates}
            for name, price in self.prices.items():
                floors[name] = price if np.isfinite(self.cost(power, price)) else float("inf")
            band = self.prices["accepted band, price"]
            if self.probe(power, band).energy_gwh / 1e3 > self.package_energy_limit:
                floors["accepted band, price"] = float("inf")
            self.floors[power] = floors
        return self.floors[power][test]

    def ceiling_at(self, machine: str, power: float) -> float:
        """The highest tariff at this size that earns a class its capital."""
        if not self.follows_tariff:
            return self._ceiling(machine, power, self.highest)

        fair = min(self.floor_at("incremental cost", power), self.highest)
        bearable = [
            min(high, self._ceiling(machine, power, low))
            for low, high in self.stairs()
            if high >= fair and self._ceiling(machine, power, low) >= max(low, fair)
        ]
        return max(bearable, default=min(self._ceiling(machine, power, fair), fair))

    def _ceiling(self, machine: str, power: float, tariff: float) -> float:
        share = self.probe(power, tariff).served_share
        return miner_ceiling(self.curves[machine], power * self.mining_share, share)

    def at_fair_tariff(self, power: float) -> Probe:
        """What the load does at its lowest fair tariff, or at the highest if it has none."""
        return self.probe(power, min(self.floor_at("incremental cost", power), self.highest))


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
    steps = int(window_steps)
    years = len(base_system.index) / HOURS_PER_YEAR
    printed = (package_tariff, purchase_price, full_cost_tariff)
    search = _Search(
        base_run,
        host,
        load_rules,
        {str(key): miner_curve.T[key] for key in miner_curve.index},
        mining_share,
        grid_connection_cost * 1000.0 * exchange_rate * years,
        grid_connection_life,
        dict(zip(FLOORS[:2], (public_discount_rate, power_discount_rate), strict=True)),
        dict(zip(FLOORS[2:], printed, strict=True)),
        package_energy_limit,
        np.linspace(window_tariff_low, window_tariff_high, steps),
        _steps(base_system, load_rules.loss),
    )
    powers = np.linspace(window_power_high / steps, window_power_high, steps)
    seen = [search.at_fair_tariff(power) for power in powers]
    return Window(
        powers=powers,
        tariffs=search.tariffs,
        floors={t: np.array([search.floor_at(t, power) for power in powers]) for t in FLOORS},
        ceilings={
            m: np.array([search.ceiling_at(m, power) for power in powers]) for m in search.curves
        },
        unserved_rise_gwh=np.array([one.unserved_rise_gwh for one in seen]),
        energy_gwh=np.array([one.energy_gwh for one in seen]),
        floor_at=search.floor_at,
        ceiling_at=search.ceiling_at,
    )


def _steps(fleet: Fleet, loss: float) -> FloatArray:
    """Tariffs at the meter at which a surplus-only load is served otherwise than just below.

    A bid matters by its order among the costs of plants alone, and through a store among those
    costs times or over its efficiency there and back.
    """
    cost = fleet.system.units.marginal_cost / KWH_PER_MWH / (1.0 - loss)
    store = fleet.system.storages
    turns = store.charge_efficiency * store.discharge_efficiency
    edges = np.concatenate([cost, *(cost * turn for turn in turns), *(cost / t for t in turns)])
    return np.unique(np.append(np.maximum(edges, 0.0), 0.0))


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
