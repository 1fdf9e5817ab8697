"""Longer passages that depend on how the figures come out."""

from math import isfinite

from kilosat.brief.answer import best_class
from kilosat.brief.labels import FLOOR_WORDS, listed
from kilosat.brief.marks import fig, quoted
from kilosat.figures import Graph
from kilosat.study import Study

__all__ = ["days_open", "hourly_words", "money_words", "window_words"]

_WEAKEST = "incremental cost"


def window_words(graph: Graph) -> str:
    """Whether the window is open, for whom, or what is missing."""
    widths = graph.value("window_width")
    best = best_class(graph)
    opened = [test for test in widths.index if (widths.loc[test] >= 0).any()]
    if opened:
        tests = listed([FLOOR_WORDS[test].lower() for test in opened])
        classes = listed([quoted(c) for c in widths.columns if widths.at[opened[0], c] >= 0])
        text = (
            f"The window is open at the blueprint's size for {classes} machines, by these readings "
            f"of no subsidy: {tests}. It reaches from {fig(f'window_floors[{_WEAKEST}]')} to "
            f"{fig(f'window_ceilings[{best}]')}."
        )
        shut = [FLOOR_WORDS[test].lower() for test in widths.index if test not in opened]
        return text + (f" It is shut by {listed(shut)}." if shut else "")
    if not isfinite(graph.value(f"window_floors[{_WEAKEST}]")):
        return (
            "The window is empty at the blueprint's size: no tariff covers what the load causes, "
            "or other customers would lose supply."
        )
    largest = graph.value("window_largest_power")
    smaller = bool((largest > 0).any().any())
    text = (
        "The window is empty at the blueprint's size: even by the weakest reading no tariff covers "
        f"what the load causes and also earns a new mining site its capital. The nearest are "
        f"{quoted(best)} machines, short by "
        f"{fig(f'window_width[{_WEAKEST},{best}]', size=True)}."
    )
    if smaller:
        return text + f" A smaller load fits, up to {fig(_largest_name(graph))}."
    if isfinite(graph.value("opening_fuel_price")):
        text += (
            " With everything else as it is, imported fuel would have to be cheaper by "
            f"{fig('opening_fuel_price', size=True)} for the reference machines."
        )
    return text + " Nor does a smaller load open it, at any size that was searched."


def _largest_name(graph: Graph) -> str:
    row = graph.value("window_largest_power").loc[_WEAKEST]
    return f"window_largest_power[{_WEAKEST},{row.idxmax()}]"


def money_words(graph: Graph) -> str:
    """Who gains or loses by the tariff, in the period."""
    left = graph.value("capacity_contribution")
    if graph.value("absorbed_energy") <= 0:
        return "Nothing is served, so nothing is paid and nobody's bill changes."
    paid = f"The new load pays {fig('tariff_revenue')} ({fig('tariff_revenue', usd=True)})"
    burnt = (
        f"causes {fig('incremental_generation_cost')} of fuel and other variable cost and "
        f"{fig('connection_bill')} for its connection"
    )
    if left >= 0:
        return (
            f"{paid} and {burnt}. The difference, {fig('capacity_contribution')}, goes towards "
            "capacity payments that are due anyway, so everybody else's bill falls by "
            f"{fig('change_of_others_price', size=True)}. This supposes that all of the block "
            f"comes. {_willing(graph)}"
        )
    return (
        f"{paid} but {burnt}. Others pay the difference of "
        f"{fig('capacity_contribution', size=True)}, or {fig('change_of_others_price')}."
    )


def _willing(graph: Graph) -> str:
    """What is left if only those miners come whom it pays."""
    return (
        "If miners of the reference class come only as far as it pays them, the load takes "
        f"{fig('willing_energy')} and leaves {fig('willing_contribution')}. Customers drawn from a "
        "higher tariff would take from it."
    )


def hourly_words(study: Study) -> str:
    """Which hourly series the study rests on, for the head of the brief."""
    table = study.graph.inputs["hourly"]
    if study.country.hourly_is_synthetic:
        return "synthetic, see below"
    source = table.source.citation() if table.source else table.assumption
    return f"{source}, taken as it is"


def days_open(graph: Graph) -> str:
    """On how many days of the period the window would have been open, as marked text."""
    best = best_class(graph)
    share = graph.value("days_open_in_period").get(best, float("nan"))
    if not isfinite(share):
        return ""
    return (
        f"By the weakest test and for {best} machines it would have been open at the hashprice of "
        f"{fig(f'days_open_in_period[{best}]')} of the period's days."
    )
