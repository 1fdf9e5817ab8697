"""Whether an hourly table has each hour of the period once and in order."""

from datetime import datetime

import pandas as pd

from kilosat.definitions.csv_table import CsvTable
from kilosat.definitions.findings import Report
from kilosat.definitions.period import Period

__all__ = ["report_hours"]

_COLUMN = "local_time"


def report_hours(hourly: CsvTable, period: Period, report: Report) -> None:
    """Report hours that are missing, there twice, out of order, or not of the period."""
    if not hourly.has(_COLUMN):
        return
    times = [None if pd.isna(t) else t.to_pydatetime() for t in hourly.frame[_COLUMN]]
    given = [time for time in times if time is not None]
    if tuple(given) == period.hours:
        return
    lines = _first_lines(hourly, times, set(period.hours), report)
    _report_order(hourly, times, report)
    missing = [hour for hour in period.hours if hour not in lines]
    # A cell that is no time is reported already; it is likely one of the missing hours.
    if missing and len(given) == len(times):
        line = next(
            (lines[hour] for hour in period.hours if hour > missing[0] and hour in lines), 0
        )
        more = f" and {len(missing) - 1:,} other hours are" if len(missing) > 1 else " is"
        message = (
            f"{len(times):,} rows where the period has {period.count:,} hours: "
            f"{missing[0]:%Y-%m-%d %H:%M}{more} missing"
        )
        line = line or hourly.lines[-1]
        report.error(hourly.label, line, message, "add them; leave no hour out")


def _first_lines(
    hourly: CsvTable, times: list[datetime | None], wanted: set[datetime], report: Report
) -> dict[datetime, int]:
    """Line of each hour of the period; repeats and strangers are reported."""
    lines: dict[datetime, int] = {}
    for line, time in zip(hourly.lines, times, strict=True):
        if time is None:
            continue
        text = f"{time:%Y-%m-%d %H:%M}"
        if time in lines:
            message = f"{text} is there twice, first on line {lines[time]}"
            report.cell(hourly.label, line, _COLUMN, "twice", message, "keep one of them")
        elif time.minute:
            message = f"{text} is not the beginning of an hour"
            report.cell(hourly.label, line, _COLUMN, "minute", message, "give one row per hour")
        elif time not in wanted:
            message, remedy = f"{text} lies outside the period", "remove it, or change the period"
            report.cell(hourly.label, line, _COLUMN, "outside", message, remedy)
        else:
            lines[time] = line
    return lines


def _report_order(hourly: CsvTable, times: list[datetime | None], report: Report) -> None:
    before: datetime | None = None
    for line, time in zip(hourly.lines, times, strict=True):
        if time is not None and before is not None and time < before:
            message = f"{time:%Y-%m-%d %H:%M} comes after {before:%Y-%m-%d %H:%M}"
            report.cell(hourly.label, line, _COLUMN, "order", message, "put the hours in order")
        before = time or before
