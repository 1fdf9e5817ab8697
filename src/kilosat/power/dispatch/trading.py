"""What one storage does against a ladder, with water on it at given values or without."""

from dataclasses import dataclass

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.components import Storages
from kilosat.power.dispatch.ladder import Rungs
from kilosat.power.dispatch.storing import trade, value_of_storage


@dataclass(frozen=True, eq=False)
class Pools:
    """Water as supply at a price: G pools, of which each hour draws on one.

    `of_hour` (T,) is the pool of each hour, `room_mw` (T,) what its turbines can do, `value` (G,)
    the value of its water, currency per MWh.
    """

    of_hour: IntArray
    room_mw: FloatArray
    value: FloatArray

    @classmethod
    def none(cls, hours: int) -> "Pools":
        """No water: one pool without turbines."""
        return cls(np.zeros(hours, np.int64), np.zeros(hours), np.zeros(1))


@dataclass(frozen=True, eq=False)
class Trades:
    """A storage over T hours: MW in and out, level and value of stored energy at the hour's end."""

    charge_mw: FloatArray
    discharge_mw: FloatArray
    level_mwh: FloatArray
    value: FloatArray


def trade_storage(rungs: Rungs, store: Storages, need_mw: FloatArray, pools: Pools) -> Trades:
    """Least-cost trades of the one storage in `store` while ladder and pools meet `need_mw`."""
    charging, discharging = store.charge_efficiency[0], store.discharge_efficiency[0]
    limits = np.array(
        [
            store.charge_mw[0] * charging,
            store.discharge_mw[0] / discharging,
            charging,
            discharging,
            store.energy_mwh[0],
            store.initial_mwh[0],
        ]
    )
    sell, buy = rungs.cost * discharging, rungs.cost / charging
    water_sell, water_buy = pools.value * discharging, pools.value / charging
    values = np.unique(np.concatenate([sell, buy, water_sell, water_buy]))
    water_bins = np.searchsorted(values, water_sell), np.searchsorted(values, water_buy)
    place = water_place(rungs, pools.value)
    value_bin = np.empty(need_mw.size, np.int64)
    level = np.empty(need_mw.size)
    on_ladder = (rungs.base, rungs.group, rungs.ladder.stack, rungs.shed)
    value_of_storage(
        need_mw,
        *on_ladder,
        np.searchsorted(values, sell),
        np.searchsorted(values, buy),
        place,
        *water_bins,
        pools.of_hour,
        pools.room_mw,
        values.size,
        limits,
        value_bin,
    )
    trade(
        need_mw,
        *on_ladder,
        _counts(sell, values),
        _counts(buy, values),
        *water_bins,
        pools.of_hour,
        pools.room_mw,
        limits,
        value_bin,
        level,
    )
    return trades_from(store, level, values[value_bin])


def water_place(rungs: Rungs, value: FloatArray) -> IntArray:
    """How many rungs serve before water of these values (G,): the first always, the last never."""
    return np.clip(np.searchsorted(rungs.cost, value), 1, rungs.cost.size - 1)


def trades_from(store: Storages, level_mwh: FloatArray, value: FloatArray) -> Trades:
    """The trades that lead to these levels (T,)."""
    change = np.diff(level_mwh, prepend=store.initial_mwh[0])
    return Trades(
        charge_mw=np.maximum(change, 0.0) / store.charge_efficiency[0],
        discharge_mw=np.maximum(-change, 0.0) * store.discharge_efficiency[0],
        level_mwh=level_mwh,
        value=value,
    )


def margin(store: Storages, trades: Trades) -> FloatArray:
    """The price (T,) at which the storage is indifferent about what it does in the hour."""
    sells = trades.value / store.discharge_efficiency[0]
    price: FloatArray = trades.value * store.charge_efficiency[0]
    return np.where(trades.discharge_mw > 0.0, sells, price)


def _counts(prices: FloatArray, values: FloatArray) -> IntArray:
    """How many prices are below, and how many not above, each value: (2, bins)."""
    below = np.searchsorted(prices, values, side="left")
    return np.stack([below, np.searchsorted(prices, values, side="right")])
