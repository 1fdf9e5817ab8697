"""Tariffs by month and hour: ``[[tariff_periods]]`` of a blueprint."""

from typing import Any

import pandas as pd

from kilosat.definitions.findings import Report
from kilosat.definitions.schema import TariffPeriodEntry
from kilosat.definitions.sections import read_section
from kilosat.definitions.text_file import TomlFile
from kilosat.definitions.values import SourceBook, provenance_problem
from kilosat.provenance import Source, Sourced, worst_quality
from kilosat.quantities import UnitError, convert

__all__ = ["SCHEMES_BY_PERIOD", "no_tariff_periods", "read_tariff_periods"]

SCHEMES_BY_PERIOD = ("seasonal", "time-of-use")
"""Tariff schemes that need periods."""

_ALL_HOURS = [(month, hour) for month in range(1, 13) for hour in range(24)]


def read_tariff_periods(
    file: TomlFile, scheme: str, currency: str, book: SourceBook, report: Report
) -> Sourced | None:
    """The periods as a table of ``months``, ``hours`` (tuples) and ``tariff`` per kWh."""
    raw = file.raw.get("tariff_periods")
    if raw is None:
        if scheme in SCHEMES_BY_PERIOD:
            line = file.line("choices", "tariff_scheme")
            message = f"tariff_scheme '{scheme}' needs tariff periods"
            report.error(file.label, line, message, "add [[tariff_periods]] for all hours")
        return None
    line = file.line("tariff_periods")
    if not isinstance(raw, list) or not raw:
        message = "'tariff_periods' must be a list of sections"
        report.error(file.label, line, message, "start each with [[tariff_periods]]")
        return None
    if scheme and scheme not in SCHEMES_BY_PERIOD:
        message = f"tariff_scheme '{scheme}' does not use tariff periods"
        report.note(file.label, line, message, "remove them, or choose seasonal or time-of-use")
    entries = [
        _read_entry(file, place, part, currency, book, report) for place, part in enumerate(raw)
    ]
    whole = [entry for entry in entries if entry]
    if len(whole) < len(raw):
        return None
    _report_coverage(file, whole, report)
    if not currency:
        return None
    return _sourced(file, whole, currency, book)


def no_tariff_periods(source: Source, label: str) -> Sourced:
    """The table of a blueprint without periods."""
    frame = pd.DataFrame({"months": [], "hours": [], "tariff": pd.Series([], dtype="float64")})
    return Sourced(frame, "", "reported", source, file=label)


def _read_entry(
    file: TomlFile, place: int, raw: Any, currency: str, book: SourceBook, report: Report
) -> TariffPeriodEntry | None:
    path = ("tariff_periods", place)
    entry = read_section(TariffPeriodEntry, raw, file, path, report)
    if entry is None:
        return None
    problems: list[tuple[str, str, str]] = []
    if entry.source and not book.knows(entry.source):
        problems.append(("source", *book.unknown(entry.source)))
    if missing := provenance_problem(entry.quality, bool(entry.source), entry.assumption):
        problems.append(("quality", f"the tariff period {missing[0]}", missing[1]))
    if entry.tariff < 0:
        problems.append(("tariff", f"tariff {entry.tariff:g} is negative", "check it"))
    try:
        convert(1.0, entry.unit, f"{currency or 'USD'}/kWh")
    except UnitError as problem:
        if currency:
            remedy = f"write it in '{currency}/kWh', as the tariff"
            problems.append(("unit", str(problem).replace("; ", ", "), remedy))
    for key, message, remedy in problems:
        report.error(file.label, file.line(*path, key), message, remedy)
    return None if problems else entry


def _report_coverage(file: TomlFile, entries: list[TariffPeriodEntry], report: Report) -> None:
    owner: dict[tuple[int, int], int] = {}
    for place, entry in enumerate(entries):
        line = file.line("tariff_periods", place)
        hours = [(month, hour) for month in entry.months for hour in entry.hours]
        twice = [hour for hour in hours if owner.setdefault(hour, line) != line]
        if twice:
            month, hour = twice[0]
            first = owner[month, hour]
            message = f"{_words(twice)} in another period too, on line {first}"
            report.error(file.label, line, message, "each hour of the year belongs to one period")
    missing = [hour for hour in _ALL_HOURS if hour not in owner]
    if missing:
        line = file.line("tariff_periods", len(entries) - 1)
        message = f"{_words(missing)} in no tariff period"
        report.error(file.label, line, message, "each hour of the year belongs to one period")


def _words(hours: list[tuple[int, int]]) -> str:
    month, hour = hours[0]
    more = f" and {len(hours) - 1} others are" if len(hours) > 1 else " is"
    return f"month {month}, hour {hour}{more}"


def _sourced(
    file: TomlFile, entries: list[TariffPeriodEntry], currency: str, book: SourceBook
) -> Sourced:
    unit = f"{currency}/kWh"
    frame = pd.DataFrame(
        {
            "months": [tuple(entry.months) for entry in entries],
            "hours": [tuple(entry.hours) for entry in entries],
            "tariff": [convert(entry.tariff, entry.unit, unit) for entry in entries],
        }
    )
    sources = [book.entries.get(entry.source) for entry in entries]
    named = tuple(dict.fromkeys(source for source in sources if source))
    return Sourced(
        frame,
        "",
        worst_quality([entry.quality for entry in entries]),
        source=next(iter(named), None),
        assumption="; ".join(dict.fromkeys(e.assumption for e in entries if e.assumption)),
        file=file.label,
        line=file.line("tariff_periods"),
        row_sources=named,
    )
