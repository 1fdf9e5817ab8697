"""The page: the script's own numbers, each with an origin, and nothing from elsewhere."""

import re
from decimal import Decimal
from html import unescape

import pytest

from kilosat.brief.audit.contents import contents_of
from kilosat.brief.audit.page import audit_page
from kilosat.brief.catalogue import base_of

from ...regtest.books import SATS
from ...regtest.scenario import DAILY, FEE, STATE
from ...regtest.scenario_register import OWED_BTC, WATCHED
from .conftest import VERSION


@pytest.fixture(scope="module")
def html(made) -> str:
    return made.text("audit.html")


@pytest.fixture(scope="module")
def reader(html: str, read_page):
    return read_page(html)


@pytest.fixture(scope="module")
def contents(made):
    return contents_of(made.done, made.register, VERSION)


@pytest.fixture(scope="module")
def printed(reader) -> dict[str, int]:
    """Satoshis by name of figure, as they stand on the page."""
    return {name: round(float(v) * SATS) for name, v, _ in reader.figures if v and "." in v}


def test_the_sums_are_those_of_the_script_s_own_books(printed, made) -> None:
    gained = made.books.gained
    bought = gained(STATE, "purchase") + gained(STATE, "mixed")
    held = made.held(STATE)
    expected = {
        "stock_at_start_sats": 0,
        "stock_at_end_sats": held,
        "owed_to_clients_at_end_sats": OWED_BTC * SATS,
        "public_stock_at_end_sats": held - OWED_BTC * SATS,
        "public_change_sats": held - OWED_BTC * SATS,
        "mined_sats": gained(STATE, "mined") + gained(STATE, "pool payout"),
        "purchased_sats": bought,
        "seized_sats": gained(STATE, "seizure"),
        "donated_sats": gained(STATE, "dust"),
        "client_deposits_sats": gained(STATE, "client deposit"),
        "unexplained_in_sats": gained(STATE, "unexplained"),
        "sold_sats": -gained(STATE, "sale") - FEE,
        "paid_out_sats": -gained(STATE, "client withdrawal") - FEE,
        "unexplained_out_sats": -gained(STATE, "outflow") - FEE,
        "internal_churn_sats": DAILY * SATS,
    }
    assert {name: printed[name] for name in expected} == expected


def test_each_wallet_s_stock_is_that_of_the_books(printed, made) -> None:
    places = {one.scope.key: number for number, one in enumerate(made.done.audit.scopes)}
    for party in WATCHED:
        name = f"perimeters[{places[f'wallet:{party}']},stock_at_end_sats]"
        assert printed[name] == made.books.balance(party), party


def test_the_bridge_leads_from_stock_to_stock(contents, printed) -> None:
    names = contents.charts["bridge"].figures
    first, *steps, last = (printed[name] for name in names)
    signs = [-1 if name in LEAVING else 1 for name in names[1:-1]]
    assert first + sum(sign * sats for sign, sats in zip(signs, steps, strict=True)) == last
    assert len(steps) > 8


LEAVING = {
    "sold_sats",
    "paid_out_sats",
    "transfers_out_sats",
    "unexplained_out_sats",
    "fees_sats",
}


def test_every_printed_digit_belongs_to_a_figure_or_a_label(reader) -> None:
    assert [text for text in reader.loose if re.search(r"\d", text)] == []


def test_every_figure_rests_on_a_source_or_an_assumption(reader, contents) -> None:
    names = {name for name, _, _ in reader.figures}
    assert len(names) > 300
    for name in names:
        catalogue = contents.catalogue
        assert catalogue.sources_below(name) or catalogue.assumed_below(name), name
    for base in {base_of(name) for name in names}:
        explained = contents.graph.explain(base)
        assert explained.all_sources() or explained.assumptions(), base


def test_every_figure_carries_its_own_value_to_the_satoshi(reader, contents) -> None:
    checked = 0
    for name, text, _ in reader.figures:
        value, unit = contents.graph.value(name), contents.graph.unit(name)
        if text and unit == "sat":
            assert round(float(text) * SATS) == value, name
            assert abs(float(text) * SATS - value) < 0.5, name
            checked += 1
        elif text:
            assert float(text) == pytest.approx(float(value), rel=1e-12), name
    assert checked > 300


def test_coins_are_written_with_all_their_digits(html: str, contents) -> None:
    """Whoever reads the number has it exactly: what is written is what it is."""
    shown = re.findall(r'data-figure="(\w+_sats)" value="[^"]*">([^<]*)<', html)
    assert len(shown) > 40
    for name, text in shown:
        digits = text.replace(",", "").replace("−", "-").replace("+", "")
        sats = int(Decimal(digits) * SATS)
        assert sats == contents.graph.value(name), name


