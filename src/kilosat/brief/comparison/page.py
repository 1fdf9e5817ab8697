"""The comparison as one HTML file that asks the network for nothing."""

from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from kilosat.brief.appendix import Listed, listed_entries
from kilosat.brief.catalogue import Entry, base_of
from kilosat.brief.charts import still
from kilosat.brief.comparison.cells import ABSENT, REFUSED
from kilosat.brief.comparison.contents import Comparison
from kilosat.brief.comparison.drawings import RESULT, reserve_key
from kilosat.brief.framing import framed, page_environment
from kilosat.brief.marks import fig
from kilosat.brief.numbers import as_number
from kilosat.brief.writer import anchor

__all__ = ["comparison_page"]

_CONTENTS = (
    ("answer", "The answer"),
    ("table", "Side by side"),
    ("charts-of-results", "The public result"),
    ("trust", "How far the models can be trusted"),
    ("assumptions", "Assumptions"),
    ("claims", "What this does not claim"),
    ("sources", "Sources"),
    ("appendix", "Every figure"),
)
_SHARED = "All plans"


def comparison_page(comparison: Comparison, progress: Callable[[str], None]) -> str:
    """The whole page."""
    progress("drawing still pictures of the charts")
    environment = _environment(comparison)
    body = environment.get_template("comparison_body.html.jinja").render()
    appendix = environment.get_template("comparison_appendix.html.jinja")
    entries = appendix.render(groups=_groups(comparison))
    progress("putting the page together")
    return framed(
        environment,
        f"Blueprints compared: {comparison.task.economy.name}",
        "comparison",
        body,
        entries,
        ("brief.css", "comparison.css"),
        comparison.catalogue,
        comparison.charts,
    )


def _environment(comparison: Comparison) -> Environment:
    writer, catalogue, task = comparison.writer, comparison.catalogue, comparison.task
    environment = page_environment(writer)
    parts = {section.group.part for section in comparison.sections}
    holders = [reserve_key(column) for column in comparison.columns]
    environment.globals |= {
        "n": writer.n,
        "fig": fig,
        "anchor": anchor,
        "common": comparison.graph.common,
        "name_of": lambda name: catalogue.entry(base_of(name)).label,
        "own_name": lambda name: _own_label(comparison, catalogue.entry(base_of(name))),
        "own_label": lambda entry: _own_label(comparison, entry),
        "note_printed": lambda name: catalogue.print(name) and "",
        "input_value": lambda entry: _input_value(comparison, entry),
        "tables": comparison.tables,
        "charts": comparison.charts,
        "stills": {key: Markup(still(chart)) for key, chart in comparison.charts.items()},
        "hourly_charts": (),
        "result_chart": RESULT,
        "reserve_charts": [key for key in holders if key in comparison.charts],
        "country": task.economy.name,
        "columns": comparison.columns,
        "sections": comparison.sections,
        "answers": comparison.answers,
        "price_words": comparison.price_words,
        "hashrate_words": comparison.hashrate_words,
        "assumed": comparison.assumed,
        "absent": ABSENT,
        "refused": REFUSED,
        "no_reserve": "reserve" not in parts,
        "no_mine": "mine" not in parts,
        "local": comparison.local,
        "synthetic": comparison.synthetic,
        "hourly_note": task.country.hourly_note if task.country else "",
        "sources": _SourcesAsFound(comparison),
        "version": comparison.version,
        "contents": _CONTENTS,
        # Numbers of the layout: a template holds no digit.
        "nought": 0,
        "two": 2,
    }
    return environment


class _SourcesAsFound:
    """The sources of all printed figures, looked up when the page has come that far."""

    def __init__(self, comparison: Comparison) -> None:
        self._catalogue = comparison.catalogue

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        catalogue = self._catalogue
        used = {key for name in list(catalogue.printed) for key in catalogue.sources_below(name)}
        return iter([(k, s) for k, s in catalogue.sources.items() if k in used])


def _own_label(comparison: Comparison, entry: Entry) -> str:
    """A label without its column, for places that stand under the column's name."""
    holder = _holder(comparison, entry.name)
    return entry.label.removesuffix(f" ({holder})") if holder else entry.label


def _holder(comparison: Comparison, name: str) -> str:
    """The key of the column that a name belongs to, or nothing for what all share."""
    key = base_of(name).partition("/")[0]
    return key if key in comparison.graph.graphs else ""


def _input_value(comparison: Comparison, entry: Entry) -> Markup:
    if as_number(entry.value) is None and not isinstance(entry.value, str | tuple):
        comparison.catalogue.print(entry.name)
        return Markup('<a class="open" href="#{}" data-figure="{}">table</a>').format(
            anchor(entry.name), entry.name
        )
    return comparison.writer.n(entry.name)


def _groups(comparison: Comparison) -> list[tuple[str, list[Listed]]]:
    """What all plans share, then plan by plan; figures before inputs."""
    listed = listed_entries(comparison.catalogue)
    titles = {"": _SHARED} | {c.key: c.plan.name for c in comparison.columns if c.graph}
    groups = []
    for key, title in titles.items():
        own = [one for one in listed if _holder(comparison, one.entry.name) == key]
        calculated = [one for one in own if one.entry.formula]
        groups.append((title, calculated + [one for one in own if not one.entry.formula]))
    return [(title, own) for title, own in groups if own]
