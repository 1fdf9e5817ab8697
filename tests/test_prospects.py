"""Countries under blueprints, looked at forward: what is wired, what is refused, what adds up."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kilosat.definitions import (
    DefinitionError,
    find_blueprint,
    find_country,
    list_blueprints,
    list_countries,
    read_blueprint,
    read_country,
    read_economy,
    read_plan,
)
from kilosat.definitions.market import read_market
from kilosat.definitions.price_history import read_price_history
from kilosat.outlook import OutlookError
from kilosat.prospects import Prospect, Settings, prospect
from kilosat.walks import WalkError

FEW = Settings(paths=64)


def look(country: str, blueprint: str, settings: Settings = FEW) -> Prospect:
    economy = read_economy(find_country(country))
    plan = read_plan(find_blueprint(blueprint))
    power = read_blueprint(find_blueprint(blueprint)) if plan.has_load else None
    dispatched = read_country(find_country(country)) if economy.dispatchable and power else None
    history, market = read_price_history(), read_market()
    return prospect(economy, plan, history, market, settings, dispatched, power)


def test_every_blueprint_meets_every_country_or_says_what_is_missing() -> None:
    met = refused = 0
    for country in list_countries():
        for blueprint in list_blueprints():
            if blueprint == "surplus-2000mw" and country != "pakistan":
                # A surplus can be judged only where the hours are known.
                with pytest.raises(DefinitionError, match=rf"{country}.*no hourly system"):
                    look(country, blueprint)
                refused += 1
            else:
                assert "public_result" in look(country, blueprint).graph
                met += 1
    assert met >= 30
    assert refused == 4


def test_doing_nothing_costs_nothing() -> None:
    graph = look("pakistan", "none").graph
    assert graph.value("public_result").tolist() == [0.0] * 5
    assert graph.value("chance_of_public_loss") == 0.0


def test_one_coin_a_day_is_3650_coins() -> None:
    graph = look("el-salvador", "one-btc-a-day").graph
    assert graph.value("coins_at_end[5 %]") == 3650.0
    cost = graph.value("trading_cost")
    paid = graph.value("reserve_account[paid for coins,50 %]")
    value = graph.value("outcome").years["price"]
    # Between the cheapest and the dearest year's end, a coin a day cannot cost more or less.
    assert 3650 * value.min() / 1e6 < paid < 3650 * value.max() / 1e6 * (1 + cost)


def test_strategy_is_scaled_by_gdp() -> None:
    small, large = (look(name, "strategy-like").graph for name in ("bhutan", "pakistan"))
    ratio = large.value("gdp") / small.value("gdp")
    paid = [g.value("reserve_account[paid for coins,50 %]") for g in (small, large)]
    assert paid[1] / paid[0] == pytest.approx(ratio, rel=1e-3)


def test_seized_coins_are_held() -> None:
    graph = look("pakistan", "hold-seized").graph
    assert set(graph.value("coins_at_end")) == {graph.value("seized_coins")}
    assert graph.value("reserve_account[paid for coins,95 %]") == 0.0


def test_the_network_starts_where_it_was() -> None:
    graph = look("pakistan", "none").graph
    # Press on 2026-02-07: difficulty fell 11.16 % to 125.86 T, which stands for about 900 EH/s.
    assert graph.value("hashrate_at_start") == pytest.approx(
        125.86e12 * 2**32 / 600 / 1e18, rel=2e-3
    )
    # 1,050,000 is due in spring 2028.
    assert date(2028, 3, 1) < date.fromisoformat(graph.value("next_halving")) < date(2028, 6, 1)


def test_a_mine_without_dispatch_runs_at_the_published_price() -> None:
    graph = look("paraguay", "bhutan-hydro").graph
    supply = graph.value("power_supply")
    assert supply.mean_tariff == pytest.approx(44.34)  # Grupo de Consumo Intensivo Especial, 220 kV
    assert "no dispatch" in supply.record
    tree = graph.explain("mine_npv")
    assert any(source.key for source in tree.all_sources())


def test_a_mine_on_dispatched_power_carries_its_system_cost() -> None:
    graph = look("pakistan", "surplus-2000mw").graph
    per_mwh = graph.value("incremental_cost") * 1000 / graph.value("exchange_rate")
    assert graph.value("power_supply").system_cost == pytest.approx(per_mwh)
    outlay = graph.value("mine_connection_outlay")
    assert outlay == pytest.approx(1500 * 1000 * graph.value("grid_connection_cost") / 1e6)


def test_machine_prices_follow_the_hashprice() -> None:
    fit = look("bhutan", "bhutan-hydro").graph.value("machine_price_fit")
    # Hashrate Index: under 38 J/TH, 119.25 USD/TH in May 2021 and 15.71 in December 2022, while the
    # hashprice fell from about 356 to 62.
    two_points = np.log(119.25 / 15.71) / np.log(355.57 / 61.63)
    assert fit.loc["hashprice", "value"] == pytest.approx(two_points, abs=0.4)
    assert fit.loc["efficiency", "value"] < 0


def test_bad_settings() -> None:
    with pytest.raises(OutlookError, match="did you mean 'bootstrap'"):
        look("pakistan", "none", Settings(model="bootstrp"))
    with pytest.raises(DefinitionError, match="there is no price for 2009-01-01"):
        look("pakistan", "none", Settings(as_of=date(2009, 1, 1)))


def with_text(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = find_blueprint(name).read_text("utf-8")
    assert old in text
    path = tmp_path / "changed.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_a_cap_on_reserves_needs_reserves(tmp_path: Path) -> None:
    cap = '\n[values.reserve_cap_reserves]\nvalue = 1\nunit = "%"\nquality = "assumed"\n'
    cap += 'assumption = "a trial"\n'
    path = tmp_path / "capped.toml"
    path.write_text(find_blueprint("one-btc-a-day").read_text("utf-8") + cap, "utf-8")
    economy = read_economy(find_country("el-salvador"))
    kept = {k: v for k, v in economy.values.items() if k != "gross_reserves"}
    without = replace(economy, values=kept)
    history, market, plan = read_price_history(), read_market(), read_plan(path)
    with pytest.raises(DefinitionError, match=r"no 'gross_reserves'.*'reserve_cap_reserves'"):
        prospect(without, plan, history, market, FEW)
    graph = prospect(economy, plan, history, market, FEW).graph
    cap_usd = 0.01 * graph.value("gross_reserves") * 1000
    assert graph.value("reserve_cap") == pytest.approx(cap_usd)


def test_a_mine_of_the_past_is_left_to_the_replay() -> None:
    with pytest.raises(DefinitionError, match="use kilosat replay"):
        look("bhutan", "bhutan-hydro", Settings(paths=64, as_of=date(2022, 1, 1)))


def test_a_mine_larger_than_the_country_is_refused(tmp_path: Path) -> None:
    old, new = 'value = 100\nunit = "MW"', 'value = 20\nunit = "GW"'
    path = with_text(tmp_path, "bhutan-hydro", old, new)
    economy = read_economy(find_country("bhutan"))
    with pytest.raises(DefinitionError, match="20,000 MW, more than the 1,470 MW"):
        prospect(
            economy,
            read_plan(path),
            read_price_history(),
            read_market(),
            FEW,
            None,
            read_blueprint(path),
        )


def test_more_money_than_all_coins_are_worth_is_refused(tmp_path: Path) -> None:
    text = find_blueprint("one-btc-a-day").read_text("utf-8")
    path = tmp_path / "all.toml"
    more = '\n[values.one_off_purchase]\nvalue = 5\nunit = "trn USD"\nquality = "assumed"\n'
    path.write_text(text + more + 'assumption = "a trial"\n', "utf-8")
    economy = read_economy(find_country("el-salvador"))
    graph = prospect(economy, read_plan(path), read_price_history(), read_market(), FEW).graph
    with pytest.raises(WalkError, match="no more than 21 million"):
        graph.value("public_result")


def test_the_package_tariff_is_billed_as_the_block_pays(tmp_path: Path) -> None:
    old = 'tariff_scheme = "flat"'
    path = with_text(tmp_path, "surplus-2000mw", old, 'tariff_scheme = "incremental-package"')
    graph = prospect(
        read_economy(find_country("pakistan")),
        read_plan(path),
        read_price_history(),
        read_market(),
        FEW,
        read_country(find_country("pakistan")),
        read_blueprint(path),
    ).graph
    paid = graph.value("paid_tariff") * 1000 / graph.value("exchange_rate")
    assert graph.value("power_supply").mean_tariff == pytest.approx(paid)


def test_public_flows_add_up_to_the_result_without_discounting() -> None:
    look_at = look("bhutan", "bhutan-hydro")
    graph = look_at.graph.with_values({"public_discount_rate": 0.0}, "a trial")
    mine, reserve = (getattr(graph.value("outcome"), name) for name in ("mine", "reserve"))
    rows = (
        -reserve["purchases"]
        + reserve["sales"]
        + reserve["value"]
        + (mine["margin"] - mine["bill_coins"])
        + mine["taxes"]
        + mine["equity"]
    )
    np.testing.assert_allclose(rows, mine["public"] + reserve["public"], rtol=1e-9, atol=1.0)


def test_fees_are_those_of_the_last_year() -> None:
    graph = look("pakistan", "none").graph
    # CryptoQuant: 0.78 % of the reward in the last months of 2025, 1.35 % in its first quarter,
    # by way of gate.tv; Hashlabs: 0.036 BTC a block in 2025.
    share = graph.value("fees_per_block") / (3.125 + graph.value("fees_per_block"))
    assert 0.005 < share < 0.0135
    graph = look("pakistan", "none", Settings(paths=64, as_of=date(2025, 12, 31))).graph
    assert 0.0078 * 3.125 < graph.value("fees_per_block") < 0.036
