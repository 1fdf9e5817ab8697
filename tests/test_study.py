"""Every service mode and tariff scheme on the real country, held to what must always be true."""

from dataclasses import replace

import pandas as pd
import pytest

from kilosat.definitions import Blueprint
from kilosat.figures import Graph
from kilosat.provenance import Sourced
from kilosat.study import Study, study

MODES = ("firm", "interruptible", "surplus-only")
SCHEMES = ("flat", "seasonal", "time-of-use", "marginal-plus-adder", "incremental-package")


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


def variant(blueprint: Blueprint, mode: str, scheme: str) -> Blueprint:
    choices = blueprint.choices.model_copy(update={"service_mode": mode, "tariff_scheme": scheme})
    table = Sourced(periods(scheme), "", "assumed", assumption="a test's periods")
    adder = Sourced(3.0, "PKR/kWh", "assumed", assumption="a test's adder")
    values = {**blueprint.values, "tariff_adder": adder}
    return replace(blueprint, choices=choices, tariff_periods=table, values=values)


@pytest.fixture(scope="module", params=[(m, s) for m in MODES for s in SCHEMES], ids="-".join)
def graph(request: pytest.FixtureRequest, pakistan_study: Study) -> Graph:
    base = pakistan_study
    changed = variant(base.blueprint, *request.param)
    return study(base.country, changed, base.market).graph


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
    assert flow["new load pays"] == pytest.approx(parts)
    assert flow["change of everybody else's bill"] == pytest.approx(
        -flow["left for capacity payments"]
    )


def test_surplus_only_load_covers_its_own_energy(graph: Graph) -> None:
    if graph.value("service_mode") != "surplus-only":
        pytest.skip("only a surplus-only load is bound to its tariff")
    run, tariff = graph.value("load_run"), graph.value("hourly_tariff").per_kwh
    mining = run.dispatch.elastic_mw[1:].sum(axis=0) > 1e-6
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
