"""Clearing of each hour on the ladder: price, cost, and the value of the dual beside it."""

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.compiled import compiled
from kilosat.power.dispatch.ladder import STRIDE


@compiled
def clear_hours(
    need: FloatArray,
    hour_value: FloatArray,
    cost: FloatArray,
    base: IntArray,
    rise: FloatArray,
    group: IntArray,
    shed_rise: FloatArray,
    stack: FloatArray,
    rent: FloatArray,
    cost_step: FloatArray,
    shed: FloatArray,
    shed_rent: FloatArray,
    price: FloatArray,
    rung: IntArray,
    part: FloatArray,
    earned: FloatArray,
) -> float:
    """Meet `need` (T,) from the ladder; return the cost of all hours.

    `hour_value` (T,) is what water or storage is worth at the margin of the hour: where demand
    ends exactly where a rung does, the price may be anything between two rungs, and the value
    inside, or else the nearer end, is taken. Fills `price`, `rung` (the last rung that runs) and
    the `part` of it that runs, and `earned`, the rent of the whole ladder at the price.
    """
    hours, top = need.size, cost.size - 1
    total = 0.0
    k = 0
    for t in range(hours):
        q = need[t]
        # Water that fills an hour up to a rung leaves rounding dust: count it as on the rung.
        dust = 1e-9 + 1e-13 * abs(q)
        # Load is smooth: the rung of the hour before is a few steps away.
        while k < top and stack[base[k], t] + shed[group[k], t] < q - dust:
            k += 1
        while k > 0 and stack[base[k - 1], t] + shed[group[k - 1], t] >= q - dust:
            k -= 1
        below = stack[base[k - 1], t] + shed[group[k - 1], t] if k > 0 else 0.0
        width = stack[base[k], t] + shed[group[k], t] - below if k < top else np.inf
        rung[t] = k
        part[t] = min(max((q - below) / width, 0.0), 1.0) if width > 0.0 else 0.0
        worth = _rent(k, t, base, rise, group, shed_rise, stack, rent, cost_step, shed, shed_rent)
        total += cost[k] * max(q, 0.0) - worth
        price[t] = cost[k]
        if hour_value[t] > cost[k]:
            j = k
            while (
                j < top
                and cost[j] < hour_value[t]
                and (stack[base[j], t] + shed[group[j], t] <= q + dust)
            ):
                j += 1
            if j > k:
                price[t] = min(cost[j], hour_value[t])
                worth = _rent(
                    j - 1, t, base, rise, group, shed_rise, stack, rent, cost_step, shed, shed_rent
                )
                beyond = price[t] - cost[j - 1]
                worth += beyond * (stack[base[j - 1], t] + shed[group[j - 1], t])
        earned[t] = worth
    return total


@compiled
def _rent(
    k: int,
    t: int,
    base: IntArray,
    rise: FloatArray,
    group: IntArray,
    shed_rise: FloatArray,
    stack: FloatArray,
    rent: FloatArray,
    cost_step: FloatArray,
    shed: FloatArray,
    shed_rent: FloatArray,
) -> float:
    """What all rungs earn in hour t at the price of rung k."""
    b, g = base[k], group[k]
    units = rent[b // STRIDE, t] + stack[b, t] * rise[k]
    for m in range(b - b % STRIDE, b):
        units += stack[m, t] * cost_step[m]
    return float(units + shed_rent[g, t] + shed[g, t] * shed_rise[k])
