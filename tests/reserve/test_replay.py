"""The replay of El Salvador: parts add up, bases stay apart, bad input is refused."""

import json
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from kilosat.definitions.history import HistoryError
from kilosat.figures import Graph, collect
from kilosat.reserve import (
    REPLAY_STAGES,
    DailyCoins,
    HoldSeized,
    ReserveError,
    announced_list,
    replay_inputs,
    replay_report,
)
from kilosat.reserve.valuation import drawdown


def graph(*args: object, **kwargs: object) -> Graph:
    return Graph(collect(REPLAY_STAGES), replay_inputs(*args, **kwargs))  # type: ignore[arg-type]


def test_parts_add_up(replay_graph: Graph) -> None:
    """2,381 to June 2022 and 1,161 later; 1,182 days from 2022-11-18 to 2026-02-11."""
    table = replay_graph.value("reserve_position")
    assert table["coins"].to_list() == [2381 + 1161, 1182, 2381 + 1161 + 1182]
    last = replay_graph.value("reserve_history").iloc[-1]
    for column in ("coins", "cost", "value", "gain"):
        assert last[column] == pytest.approx(table.loc["both", column])


def test_no_coin_counts_twice(replay_graph: Graph) -> None:
    """Announced rows that are coins of the daily plan are left to the plan."""
    lots = replay_graph.value("announced_lots")
    assert "2025-01-20" not in lots.index
    assert lots.loc["2025-03-10", "coins"] == 5.0


def test_cost_is_stated_or_derived(replay_graph: Graph) -> None:
    lots, closes = replay_graph.value("announced_lots"), replay_graph.value("price_history")
    derived = lots[lots["price from"] == "close of the day (derived)"]
    assert len(derived) == 10
    for _, row in derived.iterrows():
        assert row["price"] == pytest.approx(closes[row["day"]], rel=1e-6)
    assert lots.loc["2022-05-09", "cost"] == 500 * 30_744
    assert 0 < replay_graph.value("stated_cost_share") < 100


def test_the_step_is_a_change_of_basis(replay_graph: Graph) -> None:
    step = replay_graph.value("changes_of_basis").loc["2024-03-14"]
    assert (step["from basis"], step["to basis"]) == ("press estimate", "on-chain")
    assert step["announced or planned between"] == 2.0
    bases = replay_graph.value("holdings_by_basis")
    assert list(bases.index) == ["sum of announcements", "press estimate", "on-chain"]
    sums = replay_graph.value("on_chain_against_replay")
    parts = sums[["announced, as replayed", "change of basis", "rest"]].sum()
    assert parts == pytest.approx(sums["on-chain as reported"])


def test_under_water(replay_graph: Graph) -> None:
    history = replay_graph.value("reserve_history")
    days = replay_graph.value("days_under_water")
    assert replay_graph.value("longest_under_water") <= days < len(history)
    worst = date.fromisoformat(replay_graph.value("deepest_loss_day"))
    assert history.loc[worst, "gain"] == replay_graph.value("deepest_loss") < 0
    fall, high, low = drawdown(history["gain"])
    assert fall == pytest.approx(history.loc[high, "gain"] - history.loc[low, "gain"])
    assert replay_graph.value("gain_drawdown_days") == f"{high} to {low}"


def test_both_methods_agree_where_nothing_is_sold(replay_graph: Graph) -> None:
    fifo = graph(cost_method="fifo").value("reserve_history")
    pd.testing.assert_frame_equal(fifo, replay_graph.value("reserve_history"))


def test_any_day_and_any_rule() -> None:
    """Before the plan and before the chain is reported; a rule of the user's own."""
    rule = DailyCoins(date(2021, 1, 1), 10**8)
    early = graph("2022-10-01", rules=[rule])
    assert early.value("reserve_position[daily plan,coins]") == 0.0
    assert early.value("reserve_position[both,coins]") == 2381.0
    assert early.value("on_chain_day") == "none"
    assert early.value("what_if")["coins"].to_list() == [639.0]  # days of 2021 and to 1 October
    assert "nothing was reported to this day" in replay_report(early)
    assert graph("2021-09-06").value("reserve_position[both,coins]") == 400.0


