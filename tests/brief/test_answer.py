"""The answer follows the figures, also where they come out otherwise than in Pakistan."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kilosat.brief.answer import answer
from kilosat.brief.catalogue import Catalogue
from kilosat.brief.contents import contents_of
from kilosat.brief.page import html_page
from kilosat.brief.prose import money_words, window_words
from kilosat.brief.writer import Writer
from kilosat.definitions import read_blueprint, read_country
from kilosat.definitions.market import read_market
from kilosat.figures import Graph
from kilosat.study import Study, study

ATLANTIS = Path(__file__).parents[1] / "atlantis"


def texts(graph: Graph, day: date) -> dict[str, str]:
    writer = Writer(Catalogue(graph))
    said = {one.key: writer.plain(one.text) for one in answer(graph, day)}
    said["window"] = writer.plain(window_words(graph))
    return said | {"money": writer.plain(money_words(graph))}


def varied(known: Study, **replacements: object) -> dict[str, str]:
    return texts(known.graph.with_values(replacements, "a test"), known.market.day)


def test_pakistan_as_it_is(pakistan_study: Study) -> None:
    said = texts(pakistan_study.graph, pakistan_study.market.day)
    assert "it is no subsidy by the cost it causes" in said["subsidy"]
    assert "it is one by the average wholesale price (25.98 PKR/kWh)" in said["subsidy"]
    assert "is met at 23 and 24, not at 22" in said["subsidy"]
    assert "no new site would earn its cost of capital" in said["miners"]
    assert "the window is empty" in said["miners"]


def test_a_high_hashprice_opens_the_window(pakistan_study: Study) -> None:
    said = varied(pakistan_study, hashprice=100.0)
    assert "would earn their cost of capital" in said["miners"]
    assert "the window is open" in said["miners"]
    assert "The window is open at the blueprint's size" in said["window"]


def test_a_low_tariff_is_a_subsidy_and_others_pay(pakistan_study: Study) -> None:
    said = varied(pakistan_study, tariff=12.0, tariff_low=10.0, tariff_high=14.0)
    assert "it is a subsidy by the cost it causes" in said["subsidy"]
    assert "no subsidy" not in said["subsidy"]
    assert "Others pay the difference" in said["money"]


def test_a_dear_tariff_makes_the_load_pay_for_others(pakistan_study: Study) -> None:
    said = varied(pakistan_study, tariff=30.0, tariff_low=26.0, tariff_high=40.0)
    assert "exceeds the cost of a plant of its own" in said["subsidy"]


def test_a_load_that_is_never_served(pakistan_study: Study) -> None:
    said = varied(pakistan_study, reserve_margin=5.0, mining_share=1.0, window_steps=3.0)
    assert "finds no hour in which it is served" in said["absorbed"]
    assert said["subsidy"] == "No energy is sold, so no test has anything to weigh."
    assert said["money"].startswith("Nothing is served")


def test_unserved_energy_is_named(pakistan_study: Study) -> None:
    said = varied(pakistan_study, power=12000.0, service_mode="firm")
    assert "unserved energy of firm customers rises from 0 to" in said["absorbed"]


def test_another_country_has_no_loose_digit_either(
    loose_texts: Callable[[str], list[str]],
) -> None:
    country, blueprint = read_country(ATLANTIS), read_blueprint(ATLANTIS / "blueprint.toml")
    contents = contents_of(study(country, blueprint, read_market()), lambda step: None)
    texts_outside = loose_texts(html_page(contents, lambda step: None))
    assert [text for text in texts_outside if any(c.isdigit() for c in text)] == []
    assert "nan" not in " ".join(texts_outside).split()


@pytest.mark.parametrize("word", ["None", "Undefined"])
def test_no_gap_in_the_sentences(pakistan_study: Study, word: str) -> None:
    assert word not in " ".join(texts(pakistan_study.graph, date(2026, 1, 1)).values())
