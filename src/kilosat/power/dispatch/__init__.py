"""Least-cost hourly dispatch of one zone: exact, with prices and a proof of how exact.

`dispatch(system)` answers once; `prepare(system)` answers many loads and tariffs on the same
fleet.
"""

from kilosat.power.dispatch.arrays import FloatArray, IntArray
from kilosat.power.dispatch.bounds import dual_value
from kilosat.power.dispatch.components import ElasticLoads, Reservoirs, Storages, Units
from kilosat.power.dispatch.linear import SolverError, dispatch_highs
from kilosat.power.dispatch.prepared import Method, Prepared, dispatch, prepare
from kilosat.power.dispatch.result import Dispatch, Schedules
from kilosat.power.dispatch.system import System

__all__ = [
    "Dispatch",
    "ElasticLoads",
    "FloatArray",
    "IntArray",
    "Method",
    "Prepared",
    "Reservoirs",
    "Schedules",
    "SolverError",
    "Storages",
    "System",
    "Units",
    "dispatch",
    "dispatch_highs",
    "dual_value",
    "prepare",
]
