"""A year to be dispatched: firm demand and everything that can meet it, checked as a whole."""

from dataclasses import dataclass, field, replace

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray, floats
from kilosat.power.dispatch.components import ElasticLoads, Reservoirs, Storages, Units


@dataclass(frozen=True, eq=False)
class System:
    """One zone over T hours.

    `demand_mw` (T,) is firm demand at the busbar, losses included. `period` (T,) numbers the
    budget period of each hour (the month), 0 to P-1 and never falling. `value_of_lost_load` is
    currency per MWh of firm demand not served. Surplus energy can always be spilled free of
    charge, so prices lie between 0 and the value of lost load.

    Raises ValueError with one message when parts do not fit together: other numbers of hours, a
    period without budget, a budget below the minimum flow of its period (no dispatch could obey
    both), or an elastic load that would pay the value of lost load or more (it is firm demand,
    and belongs into `demand_mw`).
    """

    demand_mw: FloatArray
    period: IntArray
    units: Units
    value_of_lost_load: float
    reservoirs: Reservoirs = field(default_factory=Reservoirs.none)
    storages: Storages = field(default_factory=Storages.none)
    elastic: ElasticLoads = field(default_factory=ElasticLoads.none)

    def __post_init__(self) -> None:
        object.__setattr__(self, "demand_mw", checked_demand(self.demand_mw))
        object.__setattr__(self, "period", _checked_period(self.period, self.hours))
        if not (np.isfinite(self.value_of_lost_load) and self.value_of_lost_load > 0):
            raise ValueError("value_of_lost_load: must be a finite number above 0")
        _require_hours(self.units.max_mw, self.hours, "units")
        object.__setattr__(self, "reservoirs", _checked_reservoirs(self))
        object.__setattr__(self, "elastic", checked_elastic(self, self.elastic))

    @property
    def hours(self) -> int:
        """T, the number of hours."""
        return int(self.demand_mw.shape[0])

    @property
    def periods(self) -> int:
        """P, the number of budget periods."""
        return int(self.reservoirs.budget_mwh.shape[1])

    def with_fixed_reservoirs(self, schedule_mw: FloatArray) -> "System":
        """The same system with hydro bound to a schedule (R, T): must-take, no budgets left.

        Each reservoir becomes a unit of no cost that runs exactly as the schedule says. Raises
        ValueError if the schedule has the wrong shape or is negative.
        """
        schedule = floats(schedule_mw, "schedule of reservoirs", 2, len(self.reservoirs.names))
        _require_hours(schedule, self.hours, "schedule of reservoirs")
        # A solver's schedule may miss zero by its tolerance.
        schedule = np.where(np.abs(schedule) < 1e-6, 0.0, schedule)
        units = Units(
            names=self.units.names + self.reservoirs.names,
            marginal_cost=np.append(self.units.marginal_cost, np.zeros(len(schedule))),
            min_mw=np.vstack([self.units.min_mw, schedule]),
            max_mw=np.vstack([self.units.max_mw, schedule]),
        )
        return replace(self, units=units, reservoirs=Reservoirs.none(self.hours, self.periods))


def checked_demand(demand_mw: FloatArray) -> FloatArray:
    """Firm demand as finite float64 (T,), T at least 1 and no hour negative; else ValueError."""
    demand = floats(demand_mw, "demand_mw", 1)
    if not demand.size:
        raise ValueError("demand_mw: there is no hour to dispatch")
    if demand.min() < 0:
        raise ValueError(f"demand_mw: hour {int(demand.argmin())} is negative")
    return demand


def checked_elastic(system: System, elastic: ElasticLoads) -> ElasticLoads:
    """Elastic loads that fit this system's hours and value of lost load, or ValueError."""
    if not elastic.names:
        return ElasticLoads.none(system.hours)
    _require_hours(elastic.max_mw, system.hours, "elastic loads")
    highest = int(elastic.willingness_to_pay.argmax())
    if elastic.willingness_to_pay[highest] >= system.value_of_lost_load:
        raise ValueError(
            f"elastic load {elastic.names[highest]!r} would pay the value of lost load or more; "
            "such a load is firm: add it to demand_mw"
        )
    return elastic


def _checked_period(period: IntArray, hours: int) -> IntArray:
    array = np.asarray(period)
    if array.shape != (hours,):
        raise ValueError(f"period: expected shape ({hours},) as demand_mw, got {array.shape}")
    if array.dtype.kind not in "iu":
        raise ValueError(f"period: expected whole numbers, got {array.dtype}")
    if array[0] < 0 or (np.diff(array) < 0).any():
        raise ValueError("period: must start at 0 or above and never fall")
    return array.astype(np.int64, copy=False)


def _checked_reservoirs(system: System) -> Reservoirs:
    reservoirs, last = system.reservoirs, int(system.period[-1])
    if not reservoirs.names:
        periods = max(last + 1, reservoirs.budget_mwh.shape[1])
        return Reservoirs.none(system.hours, periods)
    _require_hours(reservoirs.max_mw, system.hours, "reservoirs")
    if reservoirs.budget_mwh.shape[1] <= last:
        raise ValueError(
            f"budget_mwh of reservoirs: {reservoirs.budget_mwh.shape[1]} period(s), but hours "
            f"belong to period {last}"
        )
    _require_budgets_cover_minimum_flow(reservoirs, system.period)
    return reservoirs


def _require_budgets_cover_minimum_flow(reservoirs: Reservoirs, period: IntArray) -> None:
    for row, name in enumerate(reservoirs.names):
        budget = reservoirs.budget_mwh[row]
        flow = np.bincount(period, weights=reservoirs.min_mw[row], minlength=budget.size)
        # Sums of a month's hours carry rounding; a budget equal to its minimum flow is fine.
        short = np.flatnonzero(flow > budget * (1 + 1e-9) + 1e-9)
        if short.size:
            worst = int(short[0])
            raise ValueError(
                f"reservoir {name!r}, period {worst}: minimum flow needs {flow[worst]:g} MWh, the "
                f"budget is {budget[worst]:g} MWh"
            )


def _require_hours(array: FloatArray, hours: int, what: str) -> None:
    if array.shape[1] != hours:
        raise ValueError(f"{what}: {array.shape[1]} hour(s), but demand_mw has {hours}")
