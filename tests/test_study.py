"""Every service mode and tariff scheme on the real country, held to what must always be true."""

from dataclasses import replace

import pandas as pd
import pytest

from kilosat.definitions import Blueprint
from kilosat.figures import Graph
from kilosat.provenance import Sourced
from kilosat.study import Study, study

MODES = ("firm", "interruptible", "surplus-only")
HYDRO = ("re-optimised", "fixed")
SCHEMES = ("flat", "seasonal", "time-of-use", "marginal-plus-adder", "incremental-package")


# Every scheme in every mode; hydro by turns.
CASES = [(m, s, HYDRO[(i + j) % 2]) for i, m in enumerate(MODES) for j, s in enumerate(SCHEMES)]


def periods(scheme: str) -> pd.DataFrame:
    every_hour, every_month = tuple(range(24)), tuple(range(1, 13))
    winter, evening = (11, 12, 1, 2, 3), (18, 19, 20, 21)
    if scheme == "seasonal":
        summer = tuple(m for m in every_month if m not in winter)
        rows = [(winter, every_hour, 18.0), (summer, every_hour, 25.0)]
    else:
        rest = tuple(h for h in every_hour if h not in evening)
        rows = [(every_month, evening, 30.0), (every_month, rest, 20.0)]
    return pd.DataFrame(rows, columns=["months", "hours", "tariff"])


def variant(blueprint: Blueprint, mode: str, scheme: str, hydro: str) -> Blueprint:
    changes = {"service_mode": mode, "tariff_scheme": scheme, "hydro": hydro}
    choices = blueprint.choices.model_copy(update=changes)
    table = Sourced(periods(scheme), "", "assumed", assumption="a test's periods")
    adder = Sourced(3.0, "PKR/kWh", "assumed", assumption="a test's adder")
    values = {**blueprint.values, "tariff_adder": adder}
    return replace(blueprint, choices=choices, tariff_periods=table, values=values)


def graph_of(base: Study, case: tuple[str, str, str]) -> Graph:
    return study(base.country, variant(base.blueprint, *case), base.market).graph


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def graph(request: pytest.FixtureRequest, pakistan_study: Study) -> Graph:
    return graph_of(pakistan_study, request.param)


SURPLUS = [case for case in CASES if case[0] == "surplus-only"]


@pytest.fixture(scope="module", params=SURPLUS, ids="-".join)
def surplus_graph(request: pytest.FixtureRequest, pakistan_study: Study) -> Graph:
    return graph_of(pakistan_study, request.param)


def test_no_more_is_absorbed_than_wanted(graph: Graph) -> None:
    assert 0 <= graph.value("absorbed_energy") <= graph.value("wanted_energy") * (1 + 1e-9)


def test_unserved_energy_rises_only_for_firm_service(graph: Graph) -> None:
    rise = graph.value("unserved_with_load") - graph.value("unserved_before")
    if graph.value("service_mode") == "firm":
        assert rise >= -1e-9
    else:
        assert rise == pytest.approx(0.0, abs=1e-6)


def test_incremental_cost_lies_between_the_cheapest_and_the_dearest_plant(graph: Graph) -> None:
    cost = graph.value("base_system").system.units.marginal_cost / 1000
    assert cost.min() <= graph.value("incremental_cost_at_busbar") <= cost.max()


def test_the_payment_is_split_without_remainder(graph: Graph) -> None:
    flow = graph.value("who_pays_and_gains")
    parts = flow["extra fuel and variable cost"] + flow["left for capacity payments"]
    parts += flow["connection"]
    assert flow["new load pays"] == pytest.approx(parts)
    assert flow["change of everybody else's bill"] == pytest.approx(
        -flow["left for capacity payments"]
    )


def test_surplus_only_load_covers_its_own_energy(surplus_graph: Graph) -> None:
    graph = surplus_graph
    run, tariff = graph.value("load_run"), graph.value("hourly_tariff").per_kwh
    mining = run.mining_served_mw > 1e-6
    # The price with the load is at most the tariff at the busbar in every hour in which miners run.
    limit = tariff * (1 - graph.value("new_load_loss"))
    assert (run.dispatch.price[mining] / 1000 <= limit[mining] + 1e-6).all()


def test_both_dispatches_are_exact_against_their_difference(graph: Graph) -> None:
    assert graph.value("incremental_cost_precision") < 1e-6


def test_every_figure_has_a_source_or_an_assumption(pakistan_graph: Graph) -> None:
    for name in pakistan_graph.specs:
        tree = pakistan_graph.explain(name)
        assert tree.all_sources() or tree.assumptions(), name


def test_every_figure_has_a_value(pakistan_graph: Graph) -> None:
    for name, spec in pakistan_graph.specs.items():
        value = pakistan_graph.value(name)
        if not spec.is_node and isinstance(value, float):
            assert value == value, name


def test_every_figure_has_a_value_in_every_scheme(graph: Graph) -> None:
    for name, spec in graph.specs.items():
        value = graph.value(name)
        if not spec.is_node and isinstance(value, float):
            assert value == value or name == "opening_fuel_price", name


def test_a_country_without_reports_still_has_its_figures(pakistan_study: Study) -> None:
    country = pakistan_study.country
    table = country.tables["reported_generation"]
    empty = replace(table, value=table.value.iloc[:0])
    bare = replace(country, tables={**country.tables, "reported_generation": empty})
    graph = study(bare, pakistan_study.blueprint, pakistan_study.market).graph
    assert graph.value("generation_check").empty
    assert graph.value("full_incremental_cost") > 0


@pytest.mark.parametrize("tariff", [6.5, 12.0, 14.9, 17.5, 20.3])
def test_a_surplus_load_is_served_alike_on_the_whole_step(
    pakistan_study: Study, tariff: float
) -> None:
    """The window dispatches once a step between two costs; any tariff on the step agrees."""
    graph = graph_of(pakistan_study, ("surplus-only", "flat", "re-optimised"))
    loss = graph.value("new_load_loss")
    costs = graph.value("base_system").system.units.marginal_cost / 1000 / (1 - loss)
    step = float(costs[costs <= tariff].max())
    served = [
        graph.with_values({"tariff": rate}, "a test").value("load_run").served_mw.sum()
        for rate in (step, tariff)
    ]
    assert served[0] == pytest.approx(served[1], rel=1e-9)
