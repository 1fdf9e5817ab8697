"""Subsidy tests, side by side: one verdict would hide the dispute.

Each test has a threshold in local currency per kWh at the new load's meter. A tariff passes a floor
when it is at least that much, and the one ceiling (stand-alone cost) when it is at most that much.
"""

import numpy as np
import pandas as pd

from kilosat.annuity import annuity_factor
from kilosat.figures import figure
from kilosat.quantities import BILLION, HOURS_PER_YEAR

__all__ = ["TESTS", "verdict"]

TESTS = (
    "incremental cost",
    "stand-alone cost",
    "others' bill",
    "supply of others",
    "market-economy operator",
    "market-economy operator, evidence",
    "price gap, purchase price",
    "price gap, full cost recovery",
    "accepted band, price",
    "accepted band, energy",
    "accepted band, open to all",
)
"""The tests in the order in which they are shown."""

_PRICED = (
    "incremental cost",
    "stand-alone cost",
    "others' bill",
    "market-economy operator",
    "price gap, purchase price",
    "price gap, full cost recovery",
    "accepted band, price",
)
_CEILING = "stand-alone cost"
_ANY_RISE_GWH = 1e-6


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
    power_discount_rate: float,
    imported_fuel_price_factor: float,
    exchange_rate: float,
) -> float:
    """Cost per kWh of a plant built for this load alone: nobody can be asked for more.

    The plant is private and burns imported fuel; it has no back-up beyond its own availability.
    """
    yearly_usd = standalone_capex * annuity_factor(power_discount_rate, standalone_life)
    kwh_per_kw = HOURS_PER_YEAR * standalone_availability
    fixed = (yearly_usd + standalone_fixed_cost) * exchange_rate / kwh_per_kw
    return fixed + standalone_variable_cost * imported_fuel_price_factor


@figure(
    unit="{currency}/kWh",
    formula="incremental cost + connection cost at the power sector's private rate",
    reference="Commission Notice 2016/C 262/01, section 4.2: ex-ante profitability",
)
def market_operator_floor(
    incremental_cost: float,
    connection_cost: float,
    grid_connection_life: float,
    public_discount_rate: float,
    power_discount_rate: float,
) -> float:
    """Lowest tariff at which a private owner of the system would take the load.

    Ex-ante profitability alone: capacity that is paid for anyway earns nothing here. Whether a
    private party took part on equal terms, or the price came from an open tender, is evidence that
    a model cannot give; that test stays unknown.
    """
    private = annuity_factor(power_discount_rate, grid_connection_life)
    return incremental_cost + connection_cost * private / annuity_factor(
        public_discount_rate, grid_connection_life
    )


@figure(
    unit="{currency}/kWh",
    formula="each test's threshold",
    row_formulas={
        "incremental cost": "full_incremental_cost",
        "stand-alone cost": "standalone_cost (a ceiling)",
        "others' bill": "full_incremental_cost: what is caused and not paid, others pay",
        "market-economy operator": "market_operator_floor",
        "price gap, purchase price": "purchase_price",
        "price gap, full cost recovery": "full_cost_tariff",
        "accepted band, price": "package_tariff",
    },
)
def subsidy_thresholds(
    full_incremental_cost: float,
    standalone_cost: float,
    market_operator_floor: float,
    purchase_price: float,
    full_cost_tariff: float,
    package_tariff: float,
) -> "pd.Series[float]":
    """The tariff that each test turns on: a floor, but for stand-alone cost, which is a ceiling."""
    values = (
        full_incremental_cost,
        standalone_cost,
        full_incremental_cost,
        market_operator_floor,
        purchase_price,
        full_cost_tariff,
        package_tariff,
    )
    return pd.Series(dict(zip(_PRICED, values, strict=True)))


@figure(unit="{currency}/kWh", formula="tariff - threshold (ceiling: threshold - tariff)")
def subsidy_margins(
    subsidy_thresholds: "pd.Series[float]", judged_tariffs: "pd.Series[float]"
) -> pd.DataFrame:
    """By how much each tariff passes (positive) or fails (negative) each test."""
    ceiling = subsidy_thresholds.index == _CEILING
    sign = pd.Series(np.where(ceiling, -1.0, 1.0), subsidy_thresholds.index)
    return pd.DataFrame({k: sign * (v - subsidy_thresholds) for k, v in judged_tariffs.items()})


@figure(unit="bn {currency}", formula="max(0, -margin) x absorbed energy, over the period")
def subsidy_amounts(subsidy_margins: pd.DataFrame, absorbed_energy: float) -> pd.DataFrame:
    """What each failed test calls a subsidy; above stand-alone cost it is an overcharge."""
    return (-subsidy_margins).clip(lower=0.0) * absorbed_energy * 1e6 / BILLION


@figure(unit="TWh", formula="upper edge - lower edge of the band")
def package_band_width(package_band_low: float, package_band_high: float) -> float:
    """Energy above baseline for which the lender accepted the incremental tariff."""
    return package_band_high - package_band_low


@figure(
    unit="",
    formula="sign of the margins; unserved energy; energy and eligibility against the band",
    row_formulas={
        "supply of others": "unserved_with_load <= unserved_before",
        "market-economy operator, evidence": "no evidence in the data: unknown",
        "accepted band, energy": "absorbed_energy <= package_energy_limit",
        "accepted band, open to all": "eligibility of the blueprint",
    },
)
def subsidy_verdicts(
    subsidy_margins: pd.DataFrame,
    unserved_before: float,
    unserved_with_load: float,
    absorbed_energy: float,
    package_energy_limit: float,
    eligibility: str,
) -> pd.DataFrame:
    """Each test's outcome at each tariff: *holds*, *fails* or *unknown*."""
    table = subsidy_margins.map(
        lambda margin: "unknown" if np.isnan(margin) else verdict(margin >= 0)
    )
    table.loc["supply of others"] = verdict(unserved_with_load - unserved_before <= _ANY_RISE_GWH)
    table.loc["market-economy operator, evidence"] = "unknown"
    table.loc["accepted band, energy"] = verdict(absorbed_energy / 1e3 <= package_energy_limit)
    words = {"all": "holds", "sector": "fails"}
    table.loc["accepted band, open to all"] = words.get(eligibility, "unknown")
    return table.loc[list(TESTS)]
