"""Mining as an investment: net present value, internal rate of return, payback, break-even."""

import numpy as np
import pandas as pd

from kilosat.figures import figure
from kilosat.quantities import MILLION
from kilosat.walks.quantiles import quantiles, quantiles_by
from kilosat.walks.run import Outcome
from kilosat.walks.terms import Floats

__all__ = ["internal_rates"]

_LOWEST_RATE, _HIGHEST_RATE = -0.99, 10.0


@figure(
    unit="m USD",
    formula="owners' cash at their cost of capital, after taxes; the rest at undepreciated cost",
    modelled=True,
)
def mine_npv(outcome: Outcome) -> "pd.Series[float]":
    """Net present value of the mine to its owners, quantiles over paths."""
    return quantiles(outcome.mine["npv"] / MILLION)


@figure(unit="%", formula="share of paths", modelled=True)
def mine_chances(outcome: Outcome) -> "pd.Series[float]":
    """Probability that the mine earns its cost of capital, that its cash comes back, renewal."""
    book = outcome.mine
    chances = {
        "earns its cost of capital": book["npv"] > 0,
        "cash comes back": np.isfinite(book["payback"]),
        "machines are renewed": book["renewals"] > 0,
    }
    return pd.Series({name: 100.0 * float(np.mean(one)) for name, one in chances.items()})


@figure(
    unit="%",
    formula="rate at which the yearly cash of a path, in the middle of its year, has no net value",
    modelled=True,
)
def mine_irr(outcome: Outcome) -> "pd.Series[float]":
    """Internal rate of return of the owners, quantiles over paths; all is lost below -99 %."""
    return quantiles(100.0 * internal_rates(outcome.years["cash"]))


@figure(unit="year", formula="first day from which the owners' cash stays back; none if never")
def mine_payback(outcome: Outcome) -> "pd.Series[float]":
    """Years until the owners have their cash back, quantiles over paths."""
    return quantiles(outcome.mine["payback"])


@figure(
    unit="m USD",
    formula="sums over the horizon, not discounted, quantiles over paths",
    modelled=True,
)
def mine_account(outcome: Outcome) -> pd.DataFrame:
    """What the mine earns and pays."""
    book = outcome.mine
    rows = {
        "revenue": book["revenue"],
        "power bill": book["bill"],
        "running cost": book["running"],
        "machines and site": book["machines"],
        "taxes and duty": book["taxes"],
        "royalty, in coins": book["royalties"] - book["bill_coins"],
        "left at the end, with the connection": book["residual"],
        "cash of the owners": book["cash"],
    }
    return quantiles_by({name: values / MILLION for name, values in rows.items()})


@figure(
    unit="BTC",
    formula="coins mined, after the pool's fee",
    modelled=True,
)
def mined_coins(outcome: Outcome) -> "pd.Series[float]":
    """Coins mined over the horizon, quantiles over paths."""
    return quantiles(outcome.mine["mined"])


@figure(unit="%", formula="energy taken / energy that machines could have taken", modelled=True)
def hours_run(outcome: Outcome) -> "pd.Series[float]":
    """Share of the power on offer, while machines are there, that pays to use."""
    return quantiles(100.0 * _ratio(outcome.mine["energy"], outcome.mine["offered"]))


def internal_rates(cash: Floats) -> Floats:
    """Internal rate of each row of yearly cash (paths, years + 1), by bisection.

    The lowest rate, -99 %, where the cash never comes back. A later outlay can give a row more
    than one root; the search then gives one of them.

    >>> internal_rates(np.array([[-100.0, 110.0]])).round(4)  # half a year: 1.1^2 - 1
    array([0.21])
    """
    low = np.full(len(cash), _LOWEST_RATE)
    high = np.full(len(cash), _HIGHEST_RATE)
    years = np.maximum(np.arange(cash.shape[1]) - 0.5, 0.0)  # cash of a year comes in its middle
    for _ in range(60):
        middle = (low + high) / 2.0
        worth = (cash * (1.0 + middle[:, None]) ** -years).sum(axis=1)
        low, high = np.where(worth > 0, middle, low), np.where(worth > 0, high, middle)
    return np.asarray((low + high) / 2.0)


def _ratio(above: Floats, below: Floats) -> Floats:
    """A ratio; nought where there is nothing below."""
    found: Floats = np.divide(above, below, out=np.zeros(len(below)), where=below > 0)
    return found
