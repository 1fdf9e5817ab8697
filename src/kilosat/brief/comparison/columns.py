"""The columns of a comparison: each blueprint judged, or refused with the reason."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kilosat.brief.comparison import trust
from kilosat.brief.comparison.levels import interval_levels
from kilosat.definitions import Blueprint, Country, DefinitionError, Economy, Plan
from kilosat.definitions.market import Market
from kilosat.definitions.price_history import PriceHistory
from kilosat.figures import Graph, collect
from kilosat.market.errors import BitcoinError
from kilosat.market.response_data import NetworkHistory, read_network_history
from kilosat.outlook import OutlookError
from kilosat.prospects import Settings, prospect
from kilosat.walks import WalkError

__all__ = ["Column", "Task", "judged"]

_HOLDS_COINS = (
    "daily_purchase",
    "monthly_purchase",
    "one_off_purchase",
    "seized_coins",
    "rebalance_target",
    "mined_share_kept",
    "coin_royalty",
    "tariff_in_coins",
)


@dataclass(frozen=True, eq=False)
class Task:
    """What is compared: an economy, its plans, and what all of them share.

    ``plans`` are pairs of a plan and its power part, nothing for a plan without a load.
    """

    economy: Economy
    country: Country | None
    plans: tuple[tuple[Plan, Blueprint | None], ...]
    history: PriceHistory
    market: Market
    settings: Settings


@dataclass(frozen=True, eq=False)
class Column:
    """A blueprint of the comparison. ``graph`` is nothing where ``refusal`` says why."""

    key: str
    plan: Plan
    graph: Graph | None
    power: str = "none"
    refusal: str = ""

    @property
    def has_mine(self) -> bool:
        """Whether machines are part of the plan."""
        return self.power != "none"

    @property
    def has_reserve(self) -> bool:
        """Whether the plan has a rule by which coins are bought, kept or mined for the state."""
        if self.graph is None:
            return False
        inputs = self.graph.inputs
        rules = [inputs[name].value for name in _HOLDS_COINS if name in inputs]
        return any(rules) or len(inputs["purchase_list"].value) > 0


def judged(task: Task, progress: Callable[[str], None]) -> tuple[Column, ...]:
    """Walk every plan of the task; what the country or the plan lacks becomes a refusal."""
    columns: list[Column] = []
    network = read_network_history()
    for plan, blueprint in task.plans:
        progress(f"walking {plan.name} along the paths")
        key = _key(plan.name, [column.key for column in columns])
        columns.append(_column(task, key, plan, blueprint, network))
    return tuple(columns)


def _column(
    task: Task, key: str, plan: Plan, blueprint: Blueprint | None, network: NetworkHistory
) -> Column:
    try:
        # A mine needs the country's hours; a plan without one is not slowed down by them.
        country = task.country if blueprint is not None else None
        known = prospect(
            task.economy,
            plan,
            task.history,
            task.market,
            task.settings,
            country,
            blueprint,
            network=network,
        )
        graph = _extended(known.graph)
        graph.value("outcome")
    except DefinitionError as error:
        reasons = [f"{one.file}: {_reason(one.message, one.remedy)}" for one in error.findings]
        return Column(key, plan, None, refusal="; ".join(reasons))
    except (WalkError, OutlookError, BitcoinError) as error:
        return Column(key, plan, None, refusal=str(error))
    return Column(key, plan, graph, known.power)


def _extended(graph: Graph) -> Graph:
    """The graph with the figures that only a comparison prints."""
    functions = [spec.function for spec in graph.specs.values()]
    added = collect((trust,))
    inputs = graph.inputs | {"interval_levels": interval_levels()}
    return Graph([*functions, *added], inputs, graph.currency, graph.sweeps.values())


def _reason(message: str, remedy: str) -> str:
    return f"{message} ({remedy})" if remedy else message


def _key(name: str, taken: Sequence[str]) -> str:
    """A short name that can stand in an address; another one where it is taken."""
    key = re.sub(r"[^\w.-]+", "-", name).strip("-") or "plan"
    while key in taken:
        key += "-also"
    return key
