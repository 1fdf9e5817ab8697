"""The inputs and stages of a replay of a plan in a country on what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from kilosat.definitions import Blueprint, Country, Economy, Plan
from kilosat.definitions.history import read_network, read_prices
from kilosat.definitions.machine_price_points import read_machine_price_points
from kilosat.figures import Graph, collect
from kilosat.market.hashprice import hashprice_history
from kilosat.market.response_data import read_efficiency
from kilosat.mining import block
from kilosat.mining.machine_prices import (
    machine_efficiency_elasticity,
    machine_price_elasticity,
    machine_price_fit,
)
from kilosat.provenance import Sourced
from kilosat.quantities import KWH_PER_MWH
from kilosat.reserve.cost_basis import METHODS
from kilosat.walks import (
    mine,
    no_mine,
    replay,
    replay_mine,
    replay_mined,
    replay_schedule,
    replay_unmined,
    schedule,
    supply_stated,
)
from kilosat.walks.errors import WalkError
from kilosat.walks.inputs import economy_inputs, plan_inputs

__all__ = [
    "REPLAY_MINE_STAGES",
    "REPLAY_RESERVE_STAGES",
    "PlanReplay",
    "replay_of_plan",
]

REPLAY_RESERVE_STAGES: tuple[ModuleType, ...] = (replay_schedule, replay)
"""The modules whose figures make a replay."""
REPLAY_MINE_STAGES: tuple[ModuleType, ...] = (replay_mine, replay_mined)
"""What a blueprint with a load adds to them."""

_RULES: tuple[Callable[..., Any], ...] = (
    schedule.list_scale_factor,
    schedule.reserve_cap,
    schedule.rebalancing_target,
)
_PRICES: tuple[Callable[..., Any], ...] = (
    hashprice_history,
    machine_price_fit,
    machine_price_elasticity,
    machine_efficiency_elasticity,
)


@dataclass(frozen=True, eq=False)
class PlanReplay:
    """A plan in an economy as a graph of figures over days that were.

    ``power`` says in words how the mine's power is known; it is empty without a mine.
    """

    economy: Economy
    plan: Plan
    power: str
    graph: Graph


def replay_of_plan(
    economy: Economy,
    plan: Plan,
    start: date,
    until: date | None = None,
    *,
    cost_method: str = "average",
    country: Country | None = None,
    blueprint: Blueprint | None = None,
    prices: Path | None = None,
) -> PlanReplay:
    """Wire a plan in an economy into figures from ``start`` on.

    Args:
        economy: where.
        plan: what.
        start: the first day of the plan; all its distances in time count from here.
        until: the last day; the last with a price if not given.
        cost_method: ``average`` or ``fifo``.
        country: the power part of the economy's file, where it can be dispatched.
        blueprint: the power part of the plan's file, where it has one.
        prices: own file in place of the shipped daily closes (columns date, close_usd).

    Raises:
        WalkError: days without prices, or out of order, or a cost method that is not known.
        HistoryError: a file cannot be read as it should.
        DefinitionError: the country lacks something that the plan needs; the message names it.
    """
    closes = read_prices(prices)
    last = closes.value.index[-1] if until is None else until
    _check(closes.value, start, last, cost_method)
    values = {
        **economy_inputs(economy, plan),
        **plan_inputs(plan),
        "price_history": closes,
        "network_history": read_network(),
        "replay_start": _choice(str(start), "first day of the plan: a choice"),
        "replay_date": _choice(str(last), "day of the replay, at the close (24:00 UTC)"),
        "outlook_as_of": _choice(
            str(start - timedelta(days=1)), "the day before the start: a walk begins a day later"
        ),
        "cost_method": _choice(cost_method, "which cost leaves with a sale: a choice"),
    }
    functions: list[Callable[..., Any]] = [*collect(REPLAY_RESERVE_STAGES), *_RULES]
    if not plan.has_load:
        functions += collect((no_mine, replay_unmined))
        return PlanReplay(economy, plan, "", Graph.using(functions, values, economy.currency))
    if blueprint is None:
        raise ValueError("a plan with a load needs its blueprint")
    power, words = _power(economy, plan, country, blueprint)
    values = {**blueprint.values, **values, **power, **_mine_inputs(plan)}
    functions += [*collect((*REPLAY_MINE_STAGES, mine, supply_stated, block)), *_PRICES]
    return PlanReplay(economy, plan, words, Graph.using(functions, values, economy.currency))


def _choice(value: str, why: str) -> Sourced:
    return Sourced(value, "", "assumed", assumption=why)


def _check(closes: "pd.Series[float]", start: date, last: date, cost_method: str) -> None:
    begin, end = closes.index[0], closes.index[-1]
    if cost_method not in METHODS:
        raise WalkError(f"'{cost_method}' is not a cost method: write {' or '.join(METHODS)}")
    for day in (start, last):
        if not begin <= day <= end:
            raise WalkError(f"no price for {day}: prices run from {begin} to {end}")
    if start > last:
        raise WalkError(f"the start, {start}, is after the last day, {last}: choose an earlier one")


def _power(
    economy: Economy, plan: Plan, country: Country | None, blueprint: Blueprint
) -> tuple[dict[str, Sourced], str]:
    """Price, cost and hours of the mine's power in USD/MWh, and a word on each."""
    if country is None:
        found = economy_inputs(economy, plan)
        needed = economy.needed("mining_power_price", f"the mine of blueprint '{plan.name}'")
        share = float(found["mining_hours_share"].value)
        names = ("mining_power_price", "mining_power_cost", "mining_hours_share")
        words = (
            f"the published price, {needed.value:.2f} USD/MWh, on every day, in "
            f"{100.0 * share:.1f} % of the hours, whatever the blueprint says of hours"
        )
        return {name: found[name] for name in names}, words
    tariff, rate = blueprint.values_in(country)["tariff"], country.values["exchange_rate"]
    price = Sourced(
        float(tariff.value) * KWH_PER_MWH / float(rate.value),
        "USD/MWh",
        "assumed",
        tariff.source,
        "the blueprint's tariff at the country file's exchange rate, on every day of the replay",
    )
    same = price.replaced(price.value, "no dispatch of past years: the price stands for the cost")
    hours = Sourced(
        1.0, "1", "assumed", None, "no dispatch of past years: power is there in every hour"
    )
    words = (
        f"the blueprint's tariff, {price.value:.2f} USD/MWh at the file's exchange rate, on every "
        "day and in all hours: no dispatch of past years exists"
    )
    power = {"mining_power_price": price, "mining_power_cost": same, "mining_hours_share": hours}
    return power, words


def _mine_inputs(plan: Plan) -> dict[str, Sourced]:
    own = any(name.startswith("fleet_") for name in plan.values)
    why = "all machines are the best on sale at the start"
    shares = pd.Series({replay_mine.BEST_ON_SALE: 1.0})
    words = f"{why}: the blueprint's classes are those of 2026" if own else why
    return {
        "machine_price_points": read_machine_price_points(),
        "asic_efficiency": read_efficiency(),
        "fleet_shares": Sourced(shares, "1", "assumed", None, words),
    }
