"""What the pages have in common: their template engine, and the frame that carries everything."""

from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kilosat.brief.catalogue import Catalogue
from kilosat.brief.charts import Chart, library
from kilosat.brief.embedded import as_json, static_text
from kilosat.brief.numbers import unit_words
from kilosat.brief.record import records
from kilosat.brief.writer import Writer

__all__ = ["framed", "page_environment"]


def page_environment(writer: Writer) -> Environment:
    """A template engine that refuses what it does not know, with the filters of all pages."""
    environment = Environment(
        loader=PackageLoader("kilosat.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "words": writer.html,
        "quoted": writer.html_label,
        "unit_words": unit_words,
    }
    return environment


def framed(
    environment: Environment,
    title: str,
    kind: str,
    body: str,
    appendix: str,
    styles: tuple[str, ...],
    catalogue: Catalogue,
    charts: Mapping[str, Chart],
) -> str:
    """The whole page: style, script, chart library and data inside it, nothing to fetch.

    ``kind`` is the class of the page's body, by which ``styles`` can tell pages apart.
    """
    return environment.get_template("frame.html.jinja").render(
        title=title,
        kind=kind,
        body=Markup(body),
        appendix=Markup(appendix),
        css=Markup("".join(static_text(name) for name in styles)),
        script=Markup(static_text("brief.js")),
        library=Markup(library()),
        viewport="width=device-width, initial-scale=1",
        figures_json=as_json(records(catalogue, compact=True)),
        charts_json=as_json({c.key: {"wide": c.wide, "narrow": c.narrow} for c in charts.values()}),
    )
