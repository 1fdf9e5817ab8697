"""What single tables cannot show: whether the tables of a country fit each other and its period."""

from collections.abc import Mapping

import pandas as pd

from kilosat.definitions.csv_table import CsvTable
from kilosat.definitions.findings import Report, did_you_mean
from kilosat.definitions.hours import report_hours
from kilosat.definitions.period import Period
from kilosat.definitions.table_specs import profile_column
from kilosat.quantities import MWH_PER_GWH

__all__ = ["report_inconsistencies"]

_ROUNDING = 1.001
"""Energy and power printed with three digits may miss each other by this factor."""


def report_inconsistencies(
    tables: Mapping[str, CsvTable], period: Period | None, report: Report
) -> None:
    """Report what does not fit between tables, as far as they could be read."""
    fuels = _roles(tables)
    for name in ("plants", "availability", "reported_generation"):
        if fuels and name in tables:
            _report_unknown_fuels(tables[name], fuels, report)
    if "plants" in tables:
        _report_costs(tables["plants"], report)
    if "availability" in tables:
        _report_limits(tables["availability"], report)
    if period is not None:
        _report_months(tables, fuels, period, report)
        if "hydro" in tables:
            _report_water(tables["hydro"], period, report)
        if "hourly" in tables:
            report_hours(tables["hourly"], period, report)
        _report_capacity_factor(tables, period, report)
    _report_capacity(tables, fuels, report)
    _report_hydro(tables, fuels, report)


def _roles(tables: Mapping[str, CsvTable]) -> dict[str, str]:
    table = tables.get("fuels")
    if table is None or not table.has("fuel", "role"):
        return {}
    return dict(zip(table.frame["fuel"], table.frame["role"], strict=True))


def _report_unknown_fuels(table: CsvTable, roles: Mapping[str, str], report: Report) -> None:
    if not table.has("fuel"):
        return
    for line, fuel in zip(table.lines, table.frame["fuel"], strict=True):
        if fuel and fuel not in roles:
            message = f"'{fuel[:40]}' is not a fuel of fuels.csv"
            report.cell(table.label, line, "fuel", "unknown", message, did_you_mean(fuel, roles))


def _report_costs(plants: CsvTable, report: Report) -> None:
    if not plants.has("status", "variable_cost_per_kwh", "plant_id"):
        return
    frame = plants.frame
    blank = frame["variable_cost_per_kwh"].isna() & frame["status"].isin(["operating", "standby"])
    for row in frame.index[blank]:
        message = f"plant '{frame.at[row, 'plant_id']}' can run but has no cost"
        remedy = "write its cost, or status 'not operating'"
        report.cell(
            plants.label, plants.lines[row], "variable_cost_per_kwh", "missing", message, remedy
        )


def _report_limits(availability: CsvTable, report: Report) -> None:
    if not availability.has("ceiling", "minimum"):
        return
    frame = availability.frame
    for row in frame.index[frame["minimum"] > frame["ceiling"]]:
        low, high = frame.at[row, "minimum"], frame.at[row, "ceiling"]
        message = f"minimum {low:g} is above ceiling {high:g}"
        report.cell(
            availability.label, availability.lines[row], "minimum", "order", message, "lower it"
        )


def _report_months(
    tables: Mapping[str, CsvTable], roles: Mapping[str, str], period: Period, report: Report
) -> None:
    """Months outside the period, and months that a fuel or a reservoir lacks."""
    limited = [fuel for fuel, role in roles.items() if role in ("thermal", "must-take")]
    _report_series(tables.get("availability"), "fuel", limited, period, report)
    _report_series(tables.get("hydro"), "reservoir", None, period, report)
    forced = []
    if "fuels" in tables and tables["fuels"].has("fuel", "out_of_merit"):
        frame = tables["fuels"].frame
        forced = list(frame.loc[frame["out_of_merit"], "fuel"])
    _report_series(tables.get("reported_generation"), "fuel", forced, period, report)


def _report_series(
    table: CsvTable | None, key: str, names: list[str] | None, period: Period, report: Report
) -> None:
    if table is None or not table.has(key, "month"):
        return
    have: dict[str, set[str]] = {}
    for line, name, month in zip(table.lines, table.frame[key], table.frame["month"], strict=True):
        have.setdefault(name, set()).add(month)
        if month and month not in period.hours_by_month:
            message = f"{month} lies outside the period"
            remedy = f"the period has {period.months[0]} to {period.months[-1]}"
            report.cell(table.label, line, "month", "outside", message, remedy)
    for name in names if names is not None else filter(None, have):
        missing = [month for month in period.months if month not in have.get(name, ())]
        if missing:
            more = f" and {len(missing) - 1} other months" if len(missing) > 1 else ""
            message = f"{key} '{name}' has no row for {missing[0]}{more}"
            report.cell(table.label, table.lines[-1], "month", "missing", message, "add it")


