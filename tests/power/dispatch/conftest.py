"""Random systems in which the awkward cases are common, and the checks that any answer passes."""

from collections.abc import Callable

import numpy as np
import pytest

from kilosat.power.dispatch import (
    Dispatch,
    ElasticLoads,
    Reservoirs,
    Storages,
    System,
    Units,
    dual_value,
)


def make_random_system(
    seed: int,
    hours: int = 24,
    units: int = 5,
    reservoirs: int = 0,
    elastic: int = 0,
    storages: int = 0,
) -> System:
    """A system with ties, zero and negative costs, must-run above demand, empty periods."""
    rng = np.random.default_rng(seed)
    whole = bool(rng.integers(2))  # whole numbers make ties in power, too

    def power(shape: tuple[int, ...], top: float) -> np.ndarray:
        drawn = rng.uniform(0, top, shape)
        return np.round(drawn) if whole else drawn

    cost = rng.choice([-5.0, 0.0, 0.0, 10.0, 10.0, 12.5, 30.0, 45.0, 70.0, 2000.0], units)
    high = power((units, hours), 40)
    low = high * rng.choice([0.0, 0.0, 0.3, 1.0], (units, 1))
    demand = power((hours,), 25.0 * units * rng.uniform(0.2, 1.3))
    periods = int(rng.integers(1, 4))
    period = np.sort(rng.integers(0, periods, hours))
    return System(
        demand_mw=demand,
        period=period,
        units=Units(tuple(f"unit {u}" for u in range(units)), cost, low, high),
        value_of_lost_load=1000.0,
        reservoirs=_reservoirs(rng, reservoirs, period, periods, power),
        storages=_storages(rng, storages),
        elastic=ElasticLoads(
            tuple(f"load {e}" for e in range(elastic)),
            rng.choice([-1.0, 0.0, 10.0, 12.5, 20.0, 45.0, 500.0], elastic),
            power((elastic, hours), 20),
        ),
    )


def _reservoirs(rng, count, period, periods, power) -> Reservoirs:
    hours = period.size
    if rng.integers(2):
        high = power((count, hours), 30)
    else:
        high = np.repeat(power((count, 1), 30), hours, axis=1)
    low = high * rng.choice([0.0, 0.0, 0.2, 1.0], (count, 1))
    # From no water at all to more than the turbines can take.
    full = np.array([np.bincount(period, weights=row, minlength=periods) for row in high])
    least = np.array([np.bincount(period, weights=row, minlength=periods) for row in low])
    full, least = full.reshape(count, periods), least.reshape(count, periods)
    part = rng.choice([0.0, 0.1, 0.3, 0.5, 0.8, 1.0, 1.5], (count, periods))
    return Reservoirs(
        tuple(f"lake {r}" for r in range(count)), low, high, np.maximum(least, part * full)
    )


def _storages(rng, count) -> Storages:
    energy = rng.uniform(5, 120, count)
    return Storages(
        tuple(f"store {s}" for s in range(count)),
        charge_mw=rng.uniform(1, 30, count),
        discharge_mw=rng.uniform(1, 30, count),
        energy_mwh=energy,
        charge_efficiency=rng.choice([1.0, 0.9, 0.75], count),
        discharge_efficiency=rng.choice([1.0, 0.9, 0.8], count),
        initial_mwh=energy * rng.choice([0.0, 0.4, 1.0], count),
    )


def check_dispatch(system: System, found: Dispatch, tolerance: float = 1e-9) -> None:
    """Limits hold, energy balances, the money adds up, and the prices prove the objective."""
    scale = max(1.0, abs(found.objective))
    _check_limits(system, found)
    supply = found.unit_mw.sum(axis=0) + found.reservoir_mw.sum(axis=0) + found.unserved_mw
    use = system.demand_mw + found.elastic_mw.sum(axis=0) + found.spilled_mw
    supply, use = supply + found.discharge_mw.sum(axis=0), use + found.charge_mw.sum(axis=0)
    np.testing.assert_allclose(supply, use, atol=1e-6)
    paid = float(system.units.marginal_cost @ found.unit_mw.sum(axis=1))
    bids = float(system.elastic.willingness_to_pay @ found.elastic_mw.sum(axis=1))
    lost = system.value_of_lost_load * float(found.unserved_mw.sum())
    assert found.generation_cost == pytest.approx(paid, abs=tolerance * scale)
    assert found.objective == pytest.approx(paid + lost - bids, abs=tolerance * scale)
    assert (found.price >= 0).all()
    assert (found.price <= system.value_of_lost_load).all()
    assert (found.water_value >= 0).all()
    bound = dual_value(system, found.price, found.water_value, found.storage_value)
    assert bound == pytest.approx(found.lower_bound, abs=tolerance * scale)
    assert bound == pytest.approx(found.objective, abs=tolerance * scale)


def _check_limits(system: System, found: Dispatch) -> None:
    dust = 1e-6
    for part, output in ((system.units, found.unit_mw), (system.reservoirs, found.reservoir_mw)):
        assert (output >= part.min_mw - dust).all()
        assert (output <= part.max_mw + dust).all()
    for r, budget in enumerate(system.reservoirs.budget_mwh):
        used = np.bincount(system.period, weights=found.reservoir_mw[r], minlength=system.periods)
        assert (used <= budget + dust).all()
    assert (found.elastic_mw >= 0).all()
    assert (found.elastic_mw <= system.elastic.max_mw + dust).all()
    assert (found.unserved_mw >= 0).all()
    assert (found.spilled_mw >= 0).all()
    store = system.storages
    for s in range(len(store.names)):
        charge, discharge, level = found.charge_mw[s], found.discharge_mw[s], found.level_mwh[s]
        assert (charge >= -dust).all()
        assert (charge <= store.charge_mw[s] + dust).all()
        assert (discharge >= -dust).all()
        assert (discharge <= store.discharge_mw[s] + dust).all()
        assert (level >= -dust).all()
        assert (level <= store.energy_mwh[s] + dust).all()
        gain = charge * store.charge_efficiency[s] - discharge / store.discharge_efficiency[s]
        np.testing.assert_allclose(np.diff(level, prepend=store.initial_mwh[s]), gain, atol=1e-6)
        assert level[-1] == pytest.approx(store.initial_mwh[s], abs=1e-6)


@pytest.fixture(scope="session")
def random_system() -> Callable[..., System]:
    return make_random_system


@pytest.fixture(scope="session")
def check() -> Callable[..., None]:
    return check_dispatch
