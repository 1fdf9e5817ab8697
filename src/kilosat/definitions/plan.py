"""A blueprint's plan for a reserve and for mining as an investment. Every blueprint file has one.

A blueprint with a load has a power part as well (``blueprint``), which is judged by dispatch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kilosat.definitions.country import report_format
from kilosat.definitions.findings import Finding, Report
from kilosat.definitions.schema import BlueprintHeader, Choices, PlanChoices
from kilosat.definitions.sections import read_section, report_keys
from kilosat.definitions.text_file import TomlFile, read_toml
from kilosat.definitions.value_specs import BLUEPRINT_VALUES, PLAN_VALUES, ValueSpec, optional
from kilosat.definitions.values import read_sources, read_values
from kilosat.provenance import Source, Sourced
from kilosat.quantities import DAYS_PER_YEAR

__all__ = ["Plan", "examine_plan", "has_load", "read_plan"]

_MOST_COINS = 21_000_000
_BY_RESERVES = ("reserve_cap_reserves", "rebalance_target")
_MINING = (
    "ramp_up",
    "failure_rate",
    "import_duty",
    "profit_tax",
    "state_share",
    "coin_royalty",
    "tariff_in_coins",
    "hosting_fee",
    "jobs",
    *(f"fleet_{name}" for name in ("frontier", "new", "recent", "mid_life", "old")),
)
_NEEDS = (
    ("rebalance_band", ("rebalance_target",)),
    ("rebalance_target", ("rebalance_band",)),
    ("buying_years", ("daily_purchase", "monthly_purchase")),
    ("selling_years", ("monthly_sale",)),
)


@dataclass(frozen=True, eq=False)
class Plan:
    """Rules of accumulation, and how mining is owned and taxed.

    ``values`` holds those of ``value_specs.PLAN_VALUES`` that the file has, in canonical units.
    ``has_load``: the blueprint has a power part. ``source`` stands for the proposal itself.
    """

    name: str
    title: str
    summary: str
    has_load: bool
    choices: PlanChoices
    sources: Mapping[str, Source]
    values: Mapping[str, Sourced]
    source: Source
    file: str
    notes: tuple[Finding, ...] = ()

    def number(self, name: str, otherwise: float) -> float:
        """A value, or what stands for it where the plan does not have it."""
        return float(self.values[name].value) if name in self.values else otherwise

    @property
    def measured_by_reserves(self) -> tuple[str, ...]:
        """Its rules that need the country's foreign reserves."""
        return tuple(rule for rule in _BY_RESERVES if rule in self.values)


def read_plan(path: Path) -> Plan:
    """Read the plan of a blueprint's file.

    Raises:
        DefinitionError: it cannot be used; it holds all findings.
    """
    report = Report()
    file = read_toml(path, report)
    plan = examine_plan(file, report) if file else None
    report.raise_errors()
    assert plan is not None, "a plan that cannot be built has an error reported"
    return plan


def has_load(file: TomlFile) -> bool:
    """Whether a blueprint's file has a power part."""
    values = file.raw.get("values")
    return "tariff_periods" in file.raw or (isinstance(values, dict) and "power" in values)


def examine_plan(file: TomlFile, report: Report) -> Plan | None:
    """Read the plan of a blueprint's file and report all that is wrong with it."""
    loaded = has_load(file)
    sections = ("format", "blueprint", "choices", "sources", "values")
    extra = ("tariff_periods",) if loaded else ()
    report_keys(file.raw, (*sections, *extra), ("blueprint",), file, report)
    report_format(file, report)
    header = None
    if "blueprint" in file.raw:
        raw = file.raw["blueprint"]
        header = read_section(BlueprintHeader, raw, file, ("blueprint",), report)
    model = Choices if loaded else PlanChoices
    choices = read_section(model, file.raw.get("choices", {}), file, ("choices",), report)
    book = read_sources(file, report)
    specs = (*PLAN_VALUES, *optional(BLUEPRINT_VALUES)) if loaded else _without_load()
    values = read_values(file, specs, "", book, report)
    kept = {spec.name for spec in PLAN_VALUES}
    values = {name: value for name, value in values.items() if name in kept}
    _report_needs(file, values, report)
    _report_mine(file, values, report)
    if choices is not None:
        _report_ownership(file, values, choices, report)
        _report_too_many(file, values, report)
        _report_scale(file, values, choices, report)
    if not loaded:
        book.report_unused(report)
    if report.has_errors or header is None or choices is None:
        return None
    return Plan(
        name=header.name,
        title=header.title,
        summary=header.summary,
        has_load=loaded,
        choices=choices,
        sources=MappingProxyType(book.sources),
        values=MappingProxyType(values),
        source=Source("blueprint", f"blueprint '{header.name}'", "the blueprint's author"),
        file=file.label,
        notes=tuple(report.findings()),
    )


