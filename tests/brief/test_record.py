"""brief.json holds all that the page prints, and is plain JSON."""

import json
import re

import pytest


@pytest.fixture(scope="module")
def record(written):
    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(written.json.read_text(encoding="utf-8"), parse_constant=refuse)


def test_all_that_is_printed_is_in_it(record, html: str) -> None:
    from html import unescape

    printed = {unescape(name) for name in re.findall(r'data-figure="([^"]+)"', html)}
    assert printed <= set(record["figures"])


def test_inputs_and_sources_resolve(record) -> None:
    figures, sources = record["figures"], record["sources"]
    for name, known in figures.items():
        assert set(known["inputs"]) <= set(figures), name
        assert set(known["sources"]) <= set(sources), name
        assert set(known["assumptions"]) <= set(figures), name


def test_values_are_those_of_the_study(record, written) -> None:
    for name in ("full_incremental_cost", "subsidy_margins[price gap, purchase price,central]"):
        assert record["figures"][name]["value"] == written.study.graph.value(name)
    dear = record["figures"]["full_incremental_cost"]
    rate = record["figures"]["exchange_rate"]["value"]
    assert dear["value_usd"] == pytest.approx(100 * dear["value"] / rate)


def test_the_answer_is_a_sentence_to_each_question(record) -> None:
    assert list(record["answer"]) == ["absorbed", "subsidy", "miners", "futures"]
    for text in record["answer"].values():
        assert text.endswith(".")
        assert not re.search(r"\.\s+[A-Z]", text), "one sentence each"
        assert "\u27e6" not in text
