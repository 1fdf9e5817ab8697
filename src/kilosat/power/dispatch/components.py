"""What a power system is made of, as arrays: U units, R reservoirs, S storages, E elastic loads.

Power is in MW, energy in MWh, money in the currency of the country, and every hour is one hour
long, so that MW and MWh of an hour are the same number.
"""

from dataclasses import dataclass

import numpy as np

from kilosat.power.dispatch.arrays import (
    FloatArray,
    floats,
    require_not_negative,
    require_ordered,
)


@dataclass(frozen=True, eq=False)
class Units:
    """Thermal, nuclear, wind, solar: units that run between a floor and a ceiling in each hour.

    `marginal_cost` (U,) is currency per MWh, of any sign, ties allowed. `min_mw` (U, T) must run;
    `max_mw` (U, T) is availability times capacity. Raises ValueError on wrong shapes, values that
    are not finite, negative power, or a minimum above its maximum.
    """

    names: tuple[str, ...]
    marginal_cost: FloatArray
    min_mw: FloatArray
    max_mw: FloatArray

    def __post_init__(self) -> None:
        count = len(self.names)
        cost = floats(self.marginal_cost, "marginal_cost of units", 1, count)
        low = floats(self.min_mw, "min_mw of units", 2, count)
        high = floats(self.max_mw, "max_mw of units", 2, count)
        require_not_negative(low, "min_mw of units")
        require_ordered(low, high, "unit", self.names)
        object.__setattr__(self, "marginal_cost", cost)
        object.__setattr__(self, "min_mw", low)
        object.__setattr__(self, "max_mw", high)


@dataclass(frozen=True, eq=False)
class Reservoirs:
    """Hydro reservoirs: no marginal cost, but only so much water in each period.

    `min_mw`, `max_mw` (R, T): minimum flow and turbine ceiling. `budget_mwh` (R, P): energy that
    may be used in each period, minimum flow included; what is left over is spilled water. Raises
    ValueError as `Units` does, and on a negative budget.
    """

    names: tuple[str, ...]
    min_mw: FloatArray
    max_mw: FloatArray
    budget_mwh: FloatArray

    def __post_init__(self) -> None:
        count = len(self.names)
        low = floats(self.min_mw, "min_mw of reservoirs", 2, count)
        high = floats(self.max_mw, "max_mw of reservoirs", 2, count)
        budget = floats(self.budget_mwh, "budget_mwh of reservoirs", 2, count)
        require_not_negative(low, "min_mw of reservoirs")
        require_ordered(low, high, "reservoir", self.names)
        require_not_negative(budget, "budget_mwh of reservoirs")
        object.__setattr__(self, "min_mw", low)
        object.__setattr__(self, "max_mw", high)
        object.__setattr__(self, "budget_mwh", budget)

    @classmethod
    def none(cls, hours: int = 0, periods: int = 0) -> "Reservoirs":
        """No reservoir at all."""
        return cls((), np.empty((0, hours)), np.empty((0, hours)), np.empty((0, periods)))


@dataclass(frozen=True, eq=False)
class Storages:
    """Batteries and pumped storage, all arrays (S,); the year ends at the level it began with.

    `charge_mw` and `discharge_mw` count at the busbar, `energy_mwh` inside: an hour of charging at
    c MW and discharging at d MW raises the level by c * charge_efficiency - d /
    discharge_efficiency. Raises ValueError on wrong shapes, negative sizes, efficiencies outside
    (0, 1] or an initial level outside the store.
    """

    names: tuple[str, ...]
    charge_mw: FloatArray
    discharge_mw: FloatArray
    energy_mwh: FloatArray
    charge_efficiency: FloatArray
    discharge_efficiency: FloatArray
    initial_mwh: FloatArray

    def __post_init__(self) -> None:
        for field in _STORAGE_FIELDS:
            array = floats(getattr(self, field), f"{field} of storages", 1, len(self.names))
            require_not_negative(array, f"{field} of storages")
            object.__setattr__(self, field, array)
        for field in ("charge_efficiency", "discharge_efficiency"):
            array = getattr(self, field)
            if ((array <= 0) | (array > 1)).any():
                raise ValueError(f"{field} of storages: must be above 0 and at most 1")
        if (self.initial_mwh > self.energy_mwh).any():
            raise ValueError("initial_mwh of storages: the initial level is above energy_mwh")

    @classmethod
    def none(cls) -> "Storages":
        """No storage at all."""
        return cls((), *(np.empty(0) for _ in _STORAGE_FIELDS))


_STORAGE_FIELDS = (
    "charge_mw",
    "discharge_mw",
    "energy_mwh",
    "charge_efficiency",
    "discharge_efficiency",
    "initial_mwh",
)


@dataclass(frozen=True, eq=False)
class ElasticLoads:
    """Loads that are served when it pays: a miner buys while the price is at most what it can pay.

    `willingness_to_pay` (E,) is currency per MWh at the busbar; a negative one is allowed and is
    never served, for spilling is free. `max_mw` (E, T) is the load when it runs. Raises ValueError
    on wrong shapes, values that are not finite, or negative power.
    """

    names: tuple[str, ...]
    willingness_to_pay: FloatArray
    max_mw: FloatArray

    def __post_init__(self) -> None:
        count = len(self.names)
        bid = floats(self.willingness_to_pay, "willingness_to_pay of elastic loads", 1, count)
        high = floats(self.max_mw, "max_mw of elastic loads", 2, count)
        require_not_negative(high, "max_mw of elastic loads")
        object.__setattr__(self, "willingness_to_pay", bid)
        object.__setattr__(self, "max_mw", high)

    @classmethod
    def none(cls, hours: int = 0) -> "ElasticLoads":
        """No elastic load at all."""
        return cls((), np.empty(0), np.empty((0, hours)))
