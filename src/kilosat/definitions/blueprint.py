"""A blueprint: a policy someone proposes, portable from country to country; one TOML file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kilosat.definitions.country import Country, report_format
from kilosat.definitions.exchange import exchanged
from kilosat.definitions.findings import DefinitionError, Finding, Report
from kilosat.definitions.plan import has_load
from kilosat.definitions.schema import BlueprintHeader, Choices
from kilosat.definitions.sections import read_section, report_keys, salvage
from kilosat.definitions.tariff_periods import no_tariff_periods, read_tariff_periods
from kilosat.definitions.text_file import TomlFile, read_toml
from kilosat.definitions.value_specs import BLUEPRINT_VALUES, PLAN_VALUES
from kilosat.definitions.values import read_sources, read_values
from kilosat.provenance import Source, Sourced

__all__ = ["Blueprint", "examine_blueprint", "read_blueprint"]

_TARIFF_UNIT = re.compile(r"(?:(?:k|m|bn|trn) )?([A-Z]{3})/.*")
_MONEY = tuple(spec.name for spec in BLUEPRINT_VALUES if spec.unit == "{currency}/kWh")


@dataclass(frozen=True, eq=False)
class Blueprint:
    """A proposal: megawatts, tariff, rules.

    ``values`` are in canonical units (``value_specs.BLUEPRINT_VALUES``), money in ``currency``,
    that of the tariff. Values that the choices do not need (an adder to a flat tariff) are there
    all the same, as nothing. ``tariff_periods`` is a DataFrame with ``months``, ``hours`` (tuples)
    and ``tariff``. ``source`` stands for the proposal itself, as the source of its choices.
    """

    name: str
    title: str
    summary: str
    currency: str
    choices: Choices
    sources: Mapping[str, Source]
    values: Mapping[str, Sourced]
    tariff_periods: Sourced
    source: Source
    file: str
    notes: tuple[Finding, ...] = ()

    def values_in(self, country: Country) -> Mapping[str, Sourced]:
        """The values with money in the country's currency, without the exchange rate used.

        Raises:
            DefinitionError: the currencies differ and the blueprint has no ``exchange_rate``.
        """
        rate = self._rate_to(country)
        kept = {name: value for name, value in self.values.items() if name != "exchange_rate"}
        if self.currency == country.currency:
            return MappingProxyType(kept)
        values = {
            name: exchanged(value, self.currency, rate, country) if name in _MONEY else value
            for name, value in kept.items()
        }
        return MappingProxyType(values)

    def tariff_periods_in(self, country: Country) -> Sourced:
        """The tariff periods with their tariffs in the country's currency, per kWh.

        Raises:
            DefinitionError: as ``values_in``.
        """
        rate = self._rate_to(country)
        if self.currency == country.currency:
            return self.tariff_periods
        return exchanged(self.tariff_periods, self.currency, rate, country)

    def _rate_to(self, country: Country) -> Sourced | None:
        """Money of the blueprint for one US dollar; nothing where it is in US dollars."""
        rate = self.values.get("exchange_rate")
        if rate or self.currency in ("USD", country.currency):
            return rate
        message = (
            f"the tariff is in {self.currency}, the country's money is {country.currency}, "
            "and the blueprint has no exchange rate"
        )
        remedy = f"add [values.exchange_rate] in {self.currency}/USD"
        raise DefinitionError([Finding(self.file, self.values["tariff"].line, message, remedy)])


def read_blueprint(path: Path) -> Blueprint:
    """Read a blueprint.

    Raises:
        DefinitionError: the blueprint cannot be used; it holds all findings.
    """
    report = Report()
    blueprint = examine_blueprint(Path(path), report)
    report.raise_errors()
    assert blueprint is not None, "a blueprint that cannot be built has an error reported"
    return blueprint


def examine_blueprint(path: Path, report: Report) -> Blueprint | None:
    """Read a blueprint and report all that is wrong with it; nothing where there is an error."""
    file = read_toml(path, report)
    if file is None:
        return None
    if "blueprint" in file.raw and not has_load(file):
        message = "the blueprint has no load (no [values.power]), so there is nothing to dispatch"
        remedy = "use kilosat compare or kilosat replay, or add the values of a load"
        report.error(file.label, 1, message, remedy)
        return None
    sections = ("format", "blueprint", "choices", "sources", "values", "tariff_periods")
    report_keys(file.raw, sections, ("blueprint", "choices", "values"), file, report)
    report_format(file, report)
    header = choices = None
    if "blueprint" in file.raw:
        raw = file.raw["blueprint"]
        header = read_section(BlueprintHeader, raw, file, ("blueprint",), report)
    if "choices" in file.raw:
        choices = read_section(Choices, file.raw["choices"], file, ("choices",), report)
    book = read_sources(file, report)
    currency = _currency(file)
    values = read_values(file, (*BLUEPRINT_VALUES, *PLAN_VALUES), currency, book, report)
    scheme = salvage(Choices, file.raw.get("choices")).get("tariff_scheme", "")
    periods = read_tariff_periods(file, scheme, currency, book, report)
    _report_needs(file, currency, report)
    book.report_unused(report)
    if report.has_errors or header is None or choices is None:
        return None
    own = {spec.name for spec in BLUEPRINT_VALUES}
    values = {name: value for name, value in values.items() if name in own}
    source = Source("blueprint", f"blueprint '{header.name}'", "the blueprint's author")
    nothing = {
        "tariff_adder": Sourced(0.0, f"{currency}/kWh", "reported", source, file=file.label),
        "mined_share_kept": _share_kept(choices, source, file),
    }
    return Blueprint(
        **header.model_dump(),
        currency=currency,
        choices=choices,
        sources=MappingProxyType(book.sources),
        values=MappingProxyType(nothing | values),
        tariff_periods=periods or no_tariff_periods(source, file.label),
        source=source,
        file=file.label,
        notes=tuple(report.findings()),
    )


def _currency(file: TomlFile) -> str:
    """The money of the tariff, or else of the first value in money; empty if there is none."""
    entries = file.raw.get("values")
    if not isinstance(entries, dict):
        return ""
    for name in ("tariff", *_MONEY):
        entry = entries.get(name)
        unit = entry.get("unit") if isinstance(entry, dict) else None
        found = _TARIFF_UNIT.fullmatch(unit) if isinstance(unit, str) else None
        if found:
            return found[1]
    return ""


def _report_needs(file: TomlFile, currency: str, report: Report) -> None:
    """Report values that the choices ask for, and money that cannot be told."""
    entries, choices = file.raw.get("values"), file.raw.get("choices")
    if not isinstance(entries, dict) or not isinstance(choices, dict):
        return
    line = file.line("values")
    for key, choice, name in (
        ("tariff_scheme", "marginal-plus-adder", "tariff_adder"),
        ("reserve_rule", "share-of-mined", "mined_share_kept"),
    ):
        if choices.get(key) == choice and name not in entries:
            message = f"{key} '{choice}' needs the value '{name}'"
            report.error(file.label, file.line("choices", key), message, f"add [values.{name}]")
    if not currency and "tariff" in entries:
        line = file.line("values", "tariff", "unit")
        message = "no tariff has a unit that names its currency"
        report.error(file.label, line, message, 'write for example unit = "PKR/kWh"')
    if currency not in ("", "USD") and "exchange_rate" not in entries:
        message = "there is no exchange rate, so only a country with this money can apply it"
        report.note(file.label, line, message, f"add [values.exchange_rate] in {currency}/USD")


def _share_kept(choices: Choices, source: Source, file: TomlFile) -> Sourced:
    """Share of mined coins kept where the reserve rule says it without a number."""
    share = 1.0 if choices.reserve_rule == "hold-mined" else 0.0
    return Sourced(share, "1", "reported", source, file=file.label)
