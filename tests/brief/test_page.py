"""The page: no number without an explanation, nothing from the network, no digit in a template."""

import re
from importlib.resources import files

import pytest

from kilosat.brief.catalogue import Catalogue, base_of
from kilosat.brief.contents import contents_of
from kilosat.brief.page import html_page


@pytest.fixture(scope="module")
def reader(html: str, read_page):
    return read_page(html)


def template_texts() -> list[tuple[str, str]]:
    folder = files("kilosat.brief") / "templates"
    texts = [(f.name, f.read_text(encoding="utf-8")) for f in folder.iterdir()]
    marks = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", re.DOTALL)
    return [(name, marks.sub(" ", text)) for name, text in texts if name.endswith(".jinja")]


@pytest.mark.parametrize(("name", "text"), template_texts())
def test_no_template_holds_a_digit(name: str, text: str) -> None:
    assert not re.search(r"\d", text), name


def test_every_printed_digit_belongs_to_a_figure_or_a_label(reader) -> None:
    with_digits = [text for text in reader.loose if re.search(r"\d", text)]
    assert with_digits == []


def test_every_figure_rests_on_a_source_or_an_assumption(reader, written) -> None:
    catalogue = Catalogue(written.study.graph)
    names = {name for name, _, _ in reader.figures}
    assert len(names) > 500
    for base in {base_of(name) for name in names}:
        explained = written.study.graph.explain(base)
        assert explained.all_sources() or explained.assumptions(), base
    for name in names:
        assert catalogue.sources_below(name) or catalogue.assumed_below(name), name


def test_every_figure_carries_its_own_value(reader, written) -> None:
    graph = written.study.graph
    rate = graph.value("exchange_rate")
    for name, text, usd in reader.figures:
        value = graph.value(name)
        if not text or isinstance(value, str | tuple):
            continue
        cents = 100.0 if graph.unit(name).endswith("/kWh") else 1.0
        expected = cents * value / rate if usd else value
        assert float(text) == pytest.approx(expected, rel=1e-12), name


def test_every_link_inside_the_page_leads_somewhere(reader) -> None:
    assert reader.links - reader.anchors == set()


def test_nothing_is_loaded_from_elsewhere(reader, html: str) -> None:
    assert [a for a in reader.loaded if not a.startswith(("data:", "#"))] == []
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_it_says_at_the_top_that_hours_are_synthetic(html: str, written) -> None:
    assert written.study.country.hourly_is_synthetic
    assert html.index("synthetic, not measured") < html.index('id="answer"')


def test_progress_is_told(written) -> None:
    assert len(written.steps) > 5
    assert all(step and "\n" not in step for step in written.steps)


def test_the_same_study_gives_the_same_page(html: str, written) -> None:
    """No clock and no chance: put together again, the page is the same to the byte."""
    contents = contents_of(written.study, lambda step: None)
    assert html_page(contents, lambda step: None) == html
