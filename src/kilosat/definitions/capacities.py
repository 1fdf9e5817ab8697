"""Whether demand, profiles, water and reported generation fit into the capacity that is there."""

from collections.abc import Container, Mapping

import pandas as pd

from kilosat.definitions.csv_table import CsvTable
from kilosat.definitions.findings import WHOLE_ROW, Report
from kilosat.definitions.period import Period
from kilosat.definitions.table_specs import profile_column
from kilosat.quantities import MWH_PER_GWH

__all__ = ["report_capacities"]

_ROUNDING = 1.001
"""Energy and power printed with three digits may miss each other by this factor."""


def report_capacities(
    tables: Mapping[str, CsvTable],
    named: Container[str],
    roles: Mapping[str, str],
    period: Period | None,
    report: Report,
) -> None:
    """Report what is more than its plants or its hours can give.

    ``named`` are the tables that the country names, whether or not they could be read.
    """
    hydro, plants = tables.get("hydro"), tables.get("plants")
    if hydro is not None and period is not None:
        _report_water(hydro, period, report)
    if plants is None or not plants.has("fuel", "capacity_mw", "status"):
        return
    # Sums over plants with a cell that could not be read would raise false alarms.
    if report.has_cell_errors(plants.label, WHOLE_ROW, "fuel", "capacity_mw", "status"):
        return
    if "hourly" in tables:
        _report_peak(plants, tables["hourly"], tables.get("storage"), report)
        _report_profiles(plants, tables["hourly"], roles, report)
    if "reported_generation" in tables and period is not None:
        _report_generation(plants, tables["reported_generation"], period, report)
    if roles and (hydro is not None or "hydro" not in named):
        _report_hydro_plants(plants, hydro, roles, report)


def _hours(months: "pd.Series[str]", period: Period) -> "pd.Series[float]":
    """Hours of each row's month; NaN for a month outside the period."""
    return months.map(dict(period.hours_by_month)).astype("float64")


def _report_water(hydro: CsvTable, period: Period, report: Report) -> None:
    if not hydro.has("month", "capacity_mw", "energy_gwh", "minimum_mw"):
        return
    frame = hydro.frame
    hours = _hours(frame["month"], period)
    energy = frame["energy_gwh"] * MWH_PER_GWH
    most, least = frame["capacity_mw"] * hours, frame["minimum_mw"] * hours
    columns = {"energy": energy, "most": most, "least": least, "hours": hours}
    for line, row in hydro.where(energy > most * _ROUNDING, **columns):
        message = (
            f"{row['energy']:,.6g} MWh of water do not fit into "
            f"{row['most']:,.6g} MWh of full output"
        )
        remedy = f"the month has {row['hours']:g} hours here, and a capacity factor is at most 1"
        report.cell(hydro.label, line, "energy_gwh", "too much", message, remedy)
    for line, row in hydro.where(least > energy * _ROUNDING, **columns):
        message = f"minimum flow takes {row['least']:,.6g} MWh of {row['energy']:,.6g} MWh"
        remedy = "lower the minimum, or raise the energy"
        report.cell(hydro.label, line, "minimum_mw", "too much", message, remedy)


def _report_peak(
    plants: CsvTable, hourly: CsvTable, storage: CsvTable | None, report: Report
) -> None:
    if not hourly.has("demand_mw") or not hourly.frame["demand_mw"].notna().any():
        return
    operating = plants.frame["status"].eq("operating")
    capacity_mw = float(plants.frame.loc[operating, "capacity_mw"].sum())
    if storage is not None and storage.has("discharge_mw"):
        capacity_mw += float(storage.frame["discharge_mw"].sum())
    row = int(hourly.frame["demand_mw"].argmax())
    peak_mw = float(hourly.frame["demand_mw"].max())
    if capacity_mw < peak_mw:
        message = (
            f"operating capacity of {capacity_mw:,.6g} MW is below the peak of {peak_mw:,.6g} MW"
        )
        remedy = "add the missing plants, or check status and units"
        report.error(hourly.label, hourly.lines[row], message, remedy)


def _report_profiles(
    plants: CsvTable, hourly: CsvTable, roles: Mapping[str, str], report: Report
) -> None:
    """Available output above the capacity of the fuel's plants, running or not."""
    installed = plants.frame.groupby("fuel")["capacity_mw"].sum()
    for fuel in (fuel for fuel, role in roles.items() if role == "profile"):
        column, capacity_mw = profile_column(fuel), float(installed.get(fuel, 0.0))
        if not hourly.has(column):
            continue
        for line, row in hourly.where(hourly.frame[column] > capacity_mw * _ROUNDING):
            message = f"{row[column]:,.6g} MW is above the installed {capacity_mw:,.6g} MW"
            remedy = "a capacity factor is at most 1: check the profile or the plants"
            report.cell(hourly.label, line, column, "factor", message, remedy)


def _report_generation(
    plants: CsvTable, reported: CsvTable, period: Period, report: Report
) -> None:
    """Reported generation above what the fuel's plants, running or not, can give."""
    if not reported.has("fuel", "month", "generation_gwh"):
        return
    installed = plants.frame.groupby("fuel")["capacity_mw"].sum().to_dict()
    frame = reported.frame
    most_mwh = frame["fuel"].map(installed).astype("float64") * _hours(frame["month"], period)
    most_gwh = most_mwh / MWH_PER_GWH
    for line, row in reported.where(frame["generation_gwh"] > most_gwh * _ROUNDING, most=most_gwh):
        message = (
            f"{row['generation_gwh']:,.6g} GWh of '{row['fuel']}' do not fit into "
            f"{row['most']:,.6g} GWh of full output"
        )
        remedy = "a capacity factor is at most 1: check the generation, or add the missing plants"
        report.cell(reported.label, line, "generation_gwh", "factor", message, remedy)


def _report_hydro_plants(
    plants: CsvTable, hydro: CsvTable | None, roles: Mapping[str, str], report: Report
) -> None:
    """Hydro plants without reservoirs, and reservoirs with more power than the plants."""
    frame = plants.frame
    is_hydro = frame["fuel"].map(dict(roles)).eq("hydro") & frame["status"].eq("operating")
    if hydro is None:
        for line, plant in list(plants.where(is_hydro))[:1]:
            message = f"fuel '{plant['fuel']}' has role hydro, but there is no table of reservoirs"
            remedy = "add [tables.hydro] with reservoirs and their monthly energy"
            report.error(plants.label, line, message, remedy)
        return
    if not hydro.has("month", "capacity_mw"):
        return
    installed_mw = float(frame.loc[is_hydro, "capacity_mw"].sum())
    months = hydro.frame["month"]
    total_mw = hydro.frame.groupby(months)["capacity_mw"].transform("sum")
    too_much = (total_mw > installed_mw * _ROUNDING) & ~months.duplicated() & months.ne("")
    for line, row in hydro.where(too_much, total=total_mw):
        message = (
            f"reservoirs of {row['month']} have {row['total']:,.6g} MW, "
            f"operating hydro plants {installed_mw:,.6g} MW"
        )
        remedy = "lower the reservoirs' capacity, or add the missing plants"
        report.cell(hydro.label, line, "capacity_mw", "installed", message, remedy)
