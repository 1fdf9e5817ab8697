"""Hydro under energy budgets: reservoirs pooled, and split only where the pool promises too much.

In one period the reservoirs together can put x_t into the hours exactly if, for every set A of
hours, the sum of x over A is at most the sum over reservoirs of the smaller of budget and turbine
capacity in A: a polymatroid (Federgruen and Groenevelt 1986). So: solve the pool under one budget,
which needs only its marginal value; try to share the result out by a flow between reservoirs; and
where that fails, the cut of the flow names hours A and reservoirs Z such that Z spends all its
water in A and the others run full there. Both parts are problems of the same kind, smaller
(Groenevelt 1991, Fujishige 1980). The recursion ends after at most R splits.
"""

import numpy as np

from kilosat.power.dispatch.arrays import BoolArray, FloatArray, IntArray
from kilosat.power.dispatch.compiled import compiled


@compiled
def release_water(
    need: FloatArray,
    room: FloatArray,
    budget: FloatArray,
    starts: IntArray,
    cost: FloatArray,
    base: IntArray,
    group: IntArray,
    stack: FloatArray,
    shed: FloatArray,
    flow: FloatArray,
    water_value: FloatArray,
    pool_of_hour: IntArray,
    pool_of_river: IntArray,
) -> int:
    """Least-cost use of water over all periods; returns the number of pools it came to.

    `need` (T,) is what the ladder and the water have to meet; it is left as what remains for the
    ladder. `room` (R, T) is turbine capacity above minimum flow, `budget` (R, P) water above it,
    period p the hours starts[p] to starts[p + 1]. Fills `flow` (R, T), `water_value` (R, P),
    and the pool that each hour (T,) and each reservoir in each period (R, P) ended in: outside its
    pool's hours a reservoir runs full or not at all.
    """
    rivers, hours = room.shape
    hour = np.arange(hours)
    share = np.empty(hours)
    left = np.empty(rivers)
    mine = np.empty(rivers, np.bool_)
    over = np.empty(rivers)
    via = np.empty(rivers, np.int64)
    pools, rung = 0, cost.size // 2
    stack_start = np.empty(rivers + 2, np.int64)
    stack_stop = np.empty(rivers + 2, np.int64)
    stack_mine = np.empty((rivers + 2, rivers), np.bool_)
    for p in range(starts.size - 1):
        left[:] = budget[:, p]
        water_value[:, p] = 0.0
        stack_start[0], stack_stop[0] = starts[p], starts[p + 1]
        stack_mine[0, :] = True
        depth = 1
        while depth > 0:
            depth -= 1
            start, stop = stack_start[depth], stack_stop[depth]
            mine[:] = stack_mine[depth]
            whole = stop - start == starts[p + 1] - starts[p]
            rung = pooled_release(
                need,
                room,
                left,
                mine,
                hour[start:stop],
                whole,
                rung,
                share,
                cost,
                base,
                group,
                stack,
                shed,
            )
            fits = share_out(room, left, mine, hour[start:stop], share, flow, over, via)
            if fits or not (mine & (via < 0)).any():
                for r in range(rivers):
                    if mine[r]:
                        water_value[r, p] = cost[rung]
                        pool_of_river[r, p] = pools
                for j in range(start, stop):
                    t = hour[j]
                    need[t] -= share[t]
                    pool_of_hour[t] = pools
                pools += 1
                continue
            middle = _split(need, room, left, mine, hour, start, stop, flow, via)
            for half in range(2):
                stack_mine[depth, :] = mine & ((via >= 0) == (half == 0))
                stack_start[depth] = start if half == 0 else middle
                stack_stop[depth] = middle if half == 0 else stop
                depth += 1
    return pools


