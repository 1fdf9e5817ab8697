"""Who pays: the tariff paid, what it leaves for capacity, and everybody else's bill."""

import numpy as np
import pandas as pd

from kilosat.figures import figure
from kilosat.power.fleet import Fleet
from kilosat.power.runs import Run
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import BILLION, HOURS_PER_YEAR, KWH_PER_MWH


@figure(unit="TWh", formula="(upper - lower edge of the band) x hours / hours of a year")
def package_energy_limit(base_system: Fleet, package_band_width: float) -> float:
    """Energy of the period to which the accepted package's tariff can apply, at most.

    The band is a year's; it is taken as if in force all period long, and whole for this load,
    though others use it too.
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
