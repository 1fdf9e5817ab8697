"""The rules of the reserve, laid out by day: what is due, and what limits it."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from kilosat.definitions.price_history import PriceHistory
from kilosat.figures import figure, node
from kilosat.quantities import BILLION, FINAL_SUPPLY_SATS, MILLION, SATS_PER_BTC
from kilosat.walks.errors import WalkError
from kilosat.walks.terms import YEAR_DAYS, ReserveTerms

__all__ = ["reserve_terms"]


@figure(unit="1", formula="own GDP / GDP of where the list is from; one where it is taken as it is")
def list_scale_factor(list_scale: str, gdp: float, scale_reference_gdp: float) -> float:
    """By how much a list of purchases is scaled to the size of the economy."""
    return gdp / scale_reference_gdp if list_scale == "gdp" else 1.0


@figure(unit="m USD", formula="lower of the caps by GDP and by reserves; infinite without a cap")
def reserve_cap(
    reserve_cap_gdp: float, reserve_cap_reserves: float, gdp: float, gross_reserves: float
) -> float:
    """Value above which the plan buys no more."""
    caps = [reserve_cap_gdp * gdp, reserve_cap_reserves * gross_reserves]
    return min((cap for cap in caps if cap > 0), default=float("inf")) * BILLION / MILLION


@figure(unit="m USD", formula="target share x gross reserves")
def rebalancing_target(rebalance_target: float, gross_reserves: float) -> float:
    """Value that rebalancing keeps to; nought where the plan does not rebalance."""
    return rebalance_target * gross_reserves * BILLION / MILLION


@node(formula="the plan's rules, day by day from the as-of date", label="Rules of the reserve")
def reserve_terms(
    daily_purchase: float,
    monthly_purchase: float,
    one_off_purchase: float,
    seized_coins: float,
    buying_years: float,
    purchase_list: pd.DataFrame,
    list_scale_factor: float,
    monthly_sale: float,
    selling_years: float,
    reserve_cap: float,
    rebalancing_target: float,
    rebalance_band: float,
    stop_loss: float,
    trading_cost: float,
    daily_closes: PriceHistory,
    outlook_as_of: str,
    horizon_years: int,
) -> ReserveTerms:
    """What the plan buys on which day, and the rules that act at each close.

    Purchases by list spend the same dollars at the same distances from the first of them.

    Raises:
        WalkError: the coins due come to more than will ever exist.
    """
    days = horizon_years * YEAR_DAYS
    start = date.fromisoformat(outlook_as_of)
    calendar = [start + timedelta(days=day + 1) for day in range(days)]
    first = np.array([day.day == 1 for day in calendar])
    buying = np.arange(days) < (buying_years * YEAR_DAYS if buying_years else days)
    sats = np.where(buying, round(daily_purchase * SATS_PER_BTC), 0).astype(np.int64)
    dollars = np.where(buying & first, monthly_purchase * MILLION, 0.0)
    selling = np.arange(days) < (selling_years * YEAR_DAYS if selling_years else days)
    dollars[0] += one_off_purchase * MILLION
    for day, cost in _list_costs(purchase_list, daily_closes):
        if day < days:
            dollars[day] += cost * list_scale_factor
    start_price = float(daily_closes.closes.iloc[daily_closes.place(start)])
    by_money = int(dollars.sum() / start_price * SATS_PER_BTC)
    total = int(sats.sum()) + round(seized_coins * SATS_PER_BTC) + by_money
    if total > FINAL_SUPPLY_SATS:
        raise WalkError(
            f"the plan would hold {total / SATS_PER_BTC:,.0f} BTC within {horizon_years} years, "
            "at the price of today, but no more than 21 million will ever exist; check its amounts"
        )
    return ReserveTerms(
        sats_due=sats,
        dollars_due=dollars,
        first_of_month=first,
        seized_sats=round(seized_coins * SATS_PER_BTC),
        cap_usd=reserve_cap * MILLION,
        sales_due=np.where(selling & first, monthly_sale * MILLION, 0.0),
        stop_loss=stop_loss,
        target_usd=rebalancing_target * MILLION,
        band=rebalance_band,
        trading_cost=trading_cost,
    )


def _list_costs(purchases: pd.DataFrame, history: PriceHistory) -> list[tuple[int, float]]:
    """Days after the first purchase, and dollars; what was not stated is coins x close of then.

    A sale is left out: a blueprint's own rules say when it sells.
    """
    rows = [row for row in purchases.to_dict("records") if row["sats"] > 0]
    costs = []
    for row in rows:
        cost = row["cost_usd"]
        if not np.isfinite(cost):
            if row["day"] > history.last:
                continue
            close = float(history.closes.iloc[history.place(row["day"])])
            cost = row["sats"] / SATS_PER_BTC * close
        costs.append(((row["day"] - rows[0]["day"]).days, float(cost)))
    return costs
