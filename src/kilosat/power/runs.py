"""The runs: dispatch before the new load, and with it, hydro free or held to its old schedule."""

from dataclasses import dataclass

import numpy as np

from kilosat.figures import figure, node
from kilosat.power.dispatch import Dispatch, FloatArray, Prepared, prepare
from kilosat.power.fleet import Fleet
from kilosat.power.load import NewLoad

__all__ = ["Host", "Run"]


@dataclass(frozen=True, eq=False)
class Run:
    """A dispatch with the load that it served; money in local currency, power in MW.

    ``served_mw`` (T,) is the new load served at the busbar and ``mining_served_mw`` the miners'
    part of it: zero in the base run. ``unserved_mwh`` is what other customers lack. ``units`` is
    the number of plants; a fixed hydro schedule is kept in ``fixed_hydro_mw`` (R, T).
    """

    dispatch: Dispatch
    served_mw: FloatArray
    mining_served_mw: FloatArray
    unserved_mwh: float
    units: int
    fixed_hydro_mw: FloatArray | None = None

    @property
    def unit_mw(self) -> FloatArray:
        """Output of the plants (U, T), without hydro."""
        return self.dispatch.unit_mw[: self.units]

    @property
    def reservoir_mw(self) -> FloatArray:
        """Output of the reservoirs (R, T)."""
        return self.dispatch.reservoir_mw if self.fixed_hydro_mw is None else self.fixed_hydro_mw

    @property
    def record(self) -> str:
        """Method and gap, for the explanation."""
        answer = self.dispatch
        gap = abs(answer.relative_gap)  # rounding can leave it a hair below zero
        text = f"method {answer.method}, primal-dual gap {gap:.1e} of the objective"
        return f"{text}; {answer.reason}" if answer.reason else text


@dataclass(frozen=True, eq=False)
class Host:
    """The system as a new load meets it: hydro scheduled anew, or bound to the base run."""

    prepared: Prepared
    demand_mw: FloatArray
    units: int
    fixed_hydro_mw: FloatArray | None

    @property
    def record(self) -> str:
        """The hydro rule, for the explanation."""
        return "hydro re-optimised" if self.fixed_hydro_mw is None else "hydro as in the base run"

    def run(self, load: NewLoad) -> Run:
        """Dispatch with ``load`` on top of demand."""
        answer = self.prepared.solve(demand_mw=self.demand_mw + load.firm_mw, elastic=load.elastic)
        # Firm customers are shed together: each is short by its share.
        firm = self.demand_mw + load.firm_mw
        shed = np.divide(answer.unserved_mw, firm, out=np.zeros_like(firm), where=firm > 0)
        served = load.firm_mw * (1.0 - shed)
        if load.mining_rows is None:
            mining = load.mining_mw * (1.0 - shed)
        else:
            served = served + answer.elastic_mw.sum(axis=0)
            mining = answer.elastic_mw[load.mining_rows :].sum(axis=0)
        others = float((self.demand_mw * shed).sum())
        return Run(answer, served, mining, others, self.units, self.fixed_hydro_mw)


def _without_load(fleet: Fleet) -> Run:
    answer = fleet.prepared.solve()
    zero = np.zeros_like(fleet.system.demand_mw)
    return Run(answer, zero, zero, float(answer.unserved_mw.sum()), len(fleet.fuel))


@node(formula="least-cost dispatch of the year", label="Base run")
def base_run(base_system: Fleet) -> Run:
    """The year without the new load."""
    return _without_load(base_system)


@node(formula="least-cost dispatch with cost alone deciding", label="Cost-only run")
def cost_only_run(cost_only_system: Fleet) -> Run:
    """The year without the new load, if cost alone had decided who runs."""
    return _without_load(cost_only_system)


@figure(unit="MW", formula="unit ceilings + hydro of the base run + storage power", modelled=True)
def firm_capability(base_system: Fleet, base_run: Run) -> FloatArray:
    """What could run in each hour: plants at their ceiling, hydro as scheduled, storage.

    Hydro counts with its schedule, since water for more is not there in a dry month.
    """
    store = base_system.system.storages.discharge_mw.sum()
    units = base_system.system.units.max_mw.sum(axis=0)
    capability: FloatArray = units + base_run.reservoir_mw.sum(axis=0) + store
    return capability


@node(formula="the system with its reservoirs free", label="Host system, hydro free")
def host_hydro_free(base_system: Fleet) -> Host:
    """The system as the load meets it when reservoirs are scheduled anew for it."""
    return Host(base_system.prepared, base_system.system.demand_mw, len(base_system.fuel), None)


@node(formula="the system with hydro bound to the base run", label="Host system, hydro fixed")
def host_hydro_fixed(base_system: Fleet, base_run: Run) -> Host:
    """The system as the load meets it when hydro runs as before, hour by hour."""
    system, schedule = base_system.system, base_run.reservoir_mw
    if not system.reservoirs.names:
        prepared = base_system.prepared
    else:
        prepared = prepare(system.with_fixed_reservoirs(schedule))
    return Host(prepared, system.demand_mw, len(base_system.fuel), schedule)


@node(formula="the host system that the blueprint's hydro rule names", label="Host system")
def host(hydro_rule: str, host_hydro_free: Host, host_hydro_fixed: Host) -> Host:
    """The system on which the load is judged."""
    return host_hydro_fixed if hydro_rule == "fixed" else host_hydro_free


@node(formula="least-cost dispatch with the load, hydro free", label="Run with load, hydro free")
def run_hydro_free(host_hydro_free: Host, offered_load: NewLoad) -> Run:
    """The year with the new load; reservoirs are scheduled anew within their monthly energy."""
    return host_hydro_free.run(offered_load)


@node(formula="least-cost dispatch with the load, hydro fixed", label="Run with load, hydro fixed")
def run_hydro_fixed(host_hydro_fixed: Host, offered_load: NewLoad) -> Run:
    """The year with the new load; hydro runs as in the base run, hour by hour."""
    return host_hydro_fixed.run(offered_load)


@node(formula="the run with load that the blueprint's hydro rule names", label="Run with load")
def load_run(hydro_rule: str, run_hydro_free: Run, run_hydro_fixed: Run) -> Run:
    """The run with the new load on which the figures rest."""
    return run_hydro_fixed if hydro_rule == "fixed" else run_hydro_free
