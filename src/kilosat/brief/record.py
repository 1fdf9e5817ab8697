"""brief.json: everything that is printed, with where it comes from."""

import json
from typing import Any

from kilosat.brief.catalogue import Catalogue, Entry, base_of
from kilosat.brief.contents import Contents
from kilosat.brief.numbers import as_number, shown, unit_words
from kilosat.brief.writer import in_usd
from kilosat.figures.explain import plain
from kilosat.provenance import Source

__all__ = ["json_text", "records"]

_TEXTS = ("formula", "meaning", "reference", "assumption", "note", "place", "record")


def json_text(contents: Contents) -> str:
    """The brief as JSON; call it after the page, which decides what is printed."""
    country, blueprint = contents.study.country, contents.study.blueprint
    data = {
        "kilosat": contents.version,
        "country": {
            "name": country.name,
            "code": country.code,
            "currency": country.currency,
            "period_start": country.period_start.isoformat(),
            "period_end": country.period_end.isoformat(),
            "hourly_is_synthetic": country.hourly_is_synthetic,
            "hourly_note": country.hourly_note,
        },
        "blueprint": {
            "name": blueprint.name,
            "title": blueprint.title,
            "summary": blueprint.summary,
        },
        "market": {"day": contents.study.market.day.isoformat()},
        "answer": {one.key: contents.writer.plain(one.text) for one in contents.sentences},
        "window": contents.writer.plain(contents.window_words),
        "ahead": _ahead(contents),
        **records(contents.catalogue),
    }
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def records(catalogue: Catalogue, compact: bool = False) -> dict[str, Any]:
    """Printed figures and all that is below them, and their sources.

    In the ``compact`` form a cell holds only what differs from its table, and what a figure rests
    on is found by following its inputs.
    """
    names = dict.fromkeys(
        entry.name for name in list(catalogue.printed) for entry in catalogue.below(base_of(name))
    ) | dict.fromkeys(catalogue.printed)
    figures = {name: _record(catalogue, name, compact) for name in names}
    if not compact:
        for name, data in figures.items():
            _add_usd(catalogue, name, data)
    used = {key for name in names for key in catalogue.entry(name).sources}
    sources = {key: _source(catalogue.sources[key]) for key in catalogue.sources if key in used}
    return {"figures": figures, "sources": sources}


def _ahead(contents: Contents) -> dict[str, str]:
    """What the look forward says, or why there is none."""
    ahead, plain_text = contents.ahead, contents.writer.plain
    words = {"missing": ahead.missing} if ahead.missing else dict(ahead.words)
    return {key: plain_text(text) for key, text in words.items()}


def _record(catalogue: Catalogue, name: str, compact: bool) -> dict[str, Any]:
    entry = catalogue.entry(name)
    text = _shown(catalogue, entry)
    if compact and name != base_of(name):
        base = catalogue.entry(base_of(name))
        same = entry.formula == base.formula and entry.sources == base.sources
        if same and entry.note == base.note and entry.assumption == base.assumption:
            cell = {"label": entry.label, "shown": text}
            return cell | ({"unit": entry.unit} if entry.unit != base.unit else {})
    data: dict[str, Any] = {"label": entry.label}
    data |= {"shown": text} if compact else {"value": plain(entry.value)}
    data |= {"unit": entry.unit, "quality": entry.quality}
    data |= {field: value for field in _TEXTS if (value := getattr(entry, field))}
    data["inputs"] = list(entry.inputs)
    data["sources"] = list(entry.sources) if compact else catalogue.sources_below(name)
    if not compact:
        data["assumptions"] = catalogue.assumed_below(name)
    return data


def _shown(catalogue: Catalogue, entry: Entry) -> str:
    number = as_number(entry.value)
    if number is None and not isinstance(entry.value, str | tuple | float):
        return ""
    places = None if number is None or entry.unit == "1" else catalogue.places(entry.name)
    text = shown(entry.value, entry.unit, places)
    unit = unit_words(entry.unit)
    return f"{text} {unit}" if number is not None and unit else text


def _add_usd(catalogue: Catalogue, name: str, data: dict[str, Any]) -> None:
    graph = catalogue.graph
    value, currency = data.get("value"), graph.currency
    own = name.rpartition("/")[2]
    in_local = currency not in ("", "USD") and currency in data["unit"]
    if in_local and isinstance(value, float) and own != "exchange_rate":
        rate = float(graph.value("exchange_rate"))
        data["value_usd"], data["unit_usd"] = in_usd(value, data["unit"], currency, rate)


def _source(source: Source) -> dict[str, str]:
    fields = ("document", "publisher", "address", "where", "licence", "note")
    data = {field: getattr(source, field) for field in fields if getattr(source, field)}
    if source.as_of:
        data["as_of"] = source.as_of.isoformat()
    return data | {"citation": source.citation()}
