"""The compiled walk: against numpy that shares no code with it, and against arithmetic."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from tests.walks.conftest import mine_terms, network_terms, reserve_terms, walked

from kilosat.walks.supply import PowerSupply
from kilosat.walks.terms import EPOCH_DAYS, Floats

COIN = 10**8
# USD/PH/s/day at 60,000 USD, 3.125 BTC a block, 144 blocks a day and 1,000 EH/s.
HASHPRICE = 60_000 * 3.125 * 144 / 1_000_000
# A MWh is 3.6e9 J; at 20 J/TH that is 1.8e8 TH, and a PH/s-day is 8.64e7 TH.
PER_MWH = HASHPRICE * 1.8e8 / 8.64e7

NAMES = {"mine public": ("mine", "public"), "reserve public": ("reserve", "public")}
IN_MINE = (
    "mined",
    "energy",
    "revenue",
    "bill",
    "bill_coins",
    "running",
    "royalties",
    "kept",
    "margin",
    "taxes",
)
IN_MINE += ("equity", "npv", "cash", "payback", "machines", "renewals")


def random_walk(paths: int, days: int, seed: int) -> Floats:
    moves = np.random.default_rng(seed).normal(0, 0.03, (paths, days))
    prices: Floats = 60_000.0 * np.exp(np.cumsum(moves, axis=1))
    return prices


def rising_hours(seed: int) -> PowerSupply:
    rng = np.random.default_rng(seed)
    return PowerSupply(
        rng.uniform(10, 120, 8760), rng.uniform(0, 1, 8760), 40.0, 20.0, 1e6, 25.0, ""
    )


PLANS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "all purchases, a cap": (
        {"sats_due": COIN, "dollars_due": 1e4, "cap_usd": 5e7, "trading_cost": 0.004},
        {},
    ),
    "seized, sold month by month": ({"seized_sats": 900 * COIN, "sales_due": 4e4}, {}),
    "stop-loss": ({"sats_due": 3 * COIN, "stop_loss": 0.3, "trading_cost": 0.01}, {}),
    "rebalancing": ({"target_usd": 3e7, "band": 0.2, "trading_cost": 0.002}, {}),
    "state mine, coins kept": (
        {"sales_due": 2e3},
        {"state_share": 1.0, "kept_share": 1.0, "pool_fee": 0.02, "running_cost": 5.0},
    ),
    "shared mine, two classes": (
        {},
        {
            "megawatts": np.array([300.0, 100.0]),
            "joule_per_th": np.array([14.0, 30.0]),
            "usd_per_th": np.array([12.0, 5.0]),
            "ramp_days": 400,
            "daily_loss": 1e-4,
            "duty": 0.1,
            "profit_tax": 0.29,
            "royalty": 0.05,
            "tariff_in_coins": 0.3,
            "state_share": 0.4,
            "kept_share": 0.5,
            "site_usd_per_mw": 3e5,
            "private_rate": 0.18,
            "public_rate": 0.1,
            "efficiency_decline": 0.2,
            "life_days": 900,
            "later_worth": np.exp(-0.2 * (np.arange(30) + 0.5) / 12),
            "later_weight": 1.18 ** (-(np.arange(30) + 0.5) / 12) / 12,
        },
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_numpy_comes_to_the_same(name: str, oracle: ModuleType) -> None:
    rules, mining = PLANS[name]
    days, paths = 4 * 365, 40
    due = {"sats_due": np.int64, "dollars_due": np.float64, "sales_due": np.float64}
    laid_out = {k: np.full(days, v, due[k]) if k in due else v for k, v in rules.items()}
    reserve = reserve_terms(days, **laid_out)
    network = network_terms(
        days, intercept=-0.2, response=0.05, memory=0.1, noise=0.05, recent=np.full(3, 4.6)
    )
    mine = mine_terms(rising_hours(7) if mining else None, **mining)
    prices = random_walk(paths, days, 5)
    shocks = np.random.default_rng(6).standard_normal((paths, days // EPOCH_DAYS))
    ours = walked(prices, reserve, network, mine, shocks)
    theirs = oracle.walk(prices, shocks, reserve, network, mine)
    for name_there, values in theirs.items():
        default = ("mine" if name_there in IN_MINE else "reserve", name_there)
        default = ("network", "difficulty") if name_there == "difficulty" else default
        book, field = NAMES.get(name_there, default)
        found = getattr(ours, book)[field]
        scale = np.abs(values[np.isfinite(values)]).max(initial=1.0)
        np.testing.assert_allclose(found, values, rtol=1e-9, atol=1e-10 * scale, err_msg=name_there)


def test_a_coin_a_day(flat: Callable[[int, float], Floats]) -> None:
    terms = reserve_terms(365, sats_due=np.full(365, COIN), trading_cost=0.01)
    book = walked(flat(365, 50_000.0), terms).reserve[0]
    assert book["held"] == 365 * COIN
    assert book["purchases"] == pytest.approx(365 * 50_000 * 1.01)
    assert book["worst"] == pytest.approx(-365 * 500)
    assert book["under"] == 365


def test_a_fixed_sum_buys_whole_satoshis(flat: Callable[[int, float], Floats]) -> None:
    dollars = np.zeros(365)
    dollars[0] = 100.0
    book = walked(flat(365, 30_000.0), reserve_terms(365, dollars_due=dollars)).reserve[0]
    assert book["held"] == 333_333  # 100 / 30,000 BTC, rounded down
    assert book["purchases"] <= 100.0


def test_a_cap_ends_purchases(flat: Callable[[int, float], Floats]) -> None:
    terms = reserve_terms(365, sats_due=np.full(365, COIN), cap_usd=1_030_000.0)
    assert walked(flat(365, 10_000.0), terms).reserve[0]["held"] == 103 * COIN


def test_the_stop_loss_sells_all_and_buys_no_more() -> None:
    prices = np.full((1, 365), 100.0)
    prices[0, 10:] = 60.0
    terms = reserve_terms(365, sats_due=np.full(365, COIN), stop_loss=0.25)
    book = walked(prices, terms).reserve[0]
    # The price falls 40 % on day 10, when an eleventh coin is bought first.
    assert (book["held"], book["stopped"]) == (0, 10)
    assert book["sales"] == pytest.approx(11 * 60.0)
    assert book["purchases"] == pytest.approx(10 * 100 + 60)


def test_seized_coins_count_at_what_they_would_have_brought() -> None:
    prices = np.full((1, 365), 100.0)
    prices[0, -1] = 150.0
    book = walked(prices, reserve_terms(365, seized_sats=10 * COIN)).reserve[0]
    assert book["purchases"] == 0
    assert book["public"] == pytest.approx(10 * 50.0)


def test_rebalancing_holds_the_target(flat: Callable[[int, float], Floats]) -> None:
    terms = reserve_terms(730, target_usd=1e6, band=0.1)
    prices = flat(730, 100.0)
    prices[0, 365:] = 200.0
    book = walked(prices, terms).reserve[0]
    assert book["value"] == pytest.approx(1e6, rel=1e-6)
    assert book["sales"] == pytest.approx(1e6, rel=1e-6)  # doubled, half of it sold


def test_a_mine_earns_what_arithmetic_says(flat: Callable[[int, float], Floats]) -> None:
    book = walked(flat(730, 60_000.0), mine=mine_terms(profit_tax=0.0)).mine[0]
    assert book["energy"] == pytest.approx(2 * 8760.0)
    assert book["revenue"] == pytest.approx(2 * 8760.0 * PER_MWH, rel=1e-3)
    assert book["machines"] == pytest.approx(1e6 / 20.0 * 10.0)  # 50,000 TH/s at USD 10
    # After two of four years half of the machines' cost is left.
    assert book["residual"] == pytest.approx(book["machines"] / 2)
    assert book["cash"] == pytest.approx(book["revenue"] - book["machines"] / 2)
    days_to_pay = book["machines"] / (24.0 * PER_MWH)
    assert book["payback"] * 365 == pytest.approx(np.ceil(days_to_pay), abs=1)


def test_machines_idle_where_the_tariff_is_above_what_they_earn(
    flat: Callable[[int, float], Floats],
) -> None:
    tariff = np.where(np.arange(8760) % 24 < 6, PER_MWH - 1.0, PER_MWH + 1.0)
    supply = PowerSupply(tariff, np.ones(8760), 30.0, 0.0, 0.0, 1.0, "")
    book = walked(flat(365, 60_000.0), mine=mine_terms(supply)).mine[0]
    # The mine itself is too small to move the hashprice by more than a dollar's worth.
    assert book["energy"] == pytest.approx(365 * 6.0)
    assert book["bill"] == pytest.approx(365 * 6.0 * (PER_MWH - 1.0))
    assert book["margin"] == pytest.approx(book["bill"] - 30.0 * book["energy"])


def test_own_megawatts_lower_everybodys_hashprice(flat: Callable[[int, float], Floats]) -> None:
    few, many = (
        walked(flat(365, 60_000.0), mine=mine_terms(megawatts=np.array([size])))
        for size in (1.0, 2000.0)
    )
    # 2,000 MW at 20 J/TH are 100 EH/s beside 1,000: the next difficulty is a tenth higher.
    assert many.years["hashrate"][0, 1] == pytest.approx(1100.0)
    assert many.years["hashprice"][0, 1] == pytest.approx(HASHPRICE / 1.1)
    assert few.years["hashprice"][0, 1] == pytest.approx(HASHPRICE, rel=1e-3)


def test_difficulty_never_moves_by_more_than_four() -> None:
    prices = np.full((1, 365), 60_000.0)
    network = network_terms(365, intercept=np.log(10.0))
    found = walked(prices, network=network)
    assert found.network["difficulty"][0] == pytest.approx(1000.0 * 4.0**26, rel=1e-9)


def test_every_dollar_has_an_owner() -> None:
    rules, mining = PLANS["shared mine, two classes"]
    prices = random_walk(20, 1460, 9)
    mine = mine_terms(rising_hours(3), **(mining | {"public_rate": 0.0}))
    found = walked(prices, reserve_terms(1460, **rules), network_terms(1460), mine)
    book = found.mine
    owners = book["equity"] + book["kept"] + book["abroad"]
    scale = np.abs(book["machines"]).max()
    np.testing.assert_allclose(owners, book["cash"], atol=1e-9 * scale)
    paid = book["bill"] + book["running"] + book["machines"] + book["taxes"]
    royalty = book["revenue"] * 0.05
    line = 1e6 * (1 - 4 / 25)  # what is left of the connection belongs to the power system
    left = book["residual"] - line
    flows = book["revenue"] - royalty - paid + left
    np.testing.assert_allclose(flows, book["cash"], atol=1e-9 * scale)
    # Without discounting, the state has what power, taxes and its share bring, coins left out.
    state = book["margin"] + book["taxes"] + book["equity"] - book["bill_coins"]
    np.testing.assert_allclose(book["public"], state, atol=1e-9 * scale)
    coins = found.reserve["paid_in"]
    np.testing.assert_allclose(coins, book["royalties"] + book["kept"], rtol=1e-6)


def test_machines_are_renewed_only_where_it_pays(flat: Callable[[int, float], Floats]) -> None:
    supply = PowerSupply(np.full(8760, 10.0), np.ones(8760), 0.0, 0.0, 0.0, 1.0, "")
    years = 10 * 365
    cheap = walked(flat(years, 60_000.0), mine=mine_terms(supply)).mine[0]
    dear = mine_terms(supply, usd_per_th=np.array([1000.0]))
    assert cheap["renewals"] == 2  # bought, then after four and eight years
    assert walked(flat(years, 60_000.0), mine=dear).mine[0]["renewals"] == 0


def test_a_site_is_paid_again_when_it_ends(flat: Callable[[int, float], Floats]) -> None:
    terms = mine_terms(site_usd_per_mw=1e4, site_life_days=4 * 365, profit_tax=0.5)
    book = walked(flat(10 * 365, 60_000.0), mine=terms).mine[0]
    # Three generations of machines at USD 500,000, three sites at USD 10,000.
    assert book["machines"] == pytest.approx(3 * 510_000.0, rel=1e-3)
    # Half of the third generation is left; only what was used is deducted from profit.
    assert book["residual"] == pytest.approx(510_000.0 / 2, rel=1e-3)
    profit = book["revenue"] - 2.5 * 510_000.0  # of ten years
    assert book["taxes"] == pytest.approx(0.5 * profit, rel=1e-3)


def test_payback_counts_only_where_the_cash_stays() -> None:
    prices = np.full((1, 6 * 365), 60_000.0)
    terms = mine_terms(usd_per_th=np.array([5.0]), life_days=2 * 365, later_worth=np.ones(24))
    terms = terms._replace(later_weight=np.full(24, 1 / 12))
    book = walked(prices, mine=terms).mine[0]
    outlay = book["machines"] / 3
    # Earns the outlay in about half a year; each renewal takes less than it has earned by then.
    assert book["payback"] == pytest.approx(outlay / (8760 * PER_MWH), abs=0.02)
    assert book["cash"] > 0


def test_the_stop_day_stays_the_first() -> None:
    prices = np.full((1, 365), 60_000.0)
    prices[0, 50:] = 20_000.0
    reserve = reserve_terms(365, sats_due=np.full(365, COIN), stop_loss=0.3)
    mine = mine_terms(royalty=0.5, megawatts=np.array([10.0]))
    prices[0, 200:] = 5_000.0
    assert walked(prices, reserve, mine=mine).reserve[0]["stopped"] == 50
