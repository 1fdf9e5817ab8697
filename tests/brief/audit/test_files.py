"""JSON, workbook and CSV hold the same rows and sums; the sums are those of the books."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from kilosat.brief.audit.columns import columns_of
from kilosat.brief.audit.delimited import delimited
from kilosat.brief.audit.figure_words import FIGURE_WORDS
from kilosat.brief.audit.record import FORMAT
from kilosat.chain.register import read_register

from ...regtest.books import SATS
from ...regtest.scenario import STATE
from ...regtest.scenario_register import OWED_BTC
from .paper import A_DAY, RESERVE, START, Paper, inspection, register_file

SHEETS = ["Verdict", "Perimeters", "Days", "Flows", "Coins", "Addresses", "Announcements"]
SHEETS += ["Payments", "Clients", "Signatures", "Limits", "Sources"]
FILES = ["audit.html", "audit.json", "audit.xlsx", "flows.csv", "coins.csv", "days.csv"]
FILES += ["announcements.csv", "journal.beancount", "rotki.csv"]


@pytest.fixture(scope="module")
def record(made):
    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(made.text("audit.json"), parse_constant=refuse)


@pytest.fixture(scope="module")
def books(made):
    path = made.files["audit.xlsx"]
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


@pytest.fixture(scope="module")
def tables(made) -> dict[str, list[dict[str, str]]]:
    names = ("flows", "coins", "days", "announcements")
    return {name: list(csv.DictReader(io.StringIO(made.text(f"{name}.csv")))) for name in names}


def column(sheet, head: str) -> list[object]:
    heads = [cell.value for cell in sheet[2]]
    place = heads.index(head) + 1
    return [cells[0] for cells in sheet.iter_rows(3, None, place, place, values_only=True)]


def test_all_files_are_there(made) -> None:
    assert list(made.files) == FILES


def test_amounts_are_whole_satoshis(record) -> None:
    def walk(data: object, path: str) -> int:
        if isinstance(data, dict):
            return sum(walk(value, f"{path}.{key}") for key, value in data.items())
        if isinstance(data, list):
            return sum(walk(value, path) for value in data)
        if path.endswith("sats"):
            assert data is None or isinstance(data, int), path
            return 1
        return 0

    assert walk({k: v for k, v in record.items() if k != "figures"}, "") > 1000
    assert record["format"] == FORMAT
    for name, known in record["figures"].items():
        if known["unit"] == "sat" and not isinstance(known["value"], dict):
            assert isinstance(known["value"], int), name


def test_flows_sum_to_the_stock_in_every_file(record, books, tables, made) -> None:
    held = made.held(STATE)
    assert record["sums"]["stock_at_end_sats"] == held
    start = record["sums"]["stock_at_start_sats"]
    assert start + sum(flow["net_sats"] for flow in record["flows"]) == held
    assert start + sum(int(row["net_sats"]) for row in tables["flows"]) == held
    assert start + sum(column(books[1]["Flows"], "Gained, sat")) == held
    assert sum(coin["sats"] for coin in record["coins"]) == held
    assert sum(int(row["sats"]) for row in tables["coins"]) == held
    assert sum(column(books[1]["Coins"], "Amount, sat")) == held
    assert int(tables["days"][-1]["stock_sats"]) == held
    assert record["days"][-1]["stock_sats"] == column(books[1]["Days"], "Stock, sat")[-1] == held


def test_files_have_the_same_rows(record, books, tables) -> None:
    heads = {"flows": ("Transaction", "txid"), "coins": ("Address", "address")}
    for name, (head, key) in heads.items():
        from_json = [row[key] for row in record[name]]
        assert [row[key] for row in tables[name]] == from_json
        assert column(books[1][name.capitalize()], head) == from_json
    stated = [row["stated_sats"] for row in record["announcements"]]
    assert [int(row["stated_sats"]) for row in tables["announcements"]] == stated
    assert column(books[1]["Announcements"], "Coins stated, sat") == stated


def test_btc_beside_satoshis_is_exact(tables) -> None:
    for row in tables["flows"]:
        assert int(row["btc"].replace(".", "")) == int(row["sats"])
        assert re.fullmatch(r"\d+\.\d{8}", row["btc"])


def test_unspent_coins_are_those_of_the_books(record, made) -> None:
    own = {coin.place: coin for party in STATE for coin in made.books.coins_of(party)}
    found = {(coin["txid"], coin["index"]): coin for coin in record["coins"]}
    assert found.keys() == own.keys()
    for place, coin in found.items():
        assert (coin["sats"], coin["address"]) == (own[place].sats, own[place].address)


def test_days_are_those_of_the_books(record, made) -> None:
    """The stock at the end of each day, by the node's own times of blocks."""
    heights = {when.date().isoformat(): height for height, when in sorted(made.times.items())}
    last = 0
    for row in record["days"]:
        last = heights.get(row["day"], last)
        assert row["stock_sats"] == made.held(STATE, last), row["day"]


def test_all_that_is_printed_is_in_the_json_with_its_tree(record, made) -> None:
    printed = {unescape(n) for n in re.findall(r'data-figure="([^"]+)"', made.text("audit.html"))}
    assert printed <= set(record["figures"])
    for name, known in record["figures"].items():
        assert set(known["inputs"]) <= set(record["figures"]), name
        assert set(known["sources"]) <= set(record["sources"]), name
        assert known["sources"] or known["assumptions"], name


def test_sheets_have_frozen_heads_and_a_chart(books) -> None:
    formulas, values = books
    assert values.sheetnames == SHEETS
    assert all(sheet.freeze_panes == "B3" for sheet in values)
    assert len(formulas["Days"]._charts) == 1


