"""Checks whatever file or folder the user names; the answer is a list, never an exception."""

from pathlib import Path

from kilosat.definitions.blueprint import examine_blueprint
from kilosat.definitions.country import COUNTRY_FILE, examine_country
from kilosat.definitions.economy import examine_economy
from kilosat.definitions.findings import DefinitionError, Finding, Report, file_label, nearest
from kilosat.definitions.plan import examine_plan, has_load
from kilosat.definitions.schema import EconomyHeader
from kilosat.definitions.shipped import find_definition
from kilosat.definitions.text_file import TomlFile, read_toml

__all__ = ["check"]

_SECTIONS = ("country", "tables", "blueprint", "choices", "tariff_periods", "values")
"""Sections of which a country or a blueprint has some."""


def check(path: str | Path) -> list[Finding]:
    """All findings about a country (its folder or ``country.toml``) or a blueprint.

    ``path`` may also be the name of a shipped country or blueprint. It never raises, whatever the
    bytes; an empty list, or one of notes only, means that the definition can be used.
    """
    report = Report()
    try:
        place = find_definition(path)
    except DefinitionError as unknown:
        return list(unknown.findings)
    if place.is_dir() or place.name == COUNTRY_FILE:
        _check_country(place, report)
    elif place.suffix.lower() == ".csv":
        remedy = "check the folder of the country that it belongs to"
        report.error(file_label(place), 0, "a table cannot be checked alone", remedy)
    elif wrong := _of_no_kind(place):
        report.error(file_label(place), 0, *wrong)
    elif _holds_a_country(place):
        _check_country_file(place, report)
    else:
        _check_blueprint(place, report)
    return report.findings()


def _of_no_kind(place: Path) -> tuple[str, str] | None:
    """Message and remedy for a file that is neither a country's nor a blueprint's, even misspelled.

    All that such a one lacks of a blueprint would tell its author nothing.
    """
    file = read_toml(place, Report())
    if file is None or any(nearest(key, _SECTIONS) for key in file.raw):
        return None
    if "register" in file.raw:
        message = "this is a register of wallets, and neither a country nor a blueprint"
        return message, "run `kilosat check` with this file"
    message = "it has no section [country], [blueprint] or [register], so it is none of them"
    return message, "start from one that `kilosat new country` or `kilosat new register` writes"


def _check_country(place: Path, report: Report) -> None:
    if place.is_dir() and not (place / COUNTRY_FILE).exists():
        message = f"the folder has no {COUNTRY_FILE}, so it is no country"
        remedy = "name a country's folder or a blueprint's file, or run `kilosat new country NAME`"
        report.error(place.name or str(place), 0, message, remedy)
        return
    _check_country_file(place, report)


def _check_country_file(place: Path, report: Report) -> None:
    file = read_toml(place / COUNTRY_FILE if place.is_dir() else place, Report())
    if file is not None and "tables" not in file.raw and _names_a_country(file):
        examine_economy(file, report)
    else:
        examine_country(place, None, report)


def _names_a_country(file: TomlFile) -> bool:
    """Whether the header is that of a country without an hourly system."""
    header = file.raw.get("country")
    return isinstance(header, dict) and set(header) <= set(EconomyHeader.model_fields)


def _check_blueprint(place: Path, report: Report) -> None:
    file = read_toml(place, Report())
    if file is None or has_load(file) or "blueprint" not in file.raw:
        examine_blueprint(place, report)
    if file is None or "blueprint" not in file.raw:
        return
    # A blueprint with a load has both parts; what one has found the other need not repeat.
    if not (has_load(file) and report.has_errors):
        examine_plan(file, report)


def _holds_a_country(place: Path) -> bool:
    file = read_toml(place, Report())
    return file is not None and "country" in file.raw and "blueprint" not in file.raw
