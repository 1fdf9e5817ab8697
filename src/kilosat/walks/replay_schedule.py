"""The rules of a replay, laid out by day from its start on, and a list of purchases as it was."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.quantities import FINAL_SUPPLY_SATS, MILLION, SATS_PER_BTC
from kilosat.walks.errors import WalkError
from kilosat.walks.replay_walk import StatedTrades
from kilosat.walks.terms import YEAR_DAYS, Floats, ReserveTerms

_COLUMNS = ["day", "place", "sats", "usd", "stated"]


@figure(unit="USD/BTC", formula="close of each day from the start to the last day, both included")
def replay_closes(
    price_history: "pd.Series[float]", replay_start: str, replay_date: str
) -> "pd.Series[float]":
    """Actual closing prices that the plan meets."""
    first, last = date.fromisoformat(replay_start), date.fromisoformat(replay_date)
    return price_history[[first <= day <= last for day in price_history.index]]


@figure(unit="", formula="whether the start is the day of the list's own first row")
def list_as_it_was(purchase_list: pd.DataFrame, replay_start: str) -> bool:
    """Whether a list of purchases is replayed on its own days, with the money that was stated.

    Else the same coins are bought at the same distances in time, at the closes of then.
    """
    return len(purchase_list) > 0 and str(purchase_list["day"].iloc[0]) == replay_start


@figure(
    unit="1",
    formula="rows of the list by what becomes of them",
)
def list_rows(
    purchase_list: pd.DataFrame, replay_list: pd.DataFrame, list_as_it_was: bool
) -> "pd.Series[float]":
    """How many rows of the list are bought or sold at their stated money, how many at the close,
    and how many are left out: sales of a list moved in time, and what is due after the last day.
    """
    stated = replay_list["stated"].astype(bool)
    sales = int((purchase_list["sats"] < 0).sum())
    left = 0 if list_as_it_was else sales
    return pd.Series(
        {
            "at stated money": float(stated.sum()),
            "at the close": float((~stated).sum()),
            "sales left out": float(left),
            "after the last day": float(len(purchase_list) - len(replay_list) - left),
        }
    )


@figure(
    unit="USD",
    formula="stated money x scale on the list's own days; else coins x scale at the close",
    column_units={"day": "", "place": "day", "sats": "sat", "stated": ""},
)
def replay_list(
    purchase_list: pd.DataFrame,
    list_scale_factor: float,
    list_as_it_was: bool,
    replay_closes: "pd.Series[float]",
    replay_start: str,
) -> pd.DataFrame:
    """Purchases and sales of the list that are due: day, days from the start, coins, money.

    Coins and money are below zero for a sale; money is not a number where the close decides.
    """
    start, rows, labels = date.fromisoformat(replay_start), [], []
    records = purchase_list.to_dict("records")
    for label, row in zip(purchase_list.index, records, strict=True):
        place = (row["day"] - records[0]["day"]).days
        due = place < len(replay_closes) and (row["sats"] > 0 or list_as_it_was)
        sats = round(row["sats"] * list_scale_factor)
        if due and sats:
            usd = row["cost_usd"] * list_scale_factor if list_as_it_was else np.nan
            cells = [str(start + timedelta(days=place)), place, sats, usd]
            rows.append([*cells, bool(np.isfinite(usd))])
            labels.append(label)
    return pd.DataFrame(rows, labels, _COLUMNS)


@node(formula="stated purchases and sales of the list by day", label="Trades at stated money")
def stated_trades(
    replay_list: pd.DataFrame, replay_closes: "pd.Series[float]", trading_cost: float
) -> StatedTrades:
    """What changed hands at stated money; a sale without any is taken at the close."""
    days = len(replay_closes)
    bought, sold = np.zeros(days, np.int64), np.zeros(days, np.int64)
    paid, received = np.zeros(days), np.zeros(days)
    closes = replay_closes.to_numpy(float)
    for row in replay_list.to_dict("records"):
        place, sats, usd = int(row["place"]), int(row["sats"]), float(row["usd"])
        if sats < 0:
            at_close = -sats / SATS_PER_BTC * closes[place] * (1.0 - trading_cost)
            sold[place] -= sats
            received[place] += -usd if np.isfinite(usd) else at_close
        elif row["stated"]:
            bought[place] += sats
            paid[place] += usd
    return StatedTrades(bought, paid, sold, received)


@node(formula="the plan's rules, day by day from the start on", label="Rules of the reserve")
def replay_reserve_terms(
    daily_purchase: float,
    monthly_purchase: float,
    one_off_purchase: float,
    seized_coins: float,
    buying_years: float,
    monthly_sale: float,
    selling_years: float,
    replay_list: pd.DataFrame,
    stated_trades: StatedTrades,
    reserve_cap: float,
    rebalancing_target: float,
    rebalance_band: float,
    stop_loss: float,
    trading_cost: float,
    replay_closes: "pd.Series[float]",
    replay_start: str,
) -> ReserveTerms:
    """What the plan buys and sells on which day, and the rules that act at each close.

    Raises:
        WalkError: the coins due come to more than will ever exist.
    """
    closes: Floats = np.asarray(replay_closes, dtype=np.float64)
    days = len(closes)
    start = date.fromisoformat(replay_start)
    first = np.array([(start + timedelta(days=day)).day == 1 for day in range(days)])
    buying = np.arange(days) < (buying_years * YEAR_DAYS if buying_years else days)
    selling = np.arange(days) < (selling_years * YEAR_DAYS if selling_years else days)
    sats = np.where(buying, round(daily_purchase * SATS_PER_BTC), 0).astype(np.int64)
    dollars = np.where(buying & first, monthly_purchase * MILLION, 0.0)
    dollars[0] += one_off_purchase * MILLION
    for row in replay_list.to_dict("records"):
        if not row["stated"] and row["sats"] > 0:
            sats[int(row["place"])] += int(row["sats"])
    seized = round(seized_coins * SATS_PER_BTC)
    target = rebalancing_target * MILLION
    coins = float(sats.sum() + stated_trades.bought_sats.sum() + seized) / SATS_PER_BTC
    _refuse_too_many(coins, dollars, np.where(first, target, 0.0), closes, reserve_cap)
    return ReserveTerms(
        sats_due=sats,
        dollars_due=dollars,
        sales_due=np.where(selling & first, monthly_sale * MILLION, 0.0),
        first_of_month=first,
        seized_sats=seized,
        cap_usd=reserve_cap * MILLION,
        stop_loss=stop_loss,
        target_usd=target,
        band=rebalance_band,
        trading_cost=trading_cost,
    )


def _refuse_too_many(
    coins: float,
    dollars: Floats,
    targets: Floats,
    closes: Floats,
    cap: float,
) -> None:
    """Refuse coins that will never exist, before whole satoshis overflow."""
    each_day = np.maximum(dollars, targets) / closes
    without_cap = coins + float((dollars / closes).sum())
    wanted = max(without_cap if cap == np.inf else coins, float(each_day.max()))
    if wanted > FINAL_SUPPLY_SATS / SATS_PER_BTC:
        raise WalkError(
            f"the plan would hold {wanted:,.0f} BTC, but no more than 21 million will ever exist; "
            "choose a later start, or lower the blueprint's purchases"
        )
