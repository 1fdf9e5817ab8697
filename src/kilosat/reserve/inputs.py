"""The inputs of a replay: shipped history, the plan, the day to look from, rules to compare."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd

from kilosat.definitions.history import (
    HistoryError,
    read_announced_purchases,
    read_day,
    read_prices,
    read_published_points,
    read_reported_holdings,
)
from kilosat.provenance import Sourced
from kilosat.quantities import UnitError, btc_from_sats, sats_from_btc
from kilosat.reserve.cost_basis import METHODS
from kilosat.reserve.errors import ReserveError
from kilosat.reserve.purchases import (
    AccumulationRule,
    DailyCoins,
    MonthlyDollars,
    PurchaseList,
    close_on,
    money,
)

__all__ = ["announced_list", "default_rules", "replay_inputs"]

_ROUND_SUM = 1_000_000


def replay_inputs(
    until: date | str | None = None,
    *,
    plan_start: date | str | None = None,
    plan_coins: Decimal | str | None = None,
    rules: Sequence[AccumulationRule] | None = None,
    cost_method: str = "average",
    prices: Path | None = None,
    purchases: Path | None = None,
    holdings: Path | None = None,
) -> dict[str, Sourced]:
    """Inputs for a ``Graph`` over ``REPLAY_STAGES``.

    Args:
        until: day to look from; the last with a price if not given.
        plan_start: first day of the daily plan; the announced one if not given.
        plan_coins: BTC a day; the announced one if not given.
        rules: what to replay beside it (table ``what_if``); ``default_rules`` if not given.
        cost_method: ``average`` or ``fifo``.
        prices: own file in place of the shipped daily closes (columns date, close_usd).
        purchases: own file in place of the announced purchases.
        holdings: own file in place of the reported holdings.

    Raises:
        HistoryError: a file cannot be read as it should.
        ReserveError: a day is none, or has no price, the method is not known, or no plan is known.
    """
    closes, bought = read_prices(prices), read_announced_purchases(purchases)
    table, days = closes.value, closes.value.index
    last = days[-1] if until is None else _day(until)
    close_on(table, last)
    first = bought.value["day"].iloc[0]
    if last < first:
        raise ReserveError(f"{last} is before the first announced purchase on {first}")
    if cost_method not in METHODS:
        raise ReserveError(f"'{cost_method}' is not a cost method: write {' or '.join(METHODS)}")
    start, coins = _plan(bought, plan_start, plan_coins)
    chosen = default_rules(bought.value, start.value, last) if rules is None else tuple(rules)
    return {
        "price_history": closes,
        "announced_purchases": bought,
        "reported_holdings": read_reported_holdings(holdings),
        "published_points": read_published_points(),
        "daily_plan_start": start,
        "daily_plan_coins": coins,
        "replay_date": Sourced(
            str(last), "", "assumed", assumption="day of the replay, at the close (24:00 UTC)"
        ),
        "cost_method": Sourced(
            cost_method, "", "assumed", assumption="which cost leaves with a sale: a choice"
        ),
        "what_if_rules": Sourced(
            chosen,
            "",
            "assumed",
            assumption="rules to compare, at the close of the day unless a cost is given",
        ),
    }


def announced_list(purchases: pd.DataFrame) -> PurchaseList:
    """The announced purchases outside the daily plan as a rule that can be moved and scaled."""
    lots = []
    for row in purchases.to_dict("records"):
        if sats := int(row["sats"]) - int(row["daily_sats"]):
            stated = row["cost_usd"]
            if pd.isna(stated):
                stated = row["price_usd"] * row["sats"] / sats_from_btc(1)
            cost = None if pd.isna(stated) else money(stated * sats / row["sats"])
            lots.append((row["day"], sats, cost))
    return PurchaseList(tuple(lots), "El Salvador's announced lots")


def default_rules(
    purchases: pd.DataFrame, plan_start: str, until: date
) -> tuple[AccumulationRule, ...]:
    """The announced lots, the daily plan, the plan from the first purchase on, a fixed sum."""
    lots = announced_list(purchases)
    plan = DailyCoins(read_day(plan_start), sats_from_btc(1))
    sums = MonthlyDollars(lots.start, money(_ROUND_SUM))
    rules: tuple[AccumulationRule, ...] = (lots, plan, plan.starting(lots.start), sums)
    return tuple(rule for rule in rules if rule.start <= until)


def _plan(
    bought: Sourced, start: date | str | None, coins: Decimal | str | None
) -> tuple[Sourced, Sourced]:
    """Start of the daily plan and coins a day: announced, or given as an assumption."""
    rows = bought.value[bought.value["daily_sats"] > 0]
    if rows.empty and (start is None or coins is None):
        raise ReserveError("no row has daily_btc: give the start and the coins of a daily plan")
    given = "given by the user"
    if coins is None:
        label, row = rows.index[0], rows.iloc[0]
        source = next(one for one in bought.row_sources if one.key == label)
        amount = btc_from_sats(row["daily_sats"])
        coins_a_day = Sourced(amount, "BTC/day", "reported", source, as_of=row["day"])
    else:
        amount = btc_from_sats(_positive_sats(coins))
        coins_a_day = Sourced(amount, "BTC/day", "assumed", assumption=given)
    if start is None:
        label, row = rows.index[0], rows.iloc[0]
        source = next(one for one in bought.row_sources if one.key == label)
        return Sourced(str(row["day"]), "", "reported", source, note=row["note"]), coins_a_day
    return Sourced(str(_day(start)), "", "assumed", assumption=given), coins_a_day


def _positive_sats(coins: Decimal | str) -> int:
    try:
        sats = sats_from_btc(coins)
    except UnitError as error:
        raise ReserveError(str(error)) from None
    if sats <= 0:
        raise ReserveError(f"a daily plan buys coins above zero, not {coins} BTC")
    return sats


def _day(text: date | str) -> date:
    try:
        return read_day(text)
    except HistoryError as error:
        raise ReserveError(str(error)) from None
