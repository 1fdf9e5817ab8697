"""What the reserve comes to: coins, value, loss, drawdown, time under water, forced sale."""

from datetime import date

import numpy as np
import pandas as pd

from kilosat.definitions.price_history import PriceHistory
from kilosat.figures import figure
from kilosat.quantities import BILLION, BLOCKS_PER_DAY, MILLION, SATS_PER_BTC
from kilosat.walks.quantiles import expected_shortfall, quantiles, quantiles_by
from kilosat.walks.run import Outcome
from kilosat.walks.terms import YEAR_DAYS, NetworkTerms


@figure(unit="BTC", formula="coins held at the end of the horizon", modelled=True)
def coins_at_end(outcome: Outcome) -> "pd.Series[float]":
    """Coins that the state holds at the end, quantiles over paths."""
    return quantiles(outcome.reserve["held"] / SATS_PER_BTC)


@figure(
    unit="m USD",
    formula="paid in = purchases + mined and seized coins at their day's price; "
    "gain = value + sales - paid in",
    modelled=True,
)
def reserve_account(outcome: Outcome) -> pd.DataFrame:
    """What went into the reserve, came out of it and is left at the end, quantiles over paths."""
    book = outcome.reserve
    gain = book["value"] + book["sales"] - book["paid_in"]
    rows = {
        "paid for coins": book["purchases"],
        "paid in, all coins": book["paid_in"],
        "sold": book["sales"],
        "value at the end": book["value"],
        "gain at the end": gain,
        "lowest gain of any day": book["worst"],
        "largest fall of the gain": book["fall"],
        "highest value of any day": book["highest"],
    }
    return quantiles_by({name: values / MILLION for name, values in rows.items()})


@figure(unit="m USD", formula="value of the coins at the end of each year", modelled=True)
def reserve_value_by_year(outcome: Outcome) -> pd.DataFrame:
    """Value of the reserve by years from the as-of date, quantiles over paths."""
    return _by_year(outcome, "value", MILLION)


@figure(unit="m USD", formula="value + sales - paid in, at the end of each year", modelled=True)
def reserve_gain_by_year(outcome: Outcome) -> pd.DataFrame:
    """Gain of the reserve by years from the as-of date, quantiles over paths."""
    return _by_year(outcome, "gain", MILLION)


@figure(unit="%", formula="share of paths", modelled=True)
def loss_chances(
    outcome: Outcome,
    gdp: float,
    government_spending: float,
    loss_share_of_gdp: float,
    loss_share_of_spending: float,
) -> "pd.Series[float]":
    """Probability that the reserve is worth less than was paid in, and by how much."""
    book = outcome.reserve
    gain = book["value"] + book["sales"] - book["paid_in"]
    of_gdp = -loss_share_of_gdp * gdp * BILLION
    of_spending = -loss_share_of_spending * government_spending * BILLION
    one_year = outcome.years["gain"][:, 1]
    chances = {
        "loss after a year": one_year < 0,
        "loss at the end": gain < 0,
        "loss above the share of GDP on some day": book["worst"] < of_gdp,
        "loss above the share of spending on some day": book["worst"] < of_spending,
        "sold out by the stop-loss": book["stopped"] >= 0,
    }
    return pd.Series({name: 100.0 * float(np.mean(one)) for name, one in chances.items()})


@figure(
    unit="m USD",
    formula="mean of the worst 2.5 % of paths",
    reference="Basel Committee, Minimum capital requirements for market risk (2019), MAR33",
    modelled=True,
)
def reserve_shortfall(outcome: Outcome) -> "pd.Series[float]":
    """Expected shortfall of the gain; a loss is below zero."""
    book = outcome.reserve
    gain = book["value"] + book["sales"] - book["paid_in"]
    return pd.Series(
        {
            "after a year": expected_shortfall(outcome.years["gain"][:, 1]) / MILLION,
            "at the end": expected_shortfall(gain) / MILLION,
            "lowest day": expected_shortfall(book["worst"]) / MILLION,
        }
    )


@figure(unit="%", formula="expected shortfall of the lowest day / GDP")
def shortfall_share_of_gdp(reserve_shortfall: "pd.Series[float]", gdp: float) -> float:
    """The worst 2.5 % of paths on their lowest day, as a share of a year's GDP."""
    return 100.0 * float(reserve_shortfall["lowest day"]) * MILLION / (gdp * BILLION)


@figure(unit="year", formula="days with a gain below zero / 365", modelled=True)
def years_under_water(outcome: Outcome) -> "pd.Series[float]":
    """Time in which the coins were worth less than was paid in, quantiles over paths."""
    return quantiles(outcome.reserve["under"] / YEAR_DAYS)


@figure(
    unit="BTC",
    formula="coins at the end; the same / a day's new coins",
    column_units={"days of new coins": "day", "proceeds": "m USD"},
    modelled=True,
)
def forced_sale(
    outcome: Outcome,
    network_terms: NetworkTerms,
    fees_per_block: float,
    trading_cost: float,
) -> pd.DataFrame:
    """What a sale of all coins at once would meet, by path: how large it is beside the market.

    ``proceeds`` are what it would bring at the path's own last price, before any effect of the
    sale itself, which nobody knows.
    """
    coins = outcome.reserve["held"] / SATS_PER_BTC
    issued = (float(network_terms.coins_per_block[-1]) - fees_per_block) * BLOCKS_PER_DAY
    worth = outcome.reserve["value"] * (1.0 - trading_cost) / MILLION
    return pd.DataFrame(
        {
            "coins": quantiles(coins),
            "days of new coins": quantiles(coins / issued),
            "proceeds": quantiles(worth),
        }
    )


@figure(unit="USD/BTC", formula="close of the as-of date")
def price_at_start(daily_closes: PriceHistory, outlook_as_of: str) -> float:
    """Price of bitcoin on the as-of date, where every path begins."""
    return float(daily_closes.closes.iloc[daily_closes.place(date.fromisoformat(outlook_as_of))])


@figure(unit="USD/BTC", formula="price at the end of each year", modelled=True)
def price_by_year(outcome: Outcome) -> pd.DataFrame:
    """Price of bitcoin by years from the as-of date, quantiles over paths."""
    return _by_year(outcome, "price", 1.0)


@figure(unit="USD/PH/s/day", formula="hashprice at the end of each year", modelled=True)
def hashprice_by_year_ahead(outcome: Outcome) -> pd.DataFrame:
    """What a PH/s earns in a day by years from the as-of date, quantiles over paths."""
    return _by_year(outcome, "hashprice", 1.0)


@figure(unit="EH/s", formula="hashrate of the difficulty at the end of each year", modelled=True)
def hashrate_by_year_ahead(outcome: Outcome) -> pd.DataFrame:
    """The world's hashrate, the plan's own mine included, quantiles over paths."""
    return _by_year(outcome, "hashrate", 1.0)


def _by_year(outcome: Outcome, name: str, scale: float) -> pd.DataFrame:
    years = range(1, outcome.horizon + 1)
    return quantiles_by({str(year): outcome.years[name][:, year] / scale for year in years})
