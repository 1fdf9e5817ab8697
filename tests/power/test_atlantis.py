"""Atlantis, dispatched by hand in tests/atlantis/README.md, against the study and HiGHS."""

from pathlib import Path

import numpy as np
import pytest

from kilosat.definitions import read_blueprint, read_country
from kilosat.definitions.market import read_market
from kilosat.figures import Graph
from kilosat.power.dispatch import dispatch_highs
from kilosat.study import study

ATLANTIS = Path(__file__).parents[1] / "atlantis"


def graph_of(basis: str = "list") -> Graph:
    country, blueprint = read_country(ATLANTIS), read_blueprint(ATLANTIS / "blueprint.toml")
    return study(country, blueprint, read_market(), basis).graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return graph_of()


def by_block(hourly: np.ndarray) -> list[float]:
    """Means of the six blocks of eight hours."""
    return [float(mean) for mean in hourly.reshape(6, 8).mean(axis=1)]


def test_base_run_by_hand(graph: Graph) -> None:
    run = graph.value("base_run").dispatch
    assert run.generation_cost == pytest.approx(196.0e6)
    assert run.price / 1000 == pytest.approx(np.repeat([4.0, 6, 12, 4, 12, 20], 8))
    names = graph.value("base_system").system.units.names
    output = {name: by_block(row) for name, row in zip(names, run.unit_mw, strict=True)}
    assert output["Ys 1"] == pytest.approx([120, 240, 240, 120, 150, 150])
    assert output["Lyonesse"] == pytest.approx([100, 100, 220, 100, 220, 300])
    assert output["Kumari"] == pytest.approx([0, 0, 0, 0, 0, 70])
    assert by_block(run.reservoir_mw[0]) == pytest.approx([20, 20, 80, 20, 20, 120])


def test_filed_costs_by_hand() -> None:
    run = graph_of("filed").value("base_run").dispatch
    assert run.generation_cost == pytest.approx(212.56e6)
    assert run.price / 1000 == pytest.approx(np.repeat([5.0, 7, 12, 7, 12, 20], 8))


# 75 MW of miners at 95 % uptime and 25 x 0.8 MW of AI at the meter, over 1 - 2 % loss.
LOAD = (75 * 0.95 + 20) / 0.98
# On the February evening 1,000 MW of plant and 130 MW of hydro leave 1,130 - 1.05 x 1,000 MW.
ROOM = 80.0


def test_incremental_cost_by_hand(graph: Graph) -> None:
    thousand_per_hour = [
        4 * LOAD,  # January night: Ys 1
        6 * 30 + 12 * (LOAD - 30),  # day: the rest of Ys 2, then Lyonesse
        12 * 80 + 20 * (LOAD - 80),  # evening: the rest of Lyonesse, then Kumari
        4 * 30 + 6 * (LOAD - 30),  # February night: the rest of Ys 1, then Ys 2
        12 * 80 + 20 * (LOAD - 80),  # day
        20 * ROOM,  # evening: Kumari, miners held back by the reserve
    ]
    cost = 8 * sum(thousand_per_hour) * 1000
    served = np.repeat([LOAD, LOAD, LOAD, LOAD, LOAD, ROOM], 8)
    assert graph.value("load_run").served_mw == pytest.approx(served)
    assert graph.value("incremental_generation_cost") == pytest.approx(cost / 1e9)
    assert graph.value("incremental_cost") == pytest.approx(cost / (served.sum() * 980))
    assert graph.value("interrupted_hours") == 8


def test_figures_by_hand(graph: Graph) -> None:
    assert graph.value("capacity_cost_per_kwh") == pytest.approx(3.0)
    assert graph.value("absorbed_energy") == pytest.approx((40 * LOAD + 8 * ROOM) * 0.98 / 1e3)
    assert graph.value("unserved_with_load") == 0.0


def test_against_highs(graph: Graph) -> None:
    best = dispatch_highs(graph.value("base_system").system)
    assert best.objective == pytest.approx(196.0e6, rel=1e-9)
