"""Golden cases: each has a source, a tolerance and a reason, and the study meets it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from kilosat.figures import Graph

FIELDS = {"figure", "value", "tolerance", "source", "reason"}
FILES = sorted(Path(__file__).parent.glob("*.toml"))
CASES = [
    pytest.param(file, case, id=f"{file.stem}-{case.get('figure')}")
    for file in FILES
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_every_case_says_where_it_comes_from(file: Path, case: dict[str, Any]) -> None:
    assert set(case) - {"absolute"} == FIELDS
    assert len(case["source"]) > 15
    assert len(case["reason"]) > 4


@pytest.mark.parametrize(("file", "case"), CASES)
def test_golden(file: Path, case: dict[str, Any], pakistan_graph: Graph) -> None:
    assert file.stem == "pakistan_2025"
    value, tolerance = pakistan_graph.value(case["figure"]), case["tolerance"]
    kind = {"abs": tolerance} if case.get("absolute") else {"rel": tolerance}
    assert value == pytest.approx(case["value"], **kind)


def test_monthly_generation_by_source_beside_the_report(pakistan_graph: Graph) -> None:
    """Month by month, the large sources stay within what the brief explains.

    Gaps beyond a tenth of a month are imported coal's alone: in cool months it takes over what
    little imported gas and local coal the merit order moves.
    """
    reported = pakistan_graph.value("reported_generation_by_month")
    gap = pakistan_graph.value("generation_gap")
    total = reported.sum(axis=0)
    assert (gap.abs().div(total, axis=1) < 0.03).all(axis=None)
    large = ["hydro", "nuclear", "rlng", "local_coal", "local_gas"]
    assert (gap.loc[large].abs() <= 0.10 * reported.loc[large] + 1).all(axis=None)


def test_the_year_adds_up(pakistan_graph: Graph) -> None:
    """Printed total generation of 2025: 127,875 GWh (CPPA-G filings via press)."""
    assert pakistan_graph.value("reported_generation_by_month").to_numpy().sum() == pytest.approx(
        127_875, rel=1e-3
    )
    assert pakistan_graph.value("modelled_generation").to_numpy().sum() == pytest.approx(
        127_875, rel=1e-3
    )