@compiled
def pooled_release(
    need: FloatArray,
    room: FloatArray,
    left: FloatArray,
    mine: BoolArray,
    hours: IntArray,
    whole: bool,
    guess: int,
    share: FloatArray,
    cost: FloatArray,
    base: IntArray,
    group: IntArray,
    stack: FloatArray,
    shed: FloatArray,
) -> int:
    """Release of the reservoirs in `mine` as one: fills `share` at `hours`, returns its rung.

    `whole` says that the hours follow each other, `guess` where to begin to look for the rung.

    Water displaces every rung dearer than its value wholly, and the rung at its value as far as
    the budget goes, by the same part of what is possible in each hour.
    """
    water = 0.0
    pool = np.zeros(hours.size)
    for r in range(left.size):
        if mine[r]:
            water += left[r]
            for j in range(hours.size):
                pool[j] += room[r, hours[j]]
    # Water of one part of the year is worth about as much as that of the part before.
    low, high, step = 0, cost.size - 1, 1
    k = min(guess, high - 1)
    while low < high:
        if _used(need, pool, hours, whole, stack[base[k]], shed[group[k]]) <= water:
            high = k
            k = max(high - step, low)
        else:
            low = k + 1
            k = min(low + step, high - 1)
        step *= 2
        if step > 8:
            k = (low + high) // 2
    k, least, most = low, 0.0, 0.0
    top = k == cost.size - 1
    for j in range(hours.size):
        t = hours[j]
        lower = 0.0
        if not top:
            lower = min(max(need[t] - stack[base[k], t] - shed[group[k], t], 0.0), pool[j])
        upper = need[t]
        if k > 0:
            upper -= stack[base[k - 1], t] + shed[group[k - 1], t]
        upper = min(max(upper, 0.0), pool[j])
        least += lower
        most += upper
        share[t] = lower
        pool[j] = upper - lower
    if most > least:
        part = min(max((water - least) / (most - least), 0.0), 1.0)
        for j in range(hours.size):
            share[hours[j]] += part * pool[j]
    return k


@compiled
def _used(
    need: FloatArray,
    pool: FloatArray,
    hours: IntArray,
    whole: bool,
    stack: FloatArray,
    shed: FloatArray,
) -> float:
    """Water that `pool` uses when it serves after the rungs below `stack` and `shed`."""
    used = 0.0
    if whole and hours.size:
        first = hours[0]
        wanted = need[first : first + hours.size]
        stack, shed = stack[first : first + hours.size], shed[first : first + hours.size]
        for j in range(hours.size):
            used += min(max(wanted[j] - stack[j] - shed[j], 0.0), pool[j])
        return used
    for j in range(hours.size):
        t = hours[j]
        used += min(max(need[t] - stack[t] - shed[t], 0.0), pool[j])
    return used


@compiled
def share_out(
    room: FloatArray,
    left: FloatArray,
    mine: BoolArray,
    hours: IntArray,
    share: FloatArray,
    flow: FloatArray,
    over: FloatArray,
    via: IntArray,
) -> bool:
    """Share the pooled release out among the reservoirs in `mine`, none above its water `left`.

    Starts in proportion to room and moves energy, within hours, from reservoirs that are `over`
    their water to others, along shortest chains. Where no chain is left, False: a maximum flow has
    been found, and `via` (R,) is at least 0 for the reservoirs on the short side of its cut.
    """
    rivers = left.size
    total = 0.0
    for r in range(rivers):
        over[r] = 0.0
        if mine[r]:
            total += left[r]
            over[r] = -left[r]
    for j in range(hours.size):
        t = hours[j]
        pool = 0.0
        for r in range(rivers):
            if mine[r]:
                pool += room[r, t]
        part = min(share[t] / pool, 1.0) if pool > 0.0 else 0.0
        for r in range(rivers):
            if mine[r]:
                flow[r, t] = room[r, t] * part
                over[r] += flow[r, t]
    dust = 1e-11 * (1.0 + total)
    for r in range(rivers):
        for s in range(rivers):
            if over[r] > dust and over[s] < -dust:
                _move(room, flow, hours, over, r, s)
    while _chain(room, flow, mine, hours, over, via, dust):
        pass
    return not bool((mine & (over > dust)).any())


