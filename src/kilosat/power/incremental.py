"""What the new load causes: the difference between the run with it and the run without it."""

import numpy as np
import pandas as pd

from kilosat.annuity import annuity_factor
from kilosat.figures import figure
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.load import NewLoad
from kilosat.power.runs import Run
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import BILLION, HOURS_PER_YEAR, KWH_PER_MWH, MILLION, MWH_PER_GWH

_FAULHABER = "Faulhaber 1975, AER 65(5): incremental cost as lower bound"


@figure(unit="GWh", formula="sum of served load x (1 - loss)", modelled=True)
def absorbed_energy(load_run: Run, new_load_loss: float) -> float:
    """Energy that the new load takes at its meter over the period."""
    return float(load_run.served_mw.sum()) * (1.0 - new_load_loss) / MWH_PER_GWH


@figure(unit="%", formula="absorbed energy / wanted energy", modelled=True)
def absorbed_share(absorbed_energy: float, wanted_energy: float) -> float:
    """Share of the wanted energy that is served."""
    return 100.0 * absorbed_energy / wanted_energy if wanted_energy else 0.0


@figure(unit="1", formula="mining energy served / mining energy wanted", modelled=True)
def mining_served_share(load_run: Run, offered_load: NewLoad) -> float:
    """Share of what miners want, uptime counted, that they get: their capital is earned in it."""
    wanted = float(offered_load.mining_mw.sum())
    return min(1.0, float(load_run.mining_served_mw.sum()) / wanted) if wanted else 1.0


@figure(unit="h", formula="hours in which less is served than wanted", modelled=True)
def interrupted_hours(load_run: Run, offered_load: NewLoad) -> int:
    """Hours in which some of the new load is interrupted."""
    return int((load_run.served_mw < offered_load.wanted_mw * (1.0 - 1e-6)).sum())


@figure(unit="GWh", formula="demand not served, before", modelled=True)
def unserved_before(base_run: Run) -> float:
    """Energy that customers asked for and did not get, before the new load."""
    return base_run.unserved_mwh / MWH_PER_GWH


@figure(unit="GWh", formula="demand not served, with the load", modelled=True)
def unserved_with_load(load_run: Run) -> float:
    """Energy that firm customers asked for and did not get, with the new load."""
    return load_run.unserved_mwh / MWH_PER_GWH


@figure(unit="bn {currency}", formula="generation cost with load - without", modelled=True)
def incremental_generation_cost(base_run: Run, load_run: Run) -> float:
    """Fuel and other variable cost that the new load causes over the period."""
    return (load_run.dispatch.generation_cost - base_run.dispatch.generation_cost) / BILLION


@figure(unit="1", formula="(gaps of both runs) / incremental cost", modelled=True)
def incremental_cost_precision(base_run: Run, load_run: Run) -> float:
    """How exact the incremental cost is: both dispatch gaps over the difference itself."""
    gap = abs(base_run.dispatch.gap) + abs(load_run.dispatch.gap)
    change = abs(load_run.dispatch.generation_cost - base_run.dispatch.generation_cost)
    return gap / change if change else 0.0


@figure(
    unit="{currency}/kWh",
    formula="incremental generation cost / energy served at the busbar",
    modelled=True,
)
def incremental_cost_at_busbar(base_run: Run, load_run: Run) -> float:
    """Variable cost per kWh generated for the new load; read it beside unserved energy."""
    served = float(load_run.served_mw.sum())
    change = load_run.dispatch.generation_cost - base_run.dispatch.generation_cost
    return change / served / KWH_PER_MWH if served else float("nan")


@figure(
    unit="{currency}/kWh",
    formula="incremental cost at the busbar / (1 - loss)",
    reference=_FAULHABER,
)
def incremental_cost(incremental_cost_at_busbar: float, new_load_loss: float) -> float:
    """Variable cost per kWh at the new load's meter."""
    return incremental_cost_at_busbar / (1.0 - new_load_loss)


@figure(
    unit="{currency}/kWh",
    formula="connection cost x annuity x power / energy",
    modelled=True,
)
def connection_cost(
    base_system: Fleet,
    power: float,
    grid_connection_cost: float,
    grid_connection_life: float,
    public_discount_rate: float,
    exchange_rate: float,
    absorbed_energy: float,
) -> float:
    """Yearly cost of connecting the load, per kWh that it takes."""
    years = len(base_system.index) / HOURS_PER_YEAR
    capital = grid_connection_cost * 1000.0 * power * exchange_rate
    yearly = capital * annuity_factor(public_discount_rate, grid_connection_life) * years
    return yearly / (absorbed_energy * 1e6) if absorbed_energy else float("nan")


@figure(
    unit="{currency}/kWh",
    formula="incremental cost + connection cost",
    reference=_FAULHABER,
)
def full_incremental_cost(incremental_cost: float, connection_cost: float) -> float:
    """Everything that the new load causes, per kWh at its meter: the floor of a fair tariff."""
    return incremental_cost + connection_cost


