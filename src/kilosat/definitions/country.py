"""A country: facts, each with a source, read from a folder of one TOML file and some CSVs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from kilosat.definitions.consistency import report_inconsistencies
from kilosat.definitions.csv_table import CsvTable
from kilosat.definitions.findings import Finding, Report
from kilosat.definitions.period import LONGEST_PERIOD_DAYS, Period
from kilosat.definitions.schema import CountryHeader, EconomyHeader
from kilosat.definitions.sections import read_section, report_keys, salvage
from kilosat.definitions.tables import (
    USER_HOURLY,
    named_tables,
    read_tables,
    sourced_tables,
    user_source,
)
from kilosat.definitions.template_marks import report_placeholders
from kilosat.definitions.text_file import TomlFile, read_toml
from kilosat.definitions.value_specs import COUNTRY_VALUES, ECONOMY_VALUES, optional
from kilosat.definitions.values import SourceBook, read_sources, read_values
from kilosat.provenance import Source, Sourced

__all__ = ["COUNTRY_FILE", "Country", "examine_country", "read_country", "report_format"]

COUNTRY_FILE = "country.toml"
_FORMAT = 1
_MONEY_ONLY = tuple(EconomyHeader.model_fields)


@dataclass(frozen=True, eq=False)
class Country:
    """Facts about a country's power system and its money.

    ``values`` are in canonical units (``value_specs.COUNTRY_VALUES``). ``tables`` holds a
    DataFrame for each of ``table_specs.TABLES``, an empty one for an optional table that is not
    there; ``hourly`` is indexed by ``local_time``. ``notes`` are findings that are no errors.
    """

    name: str
    code: str
    currency: str
    utc_offset: str
    period_start: date
    period_end: date
    hourly_is_synthetic: bool
    hourly_note: str
    sources: Mapping[str, Source]
    values: Mapping[str, Sourced]
    tables: Mapping[str, Sourced]
    notes: tuple[Finding, ...] = ()

    @property
    def period(self) -> Period:
        """The hours that the tables cover."""
        return Period(self.period_start, self.period_end)

    @property
    def hours(self) -> int:
        """Number of hours of the period."""
        return self.period.count

    @property
    def months(self) -> tuple[str, ...]:
        """Months of the period, such as ``2025-01``."""
        return self.period.months


def read_country(path: Path, *, hourly: Path | None = None) -> Country:
    """Read the country in the folder ``path`` (or its ``country.toml``).

    ``hourly`` is a CSV that takes the place of the country's own hourly table, with the same
    columns; it counts as reported by the user.

    Raises:
        DefinitionError: the country cannot be used; it holds all findings.
    """
    report = Report()
    country = examine_country(Path(path), Path(hourly) if hourly else None, report)
    report.raise_errors()
    assert country is not None, "a country that cannot be built has an error reported"
    return country


def examine_country(path: Path, hourly: Path | None, report: Report) -> Country | None:
    """Read a country and report all that is wrong with it; nothing where there is an error."""
    file_path = path / COUNTRY_FILE if path.is_dir() else path
    file = read_toml(file_path, report)
    if file is None:
        return None
    if "tables" not in file.raw and set(file.raw.get("country", ())) <= set(_MONEY_ONLY):
        message = "the country has no [tables], so there is no hourly system to dispatch"
        remedy = "add the tables (docs/own-country.md), or use kilosat compare or kilosat replay"
        report.error(file.label, 1, message, remedy)
        return None
    sections = ("format", "country", "sources", "values", "tables")
    report_keys(file.raw, sections, ("country", "values", "tables"), file, report)
    report_format(file, report)
    header, period = _read_header(file, report)
    known = salvage(CountryHeader, file.raw.get("country"))
    book = read_sources(file, report)
    specs = (*COUNTRY_VALUES, *optional(ECONOMY_VALUES))
    values = read_values(file, specs, known.get("currency", ""), book, report)
    _report_dollar(file, known.get("currency", ""), values, report)
    tables = read_tables(file, file_path.parent, hourly, book, report)
    report_inconsistencies(tables, named_tables(file), period, report)
    book.report_unused(report)
    report_placeholders(file.label, values.values(), report)
    if report.has_errors or header is None:
        return None
    own = {spec.name for spec in COUNTRY_VALUES}
    values = {name: value for name, value in values.items() if name in own}
    return _build(file, header, values, tables, hourly, book, report)


def report_format(file: TomlFile, report: Report) -> None:
    """Report a file that does not say that it is written in the format known here."""
    given = file.raw.get("format")
    if given is None:
        report.error(file.label, 1, "the file does not say its format", f"add format = {_FORMAT}")
    elif given != _FORMAT or isinstance(given, bool):
        line = file.line("format")
        message = f"format {str(given)[:20]} is not known here"
        report.error(file.label, line, message, f"write format = {_FORMAT}, or update kilosat")


def _read_header(file: TomlFile, report: Report) -> tuple[CountryHeader | None, Period | None]:
    raw = file.raw.get("country")
    if raw is None:
        return None, None
    header = read_section(CountryHeader, raw, file, ("country",), report)
    known = salvage(CountryHeader, raw)
    start, end = known.get("period_start"), known.get("period_end")
    if start is None or end is None:
        return header, None
    line = file.line("country", "period_end")
    if end <= start:
        message = f"period_end {end} is not after period_start {start}"
        report.error(file.label, line, message, "the end is the first day that no longer counts")
        return header, None
    if (end - start).days > LONGEST_PERIOD_DAYS:
        message = f"the period {start} to {end} is longer than three years"
        report.error(file.label, line, message, "take one calendar year, or a few days for a trial")
        return header, None
    return header, Period(start, end)


def _report_dollar(
    file: TomlFile, currency: str, values: Mapping[str, Sourced], report: Report
) -> None:
    rate = values.get("exchange_rate")
    if currency == "USD" and rate and rate.value != 1.0:
        message = f"exchange_rate = {rate.value:g}, but the country's own money is the US dollar"
        report.error(file.label, rate.line, message, "write value = 1")


def _build(
    file: TomlFile,
    header: CountryHeader,
    values: Mapping[str, Sourced],
    tables: Mapping[str, CsvTable],
    hourly: Path | None,
    book: SourceBook,
    report: Report,
) -> Country:
    sourced = sourced_tables(file, tables, hourly, book)
    sourced["plants"] = _with_filed_costs(sourced["plants"])
    sourced["hourly"] = _by_hour(sourced["hourly"])
    fields = header.model_dump()
    sources = book.sources
    if hourly is not None:
        source = user_source(hourly)
        sources[USER_HOURLY] = source
        fields |= {"hourly_is_synthetic": False, "hourly_note": source.document}
    return Country(
        **fields,
        sources=MappingProxyType(sources),
        values=MappingProxyType(dict(values)),
        tables=MappingProxyType(sourced),
        notes=tuple(report.findings()),
    )


def _with_filed_costs(plants: Sourced) -> Sourced:
    """Where no filed cost is known the listed one stands for it."""
    frame: pd.DataFrame = plants.value.copy()
    frame["filed_cost_per_kwh"] = frame["filed_cost_per_kwh"].fillna(frame["variable_cost_per_kwh"])
    return replace(plants, value=frame)


def _by_hour(hourly: Sourced) -> Sourced:
    return replace(hourly, value=hourly.value.set_index("local_time"))
