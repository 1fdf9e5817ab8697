"""What the new load causes: the difference between the run with it and the run without it."""

import numpy as np
import pandas as pd

from kilosat.annuity import annuity_factor
from kilosat.figures import figure
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet
from kilosat.power.load import NewLoad
from kilosat.power.runs import Run
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


@figure(unit="bn {currency}", formula="connection cost per kWh x absorbed energy")
def connection_bill(connection_cost: float, absorbed_energy: float) -> float:
    """What connecting the load costs over the period; the public system builds it."""
    return connection_cost * absorbed_energy * 1e6 / BILLION if absorbed_energy else 0.0


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
