"""Water budgets and one storage together.

At given values of water the pools stand on the ladder like any other supply, and the storage's
programme is exact. So the values are searched at which each pool uses its budget: with a value a
hair higher it uses no more, with one a hair lower no less. Both schedules are optimal at the value
between them, and so is every blend of the two; a blend that meets the budgets is an optimum. Where
both hold the same level the blend may change its weights, so there is one weight for each stretch
between such hours, from a small linear programme. Whether a blend met all budgets, and whether the
pools were the right ones, shows in the gap; where it is not closed, the pools are drawn anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from kilosat.power.dispatch.action import Action
from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.fleet import Fleet, Release, release
from kilosat.power.dispatch.ladder import Rungs
from kilosat.power.dispatch.linear import optimum
from kilosat.power.dispatch.program import Program
from kilosat.power.dispatch.trading import (
    Pools,
    Trades,
    margin,
    trade_storage,
    trades_from,
    water_place,
)

HAIR = 1e-10
DUST = 1e-7
ROUNDS = 6
STEPS = 60


@dataclass(frozen=True, eq=False)
class _Task:
    """Pools with their budgets (G,), and what ladder, pools and storage have to meet (T,)."""

    need_mw: FloatArray
    pool_of_hour: IntArray
    room_mw: FloatArray
    budget_mwh: FloatArray


@dataclass(frozen=True, eq=False)
class _Trial:
    """What storage (T,) and pools (G,) do at one set of values of water."""

    trades: Trades
    water_mw: FloatArray
    used_mwh: FloatArray


def joint_dispatches(fleet: Fleet, rungs: Rungs, need_mw: FloatArray) -> Iterator[Action]:
    """Ever better joint uses of water and storage; the caller stops at a gap that pleases."""
    found = release(fleet, rungs, need_mw)
    for _ in range(ROUNDS):
        task = _task(fleet, found, need_mw)
        value, poor, rich = _search(fleet, rungs, task, found.pool_value)
        trades = _blend(fleet, task, value, poor, rich)
        drawn = found
        found = release(fleet, rungs, need_mw + trades.charge_mw - trades.discharge_mw)
        water_value = value[drawn.pool_of_river]
        yield Action(found, trades, water_value, _margin(fleet, task, value, found, trades))


def _task(fleet: Fleet, found: Release, need_mw: FloatArray) -> _Task:
    """Pools as `found` drew them; what reservoirs do outside their pool's hours is settled."""
    settled, room = np.zeros(need_mw.size), np.zeros(need_mw.size)
    budget = np.zeros(found.pools)
    period = fleet.system.period
    for r, flow in enumerate(found.flow):
        own = found.pool_of_hour == found.pool_of_river[r][period]
        outside = np.where(own, 0.0, flow)
        settled += outside
        room += np.where(own, fleet.room_mw[r], 0.0)
        spent = np.bincount(period, weights=outside, minlength=fleet.system.periods)
        np.add.at(budget, found.pool_of_river[r], np.maximum(fleet.water_mwh[r] - spent, 0.0))
    # A pool without water is out of the search: any value above all prices is right for it.
    room = np.where(budget[found.pool_of_hour] > DUST, room, 0.0)
    return _Task(need_mw - settled, found.pool_of_hour, room, budget)


