"""Golden cases of the replay: published figures, each with source, tolerance and reason."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from kilosat.figures import Graph

CASES = tomllib.loads(Path(__file__).with_name("golden_replay.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["figure"])
def test_golden(case: dict[str, Any], replay_graph: Graph) -> None:
    assert set(case) == {"figure", "value", "tolerance", "source", "reason"}
    assert "https://" in case["source"]
    value = replay_graph.value(case["figure"])
    assert value == pytest.approx(case["value"], rel=case["tolerance"])


def test_every_published_point_is_a_golden_case(replay_graph: Graph) -> None:
    table = replay_graph.value("published_checks")
    covered = {case["figure"].split("[")[1].split(",")[0] for case in CASES}
    assert set(table.index) - covered == {"2023-04-11 coins"}  # off by 20 coins, said why
    assert all(table["why"])