def _report_water(hydro: CsvTable, period: Period, report: Report) -> None:
    if not hydro.has("month", "capacity_mw", "energy_gwh", "minimum_mw"):
        return
    frame = hydro.frame
    hours = frame["month"].map(dict(period.hours_by_month)).astype("float64")
    energy_mwh = frame["energy_gwh"] * MWH_PER_GWH
    most, least = frame["capacity_mw"] * hours, frame["minimum_mw"] * hours
    for row in frame.index[energy_mwh > most * _ROUNDING]:
        message = f"{energy_mwh[row]:,.6g} MWh do not fit into {most[row]:,.6g} MWh of full output"
        remedy = f"the month has {hours[row]:g} hours in the period; a capacity factor is at most 1"
        report.cell(hydro.label, hydro.lines[row], "energy_gwh", "too much", message, remedy)
    for row in frame.index[least > energy_mwh * _ROUNDING]:
        message = f"minimum flow takes {least[row]:,.6g} MWh of {energy_mwh[row]:,.6g} MWh"
        remedy = "lower the minimum, or raise the energy"
        report.cell(hydro.label, hydro.lines[row], "minimum_mw", "too much", message, remedy)


def _report_capacity_factor(
    tables: Mapping[str, CsvTable], period: Period, report: Report
) -> None:
    """Reported generation above what the fuel's plants, running or not, can give."""
    reported, plants = tables.get("reported_generation"), tables.get("plants")
    if reported is None or plants is None or not plants.has("fuel", "capacity_mw"):
        return
    if not reported.has("fuel", "month", "generation_gwh"):
        return
    capacity_mw = plants.frame.groupby("fuel")["capacity_mw"].sum(min_count=1)
    frame = reported.frame
    hours = frame["month"].map(dict(period.hours_by_month)).astype("float64")
    factor = frame["generation_gwh"] * MWH_PER_GWH / (frame["fuel"].map(capacity_mw) * hours)
    for row in frame.index[factor > _ROUNDING]:
        message = f"a capacity factor of {factor[row]:.2f} for '{frame.at[row, 'fuel']}'"
        remedy = "it is at most 1: check the generation, or add the missing plants"
        report.cell(
            reported.label, reported.lines[row], "generation_gwh", "factor", message, remedy
        )


def _report_capacity(
    tables: Mapping[str, CsvTable], roles: Mapping[str, str], report: Report
) -> None:
    """Capacity below the peak, and profiles above the capacity of their plants."""
    plants, hourly = tables.get("plants"), tables.get("hourly")
    if plants is None or hourly is None or not plants.has("fuel", "capacity_mw", "status"):
        return
    operating = plants.frame[plants.frame["status"] == "operating"]
    if hourly.has("demand_mw") and hourly.frame["demand_mw"].notna().any():
        storage_mw = 0.0
        if "storage" in tables and tables["storage"].has("discharge_mw"):
            storage_mw = float(tables["storage"].frame["discharge_mw"].sum())
        capacity_mw = float(operating["capacity_mw"].sum()) + storage_mw
        row = int(hourly.frame["demand_mw"].argmax())
        peak_mw = float(hourly.frame["demand_mw"].max())
        if capacity_mw < peak_mw:
            message = (
                f"operating capacity of {capacity_mw:,.6g} MW is below the peak demand of "
                f"{peak_mw:,.6g} MW"
            )
            remedy = "add the missing plants, or check status and units"
            report.error(hourly.label, hourly.lines[row], message, remedy)
    installed = plants.frame.groupby("fuel")["capacity_mw"].sum()
    for fuel in (fuel for fuel, role in roles.items() if role == "profile"):
        column = profile_column(fuel)
        if hourly.has(column):
            _report_profile(hourly, column, float(installed.get(fuel, 0.0)), report)


def _report_profile(hourly: CsvTable, column: str, capacity_mw: float, report: Report) -> None:
    frame = hourly.frame
    for row in frame.index[frame[column] > capacity_mw * _ROUNDING]:
        message = f"{frame.at[row, column]:,.6g} MW is above the installed {capacity_mw:,.6g} MW"
        remedy = "a capacity factor is at most 1: check the profile or the plants"
        report.cell(hourly.label, hourly.lines[row], column, "factor", message, remedy)


def _report_hydro(
    tables: Mapping[str, CsvTable], roles: Mapping[str, str], report: Report
) -> None:
    """Hydro plants without reservoirs, and reservoirs with more power than the plants."""
    plants, hydro = tables.get("plants"), tables.get("hydro")
    if plants is None or not roles or not plants.has("fuel", "capacity_mw", "status"):
        return
    frame = plants.frame
    is_hydro = frame["fuel"].map(roles).eq("hydro") & frame["status"].eq("operating")
    if hydro is None:
        for row in frame.index[is_hydro][:1]:
            message = f"fuel '{frame.at[row, 'fuel']}' has role hydro, but there is no hydro table"
            remedy = "add [tables.hydro] with reservoirs and their monthly energy"
            report.error(plants.label, plants.lines[row], message, remedy)
        return
    if hydro.has("month", "capacity_mw"):
        installed_mw = float(frame.loc[is_hydro, "capacity_mw"].sum())
        by_month: pd.Series[float] = hydro.frame.groupby("month")["capacity_mw"].sum()
        for month, capacity_mw in by_month.items():
            if capacity_mw > installed_mw * _ROUNDING:
                row = int(hydro.frame["month"].eq(month).argmax())
                message = (
                    f"reservoirs of {month} have {capacity_mw:,.6g} MW, "
                    f"operating hydro plants {installed_mw:,.6g} MW"
                )
                remedy = "lower the reservoirs' capacity, or add the missing plants"
                report.error(hydro.label, hydro.lines[row], message, remedy)
