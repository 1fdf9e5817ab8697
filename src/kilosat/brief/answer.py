"""The answer in three sentences, put together from the figures."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kilosat.brief.labels import FLOOR_WORDS, fuel_label, listed
from kilosat.brief.marks import fig, quoted
from kilosat.figures import Graph

__all__ = ["Sentence", "answer", "best_class"]

_WEAKEST = "incremental cost"
_RATES = {"low": "tariff_low", "central": "paid_tariff", "high": "tariff_high"}
_NOUNS = {
    "incremental cost": "the cost that it causes",
    "others' bill": "the variable cost, so nobody else's bill rises",
    "market-economy operator": "what a private owner would ask",
    "price gap, purchase price": f"the average wholesale price ({fig('purchase_price')})",
    "price gap, full cost recovery": f"the average retail cost ({fig('full_cost_tariff')})",
    "accepted band, price": f"the price of the package that was accepted ({fig('package_tariff')})",
}
_CONDITIONS = {
    "accepted band, energy": "fits the energy of the package",
    "accepted band, open to all": "is open to all as the package is",
}
_MISSED_CONDITIONS = {
    "accepted band, energy": "exceeds the energy of the package",
    "accepted band, open to all": "is offered to one sector only",
}


@dataclass(frozen=True)
class Sentence:
    """A question and its answer in one sentence, as marked text."""

    key: str
    question: str
    text: str


def answer(graph: Graph, day: date) -> tuple[Sentence, ...]:
    """The three sentences, for the market of ``day``."""
    return (
        Sentence("absorbed", "How much can be absorbed, at what cost?", _absorbed(graph)),
        Sentence("subsidy", "Is the tariff a subsidy?", _subsidy(graph)),
        Sentence("miners", "Would miners come?", _miners(graph, day)),
    )


def best_class(graph: Graph) -> str:
    """The machine class for which the window is widest, or least shut, under the weakest test."""
    widths: pd.Series[float] = graph.value("window_width").loc[_WEAKEST]
    known = widths.dropna()
    return str(known.idxmax()) if len(known) else str(graph.value("reference_class"))


def _absorbed(graph: Graph) -> str:
    asked = f"A load of {fig('power')}"
    if graph.value("absorbed_energy") <= 0:
        return (
            f"{asked} finds no hour in which it is served, so it costs nothing and brings nothing."
        )
    fuels = [str(name) for name in graph.value("incremental_energy_by_fuel").index[:2]]
    burnt = listed([fuel_label(name).lower().replace("rlng", "RLNG") for name in fuels])
    mostly = f", mostly by burning {burnt}" if burnt else ""
    rise = graph.value("unserved_with_load") - graph.value("unserved_before")
    safe = (
        f"; unserved energy of other customers rises from {fig('unserved_before', bare=True)} to "
        f"{fig('unserved_with_load')}"
        if rise > 1e-6
        else "; no other customer loses supply"
    )
    return (
        f"{asked} can take {fig('absorbed_energy')} in the period, {fig('absorbed_share')} of what "
        f"it asks for, and causes {fig('full_incremental_cost')} "
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
    turning = [_turning(t, verdicts.loc[t]) for t in _NOUNS if not same[t]]
    parts = []
    if met:
        parts.append(f"covers {listed(met)}: no subsidy by these tests")
    if missed:
        parts.append(f"falls short of {listed(missed)}: a subsidy by these")
    parts += turning
    parts += _own_plant(verdicts.loc["stand-alone cost"])
    conditions = [_MISSED_CONDITIONS[t] for t in _CONDITIONS if first[t] == "fails"]
    if conditions:
        parts.append(f"{listed(conditions)}, so it is outside what the lender accepted")
    span = f"{fig('tariff_low', bare=True)} to {fig('tariff_high')}"
    return f"A tariff of {span} {'; it '.join(parts)}."


def _turning(test: str, outcomes: "pd.Series[str]") -> str:
    def at(word: str) -> str:
        rates = [fig(_RATES[str(k)], bare=True) for k, v in outcomes.items() if v == word]
        return listed(rates)

    return f"meets {_NOUNS[test]} at {at('holds')}, not at {at('fails')}"


def _own_plant(outcomes: "pd.Series[str]") -> list[str]:
    plant = f"the cost of a plant of its own ({fig('standalone_cost')})"
    if (outcomes == "holds").all():
        return [f"stays below {plant}, so it is not overcharged"]
    if (outcomes == "fails").all():
        return [f"exceeds {plant}, so the new load would pay for others"]
    return [f"is near {plant}: above it, the new load would pay for others"]


def _miners(graph: Graph, day: date) -> str:
    verdicts = graph.value("miners_verdicts")["central"]

    def those(word: str) -> list[str]:
        return [quoted(name) for name in verdicts.index[verdicts == word]]

    invest, run, away = those("invest"), those("run"), those("stay away")
    parts = [
        f"{listed(invest)} machines would earn their cost of capital"
        if invest
        else "no new site would earn its cost of capital"
    ]
    if run:
        parts.append(f"{listed(run)} machines that are already paid for would run")
    if away and len(away) < len(verdicts):
        parts.append(f"{listed(away)} ones would not")
    elif away:
        parts.append("machines already paid for would not run either")
    when = f"At {fig('paid_tariff')} and the hashprice of {quoted(day.isoformat())}"
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
            f"causes {floor}, at sizes up to {largest}"
        )
    needed = fig(f"opening_hashprice[{_WEAKEST},{best}]")
    fall = fig(f"opening_cost_fall[{_WEAKEST},{best}]", size=True)
    return (
        f"the window is empty, since the load causes {floor} and {machines}, the best placed, can "
        f"pay {ceiling} and still earn their capital: a hashprice of {needed} would open it, or a "
        f"cost lower by {fall}"
    )