def test_the_announced_lots_are_a_rule_too(replay_graph: Graph) -> None:
    """Moved by a year, and replayed at the closes of then."""
    lots = announced_list(replay_graph.value("announced_purchases"))
    assert lots.start == date(2021, 9, 6)
    moved = lots.starting(lots.start - timedelta(days=365))
    table = graph(rules=[lots, moved]).value("what_if")
    assert table["coins"].to_list() == [3542.0, 3542.0]
    assert table["cost"].iloc[0] == pytest.approx(
        replay_graph.value("reserve_position[announced lots,cost]")
    )


def test_seized_coins_have_value_and_no_cost() -> None:
    """61,000 coins seized on the day of the replay: their value is 61,000 closes."""
    own = graph(rules=[HoldSeized(date(2026, 2, 11), 61_000 * 10**8)])
    row = own.value("what_if").iloc[0]
    close = own.value("price_history[2026-02-11]")
    assert (row["cost"], row["average"], row["days under water"]) == (0.0, 0.0, 0)
    assert row["gain"] == pytest.approx(61_000 * close)
    assert pd.isna(row["gain share"])
    assert "not known" not in replay_report(own)


def test_report_names_units_sources_and_differences(replay_graph: Graph) -> None:
    text = " ".join(replay_report(replay_graph).split())
    for word in (
        "2,381",
        "2,826.68",
        "22 announcements to this day; 3 of them",
        "Change of basis, not a purchase",
        "press estimate",
    ):
        assert word in text
    for word in ("USD/BTC", "close of the day (derived)", "bitcoinresearchkit/brk", "CoinDesk"):
        assert word in text
    for source in replay_graph.inputs["announced_purchases"].row_sources:
        assert source.address in text


def test_every_figure_can_be_explained(replay_graph: Graph) -> None:
    for name in replay_graph.specs:
        json.dumps(replay_graph.explain(name).to_json())
    tree = replay_graph.explain("announced_purchases[2022-06-30,sats]")
    assert [one.address[:21] for one in tree.sources] == ["https://vcpcrypto.com"]
    assert replay_graph.explain("deepest_loss").quality == "modelled"  # the plan is a rule


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"until": "2025-02-30"}, "'2025-02-30' is not a day"),
        ({"until": "yesterday"}, "'yesterday' is not a day"),
        ({"until": "2030-01-01"}, "no price for 2030-01-01: prices run from 2010-07-17"),
        ({"until": "2021-01-01"}, "before the first announced purchase on 2021-09-06"),
        ({"cost_method": "lifo"}, "'lifo' is not a cost method"),
        ({"plan_coins": "0"}, "a daily plan buys coins above zero"),
        ({"plan_coins": "0.123456789"}, "not a whole number of satoshis"),
        ({"plan_coins": "lots"}, "'lots' is not an amount of BTC"),
        ({"plan_start": "2022-13-01"}, "'2022-13-01' is not a day"),
    ],
)
def test_what_is_refused(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ReserveError, match=message):
        replay_inputs(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"plan_start": "2009-01-03"}, "starts before prices begin on 2010-07-17"),
        ({"plan_coins": "30000"}, "no more than 21 million will ever exist"),
    ],
)
def test_plans_that_cannot_be(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ReserveError, match=message):
        graph(**arguments).value("plan_purchases")


def test_an_unknown_basis_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("date,btc,basis,reporter,source_url\n2024-01-01,5,on-chian,me,\n", "utf-8")
    with pytest.raises(HistoryError, match=r"own\.csv:2: 'on-chian' .*did you mean 'on-chain'\?"):
        replay_inputs(holdings=file)