def test_btc_columns_are_live_formulas(books) -> None:
    formulas, values = books
    checked = 0
    for title in SHEETS[:9]:
        for row in formulas[title].iter_rows(min_row=3):
            for cell in row:
                text = str(cell.value)
                if cell.data_type == "f" and (found := re.fullmatch(r"=(\w+)/(\d+)", text)):
                    assert int(found[2]) == SATS
                    sats = values[title][found[1]].value
                    assert values[title][cell.coordinate].value == pytest.approx(sats / SATS)
                    checked += 1
    assert checked > 500


def test_the_workbook_adds_up_by_its_own_formulas(books, made) -> None:
    formulas, values = books
    sums = [
        cell for row in formulas["Verdict"].iter_rows() for cell in row if "SUM(" in str(cell.value)
    ]
    assert len(sums) == 2
    for cell in sums:
        sheet, letter, first, last = re.search(
            r"SUM\((\w+)!([A-Z]+)(\d+):[A-Z]+(\d+)\)", cell.value
        ).groups()
        total = sum(
            values[sheet][f"{letter}{row}"].value for row in range(int(first), int(last) + 1)
        )
        if begun := re.match(r"=Verdict!\$([A-Z]+)\$(\d+)\+", cell.value):
            total += values["Verdict"][f"{begun[1]}{begun[2]}"].value
        assert values["Verdict"][cell.coordinate].value == total == made.held(STATE)
        assert int(last) == values[sheet].max_row


def test_each_check_says_what_it_must_equal_and_whether_it_does(books, made) -> None:
    formulas, values = books
    checks = [
        row for row in formulas["Verdict"].iter_rows(3) if str(row[0].value).startswith("Check: ")
    ]
    assert len(checks) == 3
    for words, again, _, equal, verdict in checks:
        assert values["Verdict"][again.coordinate].value == made.held(STATE), words.value
        place = equal.value.removeprefix("=Verdict!").replace("$", "")
        assert formulas["Verdict"][f"A{place[1:]}"].value == "Stock at the end"
        assert values["Verdict"][place].value == made.held(STATE)
        wanted = f'=IF({again.coordinate}={equal.coordinate},"OK","DIFFERS")'
        assert (verdict.value, values["Verdict"][verdict.coordinate].value) == (wanted, "OK")


def test_rows_and_columns_of_the_workbook_have_words_and_no_names_of_figures(books, made) -> None:
    for sheet in ("Verdict", "Perimeters"):
        rows = [str(row[0] or "") for row in books[1][sheet].iter_rows(3, values_only=True)]
        assert [row for row in rows if row[:1].islower()] == []
    unworded = [name for name in made.done.audit.graph.specs if name not in FIGURE_WORDS]
    assert unworded == []


def test_payments_are_those_of_the_keeper_s_books(books, record, made) -> None:
    """What clients brought and took, as the script wrote it down, and what was found of each."""
    paid = [m for m in made.books.moves if m.party == "client" and m.why.startswith("client")]
    sheet = books[1]["Payments"]
    assert column(sheet, "Kind") == [move.why for move in paid]
    assert column(sheet, "Stated, sat") == [abs(move.sats) for move in paid]
    assert column(sheet, "By transactions") == [move.txid for move in paid]
    assert column(sheet, "Found, sat") == [one["found_sats"] for one in record["payments"]]


def test_clients_are_owed_what_the_statement_says(books) -> None:
    sheet = books[1]["Clients"]
    assert column(sheet, "Owed by") == ["Retail wallet"]
    assert column(sheet, "Owed, sat") == [OWED_BTC * SATS]


def test_sums_of_every_wallet_stand_side_by_side(books, record, made) -> None:
    rows = {row[0]: row[1:] for row in books[1]["Perimeters"].iter_rows(3, None, values_only=True)}
    keys = [scope["key"] for scope in record["scopes"]]
    assert list(rows["Key in the register"]) == keys
    stocks = dict(zip(keys, rows["Stock at the end, sat"], strict=True))
    for party in STATE:
        assert stocks[f"wallet:{party}"] == made.books.balance(party)
        in_btc = rows["Stock at the end, BTC"][keys.index(f"wallet:{party}")]
        assert in_btc == pytest.approx(made.books.balance(party) / SATS)
    assert stocks["state"] == made.held(STATE)


def test_dates_and_counts_are_no_texts(books) -> None:
    _, values = books
    flows = values["Flows"]
    assert {type(day).__name__ for day in column(flows, "Day, UTC")} == {"datetime"}
    assert {type(height) for height in column(flows, "Block")} == {int}


def test_what_a_label_file_says_of_a_transaction_stands_beside_its_flows(tmp_path: Path) -> None:
    paper = Paper()
    txid = paper.receive(RESERVE, 7 * SATS, START)
    path = register_file(tmp_path)
    head = "[register]\n"
    text = path.read_text("utf-8").replace(head, head + 'labels_file = "labels.jsonl"\n', 1)
    path.write_text(text, "utf-8")
    label = {"type": "tx", "ref": txid[::-1].hex(), "label": "Bought over the counter"}
    (tmp_path / "labels.jsonl").write_text(json.dumps(label) + "\n", "utf-8")
    register = read_register(path)
    found = inspection(register, paper.entries, START.date(), START.date() + 9 * A_DAY).audit
    rows = delimited(columns_of(found, register).flows, found.flows)
    assert [row["label"] for row in csv.DictReader(io.StringIO(rows))] == [label["label"]]
