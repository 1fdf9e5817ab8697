"""What does not change with demand, worked out once: the ladder, and water above minimum flow."""

from dataclasses import dataclass

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.ladder import Ladder, Rungs, build_ladder
from kilosat.power.dispatch.system import System
from kilosat.power.dispatch.water import release_water


@dataclass(frozen=True, eq=False)
class Fleet:
    """A system with its units sorted, and minimum flow taken off its reservoirs.

    `room_mw` (R, T) is turbine capacity above minimum flow, `water_mwh` (R, P) the budget above
    it; period p is the hours period_starts[p] to period_starts[p + 1].
    """

    system: System
    ladder: Ladder
    room_mw: FloatArray
    water_mwh: FloatArray
    period_starts: IntArray


@dataclass(frozen=True, eq=False)
class Release:
    """Least-cost use of water: flow (R, T), what it leaves to the ladder (T,), its value (R, P).

    Reservoirs and hours of a period fall into `pools` pools; `pool_of_hour` (T,) and
    `pool_of_river` (R, P) say which. In the hours of other pools a reservoir runs full or stands.
    """

    flow: FloatArray
    left_mw: FloatArray
    water_value: FloatArray
    pool_of_hour: IntArray
    pool_of_river: IntArray
    pools: int

    @property
    def pool_value(self) -> FloatArray:
        """Value of water in each pool; 0 in a pool of hours without reservoirs."""
        value = np.zeros(self.pools)
        value[self.pool_of_river.ravel()] = self.water_value.ravel()
        return value


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


def release(fleet: Fleet, rungs: Rungs, need_mw: FloatArray) -> Release:
    """Least-cost use of the fleet's water while the ladder meets the rest of `need_mw` (T,)."""
    left, flow = need_mw.copy(), np.zeros(fleet.room_mw.shape)
    value = np.zeros(fleet.water_mwh.shape)
    of_hour, of_river = np.zeros(left.size, np.int64), np.zeros(value.shape, np.int64)
    if not flow.size:
        return Release(flow, left, value, of_hour, of_river, 1)
    pools = release_water(
        left,
        fleet.room_mw,
        fleet.water_mwh,
        fleet.period_starts,
        rungs.cost,
        rungs.base,
        rungs.group,
        rungs.ladder.stack,
        rungs.shed,
        flow,
        value,
        of_hour,
        of_river,
    )
    return Release(flow, left, value, of_hour, of_river, pools)
