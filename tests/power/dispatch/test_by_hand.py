"""Dispatches small enough to work out on paper."""

import numpy as np
import pytest

from kilosat.power.dispatch import (
    ElasticLoads,
    Reservoirs,
    Storages,
    System,
    Units,
    dispatch,
    dispatch_highs,
    prepare,
)

METHODS = ["fast", "highs"]
LOST = 1000.0


def two_units(demand: list[float], **parts: object) -> System:
    """50 MW at 10 (10 MW of it must run) and 30 MW at 40 per MWh."""
    hours = len(demand)
    return System(
        demand_mw=np.array(demand),
        period=np.zeros(hours, int),
        units=Units(
            ("cheap", "dear"),
            np.array([10.0, 40.0]),
            np.array([[10.0] * hours, [0.0] * hours]),
            np.array([[50.0] * hours, [30.0] * hours]),
        ),
        value_of_lost_load=LOST,
        **parts,
    )


@pytest.mark.parametrize("method", METHODS)
def test_four_hours_of_two_units(method):
    """Spill below the floor, cheap at the margin, dear at the margin, and 5 MW lost."""
    found = dispatch(two_units([4, 30, 60, 85]), method)
    np.testing.assert_allclose(found.unit_mw, [[10, 30, 50, 50], [0, 0, 10, 30]])
    np.testing.assert_allclose(found.spilled_mw, [6, 0, 0, 0])
    np.testing.assert_allclose(found.unserved_mw, [0, 0, 0, 5])
    np.testing.assert_allclose(found.price, [0, 10, 40, LOST])
    # 10 x (10 + 30 + 50 + 50) + 40 x (10 + 30) = 3,000; and 5 MWh lost.
    assert found.generation_cost == pytest.approx(3000)
    assert found.objective == pytest.approx(3000 + 5 * LOST)
    assert found.lower_bound == pytest.approx(found.objective)


@pytest.mark.parametrize("method", METHODS)
def test_water_goes_where_power_is_dear(method):
    """20 MWh, at most 15 MW: 15 at the peak save lost load, the other 5 save dear power."""
    lake = Reservoirs(("lake",), np.zeros((1, 3)), np.full((1, 3), 15.0), np.array([[20.0]]))
    found = dispatch(two_units([30, 60, 95], reservoirs=lake), method)
    np.testing.assert_allclose(found.reservoir_mw, [[0, 5, 15]])
    # Cheap: 30 + 50 + 50; dear: 5 + 30; nothing lost.
    assert found.objective == pytest.approx(10 * 130 + 40 * 35)
    assert found.water_value[0, 0] == pytest.approx(40)


@pytest.mark.parametrize("method", METHODS)
def test_a_pool_of_two_lakes_cannot_put_all_its_water_into_one_hour(method):
    """A small lake with a large turbine, a large lake with a small one: the pool must split.

    Peak hour: the first lake gives all its 10 MWh, the second its full 5 MW, no more. The pool
    alone would have put 25 MWh into the peak. What the second has left (15 MWh) runs at 5 MW in
    the other three hours.
    """
    lakes = Reservoirs(
        ("small", "large"),
        np.zeros((2, 4)),
        np.array([[40.0] * 4, [5.0] * 4]),
        np.array([[10.0], [30.0]]),
    )
    found = dispatch(two_units([60, 60, 60, 80], reservoirs=lakes), method)
    np.testing.assert_allclose(found.reservoir_mw.sum(axis=0)[3] <= 15 + 1e-9, True)
    np.testing.assert_allclose(found.reservoir_mw[1], [5, 5, 5, 5])
    # Residual 60+60+60+80 - 20 - 10 = 230 MWh; cheap gives 200; 30 MWh at 40.
    assert found.objective == pytest.approx(10 * 200 + 40 * 30)


