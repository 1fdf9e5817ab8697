"""Laws that hold whatever the numbers: subsidies are not negative, stricter never passes more."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kilosat.power import subsidy
from kilosat.power.fleet import Fleet
from kilosat.power.load import LoadRules, build_load
from kilosat.power.runs import base_run, host_hydro_free
from kilosat.power.surplus import headroom_mw

MakeFleet = Callable[..., Fleet]
MakeRules = Callable[..., LoadRules]
MONEY = st.floats(0.0, 100.0)
FAST = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def margins(tariff: float, threshold: float) -> pd.DataFrame:
    names = ("full_incremental_cost", "standalone_cost")
    names += ("market_operator_floor", "purchase_price", "full_cost_tariff", "package_tariff")
    thresholds = subsidy.subsidy_thresholds(**dict.fromkeys(names, threshold))
    return subsidy.subsidy_margins(thresholds, pd.Series({"central": tariff}))


@given(MONEY, MONEY, st.floats(0.0, 1e5))
def test_a_subsidy_is_never_negative(tariff: float, threshold: float, energy: float) -> None:
    assert (subsidy.subsidy_amounts(margins(tariff, threshold), energy) >= 0).all(axis=None)


@given(MONEY, MONEY, st.floats(0.0, 10.0))
def test_a_higher_floor_never_passes_more(tariff: float, floor: float, more: float) -> None:
    kept = [test for test in margins(1.0, 1.0).index if test != "stand-alone cost"]
    before = margins(tariff, floor).loc[kept] >= 0
    after = margins(tariff, floor + more).loc[kept] >= 0
    assert (before | ~after).all(axis=None)


@FAST
@given(st.floats(0.0, 150.0), st.floats(0.0, 0.3), st.sampled_from(["interruptible", "firm"]))
def test_energy_balances_with_any_load(
    make_fleet: MakeFleet, make_rules: MakeRules, power: float, loss: float, mode: str
) -> None:
    fleet = make_fleet([60.0, 90.0, 140.0, 180.0] * 6)
    load = build_load(make_rules(fleet, mode, loss, 0.05), power, 0.0, np.full(24, 23.0))
    run = host_hydro_free(fleet).run(load)
    made = run.unit_mw.sum(axis=0)
    taken = fleet.system.demand_mw + load.firm_mw + run.dispatch.elastic_mw.sum(axis=0)
    short, spilled = run.dispatch.unserved_mw, run.dispatch.spilled_mw
    assert made + short - spilled == pytest.approx(taken, abs=1e-6)
    assert (run.served_mw <= load.wanted_mw + 1e-9).all()
    if mode == "interruptible":
        assert run.unserved_mwh == pytest.approx(base_run(fleet).unserved_mwh)


@given(
    st.lists(st.floats(1.0, 100.0), min_size=2, max_size=30),
    st.floats(0.001, 0.2),
    st.floats(0.001, 0.2),
)
def test_headroom_grows_with_the_share_that_may_be_curtailed(
    demand: list[float], one: float, other: float
) -> None:
    series = np.array(demand)
    ceiling = np.full(len(demand), series.max())
    low, high = sorted((one, other))
    assert headroom_mw(series, ceiling, low) <= headroom_mw(series, ceiling, high) + 1e-6
