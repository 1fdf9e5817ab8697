"""The fast method: the ladder and the pooled water, put together into a dispatch."""

from dataclasses import dataclass

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.bounds import storages_earn
from kilosat.power.dispatch.clearing import clear_hours
from kilosat.power.dispatch.components import ElasticLoads
from kilosat.power.dispatch.ladder import Ladder, Rungs, build_ladder
from kilosat.power.dispatch.result import Dispatch, Schedules
from kilosat.power.dispatch.system import System
from kilosat.power.dispatch.trading import Trades, trade_storage
from kilosat.power.dispatch.water import release_water, water_rent


@dataclass(frozen=True, eq=False)
class Fleet:
    """All that does not change with demand: ladder, turbine room and water above minimum flow."""

    system: System
    ladder: Ladder
    room_mw: FloatArray
    water_mwh: FloatArray
    period_starts: IntArray


@dataclass(frozen=True, eq=False)
class Cleared:
    """Hourly result: hydro above minimum flow, storage, and the rung that runs last, in part."""

    flow: FloatArray
    trades: Trades | None
    left_mw: FloatArray
    rung: IntArray
    part: FloatArray


@dataclass(frozen=True, eq=False)
class Values:
    """Duals: price of the hour, value of water, value of stored energy; `earned` by the ladder."""

    price: FloatArray
    water: FloatArray
    stored: FloatArray
    earned: FloatArray


def build_fleet(system: System) -> Fleet:
    """Sort units into a ladder and take minimum flows off room and budgets of the reservoirs."""
    reservoirs = system.reservoirs
    flows = [
        np.bincount(system.period, weights=low, minlength=system.periods)
        for low in reservoirs.min_mw
    ]
    minimum = np.array(flows).reshape(reservoirs.budget_mwh.shape)
    return Fleet(
        system=system,
        ladder=build_ladder(system),
        room_mw=reservoirs.max_mw - reservoirs.min_mw,
        water_mwh=np.maximum(reservoirs.budget_mwh - minimum, 0.0),
        period_starts=np.searchsorted(system.period, np.arange(system.periods + 1)),
    )


def dispatch_fast(
    fleet: Fleet, rungs: Rungs, demand_mw: FloatArray, elastic: ElasticLoads
) -> Dispatch:
    """Least-cost dispatch of a system with water budgets or with one storage, not with both."""
    need = demand_mw + rungs.shed[-1] - fleet.ladder.must_take_mw
    cost, cleared, values = _clear(fleet, rungs, need)
    bound = float(np.dot(values.price, need) - values.earned.sum())
    bound -= _water_rent(fleet, values) + storages_earn(fleet.system, values.price, values.stored)
    served = _served(rungs, elastic, cleared)
    unserved = _unserved(rungs, cleared)
    gained = float(np.dot(elastic.willingness_to_pay, served.sum(axis=1)))
    lost = fleet.system.value_of_lost_load * float(unserved.sum())
    fixed = fleet.ladder.fixed_cost - _forgone(elastic)
    return Dispatch(
        objective=fixed + cost,
        generation_cost=fixed + cost + gained - lost,
        lower_bound=fixed + bound,
        price=values.price,
        water_value=values.water,
        storage_value=values.stored,
        method="fast",
        work_out=lambda: _schedules(fleet, rungs, served, unserved, cleared),
    )


