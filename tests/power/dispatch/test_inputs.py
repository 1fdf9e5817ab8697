"""One clear message for each way in which an input can be wrong."""

import numpy as np
import pytest

from kilosat.power.dispatch import ElasticLoads, Reservoirs, Storages, System, Units, prepare

T = 4


def units(cost=10.0, low=0.0, high=5.0, hours=T):
    return Units(("u",), np.array([cost]), np.full((1, hours), low), np.full((1, hours), high))


def lake(low=0.0, high=5.0, budget=10.0, periods=1, hours=T):
    return Reservoirs(
        ("lake",),
        np.full((1, hours), low),
        np.full((1, hours), high),
        np.full((1, periods), budget),
    )


def store(**changes):
    values = {
        "charge_mw": 5.0,
        "discharge_mw": 5.0,
        "energy_mwh": 20.0,
        "charge_efficiency": 0.9,
        "discharge_efficiency": 0.9,
        "initial_mwh": 0.0,
    } | changes
    return Storages(("s",), **{key: np.array([value]) for key, value in values.items()})


def load(bid=20.0, high=5.0, hours=T):
    return ElasticLoads(("mine",), np.array([bid]), np.full((1, hours), high))


def system(**changes):
    values = {
        "demand_mw": np.full(T, 3.0),
        "period": np.zeros(T, int),
        "units": units(),
        "value_of_lost_load": 1000.0,
    } | changes
    return System(**values)


CASES = [
    (lambda: units(cost=np.nan), "marginal_cost of units: not a finite number"),
    (lambda: units(high=np.inf), "max_mw of units: not a finite number"),
    (lambda: units(low=-1.0), "min_mw of units: -1 at"),
    (lambda: units(low=6.0), "unit 'u', hour 0: minimum 6 MW is above maximum 5 MW"),
    (
        lambda: Units(("u", "v"), np.ones(2), np.ones((1, T)), np.ones((2, T))),
        "min_mw of units: expected 2 row",
    ),
    (lambda: Units(("u",), np.ones(1), np.ones(T), np.ones((1, T))), "expected 2 dimension"),
    (
        lambda: Units(("u",), np.ones(1), np.ones((1, T)), np.ones((1, T + 1))),
        "minimum has shape",
    ),
    (lambda: lake(budget=-1.0), "budget_mwh of reservoirs: -1 at"),
    (lambda: lake(low=6.0), "reservoir 'lake', hour 0"),
    (lambda: store(charge_efficiency=0.0), "charge_efficiency of storages: must be above 0"),
    (lambda: store(discharge_efficiency=1.1), "discharge_efficiency of storages"),
    (lambda: store(initial_mwh=21.0), "initial level is above"),
    (lambda: store(energy_mwh=-1.0), "energy_mwh of storages: -1"),
    (lambda: load(high=-1.0), "max_mw of elastic loads: -1"),
    (lambda: load(bid=np.nan), "willingness_to_pay of elastic loads: not a finite"),
    (lambda: system(demand_mw=np.empty(0)), "no hour to dispatch"),
    (lambda: system(demand_mw=np.array([1, 2, -3.0, 4])), "demand_mw: hour 2 is negative"),
    (lambda: system(demand_mw=np.array([1, 2, np.nan, 4])), "demand_mw: not a finite number"),
    (lambda: system(period=np.zeros(3, int)), "period: expected shape"),
    (lambda: system(period=np.zeros(T)), "period: expected whole numbers"),
    (lambda: system(period=np.array([0, 1, 0, 1])), "never fall"),
    (lambda: system(period=np.array([-1, 0, 0, 1])), "start at 0"),
    (lambda: system(value_of_lost_load=0.0), "value_of_lost_load"),
    (lambda: system(units=units(hours=3)), r"units: 3 hour\(s\), but demand_mw has 4"),
    (lambda: system(reservoirs=lake(hours=3)), "reservoirs: 3 hour"),
    (lambda: system(elastic=load(hours=3)), "elastic loads: 3 hour"),
    (
        lambda: system(reservoirs=lake(), period=np.array([0, 0, 1, 1])),
        r"1 period\(s\), but hours belong to period 1",
    ),
    (
        lambda: system(reservoirs=lake(low=4.0, budget=15.0)),
        "reservoir 'lake', period 0: minimum flow needs 16 MWh, the budget is 15",
    ),
    (lambda: system(elastic=load(bid=1000.0)), "'mine' would pay the value of lost load"),
    (
        lambda: system(reservoirs=lake()).with_fixed_reservoirs(np.full((1, T), -3.0)),
        "min_mw of units: -3",
    ),
    (lambda: prepare(system()).solve(demand_mw=np.ones(3)), "expected 4 hours, got 3"),
    (lambda: prepare(system()).solve(elastic=load(bid=2000.0)), "value of lost load"),
    (
        lambda: prepare(system(storages=Storages(("a", "b"), *np.ones((6, 2))))).solve(
            method="fast"
        ),
        "several storages are outside the fast method",
    ),
]


@pytest.mark.parametrize(("build", "message"), CASES, ids=[message for _, message in CASES])
def test_message(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_a_budget_equal_to_its_minimum_flow_is_fine():
    low = np.full(3000, 0.1)
    System(
        np.ones(3000),
        np.zeros(3000, int),
        units(hours=3000),
        1000.0,
        Reservoirs(("lake",), low[None], low[None], np.array([[300.0]])),
    )


def test_inputs_need_not_be_arrays():
    assert system(demand_mw=[1, 2, 3, 4]).demand_mw.dtype == np.float64
