"""What spreadsheets take for formulas, in all the letters that they read as such."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from kilosat.brief.audit.columns import Column
from kilosat.brief.audit.delimited import delimited
from kilosat.brief.formulas import unformulated
from kilosat.brief.treasuries.record import treasuries_csv, treasuries_history_csv
from kilosat.chain.treasuries import read_reports, treasuries

# Unicode's Halfwidth and Fullwidth Forms: the ASCII sign plus FEE0.
SIGNS = "=+-@"
WIDE = "".join(chr(ord(sign) + 0xFEE0) for sign in SIGNS)


@pytest.mark.parametrize("sign", [*SIGNS, *WIDE, "\t", "\r"])
def test_a_text_that_begins_with_a_sign_is_no_formula(sign: str) -> None:
    assert unformulated(f"{sign}1+1") == f"'{sign}1+1"
    assert unformulated(f"1{sign}1") == f"1{sign}1"


@pytest.mark.parametrize("sign", WIDE)
def test_wide_signs_in_the_tables_of_an_audit(sign: str) -> None:
    columns = [Column("text", "Text", "", str, from_users=True)]
    [row] = csv.DictReader(io.StringIO(delimited(columns, [f"{sign}SUM(A1)"])))
    assert row["text"] == f"'{sign}SUM(A1)"


@pytest.mark.parametrize("sign", WIDE)
def test_wide_signs_in_the_table_of_treasuries(sign: str) -> None:
    report = next(one for one in read_reports() if one.holder == "Bhutan")
    table = treasuries(date(2026, 4, 30), [replace(report, reporter=f"{sign}SUM(A1)")])
    for text in (treasuries_csv(table), treasuries_history_csv(table)):
        [row] = csv.DictReader(io.StringIO(text))
        assert row["reporter"] == f"'{sign}SUM(A1)"
