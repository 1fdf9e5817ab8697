"""Plans replayed on what happened: rules by hand on six made-up days, and published figures."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kilosat.definitions import (
    DefinitionError,
    find_blueprint,
    find_country,
    read_blueprint,
    read_economy,
    read_plan,
)
from kilosat.figures import Graph, collect
from kilosat.reserve import STRATEGY_STAGES, strategy_inputs
from kilosat.walks import WalkError
from kilosat.walks.books import MINE_BOOK, RESERVE_BOOK
from kilosat.walks.replay_inputs import PlanReplay, replay_of_plan
from kilosat.walks.replay_walk import DAY_BOOK, replay_walk

CLOSES = {
    "2020-01-30": 100.0,
    "2020-01-31": 200.0,
    "2020-02-01": 100.0,
    "2020-02-02": 400.0,
    "2020-02-03": 50.0,
    "2020-02-04": 100.0,
}
START = date(2020, 1, 30)
UNITS = {
    "daily_purchase": "BTC/day",
    "monthly_purchase": "m USD/month",
    "one_off_purchase": "m USD",
    "seized_coins": "BTC",
    "monthly_sale": "m USD/month",
    "reserve_cap_gdp": "1",
    "stop_loss": "1",
    "trading_cost": "1",
    "rebalance_target": "1",
    "rebalance_band": "1",
}
GDP = 35.365e9
"""El Salvador's, as in its file."""


@pytest.fixture
def six_days(tmp_path: Path) -> Path:
    path = tmp_path / "closes.csv"
    rows = [f"{day},{close}" for day, close in CLOSES.items()]
    path.write_text("\n".join(["date,close", *rows]), "utf-8")
    return path


def blueprint(folder: Path, purchase_list: str = "none", **values: float) -> Path:
    lines = ["format = 1", "[blueprint]", 'name = "made-up"', 'title = "t"', 'summary = "s"']
    lines += ["[choices]", f'purchase_list = "{purchase_list}"']
    for name, value in values.items():
        lines += [f"[values.{name}]", f"value = {value!r}", f'unit = "{UNITS[name]}"']
        lines += ['quality = "assumed"', 'assumption = "made up"']
    path = folder / "made-up.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path


def replayed(
    plan: Path,
    start: date = START,
    until: date | None = None,
    prices: Path | None = None,
    cost_method: str = "average",
    country: str = "el-salvador",
) -> PlanReplay:
    """A plan in a country that is not dispatched."""
    read = read_plan(plan)
    return replay_of_plan(
        read_economy(find_country(country)),
        read,
        start,
        until,
        cost_method=cost_method,
        blueprint=read_blueprint(plan) if read.has_load else None,
        prices=prices,
    )


def end_of(one: PlanReplay) -> "pd.Series[float]":
    end: pd.Series[float] = one.graph.value("replay_position").loc["end"]
    return end


def test_a_coin_a_day_by_hand(six_days: Path, tmp_path: Path) -> None:
    one = replayed(blueprint(tmp_path, daily_purchase=1.0), prices=six_days)
    end, graph = end_of(one), one.graph
    assert end["coins"] == 6.0
    assert end["purchases"] == pytest.approx(100 + 200 + 100 + 400 + 50 + 100)
    assert end["average"] == pytest.approx(950 / 6)
    assert end["value"] == pytest.approx(600)
    assert end["gain of GDP"] == pytest.approx(100 * -350 / GDP)
    gains = [0, 2 * 200 - 300, 3 * 100 - 400, 4 * 400 - 800, 5 * 50 - 850, 600 - 950]
    assert graph.value("replay_days")["gain"].to_list() == pytest.approx(gains)
    assert graph.value("replay_deepest_loss") == pytest.approx(-600)
    assert graph.value("replay_deepest_loss_day") == "2020-02-03"
    assert graph.value("replay_days_under_water") == 3
    assert graph.value("replay_longest_under_water") == 2
    assert graph.value("replay_stop_day") == "never"


