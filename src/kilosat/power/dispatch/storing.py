"""One storage against a ladder: a convex dynamic programme over its level.

The least cost of reaching a level is convex and piecewise linear, and its slopes, currency per MWh
stored, can only be a rung's cost times the discharge efficiency or over the charge efficiency. So
its derivative is a histogram: how much of the store is filled at which slope. An hour adds the
trades its ladder offers (an infimal convolution adds up the bins) and cuts off at both ends what
does not fit the store. Where it cut bounds the value of stored energy before that hour; going back
from the end gives the value in each hour, and from the values the trades follow.
"""

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.compiled import compiled, inlined


@inlined
def _height(
    i: int,
    t: int,
    mine: int,
    water: float,
    base: IntArray,
    group: IntArray,
    stack: FloatArray,
    shed: FloatArray,
) -> float:
    """Cumulative supply up to rung i of a ladder in which `water` is the rung `mine`."""
    k = i - (1 if i >= mine else 0)
    height: float = stack[base[k], t] + shed[group[k], t]
    if i >= mine:
        height += water
    return height


@compiled
def value_of_storage(
    need: FloatArray,
    base: IntArray,
    group: IntArray,
    stack: FloatArray,
    shed: FloatArray,
    sell_bin: IntArray,
    buy_bin: IntArray,
    place: IntArray,
    water_sell_bin: IntArray,
    water_buy_bin: IntArray,
    pool: IntArray,
    room: FloatArray,
    bins: int,
    limits: FloatArray,
    value_bin: IntArray,
) -> None:
    """Fill `value_bin` (T,): the bin of the value of stored energy in each hour.

    In hour t, `room[t]` MW of water of the pool `pool[t]` stand on the ladder as one more rung,
    below the rung `place[pool[t]]`, which is at least 1.

    `limits` holds what the level can rise and fall by in an hour, the efficiencies of charging and
    discharging, capacity and first level, all but the efficiencies in MWh inside. `sell_bin` and
    `buy_bin` (L,) are the bins of discharging and charging at each rung.
    """
    up, down, charging, discharging, full, first = limits
    hours, top = need.size, base.size
    length = np.zeros(bins)
    floor = np.zeros(hours, np.int64)
    ceiling = np.full(hours, bins - 1)
    dust = 1e-9  # a rest of rounding must not pass for a trade
    lowest, highest = bins, -1  # bins outside lowest..highest are empty
    bottom = ceil = first  # levels that can be reached
    k = 0
    for t in range(hours):
        q, w, mine = need[t], room[t], place[pool[t]]
        while k < top and _height(k, t, mine, w, base, group, stack, shed) < q:
            k += 1
        while k > 0 and _height(k - 1, t, mine, w, base, group, stack, shed) >= q:
            k -= 1
        left, at, j = down, q, k
        while left > 0.0 and j >= 0:
            step = left
            if j > 0:
                below = _height(j - 1, t, mine, w, base, group, stack, shed)
                step = min((at - below) / discharging, left)
                at = below
            bin_ = water_sell_bin[pool[t]] if j == mine else sell_bin[j - (j > mine)]
            length[bin_] += step
            lowest, highest = min(lowest, bin_), max(highest, bin_)
            left -= step
            j -= 1
        left, at, j = up, q, k
        while left > 0.0 and j <= top:
            step = left
            if j < top:
                above = _height(j, t, mine, w, base, group, stack, shed)
                step = min((above - at) * charging, left)
                at = above
            bin_ = water_buy_bin[pool[t]] if j == mine else buy_bin[j - (j > mine)]
            length[bin_] += step
            lowest, highest = min(lowest, bin_), max(highest, bin_)
            left -= step
            j += 1
        bottom -= down
        ceil += up
        excess, bottom = max(-bottom, 0.0), max(bottom, 0.0)
        while excess > 0.0 and lowest <= highest:
            cut = min(length[lowest], excess)
            if cut > dust:
                floor[t] = lowest
            excess -= cut
            length[lowest] -= cut
            if length[lowest] <= 0.0:
                lowest += 1
        excess, ceil = max(ceil - full, 0.0), min(ceil, full)
        while excess > 0.0 and lowest <= highest:
            cut = min(length[highest], excess)
            if cut > dust:
                ceiling[t] = highest
            excess -= cut
            length[highest] -= cut
            if length[highest] <= 0.0:
                highest -= 1
    last = max(min(lowest, bins - 1), 0)
    reach = bottom
    while last < highest and reach + length[last] < first:
        reach += length[last]
        last += 1
    for t in range(hours - 1, -1, -1):
        last = min(max(last, floor[t]), max(ceiling[t], floor[t]))
        value_bin[t] = last


@compiled
def trade(
    need: FloatArray,
    base: IntArray,
    group: IntArray,
    stack: FloatArray,
    shed: FloatArray,
    sell_cut: IntArray,
    buy_cut: IntArray,
    water_sell: IntArray,
    water_buy: IntArray,
    pool: IntArray,
    room: FloatArray,
    limits: FloatArray,
    value_bin: IntArray,
    level: FloatArray,
) -> None:
    """Fill `level` (T,), the level at the end of each hour, from the values of stored energy.

    A value leaves a choice where it ties with a rung; the choices of all hours must keep the level
    inside the store and make it empty or full where the value falls or rises. `sell_cut` and
    `buy_cut` (2, bins) count the rungs that are below, and not above, the price at which a value
    sells or buys; `water_sell` and `water_buy` are the bins of the pools' water.
    """
    up, down, charging, discharging, full, first = limits
    hours, rungs = need.size, base.size
    least, most = np.empty(hours), np.empty(hours)
    low, high = np.empty(hours + 1), np.empty(hours + 1)
    low[0] = high[0] = first
    for t in range(hours):
        b, q = value_bin[t], need[t]
        bounds = np.empty(4)
        for i in range(4):
            count = sell_cut[i, b] if i < 2 else buy_cut[i - 2, b]
            bounds[i] = -np.inf
            if count == rungs:
                bounds[i] = np.inf
            elif count > 0:
                bounds[i] = stack[base[count - 1], t] + shed[group[count - 1], t]
                water = water_sell[pool[t]] if i < 2 else water_buy[pool[t]]
                if water < b or (water == b and i % 2 == 1):
                    bounds[i] += room[t]
        sell_most = min(max((q - bounds[0]) / discharging, 0.0), down)
        sell_least = min(max((q - bounds[1]) / discharging, 0.0), down)
        buy_least = min(max((bounds[2] - q) * charging, 0.0), up)
        buy_most = min(max((bounds[3] - q) * charging, 0.0), up)
        least[t] = -sell_most if sell_most > 0.0 else buy_least
        most[t] = buy_most if buy_most > 0.0 else -sell_least
        low[t + 1] = min(max(low[t] + least[t], 0.0), full)
        high[t + 1] = max(min(high[t] + most[t], full), 0.0)
        if t + 1 < hours and value_bin[t + 1] > b:
            low[t + 1] = high[t + 1] = full
        elif t + 1 < hours and value_bin[t + 1] < b:
            low[t + 1] = high[t + 1] = 0.0
    level[hours - 1] = first
    for t in range(hours - 1, 0, -1):
        lower = max(low[t], level[t] - most[t])
        upper = min(high[t], level[t] - least[t])
        level[t - 1] = max(min(level[t], upper), lower)
