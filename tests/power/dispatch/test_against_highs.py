"""The fast method against the linear programme, on systems made to be awkward."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kilosat.power.dispatch import dispatch, dispatch_highs

seeds = st.integers(0, 2**32 - 1)
some = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def compare(system, check):
    expected = dispatch_highs(system)
    found = dispatch(system, method="fast")
    assert found.method == "fast"
    assert found.objective == pytest.approx(expected.objective, rel=1e-8, abs=1e-6)
    assert abs(found.relative_gap) < 1e-9
    check(system, found)


@some
@given(seed=seeds, hours=st.integers(1, 40), units=st.integers(1, 8))
def test_units_alone(random_system, check, seed, hours, units):
    compare(random_system(seed, hours, units), check)


@some
@given(seed=seeds, units=st.integers(1, 6), elastic=st.integers(1, 4))
def test_elastic_loads(random_system, check, seed, units, elastic):
    compare(random_system(seed, 24, units, elastic=elastic), check)


@some
@given(seed=seeds, hours=st.integers(1, 60), reservoirs=st.integers(1, 7))
def test_reservoirs_with_budgets(random_system, check, seed, hours, reservoirs):
    compare(random_system(seed, hours, 5, reservoirs, elastic=1), check)


@some
@given(seed=seeds, hours=st.integers(1, 60), units=st.integers(1, 6), elastic=st.integers(0, 2))
def test_one_storage(random_system, check, seed, hours, units, elastic):
    compare(random_system(seed, hours, units, elastic=elastic, storages=1), check)


@some
@given(seed=seeds, hours=st.integers(1, 50), reservoirs=st.integers(1, 4))
def test_hydro_and_one_storage_together(random_system, check, seed, hours, reservoirs):
    system = random_system(seed, hours, 5, reservoirs, elastic=1, storages=1)
    found = dispatch(system)
    assert found.objective == pytest.approx(dispatch_highs(system).objective, rel=1e-6, abs=1e-6)
    assert abs(found.relative_gap) < 1e-6
    check(system, found, tolerance=1e-6)


@settings(some, max_examples=30)
@given(seed=seeds, reservoirs=st.integers(0, 3))
def test_two_storages(random_system, check, seed, reservoirs):
    system = random_system(seed, 24, 4, reservoirs, elastic=1, storages=2)
    check(system, dispatch(system), tolerance=1e-6)


@settings(some, max_examples=40)
@given(seed=seeds, reservoirs=st.integers(0, 3), storages=st.integers(0, 2))
def test_highs_itself_passes_the_checks(random_system, check, seed, reservoirs, storages):
    system = random_system(seed, 18, 4, reservoirs, elastic=2, storages=storages)
    check(system, dispatch_highs(system), tolerance=1e-6)


@settings(some, max_examples=60)
@given(seed=seeds, reservoirs=st.integers(1, 4))
def test_more_load_never_costs_less_and_hydro_helps(random_system, seed, reservoirs):
    system = random_system(seed, 24, 5, reservoirs)
    found = dispatch(system)
    dry = dispatch(system.with_fixed_reservoirs(system.reservoirs.min_mw))
    assert found.objective <= dry.objective + 1e-6 * max(1.0, abs(dry.objective))
    fixed = dispatch(system.with_fixed_reservoirs(found.reservoir_mw))
    assert fixed.objective == pytest.approx(found.objective, rel=1e-9, abs=1e-3)
