"""Water budgets and one storage together.

At given values of water the pools stand on the ladder like any other supply, and the storage's
programme is exact. So values are searched at which each pool just uses its budget, and the trials
met on the way are kept. Where all of them hold the same level, the year can pass from one to
another; a small linear programme takes each stretch between such hours from a mixture of trials
such that budgets are met at least cost (Dantzig and Wolfe 1960). Its duals are better values of
water, which give the next trials. Whether the mixture is an optimum shows in the gap; where pools
turn out to be the wrong ones, they are drawn anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from kilosat.power.dispatch.action import Action
from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.clearing import clear_hours
from kilosat.power.dispatch.fleet import Fleet, Release, release
from kilosat.power.dispatch.ladder import Rungs
from kilosat.power.dispatch.linear import SolverError, optimum
from kilosat.power.dispatch.program import Program
from kilosat.power.dispatch.trading import (
    Pools,
    Trades,
    margin,
    trade_storage,
    trades_from,
    water_place,
)

HAIR = 1e-10  # relative: a difference in value that only decides ties
DUST = 1e-7  # MW and MWh that count as none
DRAWS = 5
STEPS = 10
MIXTURES = 12
KEPT = 10
DAY = 24


@dataclass(frozen=True, eq=False)
class _Task:
    """Pools with their budgets (G,), and what ladder, pools and storage have to meet (T,)."""

    need_mw: FloatArray
    pool_of_hour: IntArray
    room_mw: FloatArray
    budget_mwh: FloatArray


@dataclass(frozen=True, eq=False)
class _Trial:
    """What storage and pools do at one set of values of water, and its cost on the ladder (T,)."""

    trades: Trades
    water_mw: FloatArray
    used_mwh: FloatArray
    cost: FloatArray


@dataclass(frozen=True, eq=False)
class _Mixture:
    """Level of the storage (T,) in the best mixture of trials, and the values of water (G,)."""

    level_mwh: FloatArray
    value: FloatArray


def joint_dispatches(fleet: Fleet, rungs: Rungs, need_mw: FloatArray) -> Iterator[Action]:
    """Ever better joint uses of water and storage; the caller stops at a gap that pleases."""
    found = release(fleet, rungs, need_mw)
    for _ in range(DRAWS):
        drawn, task = found, _task(fleet, found, need_mw)
        trials = _search(fleet, rungs, task, found.pool_value)
        for _ in range(MIXTURES):
            try:
                mixture = _mix(rungs, task, trials)
            except SolverError:  # the attempts so far have to do; the gap says how good they are
                return
            pair = _pair(fleet, rungs, task, mixture.value)
            store = fleet.system.storages
            trades = trades_from(store, mixture.level_mwh, pair[0].trades.value)
            found = release(fleet, rungs, need_mw + trades.charge_mw - trades.discharge_mw)
            price = _margin(fleet, task, mixture.value, found, trades)
            yield Action(found, trades, found.left_mw, mixture.value[drawn.pool_of_river], price)
            trials = (trials + pair)[-KEPT:]


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


def _search(fleet: Fleet, rungs: Rungs, task: _Task, first_value: FloatArray) -> list[_Trial]:
    """Trials around the values at which pools turn from too much to too little water."""
    values = _possible_values(fleet, rungs)
    at = np.minimum(np.searchsorted(values, first_value * (1 - HAIR)), values.size - 1)
    step = np.ones(at.size, np.int64)
    last = np.zeros(at.size, np.int64)
    tolerance = DUST * (1.0 + 1e-3 * task.budget_mwh)
    trials: list[_Trial] = []
    for _ in range(STEPS):
        poor, rich = _pair(fleet, rungs, task, values[at])
        trials += [poor, rich]
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
    return trials[-KEPT:]


def _pair(fleet: Fleet, rungs: Rungs, task: _Task, value: FloatArray) -> list[_Trial]:
    """The trials with water a hair dearer and a hair cheaper than `value` (G,)."""
    hair = HAIR * np.maximum(value, 1.0)
    poor = _trial(fleet, rungs, task, value + hair)
    return [poor, _trial(fleet, rungs, task, np.maximum(value - hair, 0.0))]


def _possible_values(fleet: Fleet, rungs: Rungs) -> FloatArray:
    """Water is worth what it displaces: a rung, directly or with a detour through the store."""
    store = fleet.system.storages
    detour = float(store.charge_efficiency[0] * store.discharge_efficiency[0])
    powers = detour ** np.arange(-2, 3)
    values: FloatArray = np.unique(np.multiply.outer(powers, rungs.cost))
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
    return _Trial(trades, water, used.astype(np.float64), _cost(rungs, left - water))


def _cost(rungs: Rungs, need_mw: FloatArray) -> FloatArray:
    """What it costs to meet `need_mw` (T,) from the ladder, hour by hour."""
    price, part, earned = np.empty((3, need_mw.size))
    clear_hours(
        need_mw,
        np.zeros(need_mw.size),
        rungs.cost,
        rungs.base,
        rungs.rise,
        rungs.group,
        rungs.shed_rise,
        rungs.ladder.stack,
        rungs.ladder.rent,
        rungs.ladder.step,
        rungs.shed,
        rungs.shed_rent,
        price,
        np.empty(need_mw.size, np.int64),
        part,
        earned,
    )
    cost: FloatArray = price * np.maximum(need_mw, 0.0) - earned
    return cost


def _mix(rungs: Rungs, task: _Task, trials: list[_Trial]) -> _Mixture:
    """The cheapest mixture of trials, stretch by stretch, that keeps all budgets."""
    levels = np.array([trial.trades.level_mwh for trial in trials])
    joints = np.flatnonzero(np.ptp(levels, axis=0) <= DUST)
    # One joint a day is enough; more of them make the programme larger, not better.
    ends = joints[np.unique(joints // DAY, return_index=True)[1]]
    stretch = np.searchsorted(ends, np.arange(levels.shape[1]))
    pools, stretches = task.budget_mwh.size, int(stretch[-1]) + 1
    place = stretch * pools + task.pool_of_hour
    used = np.array(
        [np.bincount(place, trial.water_mw, pools * stretches) for trial in trials]
    ).reshape(len(trials), stretches, pools)
    cost = np.array([np.bincount(stretch, trial.cost, stretches) for trial in trials])
    weights, value = _weights(used, cost, task.budget_mwh, float(rungs.cost[-1]))
    return _Mixture(np.einsum("kt,kt->t", weights[:, stretch], levels), value)


def _weights(
    used: FloatArray, cost: FloatArray, budget: FloatArray, dearest: float
) -> tuple[FloatArray, FloatArray]:
    """Weights (K, stretches) of the trials, and the duals of the budgets (G,)."""
    count, stretches, pools = used.shape
    # In shares of budgets and of the largest saving: solvers want numbers near one.
    above = (cost - cost.min(axis=0)).ravel()
    money, water = max(float(above.max()), 1.0), np.maximum(budget, 1.0)
    shares = (used / water).transpose(2, 0, 1).reshape(pools, -1)
    # A budget may be broken at twice the dearest price, so that there always is a mixture.
    matrix = sp.block_array(
        [
            [sp.csr_array(shares), -sp.eye_array(pools)],
            [sp.hstack([sp.eye_array(stretches)] * count), None],
        ],
        format="csc",
    )
    columns = count * stretches
    program = Program(
        cost=np.concatenate([above, 2 * dearest * water]) / money,
        low=np.zeros(columns + pools),
        high=np.full(columns + pools, np.inf),
        matrix=sp.csc_array(matrix),
        row_low=np.concatenate([np.full(pools, -np.inf), np.ones(stretches)]),
        row_high=np.concatenate([budget / water, np.ones(stretches)]),
    )
    found, duals = optimum(program)
    weights = np.maximum(found[:columns].reshape(count, stretches), 0.0)
    return weights / weights.sum(axis=0), np.clip(-duals[:pools] * money / water, 0.0, dearest)


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
