"""Further scenarios on a prepared fleet, the choice of method, and what importing costs."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import kilosat.power.dispatch as package
from kilosat.power.dispatch import ElasticLoads, SolverError, dispatch, dispatch_highs, prepare


@pytest.mark.parametrize(("reservoirs", "storages"), [(0, 0), (3, 0), (0, 1), (2, 1)])
def test_a_further_scenario_equals_a_fresh_dispatch(random_system, check, reservoirs, storages):
    system = random_system(5, 48, 6, reservoirs, elastic=1, storages=storages)
    prepared = prepare(system)
    for extra in (0.0, 7.0, 40.0):
        demand = system.demand_mw + extra
        loads = ElasticLoads(("mine",), np.array([12.5 + extra]), np.full((1, 48), 15.0))
        changed = replace(system, demand_mw=demand, elastic=loads)
        found = prepared.solve(demand, loads)
        check(changed, found)
        assert found.method == "fast"
        assert found.objective == pytest.approx(dispatch(changed).objective, rel=1e-12)
        assert found.objective == pytest.approx(dispatch_highs(changed).objective, rel=1e-8)


def test_a_month_of_many_units_and_reservoirs(random_system, check):
    system = random_system(11, 730, 30, 6, elastic=2)
    found = dispatch(system)
    assert found.method == "fast"
    assert found.objective == pytest.approx(dispatch_highs(system).objective, rel=1e-9)
    check(system, found)


def test_half_a_year_of_one_storage(random_system, check):
    system = random_system(12, 4380, 6, storages=1)
    found = dispatch(system)
    assert found.method == "fast"
    assert found.objective == pytest.approx(dispatch_highs(system).objective, rel=1e-9)
    check(system, found)


def test_a_quarter_of_hydro_and_storage(random_system, check):
    system = random_system(13, 2190, 12, 4, elastic=1, storages=1)
    found = dispatch(system)
    assert found.method == "fast"
    assert found.objective == pytest.approx(dispatch_highs(system).objective, rel=1e-9)
    check(system, found, tolerance=1e-8)


def test_an_unproven_fast_answer_is_flagged_and_replaced(random_system, monkeypatch):
    monkeypatch.setattr("kilosat.power.dispatch.prepared.ACCEPTED_RELATIVE_GAP", -1.0)
    system = random_system(7, 24, 4, 1)
    kept = dispatch(system, method="fast")
    assert (kept.method, kept.flagged) == ("fast", True)
    replaced = dispatch(system)
    assert (replaced.method, replaced.flagged) == ("highs", True)
    assert "relative gap" in replaced.reason
    assert replaced.objective == pytest.approx(kept.objective)


def test_a_solver_that_fails_in_the_mixture_leaves_it_to_the_whole_programme(
    random_system, monkeypatch
):
    def fail(_program):
        raise SolverError("told to")

    monkeypatch.setattr("kilosat.power.dispatch.joint.optimum", fail)
    system = random_system(13, 48, 4, 2, storages=1)
    found = dispatch(system)
    assert (found.method, found.flagged) == ("highs", True)
    with pytest.raises(SolverError, match="no joint use"):
        dispatch(system, method="fast")


def test_what_is_outside_the_fast_method_goes_to_highs_and_says_so(random_system):
    found = dispatch(random_system(3, 24, 4, storages=2))
    assert found.method == "highs"
    assert "several storages" in found.reason


def test_highs_can_be_asked_for(random_system):
    found = dispatch(random_system(3, 24, 4), method="highs")
    assert found.method == "highs"
    assert not found.reason


def test_names_exported():
    for name in package.__all__:
        assert hasattr(package, name)


def test_import_neither_compiles_nor_loads_the_solver():
    # In a process of its own, for this one has long imported both.
    code = "import kilosat.power.dispatch, sys; print({'numba', 'highspy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
