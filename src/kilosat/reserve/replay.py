"""El Salvador's announcements replayed on the prices that were: coins, cost, value, under water.

The plan of one coin a day is a *rule* here: no document shows each purchase before March 2024, and
the IMF's reports say that the public sector's coins did not grow after February 2025. A replay of
announcements says what they would have cost, not that they took place.
"""

from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from kilosat.figures import figure
from kilosat.quantities import SATS_PER_BTC
from kilosat.reserve.purchases import DailyCoins, Trade, cost_at_close, money, trades_under
from kilosat.reserve.valuation import drawdown, longest_run, value_history

__all__ = ["trades_of"]

_MONEY = {"coins": "BTC", "average": "USD/BTC", "gain share": "%"}


def trades_of(table: pd.DataFrame) -> list[Trade]:
    """The rows of a table of purchases as trades."""
    return [
        Trade(row["day"], int(row["sats"]), money(row["cost"]), price_from=row["price from"])
        for row in table.to_dict("records")
    ]


@figure(
    unit="USD",
    formula="stated cost, else coins x stated price, else coins x close of the day",
    column_units={"day": "", "sats": "sat", "coins": "BTC", "price": "USD/BTC", "price from": ""},
)
def announced_lots(
    announced_purchases: pd.DataFrame, price_history: "pd.Series[float]", replay_date: str
) -> pd.DataFrame:
    """Announced purchases outside the daily plan, each with its cost and where that is from.

    Coins of a row that belong to the one-a-day plan are left to the plan, so none counts twice.
    """
    rows = {}
    records = announced_purchases.to_dict("records")
    for label, row in zip(announced_purchases.index, records, strict=True):
        sats = int(row["sats"]) - int(row["daily_sats"])
        if sats and row["day"] <= date.fromisoformat(replay_date):
            cost, basis = _cost_of(row, sats, price_history)
            price = float(cost) * SATS_PER_BTC / sats
            coins = sats / SATS_PER_BTC
            rows[label] = [row["day"], sats, coins, price, float(cost), basis]
    columns = ["day", "sats", "coins", "price", "cost", "price from"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _cost_of(
    row: dict[Hashable, Any], sats: int, prices: "pd.Series[float]"
) -> tuple[Decimal, str]:
    if pd.notna(row["cost_usd"]):
        return money(row["cost_usd"] * sats / row["sats"]), "stated cost"
    if pd.notna(row["price_usd"]):
        return money(row["price_usd"] * sats / SATS_PER_BTC), "stated price"
    return cost_at_close(prices, row["day"], sats), "close of the day (derived)"


@figure(
    unit="USD",
    formula="coins a day x close of each day from the start of the plan",
    column_units={"day": "", "sats": "sat", "coins": "BTC", "price": "USD/BTC", "price from": ""},
    modelled=True,
)
def plan_purchases(
    price_history: "pd.Series[float]",
    daily_plan_start: str,
    daily_plan_coins: float,
    replay_date: str,
) -> pd.DataFrame:
    """What the announced plan of coins a day would have bought, every day at that day's close."""
    columns = ["day", "sats", "coins", "price", "cost", "price from"]
    start, until = date.fromisoformat(daily_plan_start), date.fromisoformat(replay_date)
    if start > until:
        return pd.DataFrame(columns=columns)
    rule = DailyCoins(start, round(daily_plan_coins * SATS_PER_BTC))
    rows = {}
    for one in trades_under(rule, price_history, until):
        coins, close = one.sats / SATS_PER_BTC, float(price_history[one.day])
        rows[str(one.day)] = [one.day, one.sats, coins, close, float(one.usd), "close of the day"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@figure(
    unit="USD",
    formula="coins x close on the day; gain = value - cost",
    column_units=_MONEY,
)
def reserve_position(
    announced_lots: pd.DataFrame,
    plan_purchases: pd.DataFrame,
    price_history: "pd.Series[float]",
    replay_date: str,
) -> pd.DataFrame:
    """Coins, cost, average price and value of announced lots, of the daily plan, and of both."""
    close = float(price_history[date.fromisoformat(replay_date)])
    parts = {"announced lots": announced_lots, "daily plan": plan_purchases}
    sums = {name: (int(t["sats"].sum()), float(t["cost"].sum())) for name, t in parts.items()}
    sums["both"] = (sum(s for s, _ in sums.values()), sum(c for _, c in sums.values()))
    rows = {}
    for name, (sats, cost) in sums.items():
        coins = sats / SATS_PER_BTC
        gain = coins * close - cost
        average, share = (cost / coins, 100.0 * gain / cost) if coins else (float("nan"),) * 2
        rows[name] = [coins, cost, average, coins * close, gain, share]
    columns = ["coins", "cost", "average", "value", "gain", "gain share"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@figure(
    unit="USD",
    formula="coins x close; gain = value - cost of the coins held",
    column_units={"coins": "BTC"},
)
def reserve_history(
    announced_lots: pd.DataFrame,
    plan_purchases: pd.DataFrame,
    price_history: "pd.Series[float]",
    replay_date: str,
    cost_method: str,
) -> pd.DataFrame:
    """Coins, cost, value and gain of lots and plan together, every day since the first purchase."""
    trades = sorted(trades_of(announced_lots) + trades_of(plan_purchases), key=lambda t: t.day)
    return value_history(trades, price_history, date.fromisoformat(replay_date), cost_method)


@figure(unit="%", formula="share of the cost that was announced with a price or a sum")
def stated_cost_share(announced_lots: pd.DataFrame) -> float:
    """How much of the cost of the announced lots rests on stated figures, not on closes."""
    stated = announced_lots["price from"].str.startswith("stated")
    total = float(announced_lots["cost"].sum())
    return 100.0 * float(announced_lots["cost"][stated].sum()) / total if total else float("nan")


@figure(unit="USD", formula="lowest value - cost of any day")
def deepest_loss(reserve_history: pd.DataFrame) -> float:
    """Gain on the worst day at the close (a loss is below zero)."""
    return float(reserve_history["gain"].min())


@figure(unit="", formula="day of the lowest value - cost")
def deepest_loss_day(reserve_history: pd.DataFrame) -> str:
    """The day on which the loss was deepest."""
    return str(reserve_history["gain"].idxmin())


@figure(unit="%", formula="lowest (value - cost) / cost of any day")
def deepest_loss_share(reserve_history: pd.DataFrame) -> float:
    """The deepest loss as a share of what had been paid by then."""
    return float(100.0 * (reserve_history["gain"] / reserve_history["cost"]).min())


@figure(unit="USD", formula="largest fall of (value - cost) from an earlier high")
def gain_drawdown(reserve_history: pd.DataFrame) -> float:
    """Largest fall of the gain from its earlier high; purchases do not hide it as they would in
    the value.
    """
    return drawdown(reserve_history["gain"])[0]


@figure(unit="", formula="day of the high and day of the low of the largest fall of the gain")
def gain_drawdown_days(reserve_history: pd.DataFrame) -> str:
    """From when to when the gain fell most."""
    _, high, low = drawdown(reserve_history["gain"])
    return f"{high} to {low}"


@figure(unit="day", formula="days with value < cost at the close")
def days_under_water(reserve_history: pd.DataFrame) -> int:
    """Days on which the coins were worth less than they had cost."""
    return int((reserve_history["gain"] < 0).sum())


@figure(unit="%", formula="days under water / days since the first purchase")
def share_under_water(reserve_history: pd.DataFrame, days_under_water: int) -> float:
    """Share of the days since the first purchase that were under water."""
    return 100.0 * days_under_water / len(reserve_history)


@figure(unit="day", formula="longest unbroken run of days with value < cost")
def longest_under_water(reserve_history: pd.DataFrame) -> int:
    """The longest unbroken time under water."""
    return longest_run(reserve_history["gain"] < 0)