@figure(unit="TWh", formula="(upper - lower edge of the band) x hours / hours of a year")
def package_energy_limit(base_system: Fleet, package_band_width: float) -> float:
    """Energy of the period to which the accepted package's tariff can apply, at most.

    The band is a year's; it is taken whole for this load, though others use it too.
    """
    return package_band_width * len(base_system.index) / HOURS_PER_YEAR


@figure(
    unit="{currency}/kWh",
    formula="sum(tariff x energy) / energy; beyond the package's band the full-cost tariff",
    modelled=True,
)
def paid_tariff(
    load_run: Run,
    hourly_tariff: HourlyTariff,
    tariff_scheme: str,
    full_cost_tariff: float,
    package_energy_limit: float,
    absorbed_energy: float,
) -> float:
    """Tariff that the new load pays on average, weighted by what it takes.

    Under the incremental package, energy beyond its band falls back to the full-cost tariff.
    """
    served = load_run.served_mw
    total = float(served.sum())
    if not total:
        return float(hourly_tariff.per_kwh.mean())
    mean = float((served * hourly_tariff.per_kwh).sum()) / total
    if tariff_scheme != "incremental-package":
        return mean
    inside = min(1.0, package_energy_limit * 1e3 / absorbed_energy)
    return inside * mean + (1.0 - inside) * full_cost_tariff


@figure(unit="{currency}/kWh", formula="low, paid and high tariff; the paid one alone if not flat")
def judged_tariffs(
    tariff_low: float, paid_tariff: float, tariff_high: float, tariff_scheme: str, service_mode: str
) -> "pd.Series[float]":
    """The tariffs that tests and miners are asked about.

    The blueprint's low and high tariff are alternatives to a flat one. Under another scheme, or
    where the load's size follows its tariff (surplus-only), they would need runs of their own: all
    three are then what is paid.
    """
    fixed_load = tariff_scheme == "flat" and service_mode != "surplus-only"
    low, high = (tariff_low, tariff_high) if fixed_load else (paid_tariff, paid_tariff)
    return pd.Series({"low": low, "central": paid_tariff, "high": high})


@figure(unit="bn {currency}", formula="paid tariff x absorbed energy")
def tariff_revenue(paid_tariff: float, absorbed_energy: float) -> float:
    """What the new load pays over the period."""
    return paid_tariff * absorbed_energy * 1e6 / BILLION


@figure(unit="bn {currency}", formula="connection cost per kWh x absorbed energy")
def connection_bill(connection_cost: float, absorbed_energy: float) -> float:
    """What connecting the load costs over the period; the public system builds it."""
    return connection_cost * absorbed_energy * 1e6 / BILLION if absorbed_energy else 0.0


@figure(unit="bn {currency}", formula="tariff revenue - generation cost - connection")
def capacity_contribution(
    tariff_revenue: float, incremental_generation_cost: float, connection_bill: float
) -> float:
    """What is left for capacity payments that are due anyway; negative if others must add."""
    return tariff_revenue - incremental_generation_cost - connection_bill


@figure(unit="%", formula="capacity contribution / capacity payments of a year")
def capacity_contribution_share(
    capacity_contribution: float, capacity_payments: float, base_system: Fleet
) -> float:
    """The contribution as a share of the capacity payments of the same time."""
    years = len(base_system.index) / HOURS_PER_YEAR
    return 100.0 * capacity_contribution / (capacity_payments * years)


def _output_change(base_run: Run, load_run: Run) -> FloatArray:
    change: FloatArray = (load_run.unit_mw - base_run.unit_mw).sum(axis=1)
    return change


@figure(unit="m USD", formula="change of output x cost x imported share / rate", modelled=True)
def imported_fuel_cost(
    base_system: Fleet, base_run: Run, load_run: Run, exchange_rate: float
) -> float:
    """Foreign exchange for the fuel that the new load burns over the period, at most.

    The whole variable cost of a plant on imported fuel counts as imported, also its freight, taxes
    and variable O&M: no split was found.
    """
    change = _output_change(base_run, load_run)
    cost = base_system.system.units.marginal_cost
    return float((change * cost * base_system.imported_share).sum()) / exchange_rate / MILLION


@figure(unit="Mt", formula="change of output x emission factor", modelled=True)
def incremental_emissions(base_system: Fleet, base_run: Run, load_run: Run) -> float:
    """Carbon dioxide that the new load causes over the period."""
    change = _output_change(base_run, load_run)
    return float((change * base_system.emission_t_per_mwh).sum()) / MILLION


@figure(unit="t/MWh", formula="incremental emissions / absorbed energy")
def emission_intensity(incremental_emissions: float, absorbed_energy: float) -> float:
    """Carbon dioxide per MWh at the new load's meter."""
    energy = absorbed_energy * MWH_PER_GWH
    return incremental_emissions * MILLION / energy if energy else float("nan")


