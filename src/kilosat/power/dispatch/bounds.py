"""The dual function: prices alone prove how cheap a dispatch can at most be."""

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray
from kilosat.power.dispatch.system import System


def dual_value(
    system: System, price: FloatArray, water_value: FloatArray, storage_value: FloatArray
) -> float:
    """Lower bound on the cost of every dispatch of `system`, in currency, from any prices.

    `price` (T,), `water_value` (R, P) and `storage_value` (S, T) are currency per MWh. Each owner
    does what pays best at these prices; the sum of what they then earn, taken from what demand
    pays, is the Lagrangian dual of the dispatch, and weak duality makes it a bound. Prices outside
    [0, value of lost load] and negative water values would prove nothing, so they are clipped.
    """
    price = np.clip(price, 0.0, system.value_of_lost_load)
    return float(
        np.dot(price, system.demand_mw)
        - _units_earn(system, price)
        - _reservoirs_earn(system, price, np.maximum(water_value, 0.0))
        - _elastic_gain(system, price)
        - storages_earn(system, price, storage_value)
    )


def _units_earn(system: System, price: FloatArray) -> float:
    units, total = system.units, 0.0
    # Row by row: (U, T) temporaries would cost more memory than the input.
    for cost, low, high in zip(units.marginal_cost, units.min_mw, units.max_mw, strict=True):
        margin = price - cost
        total += float(np.dot(margin, np.where(margin > 0, high, low)))
    return total


def _reservoirs_earn(system: System, price: FloatArray, water_value: FloatArray) -> float:
    reservoirs, total = system.reservoirs, 0.0
    for row in range(len(reservoirs.names)):
        margin = price - water_value[row][system.period]
        flow = np.where(margin > 0, reservoirs.max_mw[row], reservoirs.min_mw[row])
        total += float(np.dot(margin, flow))
        total += float(np.dot(water_value[row], reservoirs.budget_mwh[row]))
    return total


def _elastic_gain(system: System, price: FloatArray) -> float:
    elastic, total = system.elastic, 0.0
    for bid, high in zip(elastic.willingness_to_pay, elastic.max_mw, strict=True):
        total += float(np.dot(np.maximum(bid - price, 0.0), high))
    return total


def storages_earn(system: System, price: FloatArray, storage_value: FloatArray) -> float:
    """What storages (S, T) earn at these prices, first filling bought and last one sold."""
    store, total = system.storages, 0.0
    for row, value in enumerate(storage_value):
        bought = np.maximum(value * store.charge_efficiency[row] - price, 0.0)
        sold = np.maximum(price - value / store.discharge_efficiency[row], 0.0)
        total += float(store.charge_mw[row] * bought.sum() + store.discharge_mw[row] * sold.sum())
        total += float(store.energy_mwh[row] * np.maximum(np.diff(value), 0.0).sum())
        total += float(store.initial_mwh[row] * (value[0] - value[-1]))
    return total
