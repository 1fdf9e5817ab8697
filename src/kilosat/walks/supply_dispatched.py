"""Power for the mine of a country that is dispatched: hours served, tariff, incremental cost."""

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.power.fleet import Fleet
from kilosat.power.load import NewLoad
from kilosat.power.runs import Run
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import KWH_PER_MWH, MILLION, MWH_PER_GWH
from kilosat.walks.supply import PowerSupply
from kilosat.walks.terms import HOURS, YEAR_DAYS, Floats

_YEAR_HOURS = YEAR_DAYS * HOURS


@node(formula="hours served in the run with load; tariff; incremental cost", label="Mine's power")
def power_supply(
    base_system: Fleet,
    load_run: Run,
    offered_load: NewLoad,
    hourly_tariff: HourlyTariff,
    paid_tariff: float,
    uptime: float,
    mine_system_cost: float,
    mine_imported_fuel: float,
    mine_connection_outlay: float,
    grid_connection_life: float,
    exchange_rate: float,
) -> PowerSupply:
    """A year of power as the dispatch serves it; every later year is taken to be like it.

    The cost is the mean of the load over the year, whichever hours the mine picks. Under the
    incremental package every hour costs what the block pays on average, in and above its band.
    """
    wanted = offered_load.mining_mw
    share = np.divide(
        load_run.mining_served_mw, wanted, out=np.zeros_like(wanted), where=wanted > 0
    )
    rates = hourly_tariff.per_kwh
    if hourly_tariff.scheme == "incremental-package":
        rates = np.full(len(rates), paid_tariff)
    served = calendar_year(np.minimum(share, 1.0), base_system.index) * uptime
    tariff = calendar_year(rates, base_system.index) * KWH_PER_MWH / exchange_rate
    record = f"{len(wanted):,} hours dispatched, {served.mean():.1%} of a MW served on average"
    return PowerSupply(
        tariff,
        served,
        mine_system_cost,
        mine_imported_fuel,
        mine_connection_outlay * MILLION,
        grid_connection_life,
        record,
    )


@figure(unit="USD/MWh", formula="incremental cost / exchange rate", modelled=True)
def mine_system_cost(incremental_cost: float, exchange_rate: float) -> float:
    """What a MWh at the mine's meter costs the power system, connection left out."""
    return incremental_cost * KWH_PER_MWH / exchange_rate if np.isfinite(incremental_cost) else 0.0


@figure(unit="USD/MWh", formula="imported fuel cost / absorbed energy", modelled=True)
def mine_imported_fuel(imported_fuel_cost: float, absorbed_energy: float) -> float:
    """The part of the system's cost of a MWh that is imported fuel."""
    if not absorbed_energy:
        return 0.0
    return imported_fuel_cost * MILLION / (absorbed_energy * MWH_PER_GWH)


@figure(unit="m USD", formula="mining power x connection cost per kW")
def mine_connection_outlay(mining_power: float, grid_connection_cost: float) -> float:
    """Line and substation for the mine, paid once by the power system."""
    return mining_power * KWH_PER_MWH * grid_connection_cost / MILLION


def calendar_year(hours: Floats, index: pd.DatetimeIndex) -> Floats:
    """365 days from 1 January: a year from any month is turned to it, 29 February left out.

    A period shorter than a year is repeated until the year is full.
    """
    kept = ~((index.month == 2) & (index.day == 29))
    values, days = hours[kept], index[kept]
    if len(values) < _YEAR_HOURS:
        return np.resize(values, _YEAR_HOURS)
    first = pd.Timestamp(2025, days[0].month, days[0].day).day_of_year - 1  # of a common year
    return np.roll(values[:_YEAR_HOURS], first * HOURS)
