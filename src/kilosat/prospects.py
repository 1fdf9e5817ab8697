"""A country under a blueprint, looked at forward: prices, network, mine and reserve as figures.

The stages depend on what country and blueprint have: a mine on dispatched power, a mine at a
published price of power, or no mine at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType

from kilosat.definitions import Blueprint, Country, Economy, Plan
from kilosat.definitions.findings import DefinitionError, Finding
from kilosat.definitions.inputs import blueprint_inputs, country_inputs
from kilosat.definitions.machine_price_points import read_machine_price_points
from kilosat.definitions.market import Market
from kilosat.definitions.price_history import PriceHistory
from kilosat.figures import Graph, collect
from kilosat.market.response_data import RESPONSE_STAGES, NetworkHistory, response_inputs
from kilosat.outlook import OUTLOOK_STAGES, outlook_inputs
from kilosat.outlook.fan import DEFAULT
from kilosat.provenance import Sourced
from kilosat.scenarios import sensitivities, switches
from kilosat.stages import STAGES
from kilosat.walks import DISPATCHED_MINE_STAGES, RESERVE_STAGES, STATED_MINE_STAGES
from kilosat.walks.inputs import economy_inputs, fleet_shares, plan_inputs, setting_inputs

__all__ = ["Prospect", "Settings", "prospect"]

_LOOKING_AHEAD = (*OUTLOOK_STAGES, *RESPONSE_STAGES)
_SURPLUS = ("interruptible", "surplus-only")


@dataclass(frozen=True)
class Settings:
    """How to look ahead: model, as-of date, paths, seed, horizon, what counts as a large loss."""

    model: str = DEFAULT
    as_of: date | None = None
    paths: int = 10_000
    seed: int = 1
    horizon_years: int | None = None
    loss_share_of_gdp: float | None = None
    loss_share_of_spending: float | None = None
    efficiency_trend_kept: float | None = None

    def given(self) -> dict[str, float]:
        """Those of the walk that were asked for."""
        names = ("model", "as_of", "paths", "seed")
        asked = {name: value for name, value in vars(self).items() if name not in names}
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True, eq=False)
class Prospect:
    """A plan in an economy as a graph of figures. ``power``: how its mine's power is known."""

    economy: Economy
    plan: Plan
    power: str
    graph: Graph


def prospect(
    economy: Economy,
    plan: Plan,
    history: PriceHistory,
    market: Market,
    settings: Settings = Settings(),
    country: Country | None = None,
    blueprint: Blueprint | None = None,
    cost_basis: str = "list",
    network: NetworkHistory | None = None,
) -> Prospect:
    """Wire an economy and a plan into figures; nothing is calculated until it is asked for.

    ``country`` and ``blueprint`` are the power parts of the same files, where they have them: the
    mine then runs on dispatched power. ``network`` is what is known of the network, where many
    plans are looked at; it is read here if not given.

    Raises:
        DefinitionError: the country lacks something that the plan needs; the message names it.
        OutlookError: the price model or the as-of date is not known.
    """
    values = {
        **outlook_inputs(
            history, settings.as_of, settings.model, paths=settings.paths, seed=settings.seed
        ),
        **response_inputs(settings.as_of, network),
        **economy_inputs(economy, plan),
        **plan_inputs(plan),
        **setting_inputs(settings.given()),
    }
    if not plan.has_load or not _mining_mw(blueprint):
        return _wired(economy, plan, "none", RESERVE_STAGES, values)
    if blueprint is None:
        raise ValueError("a plan with a load needs its blueprint")
    _refuse_the_past(plan, settings, market)
    values["machine_price_points"] = read_machine_price_points()
    values["fleet_shares"] = fleet_shares(
        plan, market.inputs["machines"], str(market.inputs["reference_class"].value)
    )
    if country is not None:
        values = {
            **country_inputs(country),
            **blueprint_inputs(blueprint, country),
            **market.inputs,
            **switches(cost_basis),
            **values,
            "mined_share_kept": blueprint.values["mined_share_kept"],
        }
        return _wired(economy, plan, "dispatched", (*STAGES, *DISPATCHED_MINE_STAGES), values)
    _refuse_without_hours(economy, plan, blueprint)
    values = {**blueprint.values, **market.inputs, **values}
    return _wired(economy, plan, "stated", STATED_MINE_STAGES, values)


def _mining_mw(blueprint: Blueprint | None) -> float:
    """Megawatts that mine; a load of data centres alone has no mine to look ahead for."""
    if blueprint is None:
        return 0.0
    return float(blueprint.values["power"].value * blueprint.values["mining_share"].value)


def _refuse_the_past(plan: Plan, settings: Settings, market: Market) -> None:
    """The machines that are known are those on sale now: no earlier mine is built of them."""
    newest = int(market.inputs["machines"].value["price_year"].max())
    if settings.as_of is not None and settings.as_of.year < newest - 1:
        message = (
            f"blueprint '{plan.name}' cannot be looked at from {settings.as_of}: prices and "
            f"efficiencies of machines are those of {newest - 1} and {newest}"
        )
        remedy = "choose a later day, or use kilosat replay, which takes the machines of then"
        raise DefinitionError([Finding(plan.file, 0, message, remedy)])


def _refuse_without_hours(economy: Economy, plan: Plan, blueprint: Blueprint) -> None:
    """A surplus can be judged by the hour only; a firm load also at a published price."""
    if blueprint.choices.service_mode in _SURPLUS:
        message = (
            f"blueprint '{plan.name}' runs on surplus power, and {economy.name} has no hourly "
            "system from which a surplus could be told"
        )
        remedy = "add the tables hourly, plants, fuels, availability, hydro and reported_generation"
        raise DefinitionError([Finding(economy.file, 0, message, remedy)])
    economy.needed("mining_power_price", f"blueprint '{plan.name}' without an hourly system")
    peak = economy.values.get("peak_demand")
    if peak and _mining_mw(blueprint) > peak.value:
        message = (
            f"blueprint '{plan.name}' would take {_mining_mw(blueprint):,.0f} MW, more than the "
            f"{peak.value:,.0f} MW of {economy.name}'s own peak demand: no published price is "
            "good for that"
        )
        remedy = "lower its power, or give the country an hourly system"
        raise DefinitionError([Finding(economy.file, peak.line, message, remedy)])


def _wired(
    economy: Economy,
    plan: Plan,
    power: str,
    stages: Iterable[ModuleType],
    values: Mapping[str, Sourced],
) -> Prospect:
    """The graph of the stages with the inputs that they use."""
    functions = collect((*stages, *_LOOKING_AHEAD))
    graph = Graph.using(functions, values, economy.currency)
    if power == "dispatched":
        graph = Graph(functions, graph.inputs, economy.currency, [sensitivities(graph.inputs)])
    return Prospect(economy, plan, power, graph)
