"""What single tables cannot show: whether names, months and limits of a country fit each other."""

from collections.abc import Container, Mapping

from kilosat.definitions.capacities import report_capacities
from kilosat.definitions.csv_table import CsvTable
from kilosat.definitions.findings import Report, did_you_mean
from kilosat.definitions.hours import report_hours
from kilosat.definitions.period import Period

__all__ = ["report_inconsistencies"]


def report_inconsistencies(
    tables: Mapping[str, CsvTable],
    named: Container[str],
    period: Period | None,
    report: Report,
) -> None:
    """Report what does not fit between tables, as far as they could be read.

    ``named`` are the tables that the country names, whether or not they could be read.
    """
    roles = _roles(tables)
    for name in ("plants", "availability", "reported_generation"):
        if roles and name in tables:
            _report_unknown_fuels(tables[name], roles, report)
    if "plants" in tables:
        _report_plants(tables["plants"], report)
    if "availability" in tables:
        _report_limits(tables["availability"], report)
    if period is not None:
        _report_months(tables, roles, period, report)
        if "hourly" in tables:
            report_hours(tables["hourly"], period, report)
    report_capacities(tables, named, roles, period, report)


def _roles(tables: Mapping[str, CsvTable]) -> dict[str, str]:
    table = tables.get("fuels")
    if table is None or not table.has("fuel", "role"):
        return {}
    pairs = zip(table.frame["fuel"], table.frame["role"], strict=True)
    return {fuel: role for fuel, role in pairs if fuel}


def _report_unknown_fuels(table: CsvTable, roles: Mapping[str, str], report: Report) -> None:
    if not table.has("fuel"):
        return
    for line, fuel in zip(table.lines, table.frame["fuel"], strict=True):
        if fuel and fuel not in roles:
            message = f"'{fuel[:40]}' is not a fuel of fuels.csv"
            report.cell(table.label, line, "fuel", "unknown", message, did_you_mean(fuel, roles))


def _report_plants(plants: CsvTable, report: Report) -> None:
    """Plants that can run, but have no cost or no capacity."""
    if not plants.has("status", "variable_cost_per_kwh", "capacity_mw", "plant_id"):
        return
    can_run = plants.frame["status"].isin(["operating", "standby"])
    for column, nothing in (
        ("variable_cost_per_kwh", plants.frame["variable_cost_per_kwh"].isna()),
        ("capacity_mw", plants.frame["capacity_mw"].eq(0.0)),
    ):
        what = "cost" if column.startswith("variable") else "capacity"
        for line, plant in plants.where(can_run & nothing):
            message = f"plant '{plant['plant_id']}' can run but has no {what}"
            remedy = f"write its {what}, or status 'not operating'"
            report.cell(plants.label, line, column, "missing", message, remedy)


def _report_limits(availability: CsvTable, report: Report) -> None:
    if not availability.has("ceiling", "minimum"):
        return
    crossed = availability.frame["minimum"] > availability.frame["ceiling"]
    for line, row in availability.where(crossed):
        message = f"minimum {row['minimum']:g} is above ceiling {row['ceiling']:g}"
        remedy = "lower the minimum or raise the ceiling"
        report.cell(availability.label, line, "minimum", "order", message, remedy)


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
        forced = [fuel for fuel in frame.loc[frame["out_of_merit"], "fuel"] if fuel]
    _report_series(tables.get("reported_generation"), "fuel", forced, period, report)


def _report_series(
    table: CsvTable | None, key: str, names: list[str] | None, period: Period, report: Report
) -> None:
    """Each of ``names`` (where nothing is given: each that the table has) needs every month."""
    if table is None or not table.has(key, "month"):
        return
    have: dict[str, set[str]] = {}
    for line, name, month in zip(table.lines, table.frame[key], table.frame["month"], strict=True):
        if name:
            have.setdefault(name, set()).add(month)
        if month and month not in period.hours_by_month:
            message = f"{month} lies outside the period"
            remedy = f"the period has {period.months[0]} to {period.months[-1]}"
            report.cell(table.label, line, "month", "outside", message, remedy)
    for name in have if names is None else names:
        missing = [month for month in period.months if month not in have.get(name, ())]
        if missing:
            more = f" and {len(missing) - 1} other months" if len(missing) > 1 else ""
            message = f"{key} '{name}' has no row for {missing[0]}{more}"
            remedy = "each month of the period needs a row"
            report.cell(table.label, table.lines[-1], "month", "missing", message, remedy)
