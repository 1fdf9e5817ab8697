"""Strategy's own purchases replayed beside its reported totals, and what other companies hold."""

from datetime import date

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.quantities import SATS_PER_BTC
from kilosat.reserve.cost_basis import Position, position
from kilosat.reserve.purchases import Trade, cost_at_close, money
from kilosat.reserve.valuation import longest_run, value_history

__all__: list[str] = []

_STATED, _ESTIMATED = "stated", "close of the day (estimated)"


@figure(
    unit="USD",
    formula="stated cost, else coins x close of the day; after the last day none",
    column_units={"day": "", "sats": "sat", "coins": "BTC", "total": "BTC", "cost from": ""}
    | {"reported total": "BTC", "difference": "BTC"},
)
def strategy_rows(
    strategy_purchases: pd.DataFrame, price_history: "pd.Series[float]", replay_date: str
) -> pd.DataFrame:
    """Each row of the list by the day of its filing, with the running total beside the reported.

    Coins and cost of a sale are below zero. Rows after the day of the replay keep their coins; a
    cost that was not stated is then not known.
    """
    until = date.fromisoformat(replay_date)
    cells = []
    for row in strategy_purchases.to_dict("records"):
        cost, basis = row["cost_usd"], _STATED
        if not np.isfinite(cost):
            due = row["day"] <= until
            sign = 1 if row["sats"] > 0 else -1
            close = cost_at_close(price_history, row["day"], abs(row["sats"])) if due else np.nan
            cost, basis = sign * float(close), _ESTIMATED if due else "not known"
        cells.append([str(row["day"]), row["sats"], row["sats"] / SATS_PER_BTC, float(cost), basis])
    table = pd.DataFrame(
        cells, strategy_purchases.index, ["day", "sats", "coins", "cost", "cost from"]
    )
    total, reported = table["sats"].cumsum() / SATS_PER_BTC, strategy_purchases["reported total"]
    return table.assign(**{"total": total, "reported total": reported}).assign(
        difference=total - reported
    )


@node(formula="the rows to the day of the replay, in their order", label="Trades of Strategy")
def strategy_trades(strategy_rows: pd.DataFrame, replay_date: str) -> list[Trade]:
    """Purchases and sales that can be valued."""
    due = strategy_rows[strategy_rows["day"] <= replay_date]
    return [
        Trade(
            date.fromisoformat(row["day"]),
            abs(int(row["sats"])),
            money(abs(row["cost"])),
            "bought" if row["sats"] > 0 else "sold",
            row["cost from"],
        )
        for row in due.to_dict("records")
    ]


@figure(
    unit="USD",
    formula="gain = value - cost of coins held + realised gain of sales",
    column_units={"coins": "BTC"},
)
def strategy_history(
    strategy_trades: list[Trade],
    price_history: "pd.Series[float]",
    replay_date: str,
    cost_method: str,
) -> pd.DataFrame:
    """Coins, cost, value and gain on every day since the first purchase."""
    until = date.fromisoformat(replay_date)
    table = value_history(strategy_trades, price_history, until, cost_method)
    return table.assign(gain=table["gain"] + table["realised"])


@figure(
    unit="USD",
    formula="paid = known + estimated; gain = value + sales - paid",
    column_units={"coins": "BTC", "average": "USD/BTC", "gain share": "%"},
)
def strategy_position(
    strategy_trades: list[Trade], strategy_history: pd.DataFrame, cost_method: str
) -> pd.DataFrame:
    """Coins, cost as far as it was stated and where it had to be estimated, value and gain."""
    held: Position = position(strategy_trades, cost_method)
    last = strategy_history.iloc[-1]
    paid = {
        basis: float(
            sum(t.usd for t in strategy_trades if t.kind == "bought" and t.price_from == basis)
        )
        for basis in (_STATED, _ESTIMATED)
    }
    row = {
        "coins": last["coins"],
        "cost known": paid[_STATED],
        "cost estimated": paid[_ESTIMATED],
        "sales": float(held.proceeds_usd),
        "cost held": float(held.cost_usd),
        "average": held.average_price_usd,
        "value": last["value"],
        "gain": last["gain"],
        "gain share": 100.0 * last["gain"] / float(held.paid_usd),
    }
    return pd.DataFrame([row], ["end"])


@figure(unit="BTC", formula="difference = sum of all rows - last reported total")
def strategy_against_reported(strategy_rows: pd.DataFrame) -> "pd.Series[float]":
    """The sum of the whole list beside the last total that was reported, days without a price
    included: coins need none.
    """
    reported = strategy_rows["reported total"].dropna()
    total = float(strategy_rows["total"].loc[reported.index[-1]])
    last = float(reported.iloc[-1])
    return pd.Series({"sum of the rows": total, "reported total": last, "difference": total - last})


@figure(unit="BTC", formula="largest distance of any row's running total from the reported one")
def strategy_largest_difference(strategy_rows: pd.DataFrame) -> float:
    """How far the running sum of the rows ever is from a reported total."""
    return float(strategy_rows["difference"].abs().max())


@figure(unit="day", formula="days with a gain below zero at the close")
def strategy_days_under_water(strategy_history: pd.DataFrame) -> int:
    """Days on which coins and sales together were worth less than had been paid."""
    return int((strategy_history["gain"] < 0).sum())


@figure(unit="day", formula="longest unbroken run of days with a gain below zero")
def strategy_longest_under_water(strategy_history: pd.DataFrame) -> int:
    """The longest unbroken time under water."""
    return longest_run(strategy_history["gain"] < 0)


@figure(unit="USD", formula="lowest gain of any day; nought where it was never below")
def strategy_deepest_loss(strategy_history: pd.DataFrame) -> float:
    """The gain on its worst day at the close (a loss is below zero)."""
    return min(float(strategy_history["gain"].min()), 0.0)


@figure(unit="", formula="day of the lowest gain")
def strategy_deepest_loss_day(strategy_history: pd.DataFrame) -> str:
    """The day on which the gain was lowest."""
    return str(strategy_history["gain"].idxmin())


@figure(
    unit="BTC",
    formula="last report of each company; sums over companies left out",
    column_units={"day": "", "stated in": ""},
)
def company_latest(company_holdings: pd.DataFrame) -> pd.DataFrame:
    """The latest reported holding of each company, largest first, with its day and source.

    Reports are of different days and the list is not complete, so that no sum is made.
    """
    single = company_holdings[~company_holdings["company"].str.contains("aggregate")]
    last = single.sort_values("day", kind="stable").groupby("company").tail(1)
    table = pd.DataFrame(
        {
            "day": last["day"].astype(str),
            "coins": last["sats"] / SATS_PER_BTC,
            "stated in": last["stated in"],
        }
    ).set_index(last["company"])
    return table.sort_values("coins", ascending=False, kind="stable").rename_axis(None)
