"""What coins cost, against sums over the shipped purchases and what holders stated."""

import csv
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from kilosat.chain.treasuries import treasuries

BTC = 100_000_000
TODAY = date(2026, 4, 30)
SHIPPED = files("kilosat") / "data" / "bitcoin"


def bought(name: str, day: str, usd: str, until: str) -> tuple[Decimal, Decimal, int]:
    """Coins and dollars of purchases with a stated cost, and how many purchases there were."""
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[day] <= until and row["btc"][0] != "-"]
    priced = [row for row in rows if row[usd]]
    coins = sum(Decimal(row["btc"]) for row in priced)
    return coins, sum((Decimal(row[usd]) for row in priced), Decimal(0)), len(rows)


@pytest.mark.parametrize("until", ["2020-12-31", "2022-12-31", "2026-04-30"])
def test_cost_of_strategy_is_the_sum_of_its_purchases(until: str) -> None:
    coins, usd, purchases = bought(
        "strategy_btc_purchases.csv", "filing_date", "usd_total_cost", until
    )
    cost = treasuries(date.fromisoformat(until)).holder("strategy").cost
    assert cost is not None
    assert (cost.sats, cost.usd) == (coins * BTC, usd)
    assert cost.average_usd == (usd / coins).quantize(Decimal("0.01"))
    assert f"of {purchases} purchases" in cost.how
    assert cost.quality == "derived"


def test_average_of_strategy_is_near_the_one_that_it_states() -> None:
    """Average cost 75,694 USD for 762,099 BTC on 2026-04-02, by the company and BitcoinTreasuries.

    27,132 coins here are differences between totals, without a cost of their own.
    """
    cost = treasuries(TODAY).holder("strategy").cost
    assert cost is not None
    assert float(cost.average_usd) == pytest.approx(75_694, rel=0.003)
    assert "an average of 75,694 USD for all was stated on 2026-04-02" in cost.how


def test_cost_of_el_salvador_is_of_the_lots_whose_cost_was_stated() -> None:
    coins, usd, purchases = bought(
        "elsalvador_announced_purchases.csv", "date", "usd_cost", "2026-04-30"
    )
    row = treasuries(TODAY).holder("el-salvador")
    assert row.cost is not None
    assert (row.cost.sats, row.cost.usd) == (coins * BTC, usd)
    assert (coins, usd, purchases) == (2685, 167_517_590, 22)
    assert row.cost.sats < row.sats


def test_stated_totals_and_averages_are_read_from_the_reports() -> None:
    """Q3 2025 10-Q: 11,542.16 BTC, cost $1.368B. HKEX, H1 2025: 3,353 BTC, avg cost $58,695."""
    table = treasuries(TODAY)
    trump, boyaa = table.holder("trump-media").cost, table.holder("boyaa-interactive").cost
    assert trump is not None
    assert boyaa is not None
    assert (trump.usd, trump.quality) == (1_368_000_000, "reported")
    assert float(trump.average_usd) == pytest.approx(1_368_000_000 / 11_542.16, rel=1e-4)
    assert (boyaa.average_usd, boyaa.sats) == (58_695, 3353 * BTC)
    assert (boyaa.usd, boyaa.quality) == (3353 * 58_695, "derived")
    assert boyaa.day == date(2025, 6, 30)


def test_nothing_is_filled_in_where_nobody_stated_a_cost() -> None:
    table = treasuries(TODAY)
    known = {row.key for row in table.rows if row.cost}
    assert known == {"strategy", "el-salvador", "trump-media", "boyaa-interactive"}
    assert treasuries(date(2025, 3, 31)).holder("boyaa-interactive").cost is None
