"""The fast method on the real country against the linear programme solved by HiGHS."""

from dataclasses import replace

import pytest

from kilosat.figures import Graph
from kilosat.power.dispatch import Dispatch, System, dispatch_highs, dual_value


def case(graph: Graph, name: str) -> tuple[System, Dispatch]:
    system = graph.value("base_system").system
    if name == "base":
        return system, graph.value("base_run").dispatch
    if name == "cost only":
        return graph.value("cost_only_system").system, graph.value("cost_only_run").dispatch
    load = graph.value("offered_load")
    loaded = replace(system, demand_mw=system.demand_mw + load.firm_mw, elastic=load.elastic)
    if name == "with load":
        return loaded, graph.value("run_hydro_free").dispatch
    schedule = graph.value("base_run").dispatch.reservoir_mw
    return loaded.with_fixed_reservoirs(schedule), graph.value("run_hydro_fixed").dispatch


@pytest.mark.parametrize("name", ["base", "cost only", "with load", "hydro fixed"])
def test_objective_equals_the_optimum(pakistan_graph: Graph, name: str) -> None:
    system, answer = case(pakistan_graph, name)
    assert answer.method == "fast"
    assert answer.objective == pytest.approx(dispatch_highs(system).objective, rel=1e-6)


@pytest.mark.parametrize("name", ["base", "with load", "hydro fixed"])
def test_prices_are_valid_duals(pakistan_graph: Graph, name: str) -> None:
    system, answer = case(pakistan_graph, name)
    bound = dual_value(system, answer.price, answer.water_value, answer.storage_value)
    assert bound == pytest.approx(answer.objective, rel=1e-9)