@pytest.mark.parametrize("method", METHODS)
def test_scarce_lakes_have_different_values_of_water(method):
    """With 100 MW wanted at the peak the small lake's water saves lost load, the large one's not.

    Peak: 100 - 80 (units) - 10 (small lake) - 5 (large lake's turbine) = 5 MW lost.
    """
    lakes = Reservoirs(
        ("small", "large"),
        np.zeros((2, 3)),
        np.array([[40.0] * 3, [5.0] * 3]),
        np.array([[10.0], [10.0]]),
    )
    found = dispatch(two_units([60, 60, 100], reservoirs=lakes), method)
    assert found.unserved_mw.sum() == pytest.approx(5)
    # Other hours: 120 MWh less 5 of the large lake: 100 cheap, 15 dear; peak 50 and 30.
    assert found.objective == pytest.approx(10 * 150 + 40 * (15 + 30) + 5 * LOST)
    np.testing.assert_allclose(found.water_value[:, 0], [LOST, 40])


@pytest.mark.parametrize("method", METHODS)
def test_a_miner_buys_while_it_pays(method):
    """A 10 MW miner bids 25: served from spill and cheap power, not from dear power."""
    mine = ElasticLoads(("mine",), np.array([25.0]), np.full((1, 4), 10.0))
    found = dispatch(two_units([4, 30, 60, 45], elastic=mine), method)
    np.testing.assert_allclose(found.elastic_mw, [[10, 10, 0, 5]])
    # Cheap: 14 (10 of it must run), 40, 50, 50; dear: 10; 25 MWh served at 25.
    assert found.generation_cost == pytest.approx(10 * 154 + 40 * 10)
    assert found.objective == pytest.approx(10 * 154 + 40 * 10 - 25 * 25)
    np.testing.assert_allclose(found.price, [10, 10, 40, 25])


@pytest.mark.parametrize("method", METHODS)
def test_storage_carries_cheap_power_to_the_dear_hour(method):
    """8 MWh stored from 10 MW at 10, of which 6.4 MW come back at 40 per MWh."""
    store = Storages(("store",), *(np.array([v]) for v in (10.0, 10, 8, 0.8, 0.8, 0)))
    found = dispatch(two_units([30, 70], storages=store), method)
    np.testing.assert_allclose(found.charge_mw, [[10, 0]], atol=1e-9)
    np.testing.assert_allclose(found.discharge_mw, [[0, 6.4]], atol=1e-9)
    np.testing.assert_allclose(found.level_mwh, [[8, 0]], atol=1e-9)
    assert found.objective == pytest.approx(10 * (40 + 50) + 40 * (20 - 6.4))


def test_ties_are_shared_in_proportion_to_what_units_can_do():
    units = Units(("a", "b"), np.array([10.0, 10.0]), np.zeros((2, 1)), np.array([[30.0], [10.0]]))
    found = dispatch(System(np.array([20.0]), np.array([0]), units, LOST))
    np.testing.assert_allclose(found.unit_mw, [[15], [5]])


def test_a_unit_paid_to_run_runs_and_spills():
    units = Units(("a",), np.array([-7.0]), np.zeros((1, 1)), np.array([[30.0]]))
    found = dispatch(System(np.array([20.0]), np.array([0]), units, LOST))
    assert found.objective == pytest.approx(-210)
    np.testing.assert_allclose(found.spilled_mw, [10])
    np.testing.assert_allclose(found.price, [0])


def test_a_kink_in_demand_takes_the_lower_price():
    """Demand of exactly 50 MW: one more MWh costs 40, one less saves 10; the lower is taken."""
    np.testing.assert_allclose(dispatch(two_units([50])).price, [10])


def test_no_units_at_all_lose_all_load():
    units = Units((), np.empty(0), np.empty((0, 2)), np.empty((0, 2)))
    found = dispatch(System(np.array([3.0, 4.0]), np.array([0, 0]), units, LOST))
    assert found.objective == pytest.approx(7 * LOST)


def test_incremental_cost_of_one_mwh_is_the_price():
    prepared = prepare(two_units([30, 60, 45]))
    before = prepared.solve()
    after = prepared.solve(demand_mw=np.array([30, 61.0, 45]))
    assert after.objective - before.objective == pytest.approx(before.price[1], rel=1e-9)


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    units = Units(("a",), np.array([1.0]), np.zeros((1, 2)), np.ones((1, 2)))
    system = System(np.array([1.0, 2.0]), np.array([0, 0]), units, 10.0)
    # one MWh at 1, one at 1 and one lost at 10
    assert dispatch_highs(system).objective == pytest.approx(12.0)
    print("after")
    assert capfd.readouterr().out == "after\n"