def test_every_link_inside_the_page_leads_somewhere(reader) -> None:
    assert reader.links - reader.anchors == set()


def test_nothing_is_loaded_from_elsewhere(reader, html: str) -> None:
    assert [a for a in reader.loaded if not a.startswith(("data:", "#"))] == []
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_verdict_comes_first_and_limits_before_the_details(html: str, made) -> None:
    places = [html.index(f'id="{part}"') for part in ("verdict", "limits", "course", "flows")]
    assert places == sorted(places)
    text = unescape(html)
    assert made.done.audit.limits
    for limit in made.done.audit.limits:
        assert limit.text in text
        assert limit.remedy in text


def test_sums_of_announcements_are_those_of_the_verdict(printed, contents, made) -> None:
    """Coins said to have come and coins said to have gone have a sum each, never one together."""
    sums = made.done.audit.sums
    came, gone = "announced_by_status[all,{}]", "announced_sold_by_status[all,{}]"
    assert printed[came.format("stated")] == sums["announced_sats"] > 0
    assert printed[came.format("found")] == sums["announced_and_seen_sats"] > 0
    assert printed[came.format("missing")] == sums["announced_not_seen_sats"]
    graph = contents.graph
    assert graph.value(gone.format("stated")) == sums["announced_sold_sats"]
    said = [one.announcement for one in made.done.audit.announcements]
    kinds = [one.kind for one in said if one.kind not in ("transfer", "other")]
    assert graph.value(gone.format("announcements")) == kinds.count("sale")
    assert graph.value(came.format("announcements")) == len(kinds) - kinds.count("sale")


def test_columns_of_coins_have_eight_decimals(html: str, contents) -> None:
    """So that the decimals of a column stand below each other; sentences keep to what is needed."""
    place = (
        r'<td class="num">[^<]*<a [^>]*><data class="figure" data-figure="([^"]*)"[^>]*>([^<]*)<'
    )
    cells = [(unescape(name), text) for name, text in re.findall(place, html)]
    coins = [text for name, text in cells if contents.graph.unit(name) == "sat"]
    assert len(coins) > 200
    assert [text for text in coins if not re.fullmatch(r"[+−]?[\d,]+\.\d{8}", text)] == []
    tile = re.search(
        r'Only moved inside</dt><dd>.*?data-figure="internal_churn_sats".*?>(.*?)<', html
    )
    assert tile
    assert "." not in tile[1]


def test_what_only_moved_stands_below_the_sum_and_apart(html: str) -> None:
    table = html[html.index('<section id="perimeters">') :]
    rows = re.findall(
        r'<tr class="(\w+)"><th scope="row">([^<]*)<', table[: table.index("</table>")]
    )
    assert rows[-2:] == [
        ("total", "Stock at the end"),
        ("aside", "Only moved from wallet to wallet (not part of the sum)"),
    ]
    assert "aside" not in [rank for rank, _ in rows[:-1]]


def test_flows_that_all_fit_are_by_date_and_others_say_that_they_are_not(html, made) -> None:
    parts = re.findall(
        r'<table class="flows (\w+)">\s*<caption>.*?\((.*?)\)</span>.*?<tbody>(.*?)</tbody>',
        html,
        re.DOTALL,
    )
    assert len(parts) == 3
    for key, order, rows in parts:
        days = re.findall(r'<th scope="row" class="short" data-label>([\d-]+)<', rows)
        amounts = [abs(Decimal(v)) for v in re.findall(r'<td class="num">.*?value="([^"]+)"', rows)]
        assert len(days) == len(amounts) > 0
        if order == "by date":
            assert days == sorted(days), key
        else:
            assert order == "the largest first; flows.csv has them by date"
            assert amounts == sorted(amounts, reverse=True), key
    assert {order == "by date" for _, order, _ in parts} == {True, False}


def test_daily_coins_that_only_moved_are_said_not_to_be_seen(printed, contents) -> None:
    """Announced as if bought, one a day, they came from another wallet of the state."""
    table = contents.graph.value("announced_by_status")
    assert table.at["not seen", "announcements"] >= DAILY
    assert printed["announced_by_status[not seen,missing]"] >= DAILY * SATS
    said = contents.audit.announcements
    moved = [one for one in said if one.announcement.text == "one more bitcoin today"]
    assert len(moved) == DAILY
    assert all(one.status == "not seen" and one.instead for one in moved)


def test_the_same_audit_gives_the_same_page(html: str, made) -> None:
    """No clock and no chance: put together again, the page is the same to the byte."""
    assert audit_page(contents_of(made.done, made.register, VERSION)) == html
