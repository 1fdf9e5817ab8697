"""Tariff schemes hour by hour, and the load that asks for power."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kilosat.power.fleet import Fleet
from kilosat.power.load import LoadRules, build_load
from kilosat.power.tariff import hourly_tariff, mean_tariff

MakeFleet = Callable[..., Fleet]
MakeRules = Callable[..., LoadRules]


def tariff_of(fleet: Fleet, scheme: str, periods: pd.DataFrame | None = None) -> np.ndarray:
    price = np.where(np.arange(24) < 12, 5.0, 20.0)
    rows = pd.DataFrame() if periods is None else periods
    return hourly_tariff(fleet, price, scheme, 23.0, 2.0, 22.98, rows, 0.2).per_kwh


def test_flat_and_package(make_fleet: MakeFleet) -> None:
    fleet = make_fleet()
    assert set(tariff_of(fleet, "flat")) == {23.0}
    assert set(tariff_of(fleet, "incremental-package")) == {22.98}


def test_marginal_plus_adder_is_at_the_meter(make_fleet: MakeFleet) -> None:
    rate = tariff_of(make_fleet(), "marginal-plus-adder")
    assert rate[0] == pytest.approx(5.0 / 0.8 + 2.0)
    assert rate[23] == pytest.approx(20.0 / 0.8 + 2.0)


def test_time_of_use(make_fleet: MakeFleet) -> None:
    periods = pd.DataFrame(
        {
            "months": [tuple(range(1, 13))] * 2,
            "hours": [tuple(range(18, 22)), (*range(18), 22, 23)],
            "tariff": [30.0, 20.0],
        }
    )
    fleet = make_fleet()
    rate = tariff_of(fleet, "time-of-use", periods)
    assert rate[17:23].tolist() == [20.0, 30.0, 30.0, 30.0, 30.0, 20.0]
    one = hourly_tariff(fleet, rate, "time-of-use", 0.0, 0.0, 0.0, periods, 0.0)
    assert mean_tariff(one) == pytest.approx((4 * 30 + 20 * 20) / 24)


def test_ai_is_firm_but_for_its_curtailable_share(
    make_fleet: MakeFleet, make_rules: MakeRules
) -> None:
    fleet = make_fleet(80.0)
    flat = np.full(24, 23.0)
    rules = make_rules(fleet, "interruptible", ai_load_factor=0.8, ai_curtailable_share=0.25)
    load = build_load(rules, 50.0, 50.0, flat)
    assert load.firm_mw[0] == pytest.approx(100 * 0.5 * 0.8 * 0.75)
    assert load.elastic.max_mw[:, 0].tolist() == pytest.approx([10.0, 50.0])
    assert load.wanted_mw[0] == pytest.approx(90.0)


def test_a_time_of_use_tariff_makes_one_bid_a_level(
    make_fleet: MakeFleet, make_rules: MakeRules
) -> None:
    fleet = make_fleet(80.0)
    rate = np.where(np.arange(24) < 12, 4.0, 6.0)
    load = build_load(make_rules(fleet, "surplus-only"), 10.0, 0.0, rate)
    assert load.elastic.willingness_to_pay[1:] == pytest.approx([4000.0, 6000.0], abs=1e-3)
    assert load.elastic.max_mw[1:, 0].tolist() == [10.0, 0.0]
    assert load.elastic.max_mw[1:, 23].tolist() == [0.0, 10.0]


def test_miners_take_their_uptime(make_fleet: MakeFleet, make_rules: MakeRules) -> None:
    rules = make_rules(make_fleet(80.0), "firm", uptime=0.9, loss=0.1)
    assert build_load(rules, 10.0, 0.0, np.full(24, 23.0)).wanted_mw[0] == pytest.approx(10.0)
