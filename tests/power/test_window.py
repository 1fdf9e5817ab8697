"""The window's edges against arithmetic on two plants."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kilosat.power import opening as o
from kilosat.power import window as w
from kilosat.power.fleet import Fleet
from kilosat.power.load import LoadRules, build_load, load_rules
from kilosat.power.runs import base_run, firm_capability, host_hydro_free

MakeFleet = Callable[..., Fleet]
MakeRules = Callable[..., LoadRules]


def curve(revenue: float, dilution: float = 0.0, fixed: float = 0.0) -> pd.DataFrame:
    row = {
        "efficiency": 15.0,
        "revenue": revenue,
        "dilution_per_mw": dilution,
        "running_cost": fixed,
        "machine_capital": 0.0,
        "site_capital": 0.0,
    }
    return pd.DataFrame.from_dict({"new": row}, orient="index")


def build(
    fleet: Fleet, miners: pd.DataFrame, mode: str = "firm", limit: float = 1e3, steps: int = 10
) -> w.Window:
    before = base_run(fleet)
    capability = firm_capability(fleet, before)
    return w.window(
        fleet,
        before,
        host_hydro_free(fleet),
        load_rules(fleet, capability, mode, 1.0, 1.0, 0.0, 0.0, 0.0),
        miners,
        mining_share=1.0,
        grid_connection_cost=0.0,
        grid_connection_life=25.0,
        public_discount_rate=0.1,
        power_discount_rate=0.18,
        exchange_rate=100.0,
        purchase_price=16.0,
        full_cost_tariff=30.0,
        package_tariff=11.0,
        package_energy_limit=limit,
        window_tariff_low=0.0,
        window_tariff_high=40.0,
        window_power_high=100.0,
        window_steps=steps,
    )


def test_floor_is_the_incremental_cost_at_each_size(make_fleet: MakeFleet) -> None:
    one = build(make_fleet(80.0), curve(12.0))
    # 20 MW of room at 5, the rest at 20
    expected = [(20 * 5 + max(p - 20, 0) * 20) / p if p > 20 else 5.0 for p in one.powers]
    assert one.floors["incremental cost"] == pytest.approx(expected)


def test_the_largest_size_is_a_root_not_a_grid_point(make_fleet: MakeFleet) -> None:
    one = build(make_fleet(80.0), curve(12.0))
    # (100 + 20 (p - 20)) / p = 12  ->  8 p = 300
    assert one.largest_power("incremental cost", "new") == pytest.approx(37.5, abs=2e-3)
    assert 37.5 not in one.powers


def test_dilution_lowers_the_ceiling(make_fleet: MakeFleet) -> None:
    one = build(make_fleet(80.0), curve(24.0, dilution=0.01, fixed=1.0))
    assert one.ceilings["new"][-1] == pytest.approx(24.0 / 2.0 - 1.0)


def test_an_empty_window_is_zero_and_a_wide_one_ends_at_the_grid(make_fleet: MakeFleet) -> None:
    fleet = make_fleet(80.0)
    assert build(fleet, curve(4.0)).largest_power("incremental cost", "new") == 0.0
    assert build(fleet, curve(50.0)).largest_power("incremental cost", "new") == 100.0


def test_surplus_only_shrinks_to_what_its_tariff_covers(make_fleet: MakeFleet) -> None:
    one = build(make_fleet(80.0), curve(12.0), mode="surplus-only")
    # whatever its size, it takes the 20 MW at 5 and no more
    assert one.floors["incremental cost"][-1] == pytest.approx(5.0, abs=1e-5)
    assert one.energy_gwh[-1] == pytest.approx(20 * 24 / 1e3)


def test_opening_hashprice_opens_it(make_fleet: MakeFleet) -> None:
    miners = curve(10.0, dilution=0.002, fixed=1.0)
    one = build(make_fleet(80.0), miners)
    floors = w.window_floors(one, 40.0)
    needed = o.opening_hashprice(floors, miners, 40.0, 1.0, 30.0)["new"]
    richer = miners.assign(revenue=miners["revenue"] * needed["incremental cost"] / 30.0)
    assert w.miner_ceiling(richer.T["new"], 40.0) == pytest.approx(floors["incremental cost"])


def test_opening_efficiency_opens_it() -> None:
    miners = curve(10.0, dilution=0.0, fixed=1.0)
    floors = pd.Series({"incremental cost": 12.0})
    # revenue 10 x 15 / e - 1 = 12  ->  e = 150 / 13
    found = o.opening_efficiency(floors, miners, 40.0, 1.0)
    assert found.loc["incremental cost", "new"] == pytest.approx(150 / 13)


def test_width_and_fall(make_fleet: MakeFleet) -> None:
    floors, ceilings = pd.Series({"incremental cost": 10.0}), pd.Series({"new": 8.0})
    assert w.window_width(floors, ceilings).loc["incremental cost", "new"] == -2.0
    fall = o.opening_cost_fall(floors, ceilings)
    assert fall.loc["incremental cost", "new"] == pytest.approx(-20.0)


def test_holds_is_the_region_between_the_edges(make_fleet: MakeFleet) -> None:
    one = build(make_fleet(80.0), curve(12.0))
    region = one.holds("incremental cost", "new")
    for row, power in enumerate(one.powers):
        low, high = one.floors["incremental cost"][row], 12.0
        expected = (one.tariffs >= low) & (one.tariffs <= high)
        assert np.array_equal(region[row], expected), power


def test_a_small_window_is_found_below_the_first_grid_point(make_fleet: MakeFleet) -> None:
    fleet = make_fleet(99.0)
    # 1 MW at 5, the rest at 20: (5 + 20 (p - 1)) / p = 12  ->  p = 15 / 8
    for steps in (2, 10):
        found = build(fleet, curve(12.0), steps=steps).largest_power("incremental cost", "new")
        assert found == pytest.approx(15 / 8, abs=2e-3)


def test_a_size_that_takes_supply_from_others_has_no_fair_tariff(make_fleet: MakeFleet) -> None:
    one = build(make_fleet(150.0), curve(90.0))
    # 200 MW of plant: beyond 50 MW a firm load sheds customers, whatever it pays
    assert one.floors["incremental cost"][-1] == float("inf")
    assert one.floors["price gap, full cost recovery"][-1] == float("inf")
    for test in w.FLOORS:
        assert one.largest_power(test, "new") == pytest.approx(50.0, abs=2e-3)


def test_the_accepted_band_ends_with_its_energy(make_fleet: MakeFleet) -> None:
    # 0.6 GWh in 24 hours are 25 MW
    one = build(make_fleet(80.0), curve(50.0), limit=0.6e-3)
    assert one.largest_power("accepted band, price", "new") == pytest.approx(25.0, abs=2e-3)


def test_capital_counts_in_the_hours_that_a_surplus_load_gets(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([80.0] * 12 + [100.0] * 12)
    miners = curve(31.0).assign(machine_capital=10.0)
    one = build(fleet, miners, mode="surplus-only", steps=41)
    # below 20 it runs in half the hours (20 MW at 5), so capital is 20 a kWh and 11 is bearable;
    # from 20 on it runs in all, and then 31 - 10 = 21 is
    assert one.ceiling_at("new", 20.0) == pytest.approx(21.0, abs=1e-3)
    poorer = build(fleet, curve(28.0).assign(machine_capital=10.0), mode="surplus-only")
    assert poorer.ceiling_at("new", 20.0) == pytest.approx(8.0, abs=1e-3)


def test_opening_fuel_price_by_arithmetic(make_fleet: MakeFleet, make_rules: MakeRules) -> None:
    fleet = make_fleet(100.0)
    load = build_load(make_rules(fleet), 40.0, 0.0, np.full(24, 23.0))
    # all from imported gas at 20: to be worth 15 with 3 of connection it must fall to 12
    change = o.opening_fuel_price(fleet, load, 15.0, 3.0, 0.0)
    assert change == pytest.approx(-40.0, abs=0.02)
    assert np.isnan(o.opening_fuel_price(fleet, load, 30.0, 3.0, 0.0))