@pytest.mark.parametrize(("trading_cost", "coins"), [(0.0, 10.0), (0.25, 8.0)])
def test_monthly_dollars_buy_on_the_first_with_the_trading_cost(
    six_days: Path, tmp_path: Path, trading_cost: float, coins: float
) -> None:
    plan = blueprint(tmp_path, monthly_purchase=0.001, trading_cost=trading_cost or 1e-12)
    one = replayed(plan, prices=six_days)
    assert end_of(one)["coins"] == pytest.approx(coins)
    assert end_of(one)["purchases"] == pytest.approx(1000)
    bought = one.graph.value("replay_days")["coins"]
    assert bought[date(2020, 1, 31)] == 0.0
    assert bought[date(2020, 2, 1)] == pytest.approx(coins)


def test_a_cap_leaves_room_for_part_of_a_purchase(six_days: Path, tmp_path: Path) -> None:
    plan = blueprint(tmp_path, daily_purchase=1.0, reserve_cap_gdp=250 / GDP)
    one = replayed(plan, prices=six_days)
    # Room: 250, 50 (a quarter of a coin), 125, none, 137.5, none.
    coins = [1.0, 1.25, 2.25, 2.25, 3.25, 3.25]
    assert one.graph.value("replay_days")["coins"].to_list() == pytest.approx(coins)
    assert end_of(one)["purchases"] == pytest.approx(100 + 50 + 100 + 50)


def test_the_stop_loss_sells_all_and_buys_no_more(six_days: Path, tmp_path: Path) -> None:
    plan = blueprint(tmp_path, one_off_purchase=0.0003, stop_loss=0.4)
    one = replayed(plan, prices=six_days)
    # Three coins for 300; at 50 they are worth 150, below 60 % of 300.
    assert one.graph.value("replay_stop_day") == "2020-02-03"
    end = end_of(one)
    assert end["coins"] == 0.0
    assert end["sales"] == pytest.approx(150)
    assert end["gain"] == pytest.approx(-150)
    assert end["realised"] == pytest.approx(-150)
    assert np.isnan(end["average"])


def test_a_monthly_sale_of_seized_coins(six_days: Path, tmp_path: Path) -> None:
    plan = blueprint(tmp_path, seized_coins=10.0, monthly_sale=0.0005)
    end = end_of(replayed(plan, prices=six_days))
    assert end["coins"] == pytest.approx(10 - 500 / 100)
    assert end["purchases"] == 0.0
    assert end["paid in"] == pytest.approx(10 * 100)
    assert end["sales"] == pytest.approx(500)
    assert end["gain"] == pytest.approx(5 * 100 + 500 - 1000)


def test_fifo_and_average_differ_in_cost_and_agree_in_all(six_days: Path, tmp_path: Path) -> None:
    plan = blueprint(tmp_path, daily_purchase=1.0, monthly_sale=0.0001)
    average = end_of(replayed(plan, prices=six_days))
    fifo = end_of(replayed(plan, prices=six_days, cost_method="fifo"))
    # A coin is sold for 100 when 100, 200 and 100 have been paid for three.
    assert fifo["realised"] == pytest.approx(100 - 100)
    assert average["realised"] == pytest.approx(100 - 400 / 3, abs=0.01)
    for end in (average, fifo):
        assert end["coins"] == pytest.approx(5)
        assert end["gain"] == pytest.approx(5 * 100 + 100 - 950)
        assert end["realised"] + end["unrealised"] == pytest.approx(end["gain"], abs=0.01)


def test_average_cost_of_the_trades_is_that_of_the_compiled_walk() -> None:
    """A mine whose coins are sold each month: many trades both ways."""
    plan = find_blueprint("bhutan-hydro")
    one = replayed(plan, date(2021, 1, 1), date(2023, 6, 30), country="bhutan")
    days, held = one.graph.value("replay").days, one.graph.value("cost_position")
    cents = 0.01 * len(days)
    assert float(held.cost_usd) == pytest.approx(days["cost"][-1], abs=cents)
    assert held.held_sats == days["held"][-1]
    assert float(held.paid_usd) == pytest.approx(days["paid_in"][-1], abs=cents)
    assert float(held.proceeds_usd) == pytest.approx(days["sales"][-1], abs=cents)
    assert (days["sats_out"] > 0).sum() > 12


