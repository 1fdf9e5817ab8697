"""A plan replayed in a country on what happened: coins, money, gain and time under water by day.

One path that came true, walked with the rules of the simulated ones. It says nothing of what would
have come instead: every purchase meets the close without moving it.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.quantities import BILLION, SATS_PER_BTC
from kilosat.reserve.cost_basis import Position, position
from kilosat.reserve.purchases import Trade, money
from kilosat.reserve.valuation import longest_run
from kilosat.walks.books import MINE_BOOK, RESERVE_BOOK, Book
from kilosat.walks.errors import WalkError
from kilosat.walks.replay_walk import DAY_BOOK, StatedTrades, replay_walk
from kilosat.walks.terms import MineTerms, ReserveTerms

__all__ = ["Replay"]


@dataclass(frozen=True, eq=False)
class Replay:
    """The books of the one path: ``days`` (days,), and ``mine`` and ``reserve`` at its end."""

    days: Book
    mine: Book
    reserve: Book
    record: str


@node(formula="the plan walked day by day on actual closes and hashprices", label="Replay")
def replay(
    replay_closes: "pd.Series[float]",
    network_days: pd.DataFrame,
    replay_reserve_terms: ReserveTerms,
    stated_trades: StatedTrades,
    mine_terms: MineTerms,
    network_history: pd.DataFrame,
) -> Replay:
    """What the plan does on each day.

    Raises:
        WalkError: it would hold more coins than had been issued.
    """
    mines, reserves = np.zeros(1, MINE_BOOK), np.zeros(1, RESERVE_BOOK)
    days = np.zeros(len(replay_closes), DAY_BOOK)
    replay_walk(
        replay_closes.to_numpy(float),
        network_days["hashprice"].to_numpy(float),
        network_days["hashrate"].to_numpy(float),
        replay_reserve_terms,
        stated_trades,
        mine_terms,
        mines,
        reserves,
        days,
    )
    _refuse_unissued(days, replay_closes, network_history)
    first, last = replay_closes.index[0], replay_closes.index[-1]
    return Replay(days, mines[0], reserves[0], f"{len(days):,} days, {first} to {last}")


def _refuse_unissued(days: Book, closes: "pd.Series[float]", network: pd.DataFrame) -> None:
    issued = network["subsidy_btc"].cumsum().ffill().reindex(closes.index).to_numpy(float)
    held = days["held"] / SATS_PER_BTC
    if (over := held > issued).any():
        place = int(np.argmax(over))
        raise WalkError(
            f"the plan would hold {held[place]:,.0f} BTC on {closes.index[place]}, when only "
            f"{issued[place]:,.0f} had been issued; choose a later start, or lower its purchases"
        )


@figure(
    unit="USD",
    formula="gain = value at the close + sales so far - paid in so far",
    column_units={"price": "USD/BTC", "coins": "BTC"},
)
def replay_days(replay: Replay, replay_closes: "pd.Series[float]") -> pd.DataFrame:
    """Each day at its close: coins held, what came in and out so far, value and gain.

    ``paid in`` counts mined and seized coins at the close of the day on which they came,
    ``purchases`` only what was bought.
    """
    days = replay.days
    columns = {
        "price": days["price"],
        "coins": days["held"] / SATS_PER_BTC,
        "purchases": days["purchases"],
        "paid in": days["paid_in"],
        "sales": days["sales"],
        "value": days["value"],
        "gain": days["value"] + days["sales"] - days["paid_in"],
    }
    return pd.DataFrame(columns, replay_closes.index)


@figure(
    unit="USD",
    formula="the last day of each calendar year, and the last day",
    column_units={"price": "USD/BTC", "coins": "BTC"},
)
def replay_years(replay_days: pd.DataFrame) -> pd.DataFrame:
    """The daily table at the end of each year and on the last day."""
    days = replay_days.index
    ends = [(day.month, day.day) == (12, 31) or day == days[-1] for day in days]
    return replay_days[ends].rename(index=str)


@node(formula="cost basis of all coins that came in and went out", label="Position")
def cost_position(replay: Replay, replay_closes: "pd.Series[float]", cost_method: str) -> Position:
    """Coins held and what they cost, by the method asked for, to the cent.

    Within a day, coins come in before coins go out.
    """
    trades: list[Trade] = []
    for day, row in zip(replay_closes.index, replay.days, strict=True):
        trades += _trades(day, row)
    return position(trades, cost_method)


def _trades(day: date, row: Book) -> list[Trade]:
    found = []
    if row["sats_in"] > 0:
        found.append(Trade(day, int(row["sats_in"]), money(float(row["usd_in"]))))
    if row["sats_out"] > 0:
        found.append(Trade(day, int(row["sats_out"]), money(float(row["usd_out"])), "sold"))
    return found


@figure(
    unit="USD",
    formula="gain = value + sales - paid in = realised + unrealised",
    column_units={
        "coins": "BTC",
        "average": "USD/BTC",
        "gain share": "%",
        "value of GDP": "%",
        "gain of GDP": "%",
    },
)
def replay_position(replay_days: pd.DataFrame, cost_position: Position, gdp: float) -> pd.DataFrame:
    """Coins, money paid and received, cost and value on the last day.

    ``cost`` and ``average`` are of the coins held, ``gain share`` is of all that was paid in,
    ``value of GDP`` and ``gain of GDP`` are shares of the GDP in the country's file, whatever the
    year.
    """
    last, held = replay_days.iloc[-1], cost_position
    cost, paid = float(held.cost_usd), float(last["paid in"])
    row = {
        "coins": last["coins"],
        "purchases": last["purchases"],
        "paid in": paid,
        "sales": last["sales"],
        "cost": cost,
        "average": held.average_price_usd,
        "value": last["value"],
        "realised": float(held.realised_gain_usd),
        "unrealised": last["value"] - cost,
        "gain": last["gain"],
        "gain share": 100.0 * last["gain"] / paid if paid else float("nan"),
        "value of GDP": 100.0 * last["value"] / (gdp * BILLION),
        "gain of GDP": 100.0 * last["gain"] / (gdp * BILLION),
    }
    return pd.DataFrame([row], ["end"])


@figure(unit="USD", formula="lowest gain of any day; nought where it was never below")
def replay_deepest_loss(replay_days: pd.DataFrame) -> float:
    """The gain on its worst day at the close (a loss is below zero)."""
    return min(float(replay_days["gain"].min()), 0.0)


@figure(unit="", formula="day of the lowest gain")
def replay_deepest_loss_day(replay_days: pd.DataFrame, replay_deepest_loss: float) -> str:
    """The day on which the loss was deepest."""
    return str(replay_days["gain"].idxmin()) if replay_deepest_loss < 0 else "none"


@figure(unit="%", formula="deepest loss / GDP")
def replay_deepest_loss_of_gdp(replay_deepest_loss: float, gdp: float) -> float:
    """The deepest loss as a share of the GDP of the country's file, whatever the year."""
    return 100.0 * replay_deepest_loss / (gdp * BILLION)


