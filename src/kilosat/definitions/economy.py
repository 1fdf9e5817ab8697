"""A country's economy: what a reserve is held against. Every country file has one.

A country with an hourly system can also be dispatched (``country``); one without can be replayed
and stress-tested.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kilosat.definitions.country import COUNTRY_FILE, report_format
from kilosat.definitions.findings import DefinitionError, Finding, Report
from kilosat.definitions.plan import Plan
from kilosat.definitions.schema import CountryHeader, EconomyHeader
from kilosat.definitions.sections import read_section, report_keys, salvage
from kilosat.definitions.text_file import TomlFile, read_toml
from kilosat.definitions.value_specs import COUNTRY_VALUES, ECONOMY_VALUES, optional
from kilosat.definitions.values import read_sources, read_values
from kilosat.provenance import Source, Sourced

__all__ = ["Economy", "examine_economy", "has_hours", "lacking", "read_economy"]

_SHARED = ("exchange_rate", "public_discount_rate")
"""Values of the power study that an economy needs too."""


@dataclass(frozen=True, eq=False)
class Economy:
    """A country's money.

    ``values`` holds those of ``value_specs.ECONOMY_VALUES`` that the file has, ``exchange_rate``
    and, where given, ``public_discount_rate``. ``dispatchable``: the file has an hourly system.
    """

    name: str
    code: str
    currency: str
    dispatchable: bool
    sources: Mapping[str, Source]
    values: Mapping[str, Sourced]
    file: str
    notes: tuple[Finding, ...] = ()

    def needed(self, name: str, what_for: str) -> Sourced:
        """A value that something cannot do without.

        Raises:
            DefinitionError: the country does not have it; the message names file and value.
        """
        if name in self.values:
            return self.values[name]
        spec = next(spec for spec in ECONOMY_VALUES if spec.name == name)
        message = f"{self.name} has no '{name}' ({spec.meaning}), which {what_for} needs"
        remedy = f"add [values.{name}] in {spec.unit}"
        raise DefinitionError([Finding(self.file, 0, message, remedy)])


def has_hours(path: Path) -> bool:
    """Whether a country's file has an hourly system; a file that cannot be read counts as one."""
    file = read_toml(path / COUNTRY_FILE if path.is_dir() else path, Report())
    return file is None or "tables" in file.raw


def lacking(path: Path, plan: Plan) -> tuple[str, ...]:
    """Values that a plan cannot be walked without and that a country's readable file lacks."""
    file = read_toml(path / COUNTRY_FILE if path.is_dir() else path, Report())
    given = file.raw.get("values", {}) if file else {}
    needed = [spec.name for spec in ECONOMY_VALUES if spec.required]
    if plan.measured_by_reserves:
        needed.append("gross_reserves")
    return tuple(name for name in needed if name not in given)


def read_economy(path: Path) -> Economy:
    """Read the economy of the country in the folder ``path`` (or its ``country.toml``).

    Raises:
        DefinitionError: it cannot be used; it holds all findings.
    """
    report = Report()
    file_path = path / COUNTRY_FILE if path.is_dir() else path
    file = read_toml(file_path, report)
    economy = examine_economy(file, report) if file else None
    report.raise_errors()
    assert economy is not None, "an economy that cannot be built has an error reported"
    return economy


def examine_economy(file: TomlFile, report: Report) -> Economy | None:
    """Read the economy of a country's file and report all that is wrong with it."""
    dispatchable = "tables" in file.raw
    given = file.raw.get("country")
    hourly = set(given) - set(EconomyHeader.model_fields) if isinstance(given, dict) else set()
    if not dispatchable and hourly & set(CountryHeader.model_fields):
        message = f"[country] has fields of an hourly system ({', '.join(sorted(hourly))}), but "
        message += "there are no [tables]"
        remedy = "leave the fields out for a country without hours, or add the tables"
        report.error(file.label, file.line("country"), message, remedy)
        return None
    sections = ("format", "country", "sources", "values")
    extra = ("tables",) if dispatchable else ()
    report_keys(file.raw, (*sections, *extra), ("country", "values"), file, report)
    report_format(file, report)
    model = CountryHeader if dispatchable else EconomyHeader
    header = read_section(model, file.raw.get("country", {}), file, ("country",), report)
    currency = salvage(model, file.raw.get("country")).get("currency", "")
    book = read_sources(file, report)
    rate = [spec for spec in COUNTRY_VALUES if spec.name == "exchange_rate"]
    others = optional(spec for spec in COUNTRY_VALUES if spec.name != "exchange_rate")
    values = read_values(file, (*rate, *ECONOMY_VALUES, *others), currency, book, report)
    if report.has_errors or header is None:
        return None
    names = {spec.name for spec in ECONOMY_VALUES} | set(_SHARED)
    kept = {name: value for name, value in values.items() if name in names}
    return Economy(
        name=header.name,
        code=header.code,
        currency=header.currency,
        dispatchable=dispatchable,
        sources=MappingProxyType(book.sources),
        values=MappingProxyType(kept),
        file=file.label,
        notes=tuple(report.findings()),
    )
