"""What one storage does against a ladder: its values, its trades, and what they earn."""

from dataclasses import dataclass

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.components import Storages
from kilosat.power.dispatch.ladder import Rungs
from kilosat.power.dispatch.storing import trade, value_of_storage


@dataclass(frozen=True, eq=False)
class Trades:
    """A storage over T hours: MW in and out, level and value of stored energy at the hour's end.

    `margin` (T,) is the price at which the storage would trade at the margin of the hour.
    """

    charge_mw: FloatArray
    discharge_mw: FloatArray
    level_mwh: FloatArray
    value: FloatArray
    margin: FloatArray


def trade_storage(rungs: Rungs, store: Storages, need_mw: FloatArray) -> Trades:
    """Least-cost trades of the one storage in `store` while the ladder meets `need_mw` (T,)."""
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
    values = np.union1d(sell, buy)
    value_bin = np.empty(need_mw.size, np.int64)
    level = np.empty(need_mw.size)
    on_ladder = (rungs.base, rungs.group, rungs.ladder.stack, rungs.shed)
    bins = np.searchsorted(values, sell), np.searchsorted(values, buy), values.size
    value_of_storage(need_mw, *on_ladder, *bins, limits, value_bin)
    trade(
        need_mw, *on_ladder, _counts(sell, values), _counts(buy, values), limits, value_bin, level
    )
    return _trades(store, level, values[value_bin])


def _counts(prices: FloatArray, values: FloatArray) -> IntArray:
    """How many prices are below, and how many not above, each value: (2, bins)."""
    below = np.searchsorted(prices, values, side="left")
    return np.stack([below, np.searchsorted(prices, values, side="right")])


def _trades(store: Storages, level: FloatArray, value: FloatArray) -> Trades:
    change = np.diff(level, prepend=store.initial_mwh[0])
    discharge = np.maximum(-change, 0.0) * store.discharge_efficiency[0]
    sells = value / store.discharge_efficiency[0]
    return Trades(
        charge_mw=np.maximum(change, 0.0) / store.charge_efficiency[0],
        discharge_mw=discharge,
        level_mwh=level,
        value=value,
        margin=np.where(discharge > 0.0, sells, value * store.charge_efficiency[0]),
    )
