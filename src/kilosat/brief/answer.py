"""The answer in a sentence to each question, put together from the figures."""

from dataclasses import dataclass
from datetime import date
from math import isfinite

import numpy as np
import pandas as pd

from kilosat.brief.ahead.levels import looks_ahead
from kilosat.brief.ahead.prose import futures_words
from kilosat.brief.labels import FLOOR_WORDS, fuel_in_text, listed
from kilosat.brief.marks import fig, quoted
from kilosat.figures import Graph

__all__ = ["Sentence", "answer", "best_class", "tariff_span"]

_WEAKEST = "incremental cost"
_NOUNS = {
    "incremental cost": "the cost it causes",
    "others' bill": "everybody else's bill",
    "market-economy operator": "a private owner's asking price",
    "price gap, purchase price": f"the average wholesale price ({fig('purchase_price')})",
    "price gap, full cost recovery": f"the average retail cost ({fig('full_cost_tariff')})",
    "accepted band, price": f"the price of the accepted package ({fig('package_tariff')})",
}
_BROKEN_TERMS = {
    "accepted band, energy": "takes more energy than that package allows",
    "accepted band, open to all": "is made to one sector only",
}


@dataclass(frozen=True)
class Sentence:
    """A question and its answer in one sentence, as marked text."""

    key: str
    question: str
    text: str


def answer(graph: Graph, day: date) -> tuple[Sentence, ...]:
    """The sentences, for the market of ``day``; a fourth where the study looks forward."""
    sentences = (
        Sentence("absorbed", "How much can be absorbed, at what cost?", _absorbed(graph)),
        Sentence("subsidy", "Is the tariff a subsidy?", _subsidy(graph)),
        Sentence("miners", "Would miners come?", _miners(graph, day)),
    )
    if not looks_ahead(graph):
        return sentences
    question = "And if the future is not like that day?"
    return (*sentences, Sentence("futures", question, futures_words(graph)))


def best_class(graph: Graph) -> str:
    """The machine class for which the window is widest, or least shut, under the weakest test."""
    widths: pd.Series[float] = graph.value("window_width").loc[_WEAKEST]
    known = widths[np.isfinite(widths)]
    return str(known.idxmax()) if len(known) else str(graph.value("reference_class"))


def _absorbed(graph: Graph) -> str:
    asked = f"A load of {fig('power')}"
    if graph.value("absorbed_energy") <= 0:
        return (
            f"{asked} finds no hour in which it is served, so it costs nothing and brings nothing."
        )
    fuels = [str(name) for name in graph.value("incremental_energy_by_fuel").index[:2]]
    burnt = listed([fuel_in_text(name) for name in fuels])
    mostly = f", mostly by burning {burnt}" if burnt else ""
    rise = graph.value("unserved_with_load") - graph.value("unserved_before")
    safe = (
        f"; unserved energy of firm customers rises from {fig('unserved_before', bare=True)} to "
        f"{fig('unserved_with_load')}"
        if rise > 1e-6
        else "; no firm customer loses supply"
    )
    return (
        f"{asked} can take {fig('absorbed_energy')} in the period, {fig('absorbed_share')} of what "
        f"it asks for, and costs the system {fig('full_incremental_cost')} "
        f"({fig('full_incremental_cost', usd=True)}) at its meter{mostly}{safe}."
    )


def _subsidy(graph: Graph) -> str:
    verdicts = graph.value("subsidy_verdicts")
    if graph.value("absorbed_energy") <= 0:
        return "No energy is sold, so no test has anything to weigh."
    same = verdicts.nunique(axis=1) == 1
    first = verdicts.iloc[:, 0]
    met = [_NOUNS[t] for t in _NOUNS if same[t] and first[t] == "holds"]
    missed = [_NOUNS[t] for t in _NOUNS if same[t] and first[t] == "fails"]
    parts = []
    if met:
        parts.append(f"it is no subsidy by {listed(met)}")
    if missed:
        parts.append(f"it is {'one' if met else 'a subsidy'} by {listed(missed)}")
    parts += [_turning(t, verdicts.loc[t]) for t in _NOUNS if not same[t]]
    parts += _own_plant(verdicts.loc["stand-alone cost"])
    if (verdicts.loc["supply of others"] == "fails").any():
        parts.append("it leaves others short of supply, which no tariff makes good")
    broken = [words for t, words in _BROKEN_TERMS.items() if first[t] == "fails"]
    if broken:
        parts.append(f"the offer {listed(broken)}, outside that package's terms")
    return f"At {tariff_span(graph)} {'; '.join(parts)}."


