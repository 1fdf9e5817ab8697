"""CSV, JSON and workbook say the same, each number with where it is from."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kilosat.brief.treasuries import (
    COLUMNS,
    Price,
    treasuries_csv,
    treasuries_text,
    write_treasuries,
)
from kilosat.chain.treasuries import (
    ControlProof,
    Evidence,
    HoldingReport,
    ShownControl,
    TreasuryTable,
    VerifiedCoins,
    treasuries,
)
from kilosat.provenance import Source

BTC = 100_000_000
PRICE = Price(114_000.5, date(2025, 9, 30), Source("prices", "closes", "an exchange"))
COUNTED = VerifiedCoins(
    sats=755_999_999_999,
    height=936_500,
    day=date(2026, 2, 14),
    counted_by="ledger",
    file="sv.ledger",
    register="el-salvador",
    perimeter="The published reserve",
    attribution="third-party",
    scripts=20,
    unseen=("Chivo (none known)",),
    limits=("something else",),
)
PROOF = ControlProof("mine", "bc1qmine", "BIP 322 simple", date(2026, 2, 1), 936_000)
CONTROL = ShownControl(3 * BTC, (PROOF,), "sv.archive", 936_400, date(2026, 2, 13))
UNITS = {column.key: column.unit for column in COLUMNS}
OFF = {"1": 0.5e-6, "USD": 0.5e-2, "USD/BTC": 0.5e-2}
"""By how much a rounded share, or money in cents, may be off."""
Sheet = Any


@pytest.fixture(scope="module")
def table() -> TreasuryTable:
    evidence = {
        "el-salvador": Evidence(COUNTED, CONTROL),
    }
    return treasuries(date(2026, 4, 30)).with_evidence(evidence)


@pytest.fixture(scope="module")
def folder(table: TreasuryTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("treasuries") / "new" / "folder"
    written = write_treasuries(table, PRICE, place)
    assert {path.name for path in written} == {path.name for path in place.iterdir()}
    return place


@pytest.fixture(scope="module")
def record(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "treasuries.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "treasuries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def book(folder: Path) -> Sheet:
    return openpyxl.load_workbook(folder / "treasuries.xlsx", data_only=True)


@pytest.fixture(scope="module")
def formulas(folder: Path) -> Sheet:
    return openpyxl.load_workbook(folder / "treasuries.xlsx")


def holders(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [*record["holders"], *record["published_sums"]]


def cells(book: Sheet) -> list[dict[str, Any]]:
    lines = book["Holders"].iter_rows(min_row=3, values_only=True)
    return [dict(zip((column.key for column in COLUMNS), line, strict=True)) for line in lines]


def flat(holder: dict[str, Any]) -> dict[str, Any]:
    figures = {key: figure["value"] for key, figure in holder["figures"].items()}
    return {column.key: {**holder, **figures}[column.key] for column in COLUMNS}


def test_the_three_forms_have_the_same_cells(
    rows: list[dict[str, str]], record: dict[str, Any], book: Sheet
) -> None:
    sheet = cells(book)
    assert len(rows) == len(holders(record)) == len(sheet) > 30
    for line, holder, cell in zip(rows, map(flat, holders(record)), sheet, strict=True):
        for key, wanted in holder.items():
            _check_same(key, wanted, line[key], cell[key])


def _check_same(key: str, wanted: Any, in_csv: str, in_sheet: Any) -> None:
    if wanted in (None, ""):
        assert in_csv == "", key
        assert in_sheet in (None, "unknown"), key
    elif isinstance(wanted, int | float):
        assert float(in_csv) == pytest.approx(wanted, rel=1e-12, abs=OFF.get(UNITS[key], 0)), key
        assert in_sheet == pytest.approx(wanted, rel=1e-12, abs=OFF.get(UNITS[key], 0)), key
    else:
        assert in_csv.removeprefix("'") == wanted, key
        day = in_sheet.date().isoformat() if isinstance(in_sheet, datetime) else in_sheet
        assert day == wanted, key


def test_every_number_of_a_column_has_the_decimals_of_its_unit(rows: list[dict[str, str]]) -> None:
    decimals = {"BTC": 8, "1": 6, "USD": 2, "USD/BTC": 2}
    checked = 0
    for line in rows:
        for key, unit in UNITS.items():
            if unit in decimals and line[key]:
                assert re.fullmatch(rf"-?\d+\.\d{{{decimals[unit]}}}", line[key]), (key, line[key])
                checked += 1
        assert line["price_usd"] == "114000.50"
    assert checked > 150


def test_money_in_json_has_no_traces_of_floating_point(record: dict[str, Any]) -> None:
    for holder in holders(record):
        for key in ("value_usd", "gain_usd", "cost_usd", "cost_average_usd"):
            value = holder["figures"][key]["value"]
            assert value is None or len(str(value).partition(".")[2]) <= 2, key


def test_coins_are_exact_to_the_satoshi(
    rows: list[dict[str, str]], record: dict[str, Any], book: Sheet
) -> None:
    line = next(row for row in rows if row["key"] == "el-salvador")
    assert line["verified_btc"] == "7559.99999999"
    holder = next(one for one in record["holders"] if one["key"] == "el-salvador")
    assert holder["verified"]["sats"] == 755_999_999_999
    assert holder["reported_sats"] == 7560 * BTC
    places = [column.key for column in COLUMNS]
    row = next(r for r in book["Holders"].iter_rows(min_row=3) if r[1].value == "El Salvador")
    assert row[places.index("verified_btc")].number_format == "#,##0.00000000_)"
    assert row[places.index("reported_btc")].number_format == "#,##0_)"


def test_every_number_has_unit_quality_how_day_and_sources(record: dict[str, Any]) -> None:
    numbers = 0
    for holder in holders(record):
        for key, figure in holder["figures"].items():
            if figure["value"] is None:
                assert figure == {"value": None, "unit": figure["unit"], "quality": "unknown"}
                continue
            numbers += 1
            assert figure["unit"], key
            assert figure["quality"] in ("reported", "derived"), key
            assert figure["how"], key
            assert date.fromisoformat(figure["as_of"]), key
            for source in figure["sources"]:
                assert record["sources"][source]["publisher"], source
    assert numbers > 150
    price = record["price"]
    assert (price["value"], price["quality"], price["sources"]) == (
        114_000.5,
        "reported",
        ["prices"],
    )


def test_a_number_made_of_others_says_so(record: dict[str, Any]) -> None:
    trump = next(one for one in record["holders"] if one["key"] == "trump-media")
    figures = trump["figures"]
    assert figures["reported_btc"]["quality"] == "reported"
    assert figures["reported_btc"]["how"] == "filed"
    worth = figures["value_usd"]
    assert (worth["quality"], set(worth["sources"]) >= {"prices"}) == ("derived", True)
    assert worth["as_of"] == "2025-09-30"
    # 11,542 BTC that cost 1.368 bn USD, at the price above.
    assert figures["gain_usd"]["value"] == pytest.approx(11_542 * 114_000.5 - 1.368e9, abs=100)


def test_what_the_chain_was_not_asked_is_unknown_and_never_nought(
    rows: list[dict[str, str]], record: dict[str, Any], book: Sheet
) -> None:
    for line, cell, holder in zip(rows, cells(book), holders(record), strict=True):
        if line["key"] != "el-salvador":
            assert line["verified_btc"] == line["verified_share"] == ""
            assert cell["verified_btc"] == "unknown"
            assert holder["figures"]["verified_btc"]["quality"] == "unknown"
            assert holder["verified"] is None
    totals = {one["kind"]: one for one in record["totals"]}
    assert totals["company"]["verified_btc"] is None
    assert totals["government"]["verified_btc"] == 7559.99999999


def test_what_was_verified_says_where_and_what_it_leaves_open(
    record: dict[str, Any], book: Sheet
) -> None:
    holder = next(one for one in record["holders"] if one["key"] == "el-salvador")
    assert holder["verified"]["height"] == 936_500
    assert holder["verified_as_of"] == "2026-02-14"
    figure = holder["figures"]["verified_btc"]
    assert figure["how"] == "on chain, counted in the ledger"
    assert "third-party" in record["sources"]["ledger:sv.ledger"]["note"]
    assert holder["limits"] == "not all addresses: Chivo (none known); something else"
    lines = list(book["Verified"].iter_rows(min_row=3, values_only=True))
    assert [line[:3] for line in lines] == [("El Salvador", 7559.99999999, 936_500)]
    assert lines[0][12] == 3


def test_a_height_that_an_archive_does_not_show_is_empty(tmp_path: Path) -> None:
    coins = replace(COUNTED, height=None, counted_by="archive", file="sv.archive")
    evidence = {"el-salvador": Evidence(coins, replace(CONTROL, height=None))}
    own = treasuries(date(2026, 4, 30)).with_evidence(evidence).only("el-salvador")
    write_treasuries(own, PRICE, tmp_path)
    with (tmp_path / "treasuries.csv").open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["verified_btc"], row["verified_height"]) == ("7559.99999999", "")
    record = json.loads((tmp_path / "treasuries.json").read_text("utf-8"))
    [holder] = record["holders"]
    assert (holder["verified"]["height"], holder["verified_height"]) == (None, None)
    for key in ("archive:sv.archive", "control:sv.archive"):
        assert "a block of unknown height" in record["sources"][key]["document"]
    sheet = openpyxl.load_workbook(tmp_path / "treasuries.xlsx")["Verified"]
    assert sheet.cell(3, 3).value is None
    text = " ".join(treasuries_text(own, PRICE, 160).split())
    assert text.count("after a block of unknown height") == 2


def test_signatures_are_from_the_archive_even_where_the_ledger_counts(
    record: dict[str, Any],
) -> None:
    holder = next(one for one in record["holders"] if one["key"] == "el-salvador")
    signed = holder["figures"]["signed_btc"]
    assert (signed["value"], signed["as_of"]) == (3.0, "2026-02-13")
    assert signed["sources"] == ["control:sv.archive"]
    assert holder["proofs"][0] == {
        "wallet": "mine",
        "address": "bc1qmine",
        "kind": "BIP 322 simple",
        "day": "2026-02-01",
        "after_height": 936_000,
    }
    assert "made after block 936,000" in holder["proof_of_control"]


def test_history_is_whole_in_every_form(
    table: TreasuryTable, folder: Path, record: dict[str, Any], book: Sheet
) -> None:
    with (folder / "treasuries-history.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    told = [report for holder in holders(record) for report in holder["history"]]
    sheet = list(book["Reports"].iter_rows(min_row=3, values_only=True))
    known = [one for row in (*table.rows, *table.aggregates) for one in row.history]
    assert len(lines) == len(told) == len(sheet) == len(known) > 250
    for line, json_one, cell, one in zip(lines, told, sheet, known, strict=True):
        assert float(line["btc"]) * BTC == pytest.approx(one.sats) == json_one["sats"]
        assert cell[2] * BTC == pytest.approx(one.sats)
        assert (line["day"], json_one["day"]) == (one.day.isoformat(),) * 2
        assert cell[1].date() == one.day
        assert line["how"] == json_one["how"] == cell[3] == one.how
        assert line["source"] == (cell[8] or "")
        assert json_one["source"] == cell[8]
        assert cell[9] == f"{line['file']}:{line['line']}"


def test_sheets_have_frozen_heads_with_units_and_number_formats(book: Sheet) -> None:
    names = ["Holders", "Sums", "Price", "Verified", "Reports", "Sources", "Columns"]
    assert book.sheetnames == names
    assert book["Holders"].freeze_panes == "C3"
    assert all(book[name].freeze_panes == "B3" for name in names[1:])
    heads = [cell.value for cell in book["Holders"][2]]
    for column, head in zip(COLUMNS, heads, strict=True):
        assert column.unit in ("", "1") or head.endswith(f", {column.unit}")
    by_key = dict(zip((column.key for column in COLUMNS), book["Holders"][3], strict=True))
    assert by_key["value_usd"].number_format == "#,##0_)"
    assert by_key["share_of_21_million"].number_format == "0.000%_)"
    assert by_key["as_of"].number_format == "yyyy-mm-dd_)"


def test_formulas_compute_their_cached_values(formulas: Sheet, book: Sheet) -> None:
    """Cells in, Python arithmetic out."""
    checked = 0
    for row in formulas["Holders"].iter_rows(min_row=3):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cached = book["Holders"][cell.coordinate].value
                assert _computed(cell.value[1:], book) == pytest.approx(cached, rel=1e-9, abs=1e-6)
                checked += 1
    assert checked > 90
    sums = formulas["Sums"]
    assert sums["C3"].value.startswith("=SUMIF(Holders!$C$3:$C$")


def _computed(formula: str, book: Sheet) -> float:
    text = re.sub(r"Price!\$A\$3", "price", formula)
    text = re.sub(r"\b([A-Z]{1,2}\d+)\b", r'at("\1")', text).replace("MIN", "min")
    names = {
        "at": lambda name: book["Holders"][name].value,
        "price": book["Price"]["A3"].value,
        "min": min,
    }
    return float(eval(text, {"__builtins__": {}}, names))


def test_sums_of_the_workbook_are_those_of_its_holders(book: Sheet) -> None:
    sheet = cells(book)
    for kind, count, reported, *_ in book["Sums"].iter_rows(min_row=3, values_only=True):
        own = [one["reported_btc"] for one in sheet if one["kind"] == kind]
        assert (count, reported) == (len(own), pytest.approx(sum(own)))
    kinds = [row[0] for row in book["Sums"].iter_rows(min_row=3, values_only=True)]
    assert kinds == ["government", "company"]


def test_every_source_of_a_figure_stands_on_its_sheet(book: Sheet, record: dict[str, Any]) -> None:
    listed = {row[0]: row for row in book["Sources"].iter_rows(min_row=3, values_only=True)}
    assert set(listed) == set(record["sources"])
    assert listed["government_holdings.csv:4"][1] == "United States"
    assert listed["prices"][1] == "worth and gain"


def test_text_that_looks_like_a_formula_is_none(tmp_path: Path) -> None:
    source = Source("s", "=1+1", "@SUM(A1)", note="+2")
    report = HoldingReport(
        "-2+3", "company", date(2025, 1, 1), 5, "filed", "=HYPERLINK(1)", source, note="\t=1"
    )
    table = treasuries(date(2025, 1, 2), [report])
    line = next(csv.DictReader(io.StringIO(treasuries_csv(table))))
    assert line["holder"] == "'-2+3"
    assert (line["reporter"], line["source"]) == ("'=HYPERLINK(1)", "'+2")
    write_treasuries(table, None, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "treasuries.xlsx")
    typed = {cell.value: cell.data_type for row in book["Holders"].iter_rows() for cell in row}
    assert typed["-2+3"] == typed["=HYPERLINK(1)"] == "s"


def test_without_a_price_nothing_is_worth_anything_stated(tmp_path: Path) -> None:
    """Prices begin in July 2010, the reports of a user's own list may be older."""
    table = treasuries(date(2026, 4, 30))
    write_treasuries(table, None, tmp_path)
    record = json.loads((tmp_path / "treasuries.json").read_text("utf-8"))
    assert record["price"] is None
    assert all(one["figures"]["value_usd"]["value"] is None for one in record["holders"])
    assert all(one["figures"]["gain_usd"]["value"] is None for one in record["holders"])
