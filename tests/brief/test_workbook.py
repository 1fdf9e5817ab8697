"""The workbook: formulas are there, their cached values are the figures, and they compute."""

import datetime
import math
import re

import openpyxl
import pytest

SHEETS = ["Answer", "Inputs", "Figures", "Tests", "Window", "Balance", "Machines", "Sensitivity"]
SHEETS += ["Price ahead", "Price fan", "Hash ahead", "Investment", "State", "Backtests"]
SHEETS += ["Hourly", "Sources"]


@pytest.fixture(scope="module")
def books(written):
    """The workbook with formulas (read as a stream, which is quick) and with cached values."""
    formulas = openpyxl.load_workbook(written.xlsx, read_only=True)
    values = openpyxl.load_workbook(written.xlsx, data_only=True)
    return formulas, values


def test_sheets_and_frozen_heads(books) -> None:
    _, values = books
    assert values.sheetnames == SHEETS
    assert all(sheet.freeze_panes == "B3" for sheet in values)


def test_date_of_creation_is_fixed(books) -> None:
    assert books[1].properties.created == datetime.datetime(2000, 1, 1)


def test_hourly_sheet_has_every_hour(books, written) -> None:
    sheet = books[1]["Hourly"]
    assert sheet.max_row - 2 == written.study.country.hours
    demand = sum(row[0] for row in sheet.iter_rows(3, None, 2, 2, values_only=True))
    system = written.study.graph.value("base_system").system
    assert demand == pytest.approx(system.demand_mw.sum(), rel=1e-9)


def test_cached_values_are_the_figures(books, written) -> None:
    rows = books[1]["Figures"].iter_rows(3, None, 1, 3, values_only=True)
    for name, _, value in rows:
        expected = written.study.graph.value(name)
        if value is None:
            assert not math.isfinite(expected), name
        elif isinstance(expected, str):
            assert value == expected
        else:
            assert value == pytest.approx(float(expected), rel=1e-9, abs=1e-12), name


def test_formulas_compute_their_cached_values(books) -> None:
    """An own small evaluator: cells in, Python arithmetic out."""
    formulas, values = books
    checked = 0
    for title in ("Figures", "Tests", "Machines", "Sensitivity", "Balance", "Window"):
        for row in formulas[title].iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    known = values[title][cell.coordinate].value
                    got = computed(cell.value, title, values)
                    if isinstance(known, str) or known is None:
                        assert got == (known or ""), (title, cell.coordinate)
                    else:
                        assert got == pytest.approx(known, rel=1e-9, abs=1e-9), cell.value
                    checked += 1
    assert checked > 300


def computed(formula: str, title: str, values) -> object:
    def span(match: re.Match[str]) -> str:
        rows = values[title][match.group(0)]
        return "[" + ",".join(repr(cell.value) for row in rows for cell in row) + "]"

    def cell(match: re.Match[str]) -> str:
        sheet = match.group(1) or title
        return f"({values[sheet][match.group(2).replace('$', '')].value!r})"

    text = re.sub(r"\b[A-Z]{1,2}\d+:[A-Z]{1,2}\d+", span, formula[1:])
    text = re.sub(r"(?:(\w+)!)?(\$?[A-Z]{1,2}\$?\d+)\b", cell, text)
    text = text.replace("^", "**").replace(">=", "\u2265").replace("<=", "\u2264")
    text = text.replace("=", "==").replace("\u2265", ">=").replace("\u2264", "<=")

    def if_(test: bool, yes: object, no: object = "") -> object:
        return yes if test else no

    def max_(*items: object) -> float:
        return max(items[0] if isinstance(items[0], list) else items)

    text = re.sub(r'IF\((.+?)==0,"",(.+)\)$', r'("" if \1==0 else \2)', text)
    return eval(text, {"IF": if_, "MAX": max_})
