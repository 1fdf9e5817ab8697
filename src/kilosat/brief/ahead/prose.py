"""Passages of the look forward that depend on how the figures come out."""

from collections.abc import Sequence
from math import isfinite

from kilosat.brief.ahead.levels import HIGH, LOW, MIDDLE
from kilosat.brief.ahead.weighing import NO_RAMP, WEIGHED
from kilosat.brief.labels import listed
from kilosat.brief.marks import fig, quoted
from kilosat.definitions import Country
from kilosat.definitions.value_specs import ECONOMY_VALUES
from kilosat.figures import Graph

__all__ = ["ahead_words", "futures_words", "missing_words"]

_AIMED = {"cover_80": 80.0, "cover_95": 95.0}
_AIMED_DAYS = (30, 90, 365)
_AIM, _BARELY = 3.0, 3.5
"""Points by which a coverage may be off, and below which it is hardly more than that."""
_YEAR, _LONGEST = 365, 1460
_RESPONSE = "response"


def ahead_words(graph: Graph) -> dict[str, str]:
    """All passages by key."""
    return {
        "coverage": _coverage(graph),
        "efficiency": _efficiency(graph),
        "hashrate": _hashrate(graph),
        "ceiling": _ceiling(graph),
        "state": _state(graph),
    }


def futures_words(graph: Graph) -> str:
    """One sentence for the first page."""
    return (
        f"Over {fig('outlook_paths')} simulated futures of {fig('horizon_years')}, a mine built "
        f"now at the tariff on offer earns its cost of capital in "
        f"{fig('mine_chances[earns its cost of capital]')} of the paths; its net present value is "
        f"{fig(f'mine_npv[{MIDDLE}]')} in the median; at today's prices machines and site cost "
        f"{fig('first_outlay')}."
    )


def missing_words(country: Country, missing: Sequence[str]) -> str:
    """Why a brief does not look forward."""
    if not missing:
        return "This brief does not look forward: it was put together without simulated prices."
    meanings = {spec.name: f"{spec.meaning}, {spec.unit}" for spec in ECONOMY_VALUES}
    named = [quoted(f"{name} ({meanings.get(name, '')})") for name in missing]
    return (
        f"This brief does not look forward, because the file of {quoted(country.name)} lacks "
        f"{listed(named)}."
    )


def _coverage(graph: Graph) -> str:
    """Whether the model that is used reached the aim, horizon by horizon."""
    model = str(graph.value("chosen_price_model"))
    table = graph.value("price_backtest")
    missed = []
    for column, aim in _AIMED.items():
        off = {d: abs(float(table.at[f"{model} {d} days", column]) - aim) for d in _AIMED_DAYS}
        parts = [
            f"{fig(f'price_backtest[{model} {days} days,{column}]')} at {quoted(f'{days} days')}"
            + (" (only just beyond)" if distance <= _BARELY else "")
            for days, distance in off.items()
            if distance > _AIM
        ]
        if parts:
            missed.append(f"its {quoted(f'{aim:.0f} %')} interval held {listed(parts)}")
    aimed = (
        f"The aim was that the {quoted('80 %')} and the {quoted('95 %')} interval hold what came "
        f"within three points, from {quoted('30 days')} to a year."
    )
    verdict = f"misses it: {listed(missed)}; elsewhere it is met" if missed else "meets it"
    chosen = "the default" if graph.value("default_price_model") == model else "asked for"
    year, longest = (f"price_backtest[{model} {d} days,windows]" for d in (_YEAR, _LONGEST))
    return (
        f"{aimed} The model used here ({fig('chosen_price_model')}, {chosen}) {verdict}. At a year "
        f"there are {fig(year)} windows that do not overlap and at four years {fig(longest)}, so "
        "few that three points can be neither shown nor denied. The settings of the models were "
        "chosen on the same past that judges them, which flatters. All forecasts here begin on "
        f"{fig('outlook_as_of')}, the last day with a price, and will be held against what came."
    )


def _hashrate(graph: Graph) -> str:
    held = [fig(f"hashrate_backtest[{_RESPONSE} {d} days,cover_95]") for d in (365, 730)]
    lean = [fig(f"hashrate_backtest[{_RESPONSE} {d} days,bias]") for d in (365, 730)]
    upward = float(graph.value("hashrate_backtest").at[f"{_RESPONSE} 730 days", "bias"]) > 0
    side = (
        "too much hashrate, hence too low a hashprice, which is the careful side for whoever "
        "weighs a mine"
        if upward
        else "too little hashrate, hence too high a hashprice, which flatters a mine"
    )
    return (
        f"With the price known, the {quoted('95 %')} interval of the hashrate held {held[0]} of "
        f"what came at a year and {held[1]} at two: it is too narrow. The middle of the forecasts "
        f"was off by {lean[0]} and {lean[1]} in the log of difficulty: {side}."
    )


def _efficiency(graph: Graph) -> str:
    """What the hashrate of later years rests on."""
    cell = f"hashrate_fit[{graph.value('hashrate_as_of')},decline of efficiency]"
    return (
        "Machines go on getting better: the energy that the best of them need for a hash falls by "
        f"{fig(cell)} as fitted, and {fig('efficiency_trend_kept')} of that is taken to go on. "
        "Nobody knows whether it can. If it slows, hashrate grows less and a hash earns more than "
        "is shown here."
    )


def _ceiling(graph: Graph) -> str:
    """How what follows from the walk differs from the ceiling that the window uses."""
    name = "break_even_tariff_local"
    found = graph.value(name)
    if not isfinite(found[MIDDLE]):
        return (
            "The window above holds the day's hashprice for the life of the machines, and the "
            f"reference machines can then pay {fig('reference_ceiling')}. That flatters. Here the "
            "hashprice follows the simulated price, the halvings and the network's response, and "
            "on some paths no tariff that was searched makes the mine just earn its cost of "
            f"capital. On offer is {fig('paid_tariff')}."
        )
    below = ""
    if float(found[LOW]) < 0:
        where = "in most" if float(found[MIDDLE]) < 0 else "in the worst"
        below = (
            f"; below zero, as {where} of them, miners would have to be paid to take the power, or "
            "their machines would have to cost less"
        )
    return (
        "The window above rests on another number: what the reference machines can pay if the "
        f"day's hashprice lasted for their life, {fig('reference_ceiling')}. That flatters. Here "
        "the hashprice follows the simulated price, the halvings and the network's response, and "
        f"the tariff at which the mine just earns its cost of capital is {fig(f'{name}[{MIDDLE}]')}"
        f" in the median, and {fig(f'{name}[{LOW}]', bare=True)} to {fig(f'{name}[{HIGH}]')} in "
        f"the central {quoted('90 %')} of the paths{below}. On offer is {fig('paid_tariff')}. "
        "Not all of the gap is hashprice: here machines come, and are paid, evenly "
        f"over {fig('ramp_up')}s, and fail at {fig('failure_rate')}; without that "
        "ramp the median would be "
        f"{fig(f'{WEIGHED}[{NO_RAMP},break_even_tariff_median]')}."
    )


def _state(graph: Graph) -> str:
    return (
        f"At the state's discount rate of {fig('public_discount_rate')}, the plan is worth "
        f"{fig(f'public_result[{MIDDLE}]')} to the state in the median path, and it is a loss in "
        f"{fig('chance_of_public_loss')} of the paths; the mean of the worst {quoted('2.5 %')} is "
        f"{fig('public_shortfall')}. The connection ({fig('mine_connection_outlay')}) is paid on "
        "the first day; the tariff above the cost of the power comes in only while miners run."
    )
