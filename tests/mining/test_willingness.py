"""What miners can pay, against arithmetic and published hashprices."""

from datetime import date

import pandas as pd
import pytest

from kilosat.definitions.market import MarketError, read_market
from kilosat.mining import willingness as m


def curve(**changes: float) -> pd.DataFrame:
    machines = pd.DataFrame(
        {"efficiency_j_per_th": [20.0], "price_usd_per_th": [10.0]}, index=["new"]
    )
    values = {
        "hashprice": 48.0,
        "network_hashrate": 1000.0,
        "pool_fee": 0.0,
        "cooling_overhead": 0.0,
        "other_running_cost": 0.0,
        "uptime": 1.0,
        "machine_life": 4.0,
        "site_capex": 0.0,
        "site_life": 4.0,
        "private_discount_rate": 0.0,
        "exchange_rate": 100.0,
    }
    return m.miner_curve(machines, **{**values, **changes})


def test_revenue_per_kwh_by_arithmetic() -> None:
    # 20 J/TH: 1 kWh makes 3.6e6 / 20 = 180,000 TH; 48 USD per PH/s and day = 48 / 86.4e6 per TH
    expected_usd = 180_000 * 48 / (86_400 * 1_000)
    assert curve().loc["new", "revenue"] == pytest.approx(expected_usd * 100)


def test_fee_and_cooling_reduce_what_a_kwh_earns() -> None:
    full, less = curve(), curve(pool_fee=0.02, cooling_overhead=0.05)
    assert less.loc["new", "revenue"] == pytest.approx(full.loc["new", "revenue"] * 0.98 / 1.05)


def test_capital_by_arithmetic() -> None:
    # 50 TH per kW at 10 USD over 4 years without interest, 8,760 h: 125 / 8760 USD a kWh
    assert curve().loc["new", "machine_capital"] == pytest.approx(125 / 8760 * 100)
    site = curve(site_capex=876.0, uptime=0.5)
    assert site.loc["new", "site_capital"] == pytest.approx(876 / 4 / 4380 * 100)


def test_own_hashrate_dilutes() -> None:
    one = curve()
    # 20 GW at 20 J/TH are 1,000 EH/s: as much as the network, so revenue halves
    paid = m.willingness_to_pay(one, 20_000.0)["new"]
    assert paid == pytest.approx(one.loc["new", "revenue"] / 2)
    assert m.own_network_share(one, 20_000.0)["new"] == pytest.approx(50.0)


def test_break_even_hashprice_breaks_even() -> None:
    one = curve(other_running_cost=5.0)
    needed = m.break_even_hashprice(one, 500.0, 48.0, 23.0)["new"]
    again = curve(other_running_cost=5.0, hashprice=needed)
    assert m.willingness_to_pay(again, 500.0)["new"] == pytest.approx(23.0)


@pytest.mark.parametrize(
    ("day", "published"),
    [
        # Hashrate Index spot via forklog.com, 2024-07-04
        (date(2024, 7, 4), 44.9),
        # Luxor via pakgazette.com: 38.2, page undated, late November 2025
        (date(2025, 11, 28), 38.2),
        # Hashrate Index around 2026-02-02 via forklog.com
        (date(2026, 2, 2), 34.8),
    ],
)
def test_hashprice_against_published_points(day: date, published: float) -> None:
    assert read_market(day).inputs["hashprice"].value == pytest.approx(published, rel=0.02)


def test_latest_day_is_the_default_and_says_what_it_lacks() -> None:
    market = read_market()
    assert market.day == date(2026, 2, 11)
    assert "subsidy alone" in market.inputs["hashprice"].note
    # 125.86 T difficulty x 2^32 / 600 s
    expected = 125_864_590_119_494.25 * 2**32 / 600 / 1e18
    assert market.inputs["network_hashrate"].value == pytest.approx(expected)


def test_a_day_outside_the_data_and_a_bad_price_are_refused() -> None:
    with pytest.raises(MarketError, match="run from 2024-01-01 to 2026-02-11"):
        read_market(date(2027, 1, 1))
    with pytest.raises(MarketError, match="above zero"):
        read_market(hashprice=-1.0)


def test_classes_hold_their_machines() -> None:
    table = read_market().inputs["machines"].value
    assert (table["efficiency_j_per_th"] >= table["from_j_per_th"]).all()
    assert (table["efficiency_j_per_th"] < table["below_j_per_th"]).all()
    assert (table["priced_models"] > 0).all()
