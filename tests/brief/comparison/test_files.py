"""compare.json and compare.xlsx hold what the page prints, as the graphs have it."""

import json
import re
from html import unescape

import openpyxl
import pytest

SHEETS = ["Answer", "Comparison", "Chart", "Paths by year", "Backtests", "Assumptions", "Sources"]


@pytest.fixture(scope="module")
def record(made):
    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(made.json.read_text("utf-8"), parse_constant=refuse)


@pytest.fixture(scope="module")
def books(made):
    return openpyxl.load_workbook(made.xlsx), openpyxl.load_workbook(made.xlsx, data_only=True)


def test_all_that_is_printed_is_in_the_json(record, made) -> None:
    printed = {unescape(name) for name in re.findall(r'data-figure="([^"]+)"', made.html)}
    assert printed <= set(record["figures"])
    for name, known in record["figures"].items():
        assert set(known["inputs"]) <= set(record["figures"]), name
        assert set(known["sources"]) <= set(record["sources"]), name


def test_the_table_of_the_json(record, made) -> None:
    rows = {row["key"]: row["values"] for row in record["table"]}
    result = rows["result"]["one-btc-a-day"]
    own = made.column("one-btc-a-day").graph.value("public_result")
    assert (result["low"], result["median"]) == (own["5 %"], own["50 %"])
    assert rows["result"]["surplus-2000mw"] == {"state": "refused"}
    assert rows["npv"]["none"] == {"state": "absent"}
    refused = next(b for b in record["blueprints"] if not b["judged"])
    assert "no hourly system" in refused["reason"]
    assert set(record["answer"]) == {column.key for column in made.columns}


def test_sheets_and_frozen_heads(books) -> None:
    _, values = books
    assert values.sheetnames == SHEETS
    assert all(sheet.freeze_panes for sheet in values)
    assert values["Comparison"].freeze_panes == "D3"
    assert len(books[0]["Chart"]._charts) == 1


def test_numbers_of_the_comparison_are_those_of_the_graphs(books, made) -> None:
    sheet = books[1]["Comparison"]
    heads = [cell.value for cell in sheet[2]]
    rows = {(r[0].value, r[1].value): r for r in sheet.iter_rows(min_row=3)}
    checked = 0
    for section in made.comparison.sections:
        for line in section.lines:
            label = made.comparison.writer.plain(line.full)
            names = line.measure.names()
            levels = ("50 %", "5 %", "95 %") if len(names) == 3 else (None,)
            for name, level in zip(names, levels, strict=True):
                row = rows[label, level]
                assert (row[2].value or "") == line.unit
                for column, slot in zip(made.columns, line.slots, strict=True):
                    value = row[heads.index(column.plan.name)].value
                    if slot.kind in ("absent", "refused"):
                        assert isinstance(value, str), (label, column.key)
                    elif not isinstance(value, str):
                        expected = float(column.graph.value(name))
                        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12), label
                        checked += 1
    assert checked > 150


def test_formulas_compute_their_cached_values(books) -> None:
    formulas, values = books
    checked = 0
    for title in ("Comparison", "Chart"):
        for row in formulas[title].iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    text = re.sub(
                        r"\b([A-Z]{1,2}\d+)\b",
                        lambda m, sheet=values[title]: f"({sheet[m.group(1)].value!r})",
                        cell.value[1:],
                    )
                    known = values[title][cell.coordinate].value
                    assert eval(text) == pytest.approx(known, rel=1e-9, abs=1e-12), cell.value
                    checked += 1
    assert checked > 50


def test_paths_and_assumptions_are_there(books, made) -> None:
    paths = books[1]["Paths by year"]
    rows = [[cell.value for cell in row] for row in paths.iter_rows(min_row=3)]
    table = made.column("none").graph.value("price_by_year")
    price = [row for row in rows if row[0] == "Price"]
    assert [row[2] for row in price] == [1, 2, 3]
    assert price[0][4:] == pytest.approx(list(table.iloc[0]))
    assert books[1]["Assumptions"].max_row > 10
    assert books[1]["Backtests"].max_row > 25
