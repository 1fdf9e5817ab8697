"""The fast method: ladder, water and storage, put together into a dispatch."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kilosat.power.dispatch.action import Action
from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.bounds import storages_earn
from kilosat.power.dispatch.clearing import clear_hours
from kilosat.power.dispatch.components import ElasticLoads
from kilosat.power.dispatch.fleet import Fleet, release
from kilosat.power.dispatch.ladder import Rungs
from kilosat.power.dispatch.linear import SolverError
from kilosat.power.dispatch.result import Dispatch, Schedules
from kilosat.power.dispatch.trading import Pools, margin, trade_storage
from kilosat.power.dispatch.water import water_rent

AIMED_RELATIVE_GAP = 1e-9


@dataclass(frozen=True, eq=False)
class Cleared:
    """Hourly result: what water and storage do, and the rung that runs last, in part."""

    action: Action
    rung: IntArray
    part: FloatArray


@dataclass(frozen=True, eq=False)
class Found:
    """An answer on the ladder, with its prices (T,) and the value of the dual beside its cost."""

    cost: float
    bound: float
    cleared: Cleared
    price: FloatArray
    water_value: FloatArray
    storage_value: FloatArray


def dispatch_fast(
    fleet: Fleet, rungs: Rungs, demand_mw: FloatArray, elastic: ElasticLoads
) -> Dispatch:
    """Least-cost dispatch of a system with at most one storage; SolverError if none was found."""
    need = demand_mw + rungs.shed[-1] - fleet.ladder.must_take_mw
    found = _best(fleet, rungs, need)
    cleared = found.cleared
    served = _served(rungs, elastic, cleared)
    unserved = _unserved(rungs, cleared)
    gained = float(np.dot(elastic.willingness_to_pay, served.sum(axis=1)))
    lost = fleet.system.value_of_lost_load * float(unserved.sum())
    fixed = fleet.ladder.fixed_cost - _forgone(elastic)
    return Dispatch(
        objective=fixed + found.cost,
        generation_cost=fixed + found.cost + gained - lost,
        lower_bound=fixed + found.bound,
        price=found.price,
        water_value=found.water_value,
        storage_value=found.storage_value,
        method="fast",
        work_out=lambda: _schedules(fleet, rungs, served, unserved, cleared),
    )


def _best(fleet: Fleet, rungs: Rungs, need: FloatArray) -> Found:
    """The first answer whose gap is small enough, or else the one with the smallest."""
    best: Found | None = None
    for action in _actions(fleet, rungs, need):
        found = _clear(fleet, rungs, need, action)
        if best is None or found.cost - found.bound < best.cost - best.bound:
            best = found
        if best.cost - best.bound <= AIMED_RELATIVE_GAP * max(abs(best.cost), 1.0):
            break
    if best is None:
        raise SolverError("no joint use of water and storage was found")
    return best


def _actions(fleet: Fleet, rungs: Rungs, need: FloatArray) -> Iterator[Action]:
    """What water and storage do about `need` (T,): one exact answer, or several attempts."""
    store = fleet.system.storages
    if store.names and fleet.room_mw.size:
        from kilosat.power.dispatch.joint import joint_dispatches  # scipy is slow to import

        yield from joint_dispatches(fleet, rungs, need)
        return
    water = release(fleet, rungs, need)
    if not store.names:
        worth = water.pool_value[water.pool_of_hour]
        yield Action(water, None, water.left_mw, water.water_value, worth)
        return
    trades = trade_storage(rungs, store, need, Pools.none(need.size))
    left = need + trades.charge_mw - trades.discharge_mw
    yield Action(water, trades, left, water.water_value, margin(store, trades))


def _clear(fleet: Fleet, rungs: Rungs, need: FloatArray, action: Action) -> Found:
    """Meet from the ladder what water and storage leave of `need` (T,)."""
    ladder, trades = rungs.ladder, action.trades
    stored = np.empty((0, need.size)) if trades is None else trades.value[None]
    price, part, earned = np.empty((3, need.size))
    rung = np.empty(need.size, np.int64)
    cost = clear_hours(
        action.left_mw,
        action.margin,
        rungs.cost,
        rungs.base,
        rungs.rise,
        rungs.group,
        rungs.shed_rise,
        ladder.stack,
        ladder.rent,
        ladder.step,
        rungs.shed,
        rungs.shed_rent,
        price,
        rung,
        part,
        earned,
    )
    water_value = _value_without_water(fleet, price, action.water_value)
    bound = float(np.dot(price, need) - earned.sum())
    bound -= _water_rent(fleet, price, water_value) + storages_earn(fleet.system, price, stored)
    return Found(cost, bound, Cleared(action, rung, part), price, water_value, stored)


def _value_without_water(fleet: Fleet, price: FloatArray, water_value: FloatArray) -> FloatArray:
    """Where there is no water at all, a first MWh would be worth the highest price."""
    value = water_value.copy()
    for r, p in np.argwhere(fleet.water_mwh <= 1e-7):
        hours = slice(fleet.period_starts[p], fleet.period_starts[p + 1])
        prices = price[hours][fleet.room_mw[r, hours] > 0.0]
        value[r, p] = prices.max() if prices.size else 0.0
    return value


def _forgone(elastic: ElasticLoads) -> float:
    """What elastic loads would pay if all were served: the ladder counts their absence as cost."""
    bids = np.maximum(elastic.willingness_to_pay, 0.0)
    return float(np.dot(bids, elastic.max_mw.sum(axis=1)))


def _water_rent(fleet: Fleet, price: FloatArray, water_value: FloatArray) -> float:
    """What reservoirs earn above the value of their water, and that value itself."""
    earned = float(np.dot(water_value.ravel(), fleet.water_mwh.ravel()))
    if fleet.room_mw.size:
        earned += water_rent(fleet.room_mw, fleet.period_starts, price, water_value)
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
    return np.where(cleared.rung == top, np.maximum(cleared.action.left_mw - supply, 0.0), 0.0)


def _schedules(
    fleet: Fleet, rungs: Rungs, served: FloatArray, unserved: FloatArray, cleared: Cleared
) -> Schedules:
    none, trades = np.empty((0, cleared.action.left_mw.size)), cleared.action.trades
    return Schedules(
        unit_mw=_unit_output(fleet, rungs, cleared),
        reservoir_mw=fleet.system.reservoirs.min_mw + cleared.action.release.flow,
        elastic_mw=served,
        unserved_mw=unserved,
        spilled_mw=np.maximum(-cleared.action.left_mw, 0.0),
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
