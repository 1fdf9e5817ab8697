"""The model held against what happened: generation by fuel and month, and average cost."""

import pandas as pd

from kilosat.figures import figure
from kilosat.power.fleet import Fleet
from kilosat.power.runs import Run
from kilosat.quantities import KWH_PER_MWH, MWH_PER_GWH

__all__ = ["generation_by_month"]


def generation_by_month(fleet: Fleet, run: Run) -> pd.DataFrame:
    """Energy in GWh by fuel (rows) and month (columns)."""
    months = fleet.index.strftime("%Y-%m")
    hourly = pd.DataFrame(run.unit_mw.T, columns=list(fleet.fuel))
    by_fuel = hourly.T.groupby(level=0).sum().T
    if fleet.system.reservoirs.names:
        by_fuel["hydro"] = run.reservoir_mw.sum(axis=0)
    table = by_fuel.groupby(months).sum().T / MWH_PER_GWH
    return table.loc[:, list(fleet.months)]


@figure(unit="GWh", formula="sum over hours of output", modelled=True)
def modelled_generation(base_system: Fleet, base_run: Run) -> pd.DataFrame:
    """Generation by fuel and month in the base run."""
    return generation_by_month(base_system, base_run)


@figure(unit="GWh", formula="sum over hours of output, cost alone deciding", modelled=True)
def cost_only_generation(cost_only_system: Fleet, cost_only_run: Run) -> pd.DataFrame:
    """Generation by fuel and month if cost alone decided."""
    return generation_by_month(cost_only_system, cost_only_run)


@figure(unit="GWh", formula="as reported, by fuel and month")
def reported_generation_by_month(
    reported_generation: pd.DataFrame, base_system: Fleet
) -> pd.DataFrame:
    """Generation by fuel and month as reported; no rows where the country has no reports."""
    table = reported_generation.pivot(index="fuel", columns="month", values="generation_gwh")
    return table.reindex(columns=list(base_system.months)).astype(float)


@figure(unit="GWh", formula="modelled - reported")
def generation_gap(
    modelled_generation: pd.DataFrame, reported_generation_by_month: pd.DataFrame
) -> pd.DataFrame:
    """Generation by fuel and month: model less report."""
    rows = list(reported_generation_by_month.index)
    return modelled_generation.reindex(rows).fillna(0.0) - reported_generation_by_month


@figure(
    unit="GWh",
    formula="annual sums; gap = model / reported - 1",
    column_units={"gap": "%", "cost-only gap": "%"},
    modelled=True,
)
def generation_check(
    modelled_generation: pd.DataFrame,
    cost_only_generation: pd.DataFrame,
    reported_generation_by_month: pd.DataFrame,
) -> pd.DataFrame:
    """Generation of the period by fuel: reported, model, and cost alone, with the gaps."""
    reported = reported_generation_by_month.sum(axis=1)
    model = modelled_generation.sum(axis=1).reindex(reported.index).fillna(0.0)
    cost_only = cost_only_generation.sum(axis=1).reindex(reported.index).fillna(0.0)
    table = pd.DataFrame({"reported": reported, "model": model})
    table["gap"] = 100.0 * (model / reported - 1.0)
    table["cost-only"] = cost_only
    table["cost-only gap"] = 100.0 * (cost_only / reported - 1.0)
    return table.sort_values("reported", ascending=False)


@figure(unit="%", formula="sum of demand / sum of reported generation - 1")
def demand_above_reports(base_system: Fleet, reported_generation_by_month: pd.DataFrame) -> float:
    """How far the hourly demand's total is above what was reported to be generated.

    Where it is not near zero, the model's balance cannot agree with the report.
    """
    reported = float(reported_generation_by_month.to_numpy().sum()) * MWH_PER_GWH
    return (
        100.0 * (float(base_system.system.demand_mw.sum()) / reported - 1.0)
        if reported
        else float("nan")
    )


@figure(unit="{currency}/kWh", formula="generation cost / (demand x (1 - transmission loss))")
def modelled_energy_charge(base_system: Fleet, base_run: Run, transmission_loss: float) -> float:
    """Average variable cost per kWh delivered to distributors in the base run."""
    energy = float(base_system.system.demand_mw.sum()) * (1.0 - transmission_loss)
    return base_run.dispatch.generation_cost / energy / KWH_PER_MWH


@figure(unit="{currency}/kWh", formula="sum(filed cost x model energy) / delivered energy")
def filed_energy_charge(
    base_system: Fleet, base_run: Run, plants: pd.DataFrame, transmission_loss: float
) -> float:
    """The same with the monthly filings' mean fuel charges in place of the listed costs."""
    filed = plants.set_index("name")["filed_cost_per_kwh"]
    cost = [float(filed.get(name, 0.0)) for name in base_system.system.units.names]
    energy = base_run.unit_mw.sum(axis=1)
    delivered = float(base_system.system.demand_mw.sum()) * (1.0 - transmission_loss)
    return float((energy * cost).sum()) / delivered


@figure(unit="{currency}/kWh", formula="sum(reported energy x reported cost) / delivered energy")
def reported_fuel_basket(reported_generation: pd.DataFrame, transmission_loss: float) -> float:
    """Fuel cost per kWh delivered, from the monthly filings alone (no model).

    A month without a printed cost takes the fuel's mean of the other months; fuels that never
    have one (hydro, wind, solar) cost nothing.
    """
    if reported_generation.empty:
        return float("nan")
    cost = reported_generation["fuel_cost_per_kwh"]
    energy = reported_generation["generation_gwh"]
    known = cost.notna()
    fuel = reported_generation["fuel"]
    mean = (cost * energy)[known].groupby(fuel[known]).sum() / energy[known].groupby(
        fuel[known]
    ).sum()
    filled = cost.fillna(fuel.map(mean)).fillna(0.0)
    return float((filled * energy).sum() / energy.sum() / (1.0 - transmission_loss))


@figure(unit="%", formula="modelled energy charge / printed energy charge - 1", modelled=True)
def energy_charge_gap(modelled_energy_charge: float, energy_charge: float) -> float:
    """How far the modelled average is from the printed forecast of another fiscal year."""
    return 100.0 * (modelled_energy_charge / energy_charge - 1.0)


@figure(unit="{currency}/kWh", formula="capacity payments / generation")
def capacity_cost_per_kwh(capacity_payments: float, generation_basis: float) -> float:
    """Capacity payments per kWh generated: what the tests argue about."""
    return capacity_payments * 1e9 / (generation_basis * 1e6)