def test_el_salvadors_lots_against_what_was_published(tmp_path: Path) -> None:
    plan = blueprint(tmp_path, purchase_list="el-salvador")
    one = replayed(plan, date(2021, 9, 6), date(2022, 6, 30))
    assert end_of(one)["coins"] == 2381
    # Printed as about 104 m USD; lots without a stated price are taken at the close.
    assert end_of(one)["purchases"] == pytest.approx(104e6, rel=0.02)


def test_a_list_moved_in_time_buys_its_coins_at_the_closes_of_then(
    six_days: Path, tmp_path: Path
) -> None:
    plan = blueprint(tmp_path, purchase_list="el-salvador")
    one = replayed(plan, prices=six_days)
    # Two lots of 200 on the first day, 150 on the next; the fourth is due on day 13.
    assert end_of(one)["coins"] == 550
    assert end_of(one)["purchases"] == pytest.approx(400 * 100 + 150 * 200)
    rows = one.graph.value("list_rows")
    assert rows["at the close"] == 3
    assert rows["at stated money"] == 0


def test_the_sale_in_strategys_list_counts_at_its_own_start_only(tmp_path: Path) -> None:
    plan = blueprint(tmp_path, purchase_list="strategy")
    own = end_of(replayed(plan, date(2020, 8, 11), date(2022, 12, 31)))
    # Reported after the sale of 704 BTC for 11.8 m USD; rounding moves the sum by one.
    assert own["coins"] == pytest.approx(132_500, abs=1)
    assert own["sales"] == pytest.approx(11.8e6)
    moved = end_of(replayed(plan, date(2020, 8, 12), date(2023, 1, 1)))
    assert moved["coins"] == pytest.approx(own["coins"] + 704)
    assert moved["sales"] == 0.0


def test_a_list_scaled_to_gdp_keeps_its_average_price() -> None:
    plan = find_blueprint("strategy-like")
    one = replayed(plan, date(2020, 8, 11), date(2021, 9, 30), country="bhutan")
    # The list to that day has a stated cost in every row: 114,042 BTC were reported.
    factor = 3.29984 / 27_360.9
    assert end_of(one)["coins"] == pytest.approx(114_042 * factor, abs=0.01)


def test_strategys_rows_against_its_reported_total() -> None:
    graph = Graph(collect(STRATEGY_STAGES), strategy_inputs())
    sums = graph.value("strategy_against_reported")
    assert sums["sum of the rows"] == 762_100
    assert sums["reported total"] == 762_099
    assert graph.value("strategy_largest_difference") <= 1
    end = graph.value("strategy_position").loc["end"]
    paid = end["cost known"] + end["cost estimated"]
    assert end["gain"] == pytest.approx(end["value"] + end["sales"] - paid, abs=1)
    latest = graph.value("company_latest")
    assert latest.loc["Metaplanet", "coins"] == 35_102
    assert latest.loc["Metaplanet", "day"] == "2026-02-13"
    assert not any("aggregate" in name for name in latest.index)


def test_a_first_day_of_mining_by_hand() -> None:
    day = date(2020, 1, 1)
    one = replayed(find_blueprint("bhutan-hydro"), day, day, country="bhutan")
    graph = one.graph
    mined = graph.value("replay_mine").loc["end"]
    # 100 MW, the first of 122 days in which machines arrive, had in 55.9 % of hours, 95 % uptime.
    energy = 100 * 24 * 0.559 * 0.95 / 122
    assert mined["energy"] * 1000 == pytest.approx(energy)
    assert mined["bill"] == pytest.approx(energy * 19.12)
    # M30S of December 2019: 38 J/TH, and 5 % for cooling.
    assert graph.value("machines")["efficiency_j_per_th"].to_list() == [38.0]
    terahash = energy * 3.6e9 / (38.0 * 1.05)
    hashprice = graph.value("replay_hashprices")["hashprice"].iloc[0]
    revenue = terahash / (1000 * 86_400) * hashprice * (1 - 0.02)
    assert mined["revenue"] == pytest.approx(revenue)
    assert mined["mined"] == pytest.approx(revenue / graph.value("replay_closes").iloc[0])


