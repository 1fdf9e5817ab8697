"""Titles that are parts of sentences or look like their places: they stay what users wrote."""

import re
from html import unescape
from pathlib import Path

import pytest

from kilosat.brief.audit.contents import contents_of
from kilosat.brief.audit.page import audit_page
from kilosat.brief.audit.prose import verdict_words
from kilosat.brief.audit.record import audit_json
from kilosat.brief.audit.texts import data
from kilosat.chain.audit import Audit
from kilosat.chain.inspection import Inspection
from kilosat.chain.register import Register

from .paper import A_DAY, EXCHANGE, RESERVE, SATS, SAVINGS, START, Paper, inspection, read

TITLES = ("stock", "at", "e", "{stock_at_end_sats}", "{'reserve'}", "{{7*7}}")
PLAIN = "Quilting"
"""A title that is no part of any sentence."""
END = START.date() + 3 * A_DAY


def inspected(register: Register) -> Inspection:
    """Two coins came to the reserve, whose title is that of the register, and five elsewhere."""
    paper = Paper()
    paper.receive(RESERVE, 2 * SATS, START, EXCHANGE)
    paper.receive(SAVINGS, 5 * SATS, START + A_DAY)
    return inspection(register, paper.entries, START.date(), END)


def audited(folder: Path, title: str) -> Audit:
    return inspected(read(folder, title=title)).audit


def marked(audit: Audit) -> dict[str, str]:
    return {one.about: one.text for one in verdict_words(audit)}


def sentences(audit: Audit) -> dict[str, str]:
    return {fact.about: audit.say(fact) for fact in audit.verdict}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audited(tmp_path_factory.mktemp("plain"), PLAIN)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_changes_nothing_but_itself(title: str, tmp_path: Path, plain: Audit) -> None:
    found = audited(tmp_path, title)
    assert marked(found) == {
        about: text.replace(data(PLAIN), data(title)) for about, text in marked(plain).items()
    }
    assert sentences(found) == {
        about: text.replace(PLAIN, title) for about, text in sentences(plain).items()
    }
    assert f"only '{title}' would have added 2 BTC" in sentences(found)["dashboard"]


def test_no_figure_is_broken_and_none_is_filled_in_on_the_page(tmp_path: Path) -> None:
    """Seven coins came; a title that names the sum of them is not replaced by it."""
    register = read(tmp_path, title="{stock_at_end_sats}")
    found = contents_of(inspected(register), register, "test")
    text = unescape(re.sub(r"<[^>]+>", "", audit_page(found))).replace("\N{NO-BREAK SPACE}", " ")
    assert "grew by 7 BTC, from 0 BTC to 7 BTC." in text
    assert "A dashboard that shows only '{stock_at_end_sats}' would have added 2 BTC" in text
    assert "shows only '{stock_at_end_sats}' would" in audit_json(found)


def test_a_title_steers_no_terminal(tmp_path: Path) -> None:
    said = sentences(audited(tmp_path, "one \x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}two"))
    assert "only 'one " in said["dashboard"]
    assert all(text.isprintable() for text in said.values())
