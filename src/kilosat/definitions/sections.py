"""Checks a section of a TOML file against its schema; the messages are ours, not pydantic's."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kilosat.definitions.findings import Report, did_you_mean, nearest
from kilosat.definitions.text_file import TomlFile

__all__ = ["read_section", "report_keys", "salvage", "spoiled", "subsections"]

M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "string_type": "a text in quotes",
    "float_type": "a number without quotes",
    "int_type": "a whole number without quotes",
    "bool_type": "true or false, without quotes",
    "date_type": "a date without quotes, such as 2025-01-31",
    "list_type": "a list in square brackets, such as [6, 7, 8]",
    "model_type": "a section of keys and values",
    "finite_number": "a finite number",
}
_SHOWN = 60


def read_section(
    model: type[M], raw: object, file: TomlFile, path: tuple[str | int, ...], report: Report
) -> M | None:
    """The section at ``path`` as a ``model``, or nothing with all its errors reported."""
    try:
        return model.model_validate(raw)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_context=False)
    except (OverflowError, RecursionError):
        report.error(file.label, file.line(*path), "holds a number that is too large", "shorten it")
        return None
    unknown = [str(e["loc"][-1]) for e in errors if e["type"] == "extra_forbidden"]
    meant = {nearest(key, model.model_fields) for key in unknown}
    for error in errors:
        # One misspelled key is one finding, not also a missing one.
        if error["type"] != "missing" or error["loc"][-1] not in meant:
            _report(model, error, file, path, report)
    return None


def salvage(model: type[BaseModel], raw: object) -> dict[str, Any]:
    """The fields of a faulty section that are right by themselves, to check the rest against."""
    if not isinstance(raw, dict):
        return {}
    known = {key: value for key, value in raw.items() if key in model.model_fields}
    try:
        model.model_validate(known)
    except ValidationError as problem:
        bad = {error["loc"][0] for error in problem.errors() if error["loc"]}
        return {key: value for key, value in known.items() if key not in bad}
    except (OverflowError, RecursionError):
        return {}
    return known


def spoiled(model: type[BaseModel], raw: object) -> set[str]:
    """The fields that a faulty section means to give and does not: misspelled, or a wrong value."""
    right = salvage(model, raw)
    wrong = [key for key in raw if key not in right] if isinstance(raw, dict) else []
    return {nearest(key, model.model_fields) or key for key in wrong}


def report_keys(
    raw: Mapping[str, object],
    known: Iterable[str],
    required: Iterable[str],
    file: TomlFile,
    report: Report,
) -> None:
    """Report sections that are unknown, and required ones that are missing."""
    known = list(known)
    meant = set()
    for key in raw:
        if key not in known:
            meant.add(nearest(key, known))
            line = file.line(key)
            report.error(
                file.label, line, f"'{key}' is not a section here", did_you_mean(key, known)
            )
    for key in required:
        if key not in raw and key not in meant:
            report.error(file.label, 1, f"section [{key}] is missing", f"add [{key}]")


def subsections(file: TomlFile, section: str, report: Report) -> Mapping[str, object]:
    """The named parts of ``[section.*]``; reports where it is not a section at all."""
    raw = file.raw.get(section, {})
    if isinstance(raw, dict):
        return raw
    line = file.line(section)
    report.error(
        file.label, line, f"'{section}' must be sections", f"write [{section}.NAME] for each"
    )
    return {}


def _report(
    model: type[BaseModel],
    error: ErrorDetails,
    file: TomlFile,
    path: tuple[str | int, ...],
    report: Report,
) -> None:
    loc, kind = error["loc"], error["type"]
    section = f"[{'.'.join(str(part) for part in path if not isinstance(part, int))}]"
    line = file.line(*path, *loc)
    if not loc:
        report.error(
            file.label,
            line,
            f"{section} must be {_WANTED['model_type']}",
            f"start it with {section}",
        )
        return
    key = str(loc[0])
    if kind == "missing":
        report.error(file.label, file.line(*path), f"{section} lacks '{key}'", f"add {key} = ...")
    elif kind == "extra_forbidden":
        remedy = did_you_mean(key, model.model_fields)
        report.error(file.label, line, f"'{_short(key)}' is not a field of {section}", remedy)
    else:
        message, remedy = _wrong_value(model, key, error)
        report.error(file.label, line, f"{section} {message}", remedy)


def _wrong_value(model: type[BaseModel], key: str, error: ErrorDetails) -> tuple[str, str]:
    kind, given = error["type"], _short(error["input"])
    field = model.model_fields[key]
    if kind == "literal_error":
        return f"{key}: '{given}' is no choice", did_you_mean(
            str(error["input"]), get_args(field.annotation)
        )
    if kind == "string_too_short":
        return f"{key} is empty", "write it, or remove the section"
    if kind == "string_pattern_mismatch":
        example = (field.examples or ["..."])[0]
        return f"{key}: '{given}' is not written as expected", f"write for example '{example}'"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"{key}: {given} is impossible", "months are 1 to 12, hours 0 to 23"
    wanted = _WANTED.get(kind)
    if wanted:
        return f"{key}: {given!r} is {_kind_of(error['input'])}", f"write {wanted}"
    if kind.startswith("date"):
        return f"{key}: {given!r} is no plain date", f"write {_WANTED['date_type']}"
    return f"{key}: {given!r} is not valid", str(error["msg"]).lower()


def _kind_of(value: object) -> str:
    """What the user wrote, in words."""
    names = {bool: "true or false", str: "a text", list: "a list", dict: "a section"}
    if isinstance(value, float) and not isfinite(value):
        return "not finite"
    return names.get(type(value), "a number" if isinstance(value, (int, float)) else "a time")


def _short(value: object) -> object:
    """A wrong value as it goes into a message: long ones are cut."""
    if isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
