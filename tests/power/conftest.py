"""A system small enough to dispatch in the head: two plants, flat or two-level demand."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kilosat.power.fleet import Fleet, base_system
from kilosat.power.load import LoadRules, build_load, load_rules
from kilosat.power.runs import Run, base_run, firm_capability, host_hydro_free

HOURS = 24


def tables(
    demand: list[float], cheap_mw: float = 100.0, dear_mw: float = 100.0
) -> dict[str, object]:
    """A cheap plant at 5 and a dear one at 20 per kWh; one month, no hydro, no wind."""
    index = pd.date_range("2025-01-01", periods=len(demand), freq="h", name="local_time")
    plants = pd.DataFrame(
        {
            "name": ["cheap", "dear", "old"],
            "fuel": ["coal", "gas", "gas"],
            "capacity_mw": [cheap_mw, dear_mw, 1000.0],
            "status": ["operating", "operating", "standby"],
            "variable_cost_per_kwh": [5.0, 20.0, 1.0],
            "filed_cost_per_kwh": [6.0, 18.0, 1.0],
        }
    )
    fuels = pd.DataFrame(
        {
            "fuel": ["coal", "gas"],
            "role": ["thermal", "thermal"],
            "out_of_merit": [False, True],
            "emission_t_per_mwh": [1.0, 0.4],
            "imported_fuel_share": [0.0, 1.0],
        }
    )
    availability = pd.DataFrame(
        {"month": ["2025-01"] * 2, "fuel": ["coal", "gas"], "ceiling": 1.0, "minimum": 0.0}
    )
    reported = pd.DataFrame(
        {
            "month": ["2025-01"],
            "fuel": ["gas"],
            "generation_gwh": [0.0],
            "fuel_cost_per_kwh": [20.0],
        }
    )
    return {
        "plants": plants,
        "fuels": fuels,
        "availability": availability,
        "hydro": pd.DataFrame(),
        "hourly": pd.DataFrame({"demand_mw": demand}, index=index),
        "reported_generation": reported,
        "storage": pd.DataFrame(),
    }


@pytest.fixture
def make_fleet() -> Callable[..., Fleet]:
    def build(
        demand: list[float] | float = 80.0,
        cheap_mw: float = 100.0,
        dear_mw: float = 100.0,
        reported_gas_gwh: float = 0.0,
        **changes: object,
    ) -> Fleet:
        hourly = list(np.full(HOURS, demand)) if isinstance(demand, float) else list(demand)
        data = tables(hourly, cheap_mw, dear_mw)
        data["reported_generation"].loc[0, "generation_gwh"] = reported_gas_gwh
        settings: dict[str, object] = {
            "out_of_merit_share": 1.0,
            "value_of_lost_load": 100.0,
            "cost_basis": "list",
            "ceiling_basis": "observed",
            "imported_fuel_price_factor": 1.0,
            "demand_shape_factor": 1.0,
        }
        return base_system(**{**data, **settings, **changes})

    return build


def rules_of(
    fleet: Fleet,
    mode: str = "firm",
    loss: float = 0.0,
    reserve: float = 0.0,
    ai_load_factor: float = 1.0,
    ai_curtailable_share: float = 0.0,
    uptime: float = 1.0,
) -> LoadRules:
    capability = firm_capability(fleet, base_run(fleet))
    return load_rules(
        fleet, capability, mode, uptime, ai_load_factor, ai_curtailable_share, loss, reserve
    )


@pytest.fixture
def with_load() -> Callable[..., Run]:
    """The run of a fleet with so many MW of miners."""

    def run(fleet: Fleet, power: float, tariff: float = 23.0, **rules: object) -> Run:
        flat = np.full(len(fleet.index), tariff)
        load = build_load(rules_of(fleet, **rules), power, 0.0, flat)
        return host_hydro_free(fleet).run(load)

    return run


@pytest.fixture
def make_rules() -> Callable[..., LoadRules]:
    return rules_of
