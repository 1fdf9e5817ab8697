"""The brief as one HTML file that asks the network for nothing."""

from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from kilosat.brief.answer import tariff_span
from kilosat.brief.appendix import Listed, listed_entries
from kilosat.brief.catalogue import Catalogue, Entry, base_of
from kilosat.brief.charts import still
from kilosat.brief.contents import Contents
from kilosat.brief.framing import framed, page_environment
from kilosat.brief.gaps import cost_disagreement
from kilosat.brief.labels import CHOICES, test_words
from kilosat.brief.marks import fig
from kilosat.brief.numbers import as_number
from kilosat.brief.prose import days_open, hourly_words
from kilosat.brief.weights import weighed_inputs
from kilosat.brief.writer import anchor
from kilosat.definitions import Choices

__all__ = ["html_page"]

_BEFORE = (
    ("answer", "The answer"),
    ("surplus", "Which surplus there is"),
    ("margin", "What the load would run on"),
    ("tests", "Subsidy tests"),
    ("window", "The window"),
    ("miners", "Would miners come"),
)
_AFTER = (
    ("money", "Who pays and who gains"),
    ("sensitivities", "What moves the result"),
    ("check", "Model against report"),
    ("assumptions", "Assumptions"),
    ("claims", "What this does not claim"),
    ("sources", "Sources"),
    ("appendix", "Every figure"),
)
_TEST_FIGURES = {
    "incremental cost": "full_incremental_cost",
    "stand-alone cost": "standalone_cost",
    "others' bill": "change_of_others_bill",
    "market-economy operator": "market_operator_floor",
}


def html_page(contents: Contents, progress: Callable[[str], None]) -> str:
    """The whole page."""
    progress("drawing still pictures of the charts")
    environment = _environment(contents)
    body = environment.get_template("body.html.jinja").render()
    groups = _groups(contents.catalogue)
    appendix = environment.get_template("appendix.html.jinja").render(groups=groups)
    progress("putting the page together")
    return framed(
        environment,
        f"{contents.study.blueprint.title}: {contents.study.country.name}",
        "brief",
        body,
        appendix,
        ("brief.css",),
        contents.catalogue,
        contents.charts,
    )


def _environment(contents: Contents) -> Environment:
    writer, catalogue, study = contents.writer, contents.catalogue, contents.study
    heavy, light = weighed_inputs(catalogue)
    environment = page_environment(writer)
    environment.globals |= {
        "n": writer.n,
        "fig": fig,
        "anchor": anchor,
        "name_of": lambda name: catalogue.entry(base_of(name)).label,
        "note_printed": lambda name: catalogue.print(name) and "",
        "input_value": lambda entry: _input_value(contents, entry),
        "tables": contents.tables,
        "charts": contents.charts,
        "stills": {key: Markup(still(chart)) for key, chart in contents.charts.items()},
        "hourly_charts": _resting_on(contents, "hourly"),
        "country": study.country,
        "blueprint": study.blueprint,
        "market": study.market,
        "hashprice_note": study.market.inputs["hashprice"].note,
        "period": f"{study.country.period_start} to {study.country.period_end} (end not included)",
        "synthetic": study.country.hourly_is_synthetic,
        "cost_words": _COST_WORDS[study.graph.value("cost_basis")],
        "hourly_words": hourly_words(study),
        "days_open": days_open(study.graph),
        "demand_off": abs(study.graph.value("demand_above_reports")) > _DEMAND_OFF_PERCENT,
        "has_standby": study.graph.value("standby_capacity") > 0,
        "version": contents.version,
        "sentences": contents.sentences,
        "window_words": contents.window_words,
        "money_words": contents.money_words,
        "window_somewhere": bool((study.graph.value("window_largest_power") > 0).any().any()),
        "tariff_span": tariff_span(study.graph),
        "gaps": contents.gaps,
        "cost_disagreement": cost_disagreement(study.graph),
        "charge_note": study.graph.inputs["energy_charge"].note,
        "choices": [CHOICES.get(word, word) for word in _choices(study.blueprint.choices)],
        "heavy": heavy,
        "light": light,
        "sources": _SourcesAsFound(catalogue),
        "class_labels": list(study.market.labels.items()),
        "test_meanings": list(_test_meanings(catalogue)),
        "ahead": contents.ahead,
        "contents": (*_BEFORE, *contents.ahead.sections, *_AFTER),
    }
    return environment


_DEMAND_OFF_PERCENT = 1.0
_COST_WORDS = {
    "list": "the listed cost of each plant",
    "filed": "the mean fuel costs of the monthly filings",
}


def _choices(choices: Choices) -> tuple[str, str]:
    return choices.service_mode, choices.tariff_scheme


class _SourcesAsFound:
    """The sources of all printed figures, looked up when the page has come that far."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        catalogue = self._catalogue
        used = {key for name in list(catalogue.printed) for key in catalogue.sources_below(name)}
        return iter([(k, s) for k, s in catalogue.sources.items() if k in used])


def _test_meanings(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str]]:
    for test in catalogue.graph.value("subsidy_verdicts").index:
        question, _, meaning = test_words(test)
        known = _TEST_FIGURES.get(test, "")
        reference = catalogue.entry(known).reference if known else ""
        yield question, test, meaning, reference


def _resting_on(contents: Contents, name: str) -> set[str]:
    below = contents.catalogue.below
    return {
        chart.key
        for chart in contents.charts.values()
        if any(entry.name == name for figure in chart.figures for entry in below(figure))
    }


def _input_value(contents: Contents, entry: Entry) -> Markup:
    if as_number(entry.value) is None and not isinstance(entry.value, str | tuple):
        contents.catalogue.print(entry.name)
        return Markup('<a class="open" href="#{}" data-figure="{}">table</a>').format(
            anchor(entry.name), entry.name
        )
    return contents.writer.n(entry.name)


def _groups(catalogue: Catalogue) -> list[tuple[str, list[Listed]]]:
    """Everything printed and everything below it: figures, then inputs."""
    listed = listed_entries(catalogue)
    return [
        ("Calculated", [one for one in listed if one.entry.formula]),
        ("Inputs", [one for one in listed if not one.entry.formula]),
    ]