def tariff_span(graph: Graph) -> str:
    """The tariffs that are judged, as a text."""
    low, _, high = graph.value("judged_tariffs")
    if low == high:
        return fig("paid_tariff")
    return f"{fig('judged_tariffs[low]', bare=True)} to {fig('judged_tariffs[high]')}"


def _turning(test: str, outcomes: "pd.Series[str]") -> str:
    def at(word: str) -> str:
        rates = [fig(f"judged_tariffs[{k}]", bare=True) for k, v in outcomes.items() if v == word]
        return listed(rates)

    return f"{_NOUNS[test]} is met at {at('holds')}, not at {at('fails')}"


def _own_plant(outcomes: "pd.Series[str]") -> list[str]:
    """The one ceiling is worth a word only where it is broken."""
    plant = f"the cost of a plant of its own ({fig('standalone_cost')})"
    if (outcomes == "holds").all():
        return []
    some = "" if (outcomes == "fails").all() else " at the higher rates"
    return [f"it exceeds {plant}{some}, so the new load would pay for others"]


def _miners(graph: Graph, day: date) -> str:
    verdicts = graph.value("miners_verdicts")["central"]

    def those(word: str) -> str:
        return listed([quoted(name) for name in verdicts.index[verdicts == word]])

    outcomes = {
        "invest": "{} machines would earn their cost of capital",
        "invest in part": "{} machines would earn their cost of capital on a part of the block",
        "run": "{} machines that are already paid for would run",
        "run in part": "{} machines already paid for would run a part of the block",
        "stay away": "{} ones would stay away",
    }
    parts = [words.format(those(key)) for key, words in outcomes.items() if those(key)]
    if not those("invest") and not those("invest in part"):
        parts.insert(0, "no new site would earn its cost of capital")
    given = graph.inputs["hashprice"].quality == "assumed"
    whose = "a hashprice given by the user" if given else f"the hashprice of {quoted(str(day))}"
    when = f"At {fig('paid_tariff')} and {whose}"
    return f"{when} ({fig('hashprice')}) {listed(parts)}; {_window(graph)}."


def _window(graph: Graph) -> str:
    best = best_class(graph)
    test = FLOOR_WORDS[_WEAKEST].lower()
    floor = fig(f"window_floors[{_WEAKEST}]")
    ceiling = fig(f"window_ceilings[{best}]")
    machines = f"{quoted(best)} machines"
    if graph.value(f"window_width[{_WEAKEST},{best}]") >= 0:
        largest = fig(f"window_largest_power[{_WEAKEST},{best}]")
        return (
            f"the window is open under {test}: {machines} can pay up to {ceiling} for power that "
            f"costs {floor}, at sizes up to {largest}"
        )
    if not isfinite(graph.value(f"window_floors[{_WEAKEST}]")):
        return "the window is empty, since at this size no tariff covers what the load causes"
    needed = fig(f"opening_hashprice[{_WEAKEST},{best}]")
    fall = fig(f"opening_cost_fall[{_WEAKEST},{best}]", size=True)
    cheaper = (
        f", or a cost lower by {fall}"
        if isfinite(graph.value(f"opening_cost_fall[{_WEAKEST},{best}]"))
        else ""
    )
    return (
        f"the window is empty, since the load costs {floor} and {machines}, the best placed, can "
        f"pay {ceiling} and still earn their capital: a hashprice of {needed} would open it"
        f"{cheaper}"
    )