def _without_load() -> tuple[ValueSpec, ...]:
    return tuple(spec for spec in PLAN_VALUES if spec.name not in _MINING)


def _report_needs(file: TomlFile, values: Mapping[str, Sourced], report: Report) -> None:
    for name, needs in _NEEDS:
        if name in values and not any(need in values for need in needs):
            message = f"'{name}' says nothing without '{' or '.join(needs)}'"
            report.error(file.label, values[name].line, message, f"add [values.{needs[0]}]")


def _report_mine(file: TomlFile, values: Mapping[str, Sourced], report: Report) -> None:
    """Shares of the fleet that do not add up, and jobs that nobody promised."""
    fleet = {name: value for name, value in values.items() if name.startswith("fleet_")}
    total = sum(float(value.value) for value in fleet.values())
    if fleet and abs(total - 1.0) > 1e-6:
        line = next(iter(fleet.values())).line
        message = f"the shares of the fleet ({', '.join(fleet)}) add up to {100 * total:g} %"
        report.error(file.label, line, message, "make them 100 %")
    jobs = values.get("jobs")
    if jobs and jobs.quality == "assumed":
        message = "jobs are assumed; kilosat prints only those that a source promises"
        report.error(file.label, jobs.line, message, "name the source, or leave jobs out")


def _report_ownership(
    file: TomlFile, values: Mapping[str, Sourced], choices: PlanChoices, report: Report
) -> None:
    """Words about ownership that its numbers contradict."""
    share = values.get("state_share")
    if not isinstance(choices, Choices):
        return
    line = file.line("choices", "ownership")
    wrong = {"private": 0.0, "state": 1.0}.get(choices.ownership)
    if share is not None and wrong is not None and float(share.value) != wrong:
        message = (
            f"ownership is '{choices.ownership}', but state_share is {100 * float(share.value):g} %"
        )
        report.error(file.label, share.line, message, "write ownership = 'shared', or mend one")
    if choices.ownership == "private" and choices.reserve_rule != "none":
        message = (
            f"ownership is private, so the state has no coins to keep ({choices.reserve_rule})"
        )
        report.error(file.label, line, message, "write reserve_rule = 'none', or another ownership")
    if choices.reserve_rule == "none" and "mined_share_kept" in file.raw.get("values", {}):
        message = "mined_share_kept is given, but reserve_rule is 'none'"
        report.error(file.label, line, message, "write reserve_rule = 'share-of-mined'")


def _report_too_many(file: TomlFile, values: Mapping[str, Sourced], report: Report) -> None:
    """A plan that would hold more coins than will ever exist."""
    daily, seized = values.get("daily_purchase"), values.get("seized_coins")
    years = values.get("buying_years")
    coins = float(seized.value) if seized else 0.0
    if daily:
        coins += float(daily.value) * DAYS_PER_YEAR * (float(years.value) if years else 1.0)
    if coins > _MOST_COINS:
        line = (daily or seized or next(iter(values.values()))).line
        when = f"in {years.value:g} years" if years else "within a year"
        message = (
            f"the plan would hold {coins:,.0f} BTC {when}, but no more than 21 million will "
            "ever exist"
        )
        report.error(file.label, line, message, "check the number and its unit")


def _report_scale(
    file: TomlFile, values: Mapping[str, Sourced], choices: PlanChoices, report: Report
) -> None:
    scaled = choices.list_scale == "gdp"
    if scaled and choices.purchase_list == "none":
        line = file.line("choices", "list_scale")
        message = "list_scale says nothing without a purchase_list"
        report.error(file.label, line, message, "name a list, or leave list_scale out")
    elif scaled and "scale_reference_gdp" not in values:
        line = file.line("choices", "list_scale")
        message = "list_scale 'gdp' needs the value 'scale_reference_gdp'"
        report.error(file.label, line, message, "add [values.scale_reference_gdp] in bn USD")