def test_a_mine_lowers_its_own_hashprice_an_epoch_later() -> None:
    first = date(2020, 6, 1)
    one = replayed(find_blueprint("bhutan-hydro"), first, date(2020, 6, 15), country="bhutan")
    value = one.graph.value

    def mined_by_day(hashrate: float) -> "pd.Series[float]":
        days, closes = np.zeros(15, DAY_BOOK), value("replay_closes").to_numpy(float)
        replay_walk(
            closes,
            np.full(15, 80.0),
            np.full(15, hashrate),
            value("replay_reserve_terms"),
            value("stated_trades"),
            value("mine_terms"),
            np.zeros(1, MINE_BOOK),
            np.zeros(1, RESERVE_BOOK),
            days,
        )
        own.append(float(days["own"][:14].mean()))
        return pd.Series(np.diff(days["mined"], prepend=0.0))

    own: list[float] = []
    ratio = mined_by_day(1.0) / mined_by_day(1e15)
    assert ratio.to_list()[:14] == pytest.approx([1.0] * 14)
    assert ratio.iloc[14] == pytest.approx(1.0 / (1.0 + own[0]))


def test_hours_that_cost_more_than_they_earn_are_left(tmp_path: Path) -> None:
    text = find_country("bhutan").joinpath("country.toml").read_text("utf-8")
    dear = tmp_path / "country.toml"
    dear.write_text(text.replace("value = 19.12\n", "value = 1912.0\n"), "utf-8")
    plan = find_blueprint("bhutan-hydro")
    day = date(2020, 1, 1)
    one = replay_of_plan(
        read_economy(dear), read_plan(plan), day, day, blueprint=read_blueprint(plan)
    )
    end = one.graph.value("replay_mine").loc["end"]
    assert end["hours run"] == 0.0
    assert end["bill"] == 0.0


def test_a_country_without_a_price_of_power_is_refused_by_name(tmp_path: Path) -> None:
    text = find_country("bhutan").joinpath("country.toml").read_text("utf-8")
    blocks = [b for b in text.split("\n\n") if not b.startswith("[values.mining_")]
    silent = tmp_path / "country.toml"
    silent.write_text("\n\n".join(blocks), "utf-8")
    plan = find_blueprint("bhutan-hydro")
    with pytest.raises(DefinitionError, match="mining_power_price"):
        replay_of_plan(read_economy(silent), read_plan(plan), START, blueprint=read_blueprint(plan))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"one_off_purchase": 100_000.0}, "no more than 21 million"),
        ({"monthly_purchase": 1_000_000.0, "reserve_cap_gdp": 1e-9}, "no more than 21 million"),
        ({"one_off_purchase": 0.2}, "had been issued"),
    ],
)
def test_more_coins_than_there_are_is_refused(
    tmp_path: Path, values: dict[str, float], message: str
) -> None:
    one = replayed(blueprint(tmp_path, **values), date(2010, 7, 17))
    with pytest.raises(WalkError, match=message):
        one.graph.value("replay")


def test_every_figure_of_a_replay_has_a_value_and_a_tree(tmp_path: Path) -> None:
    for name in ("bhutan-hydro", "strategy-like"):
        one = replayed(
            find_blueprint(name), date(2020, 8, 11), date(2020, 12, 31), country="bhutan"
        )
        for figure, spec in one.graph.specs.items():
            if not spec.is_node:
                assert one.graph.explain(figure).to_json()["meaning"]
