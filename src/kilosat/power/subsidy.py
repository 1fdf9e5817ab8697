"""Subsidy tests, side by side: one verdict would hide the dispute.

Each test has a threshold in local currency per kWh at the new load's meter. A tariff passes a floor
when it is at least that much, and the one ceiling (stand-alone cost) when it is at most that much.
"""

import numpy as np
import pandas as pd

from kilosat.annuity import annuity_factor
from kilosat.figures import figure
from kilosat.quantities import BILLION, HOURS_PER_YEAR, KWH_PER_MWH

__all__ = ["TESTS", "verdict"]

TESTS = (
    "incremental cost",
    "stand-alone cost",
    "others' bill",
    "market-economy operator",
    "price gap, purchase price",
    "price gap, full cost recovery",
    "accepted band, price",
    "accepted band, energy",
    "accepted band, open to all",
)
"""The tests in the order in which they are shown; thresholds in money first."""

_PRICED = TESTS[:7]
_CEILING = "stand-alone cost"


def verdict(holds: bool) -> str:
    """The word for a test's outcome."""
    return "holds" if holds else "fails"


@figure(
    unit="{currency}/kWh",
    formula="(capital x annuity + fixed cost) / (hours x availability) + variable cost",
    reference="Faulhaber 1975: stand-alone cost as upper bound",
)
def standalone_cost(
    standalone_capex: float,
    standalone_fixed_cost: float,
    standalone_variable_cost: float,
    standalone_life: float,
    standalone_availability: float,
    public_discount_rate: float,
    exchange_rate: float,
) -> float:
    """Cost per kWh of a plant built for this load alone: nobody can be asked for more."""
    yearly_usd = standalone_capex * annuity_factor(public_discount_rate, standalone_life)
    kwh_per_kw = HOURS_PER_YEAR * standalone_availability
    fixed = (yearly_usd + standalone_fixed_cost) * exchange_rate / kwh_per_kw
    return fixed + standalone_variable_cost


@figure(
    unit="{currency}/kWh",
    formula="incremental cost + connection cost at the private cost of capital",
    reference="Commission Notice 2016/C 262/01, section 4.2: ex-ante profitability",
)
def market_operator_floor(
    incremental_cost: float,
    connection_cost: float,
    grid_connection_life: float,
    public_discount_rate: float,
    private_discount_rate: float,
) -> float:
    """Lowest tariff at which a private owner of the system would take the load.

    Only ex-ante profitability is computed; whether a private party took part on equal terms, or
    the price came from an open tender, is evidence that a model cannot give.
    """
    private = annuity_factor(private_discount_rate, grid_connection_life)
    return incremental_cost + connection_cost * private / annuity_factor(
        public_discount_rate, grid_connection_life
    )


@figure(unit="{currency}/kWh", formula="each test's threshold")
def subsidy_thresholds(
    full_incremental_cost: float,
    standalone_cost: float,
    incremental_cost: float,
    market_operator_floor: float,
    purchase_price: float,
    full_cost_tariff: float,
    package_tariff: float,
) -> "pd.Series[float]":
    """The tariff that each test turns on: a floor, but for stand-alone cost, which is a ceiling."""
    values = (
        full_incremental_cost,
        standalone_cost,
        incremental_cost,
        market_operator_floor,
        purchase_price,
        full_cost_tariff,
        package_tariff,
    )
    return pd.Series(dict(zip(_PRICED, values, strict=True)))


@figure(unit="{currency}/kWh", formula="tariff - threshold (ceiling: threshold - tariff)")
def subsidy_margins(
    subsidy_thresholds: "pd.Series[float]",
    tariff_low: float,
    paid_tariff: float,
    tariff_high: float,
) -> pd.DataFrame:
    """By how much each tariff passes (positive) or fails (negative) each test."""
    sign = pd.Series(
        np.where(subsidy_thresholds.index == _CEILING, -1.0, 1.0), subsidy_thresholds.index
    )
    rates = {"low": tariff_low, "central": paid_tariff, "high": tariff_high}
    return pd.DataFrame({k: sign * (rate - subsidy_thresholds) for k, rate in rates.items()})


@figure(unit="bn {currency}", formula="max(0, -margin) x absorbed energy, over the period")
def subsidy_amounts(subsidy_margins: pd.DataFrame, absorbed_energy: float) -> pd.DataFrame:
    """What each failed test calls a subsidy; above stand-alone cost it is an overcharge."""
    return (-subsidy_margins).clip(lower=0.0) * absorbed_energy * 1e6 / BILLION


@figure(unit="TWh", formula="upper edge - lower edge of the band")
def package_band_width(package_band_low: float, package_band_high: float) -> float:
    """Energy above baseline for which the lender accepted the incremental tariff."""
    return package_band_high - package_band_low


@figure(unit="", formula="sign of the margins; energy and eligibility against the accepted band")
def subsidy_verdicts(
    subsidy_margins: pd.DataFrame,
    absorbed_energy: float,
    package_band_width: float,
    eligibility: str,
) -> pd.DataFrame:
    """Each test's outcome at each tariff: *holds*, *fails* or *unknown*."""
    table = subsidy_margins.map(
        lambda margin: "unknown" if np.isnan(margin) else verdict(margin >= 0)
    )
    inside = verdict(absorbed_energy / KWH_PER_MWH <= package_band_width)
    table.loc["accepted band, energy"] = inside
    words = {"all": "holds", "sector": "fails"}
    table.loc["accepted band, open to all"] = words.get(eligibility, "unknown")
    return table.loc[list(TESTS)]