@figure(unit="GWh", formula="output with load - output before, by fuel", modelled=True)
def incremental_energy_by_fuel(
    base_system: Fleet, base_run: Run, load_run: Run
) -> "pd.Series[float]":
    """Which fuels serve the new load (at the busbar, over the period)."""
    change = _output_change(base_run, load_run)
    by_fuel = pd.Series(change, index=list(base_system.fuel)).groupby(level=0).sum()
    hydro = load_run.reservoir_mw.sum() - base_run.reservoir_mw.sum()
    by_fuel["hydro"] = by_fuel.get("hydro", 0.0) + hydro
    by_fuel = by_fuel / MWH_PER_GWH
    return by_fuel[by_fuel.abs() > 0.05].sort_values(ascending=False)


@figure(unit="{currency}/kWh", formula="generation cost / energy, before", modelled=True)
def pooled_cost_before(base_system: Fleet, base_run: Run) -> float:
    """Average variable cost of all energy in the pooled basket before the load."""
    energy = float(base_system.system.demand_mw.sum()) - base_run.unserved_mwh
    return base_run.dispatch.generation_cost / energy / KWH_PER_MWH


@figure(unit="{currency}/kWh", formula="generation cost / energy, with load", modelled=True)
def pooled_cost_with_load(base_system: Fleet, load_run: Run) -> float:
    """Average variable cost of the pooled basket if the new load's energy joins it."""
    # What others lack is counted once: served_mw is already net of the load's own part.
    firm = float(base_system.system.demand_mw.sum()) - load_run.unserved_mwh
    return (
        load_run.dispatch.generation_cost / (firm + float(load_run.served_mw.sum())) / KWH_PER_MWH
    )


@figure(
    unit="bn {currency}",
    formula="generation cost and connection caused - tariff revenue",
    reference="Faulhaber 1975: what a customer causes and does not pay, the others pay",
)
def change_of_others_bill(capacity_contribution: float) -> float:
    """What everybody else pays more (or less, if negative) over the period: the real effect.

    All cost is recovered from customers, so others pay what the new load causes and does not pay
    itself. It holds if the load's revenue is credited to the pool.
    """
    return 0.0 - capacity_contribution


@figure(unit="{currency}/kWh", formula="change of others' bill / their energy", modelled=True)
def change_of_others_price(base_system: Fleet, change_of_others_bill: float) -> float:
    """The same effect per kWh that others take at the busbar."""
    return change_of_others_bill * BILLION / float(base_system.system.demand_mw.sum()) / KWH_PER_MWH


@figure(unit="bn {currency}", formula="rise of marginal price x everybody's energy", modelled=True)
def notional_market_effect(base_system: Fleet, base_run: Run, load_run: Run) -> float:
    """NOTIONAL: what others would pay more if all energy were sold at the marginal cost.

    A country without a spot market has no such bill; the figure is shown because it is often
    quoted.
    """
    rise = load_run.dispatch.price - base_run.dispatch.price
    lost_load = base_system.system.value_of_lost_load
    both_real = (load_run.dispatch.price < lost_load) & (base_run.dispatch.price < lost_load)
    return float((np.where(both_real, rise, 0.0) * base_system.system.demand_mw).sum()) / BILLION


@figure(unit="{currency}/kWh", formula="incremental cost with hydro free and fixed", modelled=True)
def incremental_cost_by_hydro_rule(
    base_run: Run, run_hydro_free: Run, run_hydro_fixed: Run, new_load_loss: float
) -> "pd.Series[float]":
    """Incremental cost at the meter when reservoirs are scheduled anew, and when they are not."""
    rows = {}
    for name, run in (("re-optimised", run_hydro_free), ("fixed", run_hydro_fixed)):
        change = run.dispatch.generation_cost - base_run.dispatch.generation_cost
        served = float(run.served_mw.sum())
        rows[name] = change / served / KWH_PER_MWH / (1.0 - new_load_loss) if served else np.nan
    return pd.Series(rows)


@figure(unit="{currency}/kWh", formula="incremental cost at the busbar / (1 - each loss)")
def incremental_cost_by_loss(
    incremental_cost_at_busbar: float,
    transmission_loss: float,
    allowed_loss: float,
    actual_loss: float,
) -> "pd.Series[float]":
    """Incremental cost per kWh at the meter under each loss that someone might apply."""
    losses = {"transmission": transmission_loss, "allowed": allowed_loss, "actual": actual_loss}
    return pd.Series({k: incremental_cost_at_busbar / (1.0 - loss) for k, loss in losses.items()})


@figure(unit="bn {currency}", formula="revenue, its uses, and what others notice", modelled=True)
def who_pays_and_gains(
    tariff_revenue: float,
    incremental_generation_cost: float,
    connection_bill: float,
    capacity_contribution: float,
    change_of_others_bill: float,
) -> "pd.Series[float]":
    """Where the new load's payment goes over the period; a negative bill change is a relief."""
    return pd.Series(
        {
            "new load pays": tariff_revenue,
            "extra fuel and variable cost": incremental_generation_cost,
            "connection": connection_bill,
            "left for capacity payments": capacity_contribution,
            "change of everybody else's bill": change_of_others_bill,
        }
    )