@figure(unit="%", formula="purchases to the end of each year less those to the year before / GDP")
def replay_outlay_of_gdp(replay_years: pd.DataFrame, gdp: float) -> float:
    """The calendar year with the largest purchases, as a share of a year's GDP."""
    paid = np.diff(replay_years["purchases"].to_numpy(float), prepend=0.0)
    return 100.0 * float(paid.max()) / (gdp * BILLION)


@figure(unit="day", formula="days with a gain below zero at the close")
def replay_days_under_water(replay_days: pd.DataFrame) -> int:
    """Days on which coins and sales together were worth less than had been paid in."""
    return int((replay_days["gain"] < 0).sum())


@figure(unit="day", formula="longest unbroken run of days with a gain below zero")
def replay_longest_under_water(replay_days: pd.DataFrame) -> int:
    """The longest unbroken time under water."""
    return longest_run(replay_days["gain"] < 0)


@figure(unit="", formula="day on which the stop-loss sold everything")
def replay_stop_day(replay: Replay, replay_closes: "pd.Series[float]") -> str:
    """When the stop-loss sold all coins, after which nothing is bought; it looks at average cost,
    whatever the cost method.
    """
    stopped = int(replay.reserve["stopped"])
    return str(replay_closes.index[stopped]) if stopped >= 0 else "never"
