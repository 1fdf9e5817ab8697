"""Dispatch by HiGHS: the plain linear programme, slow, general, and the reference for the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from kilosat.power.dispatch.arrays import FloatArray
from kilosat.power.dispatch.bounds import dual_value
from kilosat.power.dispatch.result import Dispatch, Schedules
from kilosat.power.dispatch.system import System

if TYPE_CHECKING:
    from kilosat.power.dispatch.program import Program


class SolverError(RuntimeError):
    """HiGHS stopped without an optimum (a valid `System` always has one)."""


def dispatch_highs(system: System) -> Dispatch:
    """Least-cost dispatch of `system` by the linear programme as it stands, solved by HiGHS.

    Exact within the tolerances of HiGHS (1e-7). A year of 120 units takes seconds and gigabytes.
    Raises SolverError if HiGHS ends without an optimum.
    """
    from kilosat.power.dispatch.program import write_program  # scipy costs a sixth of a second

    program = write_program(system)
    values, duals = optimum(program)
    schedules = _schedules(system, values)
    price, water_value, storage_value = _prices(system, duals)
    return Dispatch(
        objective=float(np.dot(program.cost, values)),
        generation_cost=float(np.dot(system.units.marginal_cost, schedules.unit_mw.sum(axis=1))),
        lower_bound=dual_value(system, price, water_value, storage_value),
        price=price,
        water_value=water_value,
        storage_value=storage_value,
        method="highs",
        work_out=lambda: schedules,
    )


def optimum(program: Program) -> tuple[FloatArray, FloatArray]:
    """Values of the columns and duals of the rows at an optimum found by HiGHS, or SolverError."""
    import highspy

    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = program.matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.low, program.high
    model.row_lower_, model.row_upper_ = program.row_low, program.row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = program.matrix.indptr
    model.a_matrix_.index_ = program.matrix.indices
    model.a_matrix_.value_ = program.matrix.data
    with _stdout_closed():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.passModel(model)
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolverError(f"HiGHS stopped with {solver.modelStatusToString(status)!r}")
    solution = solver.getSolution()
    return np.asarray(solution.col_value), np.asarray(solution.row_dual)


@contextmanager
def _stdout_closed() -> Iterator[None]:
    """Nothing that C code writes reaches standard output.

    The constructor of HiGHS prints a banner before it can be told to be silent, which would end up
    in front of a user's JSON.
    """
    sys.stdout.flush()
    kept, sink = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(sink)


def _schedules(system: System, values: FloatArray) -> Schedules:
    stores = len(system.storages.names)
    sizes = [len(system.units.names), len(system.reservoirs.names), len(system.elastic.names)]
    sizes += [1, 1, stores, stores, stores]
    rows = values.reshape(-1, system.hours)
    parts = np.split(rows, np.cumsum(sizes)[:-1])
    unit, reservoir, elastic, unserved, spilled, charge, discharge, level = parts
    return Schedules(unit, reservoir, elastic, unserved[0], spilled[0], charge, discharge, level)


def _prices(system: System, duals: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Duals as prices: clipped to where a dual of this programme can lie, against solver dust."""
    hours, budgets = system.hours, system.reservoirs.budget_mwh.shape
    price = np.clip(duals[:hours], 0.0, system.value_of_lost_load)
    water = np.maximum(-duals[hours : hours + budgets[0] * budgets[1]], 0.0).reshape(budgets)
    storage = -duals[hours + budgets[0] * budgets[1] :].reshape(-1, hours)
    return price, water, storage
