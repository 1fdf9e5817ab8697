"""The entry: a system prepared once, then dispatched for as many loads and tariffs as wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from kilosat.power.dispatch.arrays import FloatArray
from kilosat.power.dispatch.components import ElasticLoads
from kilosat.power.dispatch.linear import SolverError, dispatch_highs
from kilosat.power.dispatch.result import Dispatch
from kilosat.power.dispatch.system import System, checked_demand, checked_elastic

if TYPE_CHECKING:
    from kilosat.power.dispatch.fleet import Fleet
    from kilosat.power.dispatch.ladder import Rungs

Method = Literal["auto", "fast", "highs"]

ACCEPTED_RELATIVE_GAP = 1e-6


@dataclass(frozen=True, eq=False)
class Prepared:
    """A system whose fleet is sorted into cost levels once, ready for further scenarios."""

    system: System

    @cached_property
    def fleet(self) -> Fleet:
        """The sorted fleet."""
        from kilosat.power.dispatch.fleet import build_fleet  # numba costs half a second

        return build_fleet(self.system)

    @cached_property
    def rungs(self) -> Rungs:
        """The fleet's ladder with the system's own elastic loads."""
        from kilosat.power.dispatch.ladder import with_elastic

        return with_elastic(self.fleet.ladder, self.system.elastic)

    def solve(
        self,
        demand_mw: FloatArray | None = None,
        elastic: ElasticLoads | None = None,
        method: Method = "auto",
    ) -> Dispatch:
        """Least-cost dispatch with another firm demand (T,) or other elastic loads.

        What is left out stays as in the prepared system. "auto" is the fast method where it
        applies and proves itself within a relative gap of 1e-6, else HiGHS, which says why in
        `reason`; "fast" never turns to HiGHS and flags what it could not prove. Raises ValueError
        as `System` does, or if "fast" is asked for a system outside it.
        """
        demand = self.system.demand_mw if demand_mw is None else checked_demand(demand_mw)
        if demand.shape != self.system.demand_mw.shape:
            raise ValueError(f"demand_mw: expected {self.system.hours} hours, got {demand.size}")
        loads = self.system.elastic if elastic is None else checked_elastic(self.system, elastic)
        outside = self._outside()
        if method == "highs" or (method == "auto" and outside):
            found = self._by_highs(demand, loads)
            return replace(found, reason=outside) if method == "auto" else found
        if outside:
            raise ValueError(f"method 'fast': {outside}; use 'auto' or 'highs'")
        return self._fast(demand, loads, method)

    def _outside(self) -> str:
        """Why the fast method does not apply, empty if it does."""
        if len(self.system.storages.names) > 1:
            return "several storages are outside the fast method"
        return ""

    def _by_highs(self, demand_mw: FloatArray, elastic: ElasticLoads) -> Dispatch:
        return dispatch_highs(replace(self.system, demand_mw=demand_mw, elastic=elastic))

    def _fast(self, demand_mw: FloatArray, elastic: ElasticLoads, method: Method) -> Dispatch:
        from kilosat.power.dispatch.fast import dispatch_fast
        from kilosat.power.dispatch.ladder import with_elastic

        own = elastic is self.system.elastic
        rungs = self.rungs if own else with_elastic(self.fleet.ladder, elastic)
        try:
            found = dispatch_fast(self.fleet, rungs, demand_mw, elastic)
        except SolverError as error:
            if method == "fast":
                raise
            return replace(self._by_highs(demand_mw, elastic), flagged=True, reason=str(error))
        if abs(found.relative_gap) <= ACCEPTED_RELATIVE_GAP:
            return found
        reason = f"the fast method left a relative gap of {found.relative_gap:.1e}"
        if method == "fast":
            return replace(found, flagged=True, reason=reason)
        return replace(self._by_highs(demand_mw, elastic), flagged=True, reason=reason)


def prepare(system: System) -> Prepared:
    """Make `system` ready for many calls of `solve`; the sorting happens at the first of them."""
    return Prepared(system)


def dispatch(system: System, method: Method = "auto") -> Dispatch:
    """Least-cost dispatch of `system`; see `Prepared.solve` for `method` and errors.

    >>> import numpy as np
    >>> from kilosat.power.dispatch import System, Units, dispatch
    >>> units = Units(
    ...     names=("coal", "gas"),
    ...     marginal_cost=np.array([10.0, 40.0]),
    ...     min_mw=np.zeros((2, 3)),
    ...     max_mw=np.full((2, 3), 50.0),
    ... )
    >>> three_hours = System(np.array([30.0, 60, 90]), np.zeros(3, int), units, 1000.0)
    >>> found = dispatch(three_hours)
    >>> found.objective
    3300.0
    >>> found.price
    array([10., 40., 40.])
    >>> found.unit_mw
    array([[30., 50., 50.],
           [ 0., 10., 40.]])
    """
    return prepare(system).solve(method=method)
