"""Numbers that follow from the plans alone, and the graphs of all columns as one."""

import pandas as pd
import pytest

from kilosat.brief.comparison.columns import judged
from kilosat.brief.comparison.contents import comparison_of
from kilosat.brief.comparison.fine import fine_places
from kilosat.brief.comparison.joined import JoinedGraph
from kilosat.brief.comparison.levels import page_inputs
from kilosat.brief.comparison.scales import wide_scale
from kilosat.figures import FigureError

from .conftest import YEARS, make_task


def test_coins_that_no_price_can_change(made) -> None:
    graph = made.comparison.graph
    bought, seized = (f"{plan}/coins_at_end[50 %]" for plan in ("one-btc-a-day", "hold-seized"))
    assert graph.value(bought) == pytest.approx(365 * YEARS)
    assert graph.value(seized) == graph.value("hold-seized/seized_coins")


def test_a_plan_without_bitcoin_costs_and_brings_nothing(made) -> None:
    graph = made.comparison.graph
    for name in ("public_outlay[95 %]", "public_result[5 %]", "chance_of_public_loss"):
        assert graph.value(f"none/{name}") == 0.0


def test_local_money_and_shares_are_arithmetic(made) -> None:
    graph = made.comparison.graph
    rate, gdp = graph.value("exchange_rate"), graph.value("gdp")
    outlay = graph.value("one-btc-a-day/public_outlay[50 %]")
    local = graph.value("one-btc-a-day/public_outlay_in_local_money[50 %]")
    assert local == pytest.approx(outlay * 1e6 * rate / 1e9)
    share = graph.value("one-btc-a-day/public_outlay_share[50 %]")
    assert share == pytest.approx(100 * outlay * 1e6 / (gdp * 1e9))
    worst = graph.value("one-btc-a-day/public_shortfall")
    against = graph.value("one-btc-a-day/public_shortfall_share")
    assert against == pytest.approx(100 * worst * 1e6 / (gdp * 1e9))
    sale = graph.value("one-btc-a-day/forced_sale_share[50 %]")
    assert sale == pytest.approx(100 * 365 * YEARS / 50_000)


def test_all_plans_meet_the_same_prices(made) -> None:
    tables = [c.graph.value("price_by_year") for c in made.columns if c.graph is not None]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])


def test_what_is_shared_is_named_once_and_the_rest_by_plan(made) -> None:
    graph = made.comparison.graph
    assert graph.of("none", "price_backtest") == "price_backtest"
    assert graph.of("none", "gdp") == "gdp"
    assert graph.of("none", "public_result[50 %]") == "none/public_result[50 %]"
    # Bought or seized coins are inputs of the plan: one name must not stand for two numbers.
    assert "seized_coins" not in graph.shared
    assert graph.label("none/public_result") == "public result (none)"
    with pytest.raises(FigureError):
        graph.explain("none/no_such_figure")


def test_explanations_are_those_of_the_plan_itself(made) -> None:
    joined = made.comparison.graph.explain("hold-seized/public_result")
    own = made.column("hold-seized").graph.explain("public_result")
    assert joined.formula == own.formula
    assert joined.quality == own.quality
    assert set(joined.all_sources()) == set(own.all_sources())
    assert len(list(joined.walk())) == len(list(own.walk()))


def test_one_plan_alone_can_be_shown() -> None:
    task = make_task(("hold-seized",), "el-salvador")
    comparison = comparison_of(task, judged(task, lambda step: None), lambda step: None)
    assert comparison.graph.value("gdp") == task.economy.values["gdp"].value
    assert not comparison.local
    labels = [line.measure.key for part in comparison.sections for line in part.lines]
    assert not [key for key in labels if key.endswith("-local")]


def test_page_inputs_have_an_origin() -> None:
    graph = JoinedGraph({"a": make_graph()}, page_inputs())
    for name in page_inputs():
        found = graph.explain(name)
        assert found.sources or found.assumption


def make_graph():
    return judged(make_task(("none",)), lambda step: None)[0].graph


def test_small_numbers_keep_two_digits() -> None:
    assert fine_places(0.00312, "%") == 4
    assert fine_places(-0.019, "m USD") == 3
    assert fine_places(1e-12, "%") == 6


def test_scales_bend_only_where_sizes_differ_much() -> None:
    even = wide_scale([-3.0, 1.0, 4.0])
    far = wide_scale([-500.0, -20.0, 15.0, 40_000.0])
    assert (even.logarithmic, far.logarithmic) == (False, True)
    assert 0.0 in far.ticks
    low, high = far.scale.domain
    assert low <= -500.0
    assert high >= 40_000.0
    assert not wide_scale([0.0, 0.0]).logarithmic
