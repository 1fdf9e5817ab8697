"""The supply ladder: units sorted once into cost levels, with cumulative capacity in each hour.

Level k has the cost `cost[k]`; `stack[k, t]` is the capacity of all levels up to k in hour t. What
they earn together at the price `cost[k]` is their rent: the sum over the levels m below k of
stack[m, t] times the step in cost from m to m + 1. The cost of meeting q MW in hour t is then a
search and a look-up: with k the first level whose stack reaches q, it is cost[k] * q less that rent
(Abel summation of cost times capacity). Rents are kept at every `STRIDE`-th level; memory touched
for the first time is what a cold dispatch spends most of its time on.
"""

from dataclasses import dataclass

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.compiled import compiled
from kilosat.power.dispatch.components import ElasticLoads
from kilosat.power.dispatch.system import System

BELOW_ALL = -1
STRIDE = 8


@dataclass(frozen=True, eq=False)
class Ladder:
    """Cost levels of a fleet of U units over T hours.

    `cost` (K,) rises from 0 to the value of lost load. `level_of` (U,) is each unit's level, -1
    for units that run at their ceiling because they cost less than spilling does, K for units
    dearer than lost load, which stay at their floor. `must_take_mw` (T,) is all that runs whatever
    the price, minimum flow of reservoirs included, and `fixed_cost` what it costs. `rent` has a row
    for each `STRIDE`-th level, `step` (K,) the step in cost from each level to the next.
    """

    cost: FloatArray
    level_of: IntArray
    stack: FloatArray
    rent: FloatArray
    step: FloatArray
    must_take_mw: FloatArray
    fixed_cost: float


@dataclass(frozen=True, eq=False)
class Rungs:
    """A ladder with elastic loads merged in as negative units: not being served is their supply.

    The L rungs have cost `cost` (L,). Rung i stands on row `base[i]` of the ladder's stack, `rise`
    above that row's cost, and likewise on row `group[i]` of `shed`, the cumulative load (G, T) that
    would rather go than pay that much, `shed_rise` above the highest bid in it.
    `rung_of` (E,) is each load's rung, -1 for a load that bids below zero and is never served.
    """

    ladder: Ladder
    cost: FloatArray
    base: IntArray
    rise: FloatArray
    group: IntArray
    shed_rise: FloatArray
    shed: FloatArray
    shed_rent: FloatArray
    rung_of: IntArray


def build_ladder(system: System) -> Ladder:
    """Sort the units of `system` into cost levels."""
    units = system.units
    ceiling = system.value_of_lost_load
    on_ladder = (units.marginal_cost >= 0) & (units.marginal_cost <= ceiling)
    cost = np.unique(np.concatenate([[0.0, ceiling], units.marginal_cost[on_ladder]]))
    level_of = np.searchsorted(cost, units.marginal_cost)
    level_of[units.marginal_cost < 0] = BELOW_ALL
    level_of[units.marginal_cost > ceiling] = cost.size
    order = np.argsort(level_of, kind="stable")
    stack = np.empty((cost.size, system.hours))
    rent = np.empty((-(-cost.size // STRIDE), system.hours))
    must_take = system.reservoirs.min_mw.sum(axis=0)
    fixed = _stack_levels(
        units.min_mw,
        units.max_mw,
        units.marginal_cost,
        order,
        level_of[order],
        cost,
        stack,
        rent,
        must_take,
    )
    step = np.diff(cost, append=cost[-1])
    return Ladder(cost, level_of, stack, rent, step, must_take, fixed)


def with_elastic(ladder: Ladder, elastic: ElasticLoads) -> Rungs:
    """Merge elastic loads into `ladder`; loads that bid below zero are left out."""
    hours = ladder.must_take_mw.size
    bids = elastic.willingness_to_pay
    shed_cost = np.unique(bids[bids >= 0])
    shed, shed_rent = np.zeros((2, shed_cost.size + 1, hours))
    for group, bid in enumerate(shed_cost, start=1):
        shed[group] = shed[group - 1] + elastic.max_mw[bids == bid].sum(axis=0)
        if group > 1:
            shed_rent[group] = shed_rent[group - 1] + shed[group - 1] * (bid - shed_cost[group - 2])
    cost = np.union1d(ladder.cost, shed_cost)
    base = np.searchsorted(ladder.cost, cost, side="right") - 1
    group_of = np.searchsorted(shed_cost, cost, side="right")
    rung_of = np.where(bids >= 0, np.searchsorted(cost, bids), BELOW_ALL)
    return Rungs(
        ladder=ladder,
        cost=cost,
        base=base,
        rise=cost - ladder.cost[base],
        group=group_of,
        shed_rise=cost - np.append(0.0, shed_cost)[group_of],
        shed=shed,
        shed_rent=shed_rent,
        rung_of=rung_of,
    )


@compiled
def _stack_levels(
    low: FloatArray,
    high: FloatArray,
    unit_cost: FloatArray,
    order: IntArray,
    level: IntArray,
    cost: FloatArray,
    stack: FloatArray,
    rent: FloatArray,
    must_take: FloatArray,
) -> float:
    """Fill stack and rent, add to must_take, and give back what must-take units cost."""
    levels, hours = stack.shape
    block = 1024  # hours that stay in the first-level cache while the units are piled up
    running = np.empty(block)
    fixed = 0.0
    for start in range(0, hours, block):
        stop = min(start + block, hours)
        first = 0
        while first < order.size and level[first] < 0:
            u = order[first]
            energy = 0.0
            for t in range(start, stop):
                must_take[t] += high[u, t]
                energy += high[u, t]
            fixed += energy * unit_cost[u]
            first += 1
        for k in range(levels):
            if k == 0:
                stack[0, start:stop] = 0.0
                running[:] = 0.0
            else:
                step = cost[k] - cost[k - 1]
                for t in range(start, stop):
                    stack[k, t] = stack[k - 1, t]
                    running[t - start] += stack[k - 1, t] * step
            if k % STRIDE == 0:
                rent[k // STRIDE, start:stop] = running[: stop - start]
            while first < order.size and level[first] == k:
                u = order[first]
                energy = 0.0
                for t in range(start, stop):
                    must_take[t] += low[u, t]
                    energy += low[u, t]
                    stack[k, t] += high[u, t] - low[u, t]
                fixed += energy * unit_cost[u]
                first += 1
        while first < order.size:
            u = order[first]
            energy = 0.0
            for t in range(start, stop):
                must_take[t] += low[u, t]
                energy += low[u, t]
            fixed += energy * unit_cost[u]
            first += 1
    return fixed
