"""Reserve: what rules of accumulation buy, what it costs, what it is worth, and a replay.

Read in this order: ``purchases`` (rules and the trades they make), ``cost_basis`` (average and
first in, first out), ``valuation`` (day by day), then the figures of a replay: ``replay`` (El
Salvador's announcements on the prices that were), ``bases`` (reported holdings, bases apart),
``checks`` (beside published figures), ``what_if`` (any rule), ``report`` (all of it as text).
``strategy`` does the same for the purchases of a company.

>>> from datetime import date
>>> from kilosat.figures import Graph, collect
>>> graph = Graph(collect(REPLAY_STAGES), replay_inputs("2022-06-30"))
>>> float(graph.value("reserve_position[both,coins]"))
2381.0
>>> graph.unit("reserve_position[both,coins]")
'BTC'

What if a country ten times as large had bought the same, a year later?

>>> lots = announced_list(graph.value("announced_purchases")).scaled(gdp_factor(1.0, 10.0))
>>> later = replay_inputs("2023-06-30", rules=[lots.starting(date(2022, 9, 6))])
>>> Graph(collect(REPLAY_STAGES), later).value("what_if")["coins"].to_list()
[23810.0]
"""

from kilosat.reserve import bases, checks, replay, strategy, what_if
from kilosat.reserve.errors import ReserveError
from kilosat.reserve.inputs import announced_list, default_rules, replay_inputs
from kilosat.reserve.purchases import (
    AccumulationRule,
    DailyCoins,
    HoldSeized,
    MonthlyDollars,
    PurchaseList,
    gdp_factor,
)
from kilosat.reserve.report import replay_report
from kilosat.reserve.strategy_inputs import strategy_inputs
from kilosat.reserve.strategy_report import strategy_report

__all__ = [
    "REPLAY_STAGES",
    "STRATEGY_STAGES",
    "AccumulationRule",
    "DailyCoins",
    "HoldSeized",
    "MonthlyDollars",
    "PurchaseList",
    "ReserveError",
    "announced_list",
    "default_rules",
    "gdp_factor",
    "replay_inputs",
    "replay_report",
    "strategy_inputs",
    "strategy_report",
]

REPLAY_STAGES = (replay, bases, checks, what_if)
"""The modules whose figures make up a replay, for ``Graph(collect(REPLAY_STAGES), inputs)``."""
STRATEGY_STAGES = (strategy,)
"""Those of a replay of Strategy's own purchases."""
