"""The main flow. START HERE: a country, a blueprint and a market become a graph of figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from kilosat.definitions import Blueprint, Country
from kilosat.definitions.inputs import blueprint_inputs, country_inputs
from kilosat.definitions.market import Market
from kilosat.figures import Graph, collect
from kilosat.provenance import Sourced
from kilosat.scenarios import sensitivities, switches
from kilosat.stages import STAGES

__all__ = ["Study", "study"]


@dataclass(frozen=True, eq=False)
class Study:
    """A country under a blueprint in a market, as a graph of figures."""

    country: Country
    blueprint: Blueprint
    market: Market
    graph: Graph


def study(
    country: Country,
    blueprint: Blueprint,
    market: Market,
    cost_basis: str = "list",
    graph: Graph | None = None,
) -> Study:
    """Wire a country and a blueprint into figures; nothing is calculated until it is asked for.

    ``graph`` is one that holds the power study and more (``prospects.prospect``).

    Raises:
        DefinitionError: the blueprint cannot be applied to this country.
        FigureError: an input is missing or used by no figure.
    """
    if graph is not None:
        return Study(country, blueprint, market, graph)
    inputs: Mapping[str, Sourced] = {
        **country_inputs(country),
        **blueprint_inputs(blueprint, country),
        **market.inputs,
        **switches(cost_basis),
    }
    graph = Graph(collect(STAGES), inputs, country.currency, [sensitivities(inputs)])
    return Study(country, blueprint, market, graph)