def _clear(fleet: Fleet, rungs: Rungs, need: FloatArray) -> tuple[float, Cleared, Values]:
    """Let water and storage act on `need` (T,), and the ladder meet the rest."""
    left, margin = need.copy(), np.zeros(need.size)
    flow, water = np.zeros(fleet.room_mw.shape), np.zeros(fleet.water_mwh.shape)
    ladder, trades, stored = rungs.ladder, None, np.empty((0, need.size))
    if flow.size:
        release_water(
            left,
            fleet.room_mw,
            fleet.water_mwh,
            fleet.period_starts,
            rungs.cost,
            rungs.base,
            rungs.group,
            ladder.stack,
            rungs.shed,
            flow,
            water,
            margin,
        )
    if fleet.system.storages.names:
        trades = trade_storage(rungs, fleet.system.storages, left)
        left = left + trades.charge_mw - trades.discharge_mw
        margin, stored = trades.margin, trades.value[None]
    price, part, earned = np.empty((3, need.size))
    rung = np.empty(need.size, np.int64)
    cost = clear_hours(
        left,
        margin,
        rungs.cost,
        rungs.base,
        rungs.rise,
        rungs.group,
        rungs.shed_rise,
        ladder.stack,
        ladder.rent,
        rungs.shed,
        rungs.shed_rent,
        price,
        rung,
        part,
        earned,
    )
    cleared = Cleared(flow, trades, left, rung, part)
    return cost, cleared, Values(price, water, stored, earned)


def _forgone(elastic: ElasticLoads) -> float:
    """What elastic loads would pay if all were served: the ladder counts their absence as cost."""
    bids = np.maximum(elastic.willingness_to_pay, 0.0)
    return float(np.dot(bids, elastic.max_mw.sum(axis=1)))


def _water_rent(fleet: Fleet, values: Values) -> float:
    """What reservoirs earn above the value of their water, and that value itself."""
    earned = float(np.dot(values.water.ravel(), fleet.water_mwh.ravel()))
    if fleet.room_mw.size:
        earned += water_rent(fleet.room_mw, fleet.period_starts, values.price, values.water)
    return earned


def _served(rungs: Rungs, elastic: ElasticLoads, cleared: Cleared) -> FloatArray:
    """Elastic load served: all where the price is below the bid, the rest of a shared rung."""
    served = np.zeros(elastic.max_mw.shape)
    for row, own in enumerate(rungs.rung_of):
        if own >= 0:
            served[row] = elastic.max_mw[row] * (1.0 - _share(cleared, int(own)))
    return served


def _share(cleared: Cleared, rung: int) -> FloatArray:
    """The part (T,) of what stands on `rung` that runs."""
    return np.where(cleared.rung > rung, 1.0, np.where(cleared.rung == rung, cleared.part, 0.0))


def _unserved(rungs: Rungs, cleared: Cleared) -> FloatArray:
    supply = rungs.ladder.stack[-2] + rungs.shed[-1]
    top = rungs.cost.size - 1
    return np.where(cleared.rung == top, np.maximum(cleared.left_mw - supply, 0.0), 0.0)


def _schedules(
    fleet: Fleet, rungs: Rungs, served: FloatArray, unserved: FloatArray, cleared: Cleared
) -> Schedules:
    none, trades = np.empty((0, cleared.left_mw.size)), cleared.trades
    return Schedules(
        unit_mw=_unit_output(fleet, rungs, cleared),
        reservoir_mw=fleet.system.reservoirs.min_mw + cleared.flow,
        elastic_mw=served,
        unserved_mw=unserved,
        spilled_mw=np.maximum(-cleared.left_mw, 0.0),
        charge_mw=none if trades is None else trades.charge_mw[None],
        discharge_mw=none if trades is None else trades.discharge_mw[None],
        level_mwh=none if trades is None else trades.level_mwh[None],
    )


def _unit_output(fleet: Fleet, rungs: Rungs, cleared: Cleared) -> FloatArray:
    """Output (U, T): units of one cost share their rung in proportion to what they can do."""
    units, levels = fleet.system.units, fleet.ladder.cost.size
    shares: dict[int, FloatArray] = {}
    output = np.empty(units.max_mw.shape)
    for row, level in enumerate(int(level) for level in fleet.ladder.level_of):
        if level not in shares:
            rung = int(np.searchsorted(rungs.cost, fleet.ladder.cost[min(level, levels - 1)]))
            shares[level] = _share(cleared, -1 if level < 0 else rung)
        np.subtract(units.max_mw[row], units.min_mw[row], out=output[row])
        output[row] *= shares[level]
        output[row] += units.min_mw[row]
    return output
