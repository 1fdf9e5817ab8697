"""What moves the mine's result: one assumption of the look forward changed at a time."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kilosat.brief.ahead.levels import MIDDLE
from kilosat.figures import Graph, Sweep, Variation, figure

__all__ = ["AS_STATED", "NO_RAMP", "WEIGHED", "weighed"]

WEIGHED = "mine_sensitivity"
AS_STATED, NO_RAMP = "As stated", "All machines run from the first day"
_HALF = "Machines get better half as fast"
_CHANGES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    (AS_STATED, {}, "all inputs as stated"),
    (NO_RAMP, {"ramp_up": 0.0}, "all machines come, and are paid, on the first day"),
    (_HALF, {"efficiency_trend_kept": 0.5}, "half of the trend of efficiency goes on"),
    ("Machines get no better", {"efficiency_trend_kept": 0.0}, "the trend of efficiency ends"),
    (
        "From the first day and half as fast",
        {"ramp_up": 0.0, "efficiency_trend_kept": 0.5},
        "no ramp, and half of the trend",
    ),
)


@figure(unit="{currency}/kWh", formula="median over paths of the break-even tariff")
def break_even_tariff_median(break_even_tariff_local: "pd.Series[float]") -> float:
    """Tariff at which the mine just earns its cost of capital in the median path."""
    return float(break_even_tariff_local[MIDDLE])


@figure(unit="%", formula="share of paths in which the mine earns its cost of capital")
def chance_mine_pays(mine_chances: "pd.Series[float]") -> float:
    """Probability that the mine's net present value is above zero."""
    return float(mine_chances["earns its cost of capital"])


def weighed(graph: Graph) -> Graph:
    """The graph with the table of what moves the mine's result."""
    functions = [spec.function for spec in graph.specs.values()]
    added = (break_even_tariff_median, chance_mine_pays)
    sweep = Sweep(
        name=WEIGHED,
        label="what moves the mine's result",
        meaning="The mine and the state under one changed assumption at a time.",
        targets=(*(one.__name__ for one in added), "chance_of_public_loss"),
        variations=tuple(
            Variation(label, "mine", changes, reason) for label, changes, reason in _CHANGES
        ),
    )
    sweeps = [*graph.sweeps.values(), sweep]
    return Graph([*functions, *added], graph.inputs, graph.currency, sweeps)
