"""Random systems in which the awkward cases are common."""

import numpy as np

from kilosat.power.dispatch import ElasticLoads, Reservoirs, Storages, System, Units


def random_system(
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
