"""Checks whatever file or folder the user names; the answer is a list, never an exception."""

from pathlib import Path

from kilosat.definitions.blueprint import examine_blueprint
from kilosat.definitions.country import COUNTRY_FILE, examine_country
from kilosat.definitions.findings import DefinitionError, Finding, Report, file_label
from kilosat.definitions.shipped import find_definition
from kilosat.definitions.text_file import read_toml

__all__ = ["check"]


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
    elif _holds_a_country(place):
        examine_country(place, None, report)
    else:
        examine_blueprint(place, report)
    return report.findings()


def _check_country(place: Path, report: Report) -> None:
    if place.is_dir() and not (place / COUNTRY_FILE).exists():
        message = f"the folder has no {COUNTRY_FILE}, so it is no country"
        remedy = "name a country's folder or a blueprint's file, or run `kilosat new country NAME`"
        report.error(place.name or str(place), 0, message, remedy)
        return
    examine_country(place, None, report)


def _holds_a_country(place: Path) -> bool:
    file = read_toml(place, Report())
    return file is not None and "country" in file.raw and "blueprint" not in file.raw
