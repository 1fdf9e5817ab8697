"""Power for the mine of a country that is dispatched: hours served, tariff, incremental cost."""

import numpy as np

from kilosat.figures import figure, node
from kilosat.power.load import NewLoad
from kilosat.power.runs import Run
from kilosat.power.tariff import HourlyTariff
from kilosat.quantities import KWH_PER_MWH, MILLION, MWH_PER_GWH
from kilosat.walks.supply import PowerSupply
from kilosat.walks.terms import HOURS, YEAR_DAYS, Floats

_YEAR_HOURS = YEAR_DAYS * HOURS


@node(formula="hours served in the run with load; tariff; incremental cost", label="Mine's power")
def power_supply(
    load_run: Run,
    offered_load: NewLoad,
    hourly_tariff: HourlyTariff,
    uptime: float,
    mine_system_cost: float,
    mine_imported_fuel: float,
    mine_connection_outlay: float,
    exchange_rate: float,
) -> PowerSupply:
    """A year of power as the dispatch serves it; every later year is taken to be like it."""
    wanted = offered_load.mining_mw
    share = np.divide(
        load_run.mining_served_mw, wanted, out=np.zeros_like(wanted), where=wanted > 0
    )
    served = _one_year(np.minimum(share, 1.0)) * uptime
    tariff = _one_year(hourly_tariff.per_kwh) * KWH_PER_MWH / exchange_rate
    record = f"{len(wanted):,} hours dispatched, {served.mean():.1%} of a MW served on average"
    return PowerSupply(
        tariff,
        served,
        mine_system_cost,
        mine_imported_fuel,
        mine_connection_outlay * MILLION,
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


def _one_year(hours: Floats) -> Floats:
    """The first 365 days; a shorter period is repeated until they are full."""
    return np.resize(hours, _YEAR_HOURS)
