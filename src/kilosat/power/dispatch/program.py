"""The dispatch written out as a linear programme: columns, rows, and the matrix between them."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from kilosat.power.dispatch.arrays import FloatArray
from kilosat.power.dispatch.system import System


@dataclass(frozen=True)
class Program:
    """Minimise cost @ x with row_low <= matrix @ x <= row_high and low <= x <= high.

    Columns come in blocks: units, reservoirs, elastic loads, unserved, spilled, and charge,
    discharge and level of the storages; each block is owner by owner, hour by hour. Rows: the T
    hourly balances, the R x P water budgets, the S x T levels of storage.
    """

    cost: FloatArray
    low: FloatArray
    high: FloatArray
    matrix: sp.csc_array
    row_low: FloatArray
    row_high: FloatArray


def write_program(system: System) -> Program:
    """The linear programme of `system`, one column for each unit and hour, nothing aggregated."""
    hours, units, store = system.hours, system.units, system.storages
    reservoirs, elastic = system.reservoirs, system.elastic
    stores = len(store.names)
    level_low, level_high = _level_bounds(system)
    forever = np.full(hours, np.inf)
    low = [units.min_mw, reservoirs.min_mw, np.zeros((len(elastic.names) + 2 + 2 * stores, hours))]
    high = [units.max_mw, reservoirs.max_mw, elastic.max_mw, forever, forever]
    high += [np.repeat(store.charge_mw, hours), np.repeat(store.discharge_mw, hours)]
    cost = [
        np.repeat(units.marginal_cost, hours),
        np.zeros(reservoirs.max_mw.size),
        np.repeat(-elastic.willingness_to_pay, hours),
        np.full(hours, system.value_of_lost_load),
        np.zeros((1 + 3 * stores) * hours),
    ]
    levels = np.zeros(stores * hours)
    levels[::hours] = store.initial_mwh
    budgets = reservoirs.budget_mwh.ravel()
    return Program(
        cost=np.concatenate(cost),
        low=np.concatenate([part.ravel() for part in [*low, level_low]]),
        high=np.concatenate([part.ravel() for part in [*high, level_high]]),
        matrix=_matrix(system),
        row_low=np.concatenate([system.demand_mw, np.full(budgets.size, -np.inf), levels]),
        row_high=np.concatenate([system.demand_mw, budgets, levels]),
    )


def _level_bounds(system: System) -> tuple[FloatArray, FloatArray]:
    """The level lies between empty and full, and ends where it began."""
    store = system.storages
    low = np.zeros((len(store.names), system.hours))
    high = np.repeat(store.energy_mwh[:, None], system.hours, axis=1)
    low[:, -1] = high[:, -1] = store.initial_mwh
    return low, high


def _matrix(system: System) -> sp.csc_array:
    blocks = [_balance(system)]
    if system.reservoirs.names:
        blocks.append(_budgets(system))
    if system.storages.names:
        blocks.append(_levels(system))
    return sp.csc_array(sp.vstack(blocks, format="csc"))


def _balance(system: System) -> sp.csc_array:
    """Supply less use in each hour; the levels of storage have no part in it."""
    stores = len(system.storages.names)
    signs = np.ones(len(system.units.names) + len(system.reservoirs.names))
    signs = np.append(signs, -np.ones(len(system.elastic.names)))
    signs = np.concatenate([signs, [1.0, -1.0], -np.ones(stores), np.ones(stores)])
    hours = system.hours
    entries = signs.size * hours
    columns = entries + stores * hours
    # One entry in each column of power, none in the columns of levels behind them.
    starts = np.minimum(np.arange(columns + 1), entries)
    rows = np.tile(np.arange(hours), signs.size)
    return sp.csc_array((np.repeat(signs, hours), rows, starts), shape=(hours, columns))


def _budgets(system: System) -> sp.csc_array:
    """Energy that each reservoir uses in each period."""
    count, hours, periods = len(system.reservoirs.names), system.hours, system.periods
    before = len(system.units.names) * hours
    after = (len(system.elastic.names) + 2 + 3 * len(system.storages.names)) * hours
    rows = (np.arange(count)[:, None] * periods + system.period).ravel()
    starts = np.arange(rows.size + 1)
    starts = np.concatenate([np.zeros(before, int), starts, np.full(after, rows.size)])
    shape = (count * periods, before + rows.size + after)
    return sp.csc_array((np.ones(rows.size), rows, starts), shape=shape)


def _levels(system: System) -> sp.csc_array:
    """Level less level an hour ago, less what went in, plus what came out."""
    store, hours = system.storages, system.hours
    owners = len(system.units.names) + len(system.reservoirs.names) + len(system.elastic.names) + 2
    each = sp.eye_array(hours)
    step = each - sp.eye_array(hours, k=-1)
    count = len(store.names)
    parts = [
        sp.csc_array((count * hours, owners * hours)),
        sp.kron(sp.diags_array(-store.charge_efficiency), each),
        sp.kron(sp.diags_array(1 / store.discharge_efficiency), each),
        sp.kron(sp.eye_array(count), step),
    ]
    return sp.csc_array(sp.hstack(parts, format="csc"))
