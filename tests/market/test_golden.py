"""Golden cases of the network: published figures, each with source, tolerance and reason."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from kilosat.figures import Graph, collect
from kilosat.market import MARKET_STAGES, market_inputs
from kilosat.market.issuance import issued_sats, subsidy_sats

CASES = tomllib.loads(Path(__file__).with_name("golden_network.toml").read_text("utf-8"))["case"]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(collect(MARKET_STAGES), market_inputs())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["figure"])
def test_golden(case: dict[str, Any], graph: Graph) -> None:
    assert set(case) == {"figure", "value", "tolerance", "source", "reason"}
    assert "https://" in case["source"]
    assert graph.value(case["figure"]) == pytest.approx(case["value"], rel=case["tolerance"])


def test_explained_down_to_its_source(graph: Graph) -> None:
    tree = graph.explain("hashprice_by_year[2021,mean]")
    assert tree.unit == "USD/PH/s/day"
    assert len(tree.all_sources()) == 2
    assert not tree.assumptions()


def test_no_day_issued_more_than_the_rules_allow(graph: Graph) -> None:
    """Miners may claim less than their due, never more.

    Days within ten blocks of a halving are left out: counted heights run up to four beside the
    chain's. Of the few that claimed less, one is famous: block 526,591 of 2018-06-08 took half.
    """
    network = graph.value("network_history").dropna(subset=["blocks"])
    unclaimed, height = {}, 0
    for day, row in network.iterrows():
        first, last = height + 1, height + int(row["blocks"])
        height = last
        if subsidy_sats(max(first - 10, 0)) == subsidy_sats(last + 10):
            unclaimed[str(day)] = issued_sats(first, last) / 1e8 - row["subsidy_btc"]
    assert len(network) - len(unclaimed) <= 8
    assert min(unclaimed.values()) > -1e-6
    assert unclaimed["2018-06-08"] == 6.25
    assert sum(unclaimed.values()) < 100  # of 20 million
    assert height - 934_538 == pytest.approx(11 * 144, rel=0.15)  # chain count of 2026-01-31