def _search(
    fleet: Fleet, rungs: Rungs, task: _Task, first_value: FloatArray
) -> tuple[FloatArray, _Trial, _Trial]:
    """Values at which pools turn from too much to too little water, and the trials around them."""
    values = _possible_values(fleet, rungs)
    at = np.minimum(np.searchsorted(values, first_value * (1 - HAIR)), values.size - 1)
    step = np.ones(at.size, np.int64)
    last = np.zeros(at.size, np.int64)
    tolerance = DUST * (1.0 + 1e-3 * task.budget_mwh)
    for _ in range(STEPS):
        value = values[at]
        hair = HAIR * np.maximum(value, 1.0)
        poor = _trial(fleet, rungs, task, value + hair)
        rich = _trial(fleet, rungs, task, np.maximum(value - hair, 0.0))
        up = poor.used_mwh > task.budget_mwh + tolerance
        down = (rich.used_mwh < task.budget_mwh - tolerance) & (at > 0) & ~up
        down &= task.budget_mwh > DUST
        way = up.astype(np.int64) - down
        if not way.any():
            break
        # Ever longer steps while they go one way, shorter ones after each turn.
        turned, again = way * last < 0, way * last > 0
        step = np.where(turned, np.maximum(step // 2, 1), np.where(again, 2 * step, step))
        step = np.where(way == 0, 1, step)
        last = way
        at = np.clip(at + way * step, 0, values.size - 1)
    return value, poor, rich


def _possible_values(fleet: Fleet, rungs: Rungs) -> FloatArray:
    """Water is worth what it displaces: a rung, directly or with a detour through the store."""
    store = fleet.system.storages
    detour = float(store.charge_efficiency[0] * store.discharge_efficiency[0])
    powers = detour ** np.arange(-2, 3)
    values = np.unique(np.multiply.outer(powers, rungs.cost))
    values = values[values <= rungs.cost[-1] * (1 + HAIR)]
    apart = np.diff(values, prepend=-1.0) > 4 * HAIR * np.maximum(values, 1.0)
    return values[apart]


def _trial(fleet: Fleet, rungs: Rungs, task: _Task, value: FloatArray) -> _Trial:
    pools = Pools(task.pool_of_hour, task.room_mw, value)
    trades = trade_storage(rungs, fleet.system.storages, task.need_mw, pools)
    left = task.need_mw + trades.charge_mw - trades.discharge_mw
    last = water_place(rungs, value)[task.pool_of_hour] - 1
    hours = np.arange(left.size)
    cheaper = rungs.ladder.stack[rungs.base[last], hours] + rungs.shed[rungs.group[last], hours]
    water = np.clip(left - cheaper, 0.0, task.room_mw)
    used = np.bincount(task.pool_of_hour, weights=water, minlength=value.size)
    return _Trial(trades, water, used)


def _blend(fleet: Fleet, task: _Task, value: FloatArray, poor: _Trial, rich: _Trial) -> Trades:
    """Levels between those of two trials, weighted so that each pool uses its budget."""
    low, high = poor.trades.level_mwh, rich.trades.level_mwh
    same = np.abs(low - high) <= DUST
    stretch = np.concatenate([[0], np.cumsum(same)[:-1]])
    pools, stretches = value.size, int(stretch[-1]) + 1
    more = np.bincount(
        stretch * pools + task.pool_of_hour,
        weights=rich.water_mw - poor.water_mw,
        minlength=pools * stretches,
    )
    matter = np.flatnonzero(np.abs(more.reshape(stretches, pools)).sum(axis=1) > DUST)
    change = sp.csc_array(more.reshape(stretches, pools)[matter].T)
    missing = task.budget_mwh - poor.used_mwh
    weight = np.zeros(stretches)
    weight[matter] = _weights(change, missing, value)
    level = low + weight[stretch] * (high - low)
    return trades_from(fleet.system.storages, level, poor.trades.value)


def _weights(change: sp.csc_array, missing: FloatArray, value: FloatArray) -> FloatArray:
    """Weights in [0, 1] that bring `change` @ weights as near to `missing` as can be."""
    pools, stretches = change.shape
    if not stretches:
        return np.zeros(0)
    each = sp.eye_array(pools)
    program = Program(
        cost=np.concatenate([np.zeros(stretches), np.ones(pools), np.where(value > 0, 1.0, 0.0)]),
        low=np.zeros(stretches + 2 * pools),
        high=np.concatenate([np.ones(stretches), np.full(2 * pools, np.inf)]),
        matrix=sp.csc_array(sp.hstack([change, -each, each], format="csc")),
        row_low=missing,
        row_high=missing,
    )
    return np.clip(optimum(program)[0][:stretches], 0.0, 1.0)


def _margin(
    fleet: Fleet, task: _Task, value: FloatArray, found: Release, trades: Trades
) -> FloatArray:
    """The price at which nobody wants to change: water where it is between its limits."""
    price = margin(fleet.system.storages, trades)
    worth = value[task.pool_of_hour]
    water = found.left_mw + trades.discharge_mw - trades.charge_mw
    water = task.need_mw - water
    full = (task.room_mw > 0) & (water >= task.room_mw - DUST)
    inside = (water > DUST) & ~full & (task.room_mw > 0)
    idle = (trades.charge_mw <= DUST) & (trades.discharge_mw <= DUST)
    price = np.where(full & idle, np.maximum(price, worth), price)
    return np.where(inside, worth, price)
