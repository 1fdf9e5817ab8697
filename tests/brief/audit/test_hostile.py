"""Texts that want to be more than texts, audits with nothing in them, and one with a great deal."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from kilosat.brief.audit import write_audit
from kilosat.brief.audit.columns import columns_of
from kilosat.brief.audit.contents import contents_of
from kilosat.brief.audit.delimited import delimited
from kilosat.brief.audit.page import audit_page
from kilosat.brief.audit.texts import clean
from kilosat.chain.ledger import Reorganisation
from kilosat.chain.scan import CrossCheck
from kilosat.chain.sources import BlockRef

from .paper import (
    A_DAY,
    EXCHANGE,
    RESERVE,
    SATS,
    SAVINGS,
    START,
    STRANGER,
    Paper,
    inspection,
    read,
)

TITLE = (
    "<script>alert(1)</script>\"'{x} {mined_sats} \u27e6nope\u27e7 \u27eaa\u27eb \u00a6 \u202eevil"
    + "\u0007\n=1+1 "
    + "long" * 400
)
FORMULA = '=HYPERLINK("http://x") \u27e6stock_at_end_sats\u27e7 </script>'
IMAGE = "@SUM(A1) \u0001<img src=x onerror=alert(1)>"
MANY = 20_000
END = START.date() + timedelta(days=3)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("hostile")
    register = read(folder, title=TITLE, announced=FORMULA, label=IMAGE)
    paper = Paper()
    paper.receive(RESERVE, 2 * SATS, START, EXCHANGE)
    paper.receive(SAVINGS, 5, START + A_DAY)
    check = CrossCheck(("one",), ("<i>differs\n",), ("not known",))
    prices = {START.date(): 40_000.0}
    done = inspection(
        register, paper.entries, START.date(), END, prices, name="evil\u001b[2J<b>", check=check
    )
    paths = write_audit(done, register, folder / "out", "test")
    return {path.name: path for path in paths}


def test_no_text_becomes_markup_or_a_mark(hostile, read_page) -> None:
    html = hostile["audit.html"].read_text("utf-8")
    body = html[: html.index('<script type="application/json"')]
    for word in ("<script", "<img", "<i>", "\u27e6", "\u27ea", "\u202e", "\u0007", "\u001b"):
        assert word not in body, word
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert html.count("<script") == html.count("</script>") == 4
    reader = read_page(html)
    assert [text for text in reader.loose if re.search(r"\d", text)] == []
    assert reader.links - reader.anchors == set()


def test_data_inside_the_page_is_still_json(hostile) -> None:
    html = hostile["audit.html"].read_text("utf-8")
    for name in ("figures", "charts"):
        found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html)
        assert json.loads(found[1])


def test_sources_that_disagree_are_said_at_the_top(hostile) -> None:
    html = hostile["audit.html"].read_text("utf-8")
    assert html.index("The sources do not agree") < html.index('id="verdict"')
    assert "&lt;i&gt;differs" in html


def test_spreadsheets_take_no_text_for_a_formula(hostile) -> None:
    rows = list(csv.DictReader(io.StringIO(hostile["announcements.csv"].read_text("utf-8"))))
    assert rows[0]["text"].startswith("'=HYPERLINK")
    flows = list(csv.DictReader(io.StringIO(hostile["flows.csv"].read_text("utf-8"))))
    assert not any(cell.startswith(("=", "@")) for row in (*rows, *flows) for cell in row.values())
    book = openpyxl.load_workbook(hostile["audit.xlsx"])
    formulas = [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    cell, checked = r"Verdict!\$[A-Z]+\$\d+", r'=IF\(([A-Z]\d+)=([A-Z]\d+),"OK","DIFFERS"\)'
    known = (
        rf"=[A-Z]+\d+/\d+|=({cell}\+)?SUM\([A-Z][a-z]+![A-Z0-9:]+\)|={cell}([+-]{cell})*|{checked}"
    )
    assert [formula for formula in formulas if not re.fullmatch(known, formula)] == []
    texts = [cell.value for row in book["Announcements"].iter_rows() for cell in row]
    assert any(str(text).startswith("=HYPERLINK") for text in texts)


def test_journals_keep_to_their_lines(hostile) -> None:
    lines = hostile["journal.beancount"].read_text("utf-8").splitlines()
    start = re.compile(r"\d{4}-\d\d-\d\d |  [A-Za-z]|    [a-z]+: |;|option |$")
    assert all(start.match(line) for line in lines)
    assert len(list(csv.reader(io.StringIO(hostile["rotki.csv"].read_text("utf-8"))))) == 3


def test_nothing_moved_and_nothing_was_said(tmp_path: Path, read_page) -> None:
    register = read(tmp_path)
    done = inspection(register, [], START.date(), START.date() + A_DAY)
    files = {path.name: path for path in write_audit(done, register, tmp_path / "out", "test")}
    html = files["audit.html"].read_text("utf-8")
    assert "No transaction of the perimeter lies between the two dates" in html
    assert "no announcement of the perimeter" in html
    assert 'data-chart="' not in html
    assert [text for text in read_page(html).loose if re.search(r"\d", text)] == []
    assert json.loads(files["audit.json"].read_text("utf-8"))["flows"] == []
    assert openpyxl.load_workbook(files["audit.xlsx"])["Flows"].max_row == 2


def test_an_announcement_that_names_a_move_inside_is_contradicted_by_it(tmp_path: Path) -> None:
    paper = Paper()
    paper.receive(SAVINGS, 2 * SATS, START)
    coin = paper.entries[0].outputs[0].outpoint
    moved = paper.add([(coin, SAVINGS, 2 * SATS)], [(RESERVE, 2 * SATS - 9)], START)
    register = read(tmp_path, announced="two more", named=moved)
    done = inspection(register, paper.entries, START.date(), END)
    html = audit_page(contents_of(done, register, "test"))
    table = html[html.index('<table class="said">') :]
    row = table[table.index("<tbody>") : table.index("</tbody>")]
    assert "≠" in row
    assert "contradicted" in row
    assert f'title="{moved[::-1].hex()}"' in row


def test_a_transaction_named_but_not_on_the_chain_is_not_repeated(tmp_path: Path) -> None:
    """It may be a typing error, or a key that was pasted in its place."""
    named = bytes(range(32))
    register = read(tmp_path, announced="two more", named=named)
    done = inspection(register, [], START.date(), END)
    for path in write_audit(done, register, tmp_path / "out", "test"):
        assert named[::-1].hex().encode() not in path.read_bytes(), path.name


def test_reorganisations_are_reported(tmp_path: Path) -> None:
    register = read(tmp_path)
    done = inspection(register, [], START.date(), END)
    lost = Reorganisation(BlockRef(7, bytes(32)), BlockRef(12, b"\x01" * 32), 0, (b"\x02" * 32,))
    done = replace(done, reorganisations=(lost,))
    contents = contents_of(done, register, "test")
    html = audit_page(contents)
    assert "left the chain" in html
    assert "02" * 32 in html
    assert (contents.graph.value("lost[1,first]"), contents.graph.value("lost[1,last]")) == (8, 12)


def test_twenty_thousand_flows_are_no_page_of_twenty_thousand_rows(tmp_path: Path) -> None:
    register, paper = read(tmp_path), Paper()
    payers, owners = (EXCHANGE, STRANGER), (RESERVE, SAVINGS)
    for number in range(MANY):
        when = START + timedelta(hours=3 * number)
        paper.receive(owners[number % 2], 1_000_000 + number, when, payers[number // 2 % 2])
    end = (START + timedelta(hours=3 * MANY)).date() + A_DAY
    done = inspection(register, paper.entries, START.date(), end)
    contents = contents_of(done, register, "test")
    html = audit_page(contents)
    assert len(html.encode()) < 8_000_000
    assert html.count("<tr") < 300
    total = MANY * 1_000_000 + MANY * (MANY - 1) // 2
    assert contents.graph.value("stock_at_end_sats") == total
    assert contents.graph.value("flows_within") == MANY
    text = delimited(columns_of(done.audit, register).flows, done.audit.flows)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (len(rows), sum(int(row["sats"]) for row in rows)) == (MANY, total)


def test_cleaned_texts_are_short_and_plain() -> None:
    assert clean("a\u0000b\u2028c") == "a\N{REPLACEMENT CHARACTER}b c"
    assert len(clean(TITLE)) == 300
    assert clean("\ud800") == "\N{REPLACEMENT CHARACTER}"
    assert clean("Būlāq بولاق") == "Būlāq بولاق"
