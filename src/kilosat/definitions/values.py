"""Reading sources and values: each value in its canonical unit, with where it comes from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from kilosat.definitions.findings import Report, did_you_mean, nearest
from kilosat.definitions.schema import SourceEntry, ValueEntry
from kilosat.definitions.sections import read_section, subsections
from kilosat.definitions.text_file import TomlFile
from kilosat.definitions.value_specs import ORDERED_VALUES, ValueSpec
from kilosat.provenance import Quality, Source, Sourced
from kilosat.quantities import UnitError, convert, parse_unit

__all__ = ["SourceBook", "provenance_problem", "read_sources", "read_values", "report_order"]


@dataclass
class SourceBook:
    """The sources of a file, and which of them something refers to."""

    file: TomlFile
    entries: dict[str, Source | None]
    """A source that could not be read is known by name and is nothing."""
    used: set[str] = field(default_factory=set)

    @property
    def sources(self) -> dict[str, Source]:
        """Those that could be read."""
        return {key: source for key, source in self.entries.items() if source}

    def knows(self, key: str) -> bool:
        """Whether there is such a source; it counts as used from now on."""
        self.used.add(key)
        return key in self.entries

    def unknown(self, key: str) -> tuple[str, str]:
        """Message and remedy for a key that is not listed."""
        return f"source '{key}' is not listed", did_you_mean(key, self.entries)

    def report_unused(self, report: Report) -> None:
        """Note each source that nothing refers to."""
        for key in self.entries:
            if key not in self.used:
                line = self.file.line("sources", key)
                report.note(
                    self.file.label, line, f"source '{key}' is not used", "refer to it or remove it"
                )


def read_sources(file: TomlFile, report: Report) -> SourceBook:
    """All ``[sources.KEY]`` of a file."""
    entries: dict[str, Source | None] = {}
    for key, raw in subsections(file, "sources", report).items():
        entry = read_section(SourceEntry, raw, file, ("sources", key), report)
        entries[key] = Source(key=key, **entry.model_dump()) if entry else None
    return SourceBook(file, entries)


def provenance_problem(
    quality: Quality, has_source: bool, assumption: str
) -> tuple[str, str] | None:
    """Message and remedy where a value neither has a source nor says what is assumed."""
    if quality == "assumed" and not assumption.strip():
        return "is assumed but does not say what", 'add assumption = "..." in words'
    if quality != "assumed" and not has_source:
        return f"has quality '{quality}' but no source", "add source = ..., or call it assumed"
    return None


def read_values(
    file: TomlFile,
    specs: tuple[ValueSpec, ...],
    currency: str,
    book: SourceBook,
    report: Report,
) -> dict[str, Sourced]:
    """All ``[values.NAME]`` of a file; money must be in ``currency`` (empty: not known)."""
    raw = subsections(file, "values", report)
    known = {spec.name: spec for spec in specs}
    values: dict[str, Sourced] = {}
    for name, entry in raw.items():
        if name not in known:
            line = file.line("values", name)
            message = f"'{name}' is not a value that is known here"
            report.error(file.label, line, message, did_you_mean(name, known))
            continue
        value = _read_value(file, known[name], entry, currency, book, report)
        if value:
            values[name] = value
    meant = {nearest(name, known) for name in raw if name not in known}
    _report_missing(file, [s for s in specs if s.name not in raw and s.name not in meant], report)
    report_order(file, values, report)
    return values


def _read_value(
    file: TomlFile,
    spec: ValueSpec,
    raw: object,
    currency: str,
    book: SourceBook,
    report: Report,
) -> Sourced | None:
    path = ("values", spec.name)
    entry = read_section(ValueEntry, raw, file, path, report)
    if entry is None:
        if isinstance(raw, dict):
            book.used.add(str(raw.get("source", "")))
        return None
    problems: list[tuple[str, str, str]] = []
    if entry.source and not book.knows(entry.source):
        problems.append(("source", *book.unknown(entry.source)))
    if missing := provenance_problem(entry.quality, bool(entry.source), entry.assumption):
        problems.append(("quality", f"'{spec.name}' {missing[0]}", missing[1]))
    number: float | None = None
    if currency or not spec.is_money:
        number, problem = _in_canonical_unit(spec, entry, currency)
        problems += [problem] if problem else []
    for key, message, remedy in problems:
        report.error(file.label, file.line(*path, key), message, remedy)
    source = book.entries.get(entry.source)
    if problems or number is None or (entry.source and source is None):
        return None
    return Sourced(
        value=int(number) if spec.whole else number,
        unit=spec.in_currency(currency),
        quality=entry.quality,
        source=source,
        assumption=entry.assumption,
        as_of=entry.as_of,
        where=entry.where,
        note=entry.note,
        file=file.label,
        line=file.line(*path),
    )


def _in_canonical_unit(
    spec: ValueSpec, entry: ValueEntry, currency: str
) -> tuple[float | None, tuple[str, str, str] | None]:
    """The number, or the key, message and remedy of what is wrong with it."""
    unit = spec.in_currency(currency)
    try:
        scale = convert(1.0, unit, entry.unit)
        number = convert(entry.value, entry.unit, unit)
    except UnitError as problem:
        return None, ("unit", *_unit_problem(spec, entry.unit, unit, str(problem)))
    if not spec.bounds.holds(number):
        given = f"{spec.name} = {entry.value:,.10g} {entry.unit}".removesuffix(" 1")
        written = "" if entry.unit == "1" else f" {entry.unit}"
        message = f"{given} is impossible: it must be {spec.bounds.words(written, scale)}"
        percent = spec.unit == "1" and entry.unit == "1" and spec.bounds.holds(number / 100)
        remedy = 'for a percentage write unit = "%"' if percent else "check number and unit"
        return None, ("value", message, remedy)
    if spec.whole and number != int(number):
        return None, ("value", f"{spec.name} = {number:g} is not a whole number", "round it")
    return number, None


def _unit_problem(spec: ValueSpec, given: str, wanted: str, problem: str) -> tuple[str, str]:
    try:
        parse_unit(given)
    except UnitError:
        message, _, remedy = problem.partition("; ")
        return message, remedy or f'write for example unit = "{wanted}"'
    if spec.is_money and re.sub("[A-Z]{3}", wanted[:3], given, count=1) == wanted:
        return f"{spec.name} is in '{given}', but the money here is {wanted[:3]}", (
            f"convert it to '{wanted}'"
        )
    message = f"{spec.name} cannot be in '{given}': it does not measure the same as '{wanted}'"
    return message, f"write it in '{wanted}' or a multiple of it"


def _report_missing(file: TomlFile, absent: Iterable[ValueSpec], report: Report) -> None:
    for spec in absent:
        if spec.required:
            unit = (spec.written_in or spec.unit).replace("{currency}", "local currency")
            report.error(
                file.label,
                file.line("values"),
                f"value '{spec.name}' is missing ({spec.meaning})",
                f"add [values.{spec.name}] in {unit}",
            )


def report_order(file: TomlFile, values: Mapping[str, Sourced], report: Report) -> None:
    """Report bounds of a band that stand the wrong way round."""
    for names in ORDERED_VALUES:
        present = [name for name in names if name in values]
        for low, high in pairwise(present):
            below, above = values[low].value, values[high].value
            # A band must have a width; a tariff may lie at the end of its range.
            if below > above or (below == above and len(names) == 2):
                unit = values[low].unit
                message = f"{low} = {below:,.10g} {unit} is not below {high} = {above:,.10g} {unit}"
                line = file.line("values", low, "value")
                report.error(file.label, line, message, "put them in order")
