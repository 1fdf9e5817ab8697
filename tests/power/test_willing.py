"""How many miners come: entry until their own hashrate has eaten the margin."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kilosat.power.fleet import Fleet
from kilosat.power.runs import base_run, hours_with_price_interval, price_interval
from kilosat.power.tariff import HourlyTariff
from kilosat.power.willing import entry_mw, mining_that_comes, willing_load

MakeFleet = Callable[..., Fleet]
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
    return float(entry_mw(CURVE.T["new"], np.array([tariff]), offered, capital)[0])


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


def test_a_time_of_use_tariff_brings_miners_by_the_hour(make_fleet: MakeFleet) -> None:
    fleet = make_fleet(80.0)
    rate = np.where(np.arange(24) < 12, 19.0, 30.0)
    tariff = HourlyTariff(rate, "time-of-use")
    load = willing_load(
        fleet,
        CURVE,
        "new",
        tariff,
        150.0,
        1.0,
        1.0,
        0.0,
        "firm",
        new_load_loss=0.0,
        reserve_margin=0.0,
    )
    assert load.firm_mw[:12].tolist() == pytest.approx([150.0] * 12)
    assert load.firm_mw[12:].tolist() == [0.0] * 12
    table = mining_that_comes(CURVE, tariff, 150.0)
    assert table.loc["new", "would run"] == pytest.approx(75.0)


def test_the_price_interval_opens_where_demand_meets_a_plants_end(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([80.0] * 18 + [100.0] * 6)
    interval = price_interval(fleet)
    assert interval["lowest"].tolist() == pytest.approx([5.0] * 24)
    assert interval["highest"].tolist() == pytest.approx([5.0] * 18 + [20.0] * 6)
    assert hours_with_price_interval(interval) == pytest.approx(25.0)
    price = base_run(fleet).dispatch.price / 1000
    assert (price >= interval["lowest"] - 1e-9).all()
    assert (price <= interval["highest"] + 1e-9).all()