@compiled
def _move(
    room: FloatArray, flow: FloatArray, hours: IntArray, over: FloatArray, r: int, s: int
) -> None:
    """Move as much as helps from reservoir r to s."""
    wanted = min(over[r], -over[s])
    moved = 0.0
    for j in range(hours.size):
        t = hours[j]
        step = min(min(flow[r, t], room[s, t] - flow[s, t]), wanted - moved)
        if step > 0.0:
            flow[r, t] -= step
            flow[s, t] += step
            moved += step
            if moved >= wanted:
                break
    over[r] -= moved
    over[s] += moved


@compiled
def _chain(
    room: FloatArray,
    flow: FloatArray,
    mine: BoolArray,
    hours: IntArray,
    over: FloatArray,
    via: IntArray,
    dust: float,
) -> bool:
    """Find a shortest chain from a reservoir over its water to one under it, and push along it.

    Fills `via`: the reservoir before each one reached, itself where a chain starts, -1 if not
    reached. Returns whether something was moved.
    """
    rivers = over.size
    queue = np.empty(rivers, np.int64)
    size = np.empty(rivers)
    tail = 0
    for r in range(rivers):
        via[r] = -1
        if mine[r] and over[r] > dust:
            via[r] = r
            size[r] = over[r]
            queue[tail] = r
            tail += 1
    head = 0
    while head < tail:
        r = queue[head]
        head += 1
        for s in range(rivers):
            if not mine[s] or via[s] >= 0:
                continue
            width = 0.0
            for j in range(hours.size):
                t = hours[j]
                width += max(min(flow[r, t], room[s, t] - flow[s, t]), 0.0)
            if width <= dust:
                continue
            via[s] = r
            size[s] = min(size[r], width)
            queue[tail] = s
            tail += 1
            if over[s] < -dust:
                _push(room, flow, hours, over, via, s, min(size[s], -over[s]))
                return True
    return False


@compiled
def _push(
    room: FloatArray,
    flow: FloatArray,
    hours: IntArray,
    over: FloatArray,
    via: IntArray,
    end: int,
    amount: float,
) -> None:
    """Move `amount` along the chain that ends at `end`."""
    over[end] += amount
    s = end
    while via[s] != s:
        r = via[s]
        moved = 0.0
        for j in range(hours.size):
            t = hours[j]
            step = min(min(flow[r, t], room[s, t] - flow[s, t]), amount - moved)
            if step > 0.0:
                flow[r, t] -= step
                flow[s, t] += step
                moved += step
                if moved >= amount:
                    break
        s = r
    over[s] -= amount


@compiled
def _split(
    need: FloatArray,
    room: FloatArray,
    left: FloatArray,
    mine: BoolArray,
    hour: IntArray,
    start: int,
    stop: int,
    flow: FloatArray,
    via: IntArray,
) -> int:
    """Sort hour[start:stop] into those of the cut and the rest; return where the rest begins.

    In the hours of the cut the reservoirs outside it run full, and need and water shrink by that;
    in the rest the reservoirs of the cut stand still.
    """
    rivers = left.size
    middle = start
    for j in range(start, stop):
        t = hour[j]
        used = 0.0
        for r in range(rivers):
            if mine[r] and via[r] >= 0:
                used += flow[r, t]
        inside = used > 1e-9
        for r in range(rivers):
            if not mine[r]:
                continue
            if via[r] >= 0:
                flow[r, t] = 0.0
            elif inside:
                flow[r, t] = room[r, t]
                need[t] -= room[r, t]
                left[r] -= room[r, t]
        if inside:
            hour[j], hour[middle] = hour[middle], t
            middle += 1
    for r in range(rivers):
        left[r] = max(left[r], 0.0)
    return middle


@compiled
def water_rent(
    room: FloatArray, starts: IntArray, price: FloatArray, water_value: FloatArray
) -> float:
    """What reservoirs earn above the value of their water when they run wherever that pays."""
    total = 0.0
    for r in range(room.shape[0]):
        for p in range(starts.size - 1):
            value = water_value[r, p]
            for t in range(starts[p], starts[p + 1]):
                total += max(price[t] - value, 0.0) * room[r, t]
    return total
