"""What a load causes, by arithmetic on a system of two plants."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kilosat.power import bill, incremental
from kilosat.power.fleet import Fleet
from kilosat.power.load import LoadRules, build_load
from kilosat.power.runs import Run, base_run, firm_capability, host_hydro_fixed
from kilosat.power.tariff import HourlyTariff

MakeFleet = Callable[..., Fleet]
WithLoad = Callable[..., Run]
MakeRules = Callable[..., LoadRules]


def test_incremental_cost_is_a_difference_not_an_average(
    make_fleet: MakeFleet, with_load: WithLoad
) -> None:
    fleet = make_fleet(80.0)
    before, after = base_run(fleet), with_load(fleet, 40.0)
    # 20 MW more from the plant at 5, 20 MW from the plant at 20
    assert incremental.incremental_cost_at_busbar(before, after) == pytest.approx(12.5)
    # the average would have said (100 x 5 + 20 x 20) / 120
    assert bill.pooled_cost_with_load(fleet, after) == pytest.approx(7.5)


def test_losses_put_more_on_the_busbar_and_divide_the_cost(
    make_fleet: MakeFleet, with_load: WithLoad
) -> None:
    fleet = make_fleet(80.0)
    before, after = base_run(fleet), with_load(fleet, 40.0, loss=0.2)
    busbar = incremental.incremental_cost_at_busbar(before, after)
    assert busbar == pytest.approx((20 * 5 + 30 * 20) / 50)
    assert incremental.incremental_cost(busbar, 0.2) == pytest.approx(17.5)
    assert incremental.absorbed_energy(after, 0.2) == pytest.approx(40 * 24 / 1e3)


def test_must_run_cancels(make_fleet: MakeFleet, with_load: WithLoad) -> None:
    # 30 MW of the dear plant run out of merit: 30 x 24 h = 0.72 GWh reported
    free, forced = make_fleet(80.0), make_fleet(80.0, reported_gas_gwh=0.72)
    assert forced.system.units.min_mw[1, 0] == pytest.approx(30.0)
    before, after = base_run(forced), with_load(forced, 40.0)
    # the cheap plant ran at 50 and now takes 40 more: the forced plant is no cost of the load
    assert incremental.incremental_cost_at_busbar(before, after) == pytest.approx(5.0)
    assert base_run(forced).dispatch.generation_cost > base_run(free).dispatch.generation_cost


def test_standby_plant_never_runs(make_fleet: MakeFleet) -> None:
    fleet = make_fleet(80.0)
    assert "old" not in fleet.system.units.names
    assert firm_capability(fleet, base_run(fleet)).max() == pytest.approx(200.0)


def test_interruptible_load_is_dropped_before_the_reserve(
    make_fleet: MakeFleet, with_load: WithLoad
) -> None:
    fleet = make_fleet([150.0] * 12 + [190.0] * 12)
    after = with_load(fleet, 40.0, mode="interruptible", reserve=0.05)
    # capability 200: 200 - 1.05 x 150 = 42.5 leaves room for all; 200 - 1.05 x 190 = 0.5
    assert after.served_mw[:12] == pytest.approx(np.full(12, 40.0))
    assert after.served_mw[12:] == pytest.approx(np.full(12, 0.5))
    assert after.unserved_mwh == pytest.approx(0.0)


def test_firm_load_can_shed_customers_and_it_shows(
    make_fleet: MakeFleet, with_load: WithLoad
) -> None:
    fleet = make_fleet(190.0)
    after = with_load(fleet, 40.0)
    # 30 of 230 MW are shed, and others bear their share of it
    assert after.unserved_mwh == pytest.approx(30 * 24 * 190 / 230)
    # customers are shed in proportion: 30 of 230 MW
    assert after.served_mw[0] == pytest.approx(40.0 * (1 - 30 / 230))


@pytest.mark.parametrize(
    ("tariff", "loss", "served"),
    [(5.0, 0.0, 20.0), (4.9, 0.0, 0.0), (6.0, 0.2, 0.0), (20.0, 0.0, 40.0)],
)
def test_surplus_only_runs_while_marginal_cost_at_the_meter_is_covered(
    make_fleet: MakeFleet, with_load: WithLoad, tariff: float, loss: float, served: float
) -> None:
    fleet = make_fleet(80.0)
    after = with_load(fleet, 40.0, mode="surplus-only", tariff=tariff, loss=loss)
    assert after.served_mw[0] == pytest.approx(served)


def test_fuel_emissions_and_foreign_exchange_follow_the_plants(
    make_fleet: MakeFleet, with_load: WithLoad
) -> None:
    fleet = make_fleet(80.0)
    before, after = base_run(fleet), with_load(fleet, 40.0)
    by_fuel = incremental.incremental_energy_by_fuel(fleet, before, after)
    assert by_fuel.to_dict() == pytest.approx({"coal": 0.48, "gas": 0.48})
    emitted = incremental.incremental_emissions(fleet, before, after)
    assert emitted == pytest.approx((480 * 1.0 + 480 * 0.4) / 1e6)
    # imported gas at 20 per kWh, 100 to the dollar: 480 MWh x 20,000 / 100 = 96,000 dollars
    paid = incremental.imported_fuel_cost(fleet, before, after, 100.0)
    assert paid == pytest.approx(0.096)


def test_others_pay_what_the_load_does_not(make_fleet: MakeFleet, with_load: WithLoad) -> None:
    fleet = make_fleet(80.0)
    before, after = base_run(fleet), with_load(fleet, 40.0)
    cost = incremental.incremental_generation_cost(before, after)
    energy = incremental.absorbed_energy(after, 0.0)
    connection = incremental.connection_bill(1.5, energy)
    # 12.5 of energy and 1.5 of connection a kWh: at 14 nobody else notices
    left = bill.capacity_contribution(bill.tariff_revenue(14.0, energy), cost, connection)
    assert bill.change_of_others_bill(left) == pytest.approx(0.0, abs=1e-12)
    short = bill.capacity_contribution(bill.tariff_revenue(13.0, energy), cost, connection)
    assert bill.change_of_others_bill(short) == pytest.approx(40 * 24 * 1000 / 1e9)


def test_notional_effect_is_not_the_pooled_one(make_fleet: MakeFleet, with_load: WithLoad) -> None:
    fleet = make_fleet(80.0)
    before, after = base_run(fleet), with_load(fleet, 40.0)
    # price jumps from 5 to 20 on everybody's 80 MW, though others' energy costs what it did
    notional = bill.notional_market_effect(fleet, before, after)
    assert notional == pytest.approx(15_000 * 80 * 24 / 1e9)


def test_shape_factor_keeps_monthly_energy_and_moves_the_peak(make_fleet: MakeFleet) -> None:
    demand = [60.0] * 12 + [100.0] * 12
    shaped = make_fleet(demand, demand_shape_factor=1.08).system.demand_mw
    assert shaped.sum() == pytest.approx(sum(demand))
    assert shaped.max() == pytest.approx(108.0)


def test_filed_costs_are_a_switch(make_fleet: MakeFleet) -> None:
    assert make_fleet(cost_basis="filed").system.units.marginal_cost.tolist() == [6000.0, 18000.0]


def test_hydro_bound_to_its_schedule_leaves_the_plants_countable(
    make_fleet: MakeFleet, make_rules: MakeRules
) -> None:
    hydro = pd.DataFrame(
        {
            "reservoir": ["dam"],
            "month": ["2025-01"],
            "capacity_mw": [30.0],
            "energy_gwh": [0.24],
            "minimum_mw": [5.0],
        }
    )
    fleet = make_fleet([80.0] * 12 + [130.0] * 12, hydro=hydro)
    before = base_run(fleet)
    load = build_load(make_rules(fleet), 20.0, 0.0, np.full(24, 23.0))
    fixed = host_hydro_fixed(fleet, before).run(load)
    assert fixed.unit_mw.shape == before.unit_mw.shape
    assert fixed.reservoir_mw == pytest.approx(before.reservoir_mw)
    change = incremental.incremental_energy_by_fuel(fleet, before, fixed)
    assert change.sum() == pytest.approx(20 * 24 / 1e3)
    assert "hydro" not in change.index


def test_beyond_its_band_the_package_falls_back_to_full_cost(
    make_fleet: MakeFleet, with_load: WithLoad
) -> None:
    fleet = make_fleet(80.0)
    after = with_load(fleet, 40.0)
    tariff = HourlyTariff(np.full(24, 20.0), "incremental-package")
    # a yearly band that leaves 0.48 of the 0.96 GWh inside
    limit = bill.package_energy_limit(fleet, 0.48e-3 * 365)
    assert limit == pytest.approx(0.48e-3)
    paid = bill.paid_tariff(after, tariff, "incremental-package", 30.0, limit, 0.96)
    assert paid == pytest.approx(25.0)


def test_nothing_served_pays_nothing_and_is_a_number(
    make_fleet: MakeFleet, with_load: WithLoad
) -> None:
    fleet = make_fleet(80.0)
    after = with_load(fleet, 40.0, tariff=1.0, mode="surplus-only")
    tariff = HourlyTariff(np.full(24, 1.0), "flat")
    energy = incremental.absorbed_energy(after, 0.0)
    paid = bill.paid_tariff(after, tariff, "flat", 30.0, 1.0, energy)
    assert (energy, paid) == (0.0, 1.0)
    assert bill.tariff_revenue(paid, energy) == 0.0
    assert np.isnan(incremental.emission_intensity(0.0, energy))
