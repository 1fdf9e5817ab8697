"""A synthetic year of the size of Pakistan's system: 120 units, 6 reservoirs, 8,760 hours.

The shapes are made up from a fixed seed; they are here for their size, not for their truth.
Money is rupees per MWh.
"""

import numpy as np

from kilosat.power.dispatch import ElasticLoads, Reservoirs, Storages, System, Units

HOURS, UNITS, SEED = 8760, 120, 2025
VARIANTS = ("plain", "hydro", "storage", "hydro and storage")


def arrays(variant: str) -> dict[str, np.ndarray]:
    """All input arrays of a variant, before any model is built from them."""
    rng = np.random.default_rng(SEED)
    hour = np.arange(HOURS)
    day, clock = hour // 24, hour % 24
    month = np.minimum(day * 12 // 365, 11)
    season = 17000 + 6000 * np.cos(2 * np.pi * (day - 195) / 365)
    demand = season * (1 + 0.12 * np.sin(2 * np.pi * (clock - 13) / 24))
    demand *= 1 + 0.03 * rng.standard_normal(HOURS)
    # Ten availability profiles (two renewable, eight thermal) shared by 120 units.
    profile = np.clip(0.85 + 0.08 * rng.standard_normal((10, HOURS)), 0.3, 1)
    profile[0] = 0.9 * np.clip(np.sin(np.pi * (clock - 6) / 12), 0, 1)
    wind = 0.35 + 0.2 * np.sin(2 * np.pi * day / 365) + 0.15 * rng.standard_normal(HOURS)
    profile[1] = np.clip(wind, 0, 1)
    fuel = rng.integers(0, 10, UNITS)
    capacity = rng.uniform(50, 500, UNITS)
    cost = np.where(fuel < 2, 0.0, rng.uniform(2000, 40000, UNITS).round())
    maximum = capacity[:, None] * profile[fuel]
    floor = np.where((rng.random(UNITS) < 0.15) & (fuel >= 2), 0.5, 0.0)
    turbine = np.array([4888.0, 3478, 1450, 969, 1000, 720])
    # Turbine capacity differs from hour to hour, as outages do.
    water_high = turbine[:, None] * (1 - 0.1 * rng.random((6, HOURS)))
    inflow = 0.45 + 0.35 * np.cos(2 * np.pi * (np.arange(12) - 6.5) / 12)
    inflow = np.clip(inflow + 0.1 * rng.standard_normal((6, 12)), 0.12, 1.1)
    found = {
        "demand": demand,
        "month": month,
        "cost": cost,
        "minimum": maximum * floor[:, None],
        "maximum": maximum,
    }
    if "hydro" in variant:
        found |= {
            "water_low": 0.08 * water_high,
            "water_high": water_high,
            "budget": turbine[:, None] * inflow * np.bincount(month),
        }
    if "storage" in variant:
        # MW in, MW out, MWh, efficiency in, efficiency out, first level.
        found["store"] = np.array([1000.0, 1000.0, 8000.0, 0.9, 0.9, 4000.0])
    return found


LOST_LOAD = 300_000.0


def system_from(data: dict[str, np.ndarray]) -> System:
    """The arrays as a checked kilosat system."""
    parts: dict[str, Reservoirs | Storages] = {}
    if "budget" in data:
        names = tuple(f"reservoir {r}" for r in range(len(data["budget"])))
        parts["reservoirs"] = Reservoirs(
            names, data["water_low"], data["water_high"], data["budget"]
        )
    if "store" in data:
        parts["storages"] = Storages(("store",), *data["store"][:, None])
    names = tuple(f"unit {u}" for u in range(len(data["cost"])))
    units = Units(names, data["cost"], data["minimum"], data["maximum"])
    return System(data["demand"], data["month"], units, LOST_LOAD, **parts)


def scenario(system: System, number: int) -> tuple[np.ndarray, ElasticLoads]:
    """A further load and tariff: up to 2,000 MW firm, 2,000 MW of miners at some bid."""
    rng = np.random.default_rng((SEED, number))
    mines = ElasticLoads(
        ("mines",), rng.uniform(5000, 35000, 1), np.full((1, system.hours), rng.uniform(0, 2000))
    )
    return system.demand_mw + rng.uniform(0, 2000), mines
