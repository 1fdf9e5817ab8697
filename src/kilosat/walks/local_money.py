"""The state's amounts in local money, against GDP, and against the largest sale so far.

The exchange rate of the country's file is held over the whole horizon, which is an assumption.
"""

import pandas as pd

from kilosat.figures import figure
from kilosat.quantities import BILLION, MILLION


@figure(unit="bn {currency}", formula="public outlay x exchange rate, held")
def public_outlay_in_local_money(
    public_outlay: "pd.Series[float]", exchange_rate: float
) -> "pd.Series[float]":
    """What the state pays over the horizon in local money, quantiles over paths."""
    return public_outlay * exchange_rate * MILLION / BILLION


@figure(unit="%", formula="100 x public outlay / GDP of a year")
def public_outlay_share(public_outlay: "pd.Series[float]", gdp: float) -> "pd.Series[float]":
    """What the state pays over the whole horizon as a share of a year's GDP."""
    return 100.0 * public_outlay * MILLION / (gdp * BILLION)


@figure(unit="bn {currency}", formula="public result x exchange rate, held")
def public_result_in_local_money(
    public_result: "pd.Series[float]", exchange_rate: float
) -> "pd.Series[float]":
    """The public result in local money, quantiles over paths."""
    return public_result * exchange_rate * MILLION / BILLION


@figure(unit="%", formula="100 x expected shortfall of the public result / GDP of a year")
def public_shortfall_share(public_shortfall: float, gdp: float) -> float:
    """Mean public result of the worst paths as a share of a year's GDP; a loss is below zero."""
    return 100.0 * public_shortfall * MILLION / (gdp * BILLION)


@figure(unit="bn {currency}", formula="value of the reserve at the end x exchange rate, held")
def reserve_value_in_local_money(
    reserve_account: pd.DataFrame, exchange_rate: float
) -> "pd.Series[float]":
    """Value of the reserve at the end in local money, quantiles over paths."""
    return reserve_account.T["value at the end"] * exchange_rate * MILLION / BILLION


@figure(unit="%", formula="100 x coins at the end / coins of the largest sale by a state so far")
def forced_sale_share(forced_sale: pd.DataFrame, largest_state_sale: float) -> "pd.Series[float]":
    """How large a sale of all coins would be beside the largest that a state has made."""
    return 100.0 * forced_sale["coins"] / largest_state_sale
