"""How many miners come: entry until their own hashrate has eaten the margin."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kilosat.mining.entry import entry_mw, miners_verdicts, mining_that_comes, reference_entry
from kilosat.power.fleet import Fleet
from kilosat.power.load import LoadRules
from kilosat.power.prices import hours_with_price_interval, price_interval
from kilosat.power.runs import base_run
from kilosat.power.tariff import HourlyTariff
from kilosat.power.willing import willing_load

MakeFleet = Callable[..., Fleet]
MakeRules = Callable[..., LoadRules]
CURVE = pd.DataFrame.from_dict(
    {
        "new": {
            "revenue": 24.0,
            "dilution_per_mw": 0.001,
            "running_cost": 1.0,
            "machine_capital": 7.0,
            "site_capital": 2.0,
        }
    },
    orient="index",
)


def entry(tariff: float, offered: float = 1e6, capital: bool = False) -> float:
    return float(entry_mw(CURVE.T["new"], tariff, offered, 9.0 if capital else 0.0)[0])


def test_entry_stops_where_the_margin_is_gone() -> None:
    # 24 / (1 + 0.001 m) = 19 + 1  ->  m = 200
    assert entry(19.0) == pytest.approx(200.0)
    # with 9 of capital: 24 / (1 + 0.001 m) = 10 + 10
    assert entry(10.0, capital=True) == pytest.approx(200.0)


def test_entry_is_bounded() -> None:
    assert entry(23.0) == 0.0
    assert entry(30.0) == 0.0
    assert entry(5.0, offered=100.0) == 100.0
    assert entry(-2.0, offered=100.0) == 100.0


def test_a_time_of_use_tariff_brings_miners_by_the_hour(
    make_fleet: MakeFleet, make_rules: MakeRules
) -> None:
    fleet = make_fleet(80.0)
    rate = np.where(np.arange(24) < 12, 19.0, 30.0)
    came = reference_entry(CURVE, "new", rate, 150.0)
    tariff = HourlyTariff(rate, "time-of-use")
    load = willing_load(make_rules(fleet), came, 150.0, 1.0, tariff)
    assert load.firm_mw[:12].tolist() == pytest.approx([150.0] * 12)
    assert load.firm_mw[12:].tolist() == [0.0] * 12
    table = mining_that_comes(CURVE, rate, 150.0, 1.0)
    assert table.loc["new", "would run"] == pytest.approx(75.0)
    # the mean of 24.5 leaves nothing for capital
    assert table.loc["new", "would invest"] == 0.0


def test_capital_is_earned_only_in_hours_that_are_served() -> None:
    rate = np.full(24, 10.0)
    always = mining_that_comes(CURVE, rate, 1e6, 1.0).loc["new", "would invest"]
    half = mining_that_comes(CURVE, rate, 1e6, 0.5).loc["new", "would invest"]
    assert always == pytest.approx(200.0)  # 24 / 1.2 = 10 + 1 + 9
    assert half == 0.0  # 10 + 1 + 18 is more than 24


def test_verdicts_say_in_part() -> None:
    tariffs = pd.Series({"low": 5.0, "central": 19.0, "high": 30.0})
    words = miners_verdicts(CURVE, tariffs, 300.0, 1.0).loc["new"]
    # at 5: capital is earned up to 600 MW; at 19 machines run up to 200 of 300; at 30 none do
    assert words.tolist() == ["invest", "run in part", "stay away"]


def test_the_price_interval_opens_where_demand_meets_a_plants_end(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([80.0] * 18 + [100.0] * 6)
    interval = price_interval(fleet)
    assert interval["lowest"].tolist() == pytest.approx([5.0] * 24)
    assert interval["highest"].tolist() == pytest.approx([5.0] * 18 + [20.0] * 6)
    assert hours_with_price_interval(interval) == pytest.approx(25.0)
    price = base_run(fleet).dispatch.price / 1000
    assert (price >= interval["lowest"] - 1e-9).all()
    assert (price <= interval["highest"] + 1e-9).all()
