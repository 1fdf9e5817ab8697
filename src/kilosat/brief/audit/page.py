"""The report as one HTML file that asks the network for nothing."""

from jinja2 import Environment
from markupsafe import Markup

from kilosat.brief.appendix import Listed, listed_entries
from kilosat.brief.audit.bridge_chart import bridge_steps
from kilosat.brief.audit.contents import Contents
from kilosat.brief.audit.page_rows import page_rows
from kilosat.brief.audit.prose import chart_words, quantum_words, scope_words, verdict_words
from kilosat.brief.audit.texts import clean, data
from kilosat.brief.catalogue import base_of
from kilosat.brief.charts import still
from kilosat.brief.framing import framed, page_environment
from kilosat.brief.marks import fig
from kilosat.brief.writer import anchor
from kilosat.chain.header import hex_of_hash
from kilosat.provenance import Source

__all__ = ["audit_page"]

_CONTENTS = (
    ("verdict", "The verdict"),
    ("limits", "What could not be known"),
    ("course", "Day by day"),
    ("bridge", "From start to end"),
    ("perimeters", "Side by side"),
    ("announcements", "What was announced"),
    ("flows", "Flows"),
    ("coins", "Coins and keys"),
    ("clients", "Owed to clients"),
    ("cost", "Value at the day's price"),
    ("reading", "How the chain was read"),
    ("sources", "Sources"),
    ("appendix", "Every figure"),
)


def audit_page(contents: Contents) -> str:
    """The whole page."""
    environment = _environment(contents)
    body = environment.get_template("audit_body.html.jinja").render()
    appendix = environment.get_template("audit_appendix.html.jinja")
    entries = appendix.render(groups=_groups(contents), sources=_sources(contents))
    return framed(
        environment,
        f"Audit: {clean(contents.audit.scope.title)}",
        "audit",
        body,
        entries,
        ("brief.css", "audit.css"),
        contents.catalogue,
        contents.charts,
    )


def _environment(contents: Contents) -> Environment:
    audit, writer, catalogue = contents.audit, contents.writer, contents.catalogue
    environment = page_environment(writer)
    environment.filters["data"] = lambda text: writer.html(data(text))
    environment.globals |= {
        "n": writer.n,
        "fig": fig,
        "anchor": anchor,
        "name_of": lambda name: catalogue.entry(base_of(name)).label,
        "note_printed": lambda name: catalogue.print(name) and "",
        "charts": contents.charts,
        "stills": {key: Markup(still(chart)) for key, chart in contents.charts.items()},
        "hourly_charts": (),
        "synthetic": False,
        "audit": audit,
        "disagreeing": contents.disagreeing,
        "tip_hash": hex_of_hash(audit.coverage.tip.hash),
        "hex_of_hash": hex_of_hash,
        "sums": audit.sums,
        "verdict": verdict_words(audit),
        "chart_words": chart_words(audit) if audit.days else "",
        "scope_words": scope_words(audit, contents.chosen),
        "quantum_words": list(quantum_words(audit)),
        "steps": bridge_steps(audit),
        "version": contents.version,
        "contents": _CONTENTS,
        # Numbers of the layout: a template holds no digit.
        "nought": 0,
        "head": 9,
        "outcome_columns": 5,
        **page_rows(contents),
    }
    return environment


def _sources(contents: Contents) -> list[tuple[str, Source]]:
    """The sources of everything that was printed so far."""
    catalogue = contents.catalogue
    used = {key for name in list(catalogue.printed) for key in catalogue.sources_below(name)}
    return [(key, source) for key, source in catalogue.sources.items() if key in used]


def _groups(contents: Contents) -> list[tuple[str, list[Listed]]]:
    """Everything printed and everything below it: figures, then tables."""
    listed = listed_entries(contents.catalogue)
    return [
        ("Calculated", [one for one in listed if one.entry.formula]),
        ("Tables that they are calculated from", [one for one in listed if not one.entry.formula]),
    ]
