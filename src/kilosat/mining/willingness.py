"""What a miner can pay for power, by machine class, and what still earns the cost of capital.

All per kWh figures are at the meter, machines and their cooling together. A load of national size
adds so much hashrate that it lowers its own revenue: to first order, with the rest of the network
unchanged, revenue per hash falls by network / (network + own).
"""

import numpy as np
import pandas as pd

from kilosat.annuity import annuity_factor
from kilosat.figures import figure
from kilosat.quantities import HOURS_PER_DAY, HOURS_PER_YEAR, KWH_PER_MWH

__all__ = ["own_hashrate_ehs"]

_WATT_PER_MW = 1e6
_TH_PER_EH = 1e6
_TH_PER_PH = 1e3


def own_hashrate_ehs(mining_mw: float, efficiency_j_per_th: float, cooling: float) -> float:
    """Hashrate in EH/s of machines that take ``mining_mw`` at the meter, cooling included.

    >>> round(own_hashrate_ehs(1500.0, 15.0, 0.0), 6)  # 1.5e9 W / 15 J/TH = 1e8 TH/s
    100.0
    """
    return mining_mw * _WATT_PER_MW / (1.0 + cooling) / efficiency_j_per_th / _TH_PER_EH


@figure(
    unit="",
    formula="revenue per kWh / (1 + dilution x MW) - running cost - capital",
    column_units={
        "efficiency": "J/TH",
        "machine_price": "USD/TH",
        "revenue": "{currency}/kWh",
        "dilution_per_mw": "1/MW",
        "running_cost": "{currency}/kWh",
        "machine_capital": "{currency}/kWh",
        "site_capital": "{currency}/kWh",
    },
)
def miner_curve(
    machines: pd.DataFrame,
    hashprice: float,
    network_hashrate: float,
    pool_fee: float,
    cooling_overhead: float,
    other_running_cost: float,
    uptime: float,
    machine_life: float,
    site_capex: float,
    site_life: float,
    private_discount_rate: float,
    exchange_rate: float,
) -> pd.DataFrame:
    """By machine class, the pieces from which the highest bearable tariff follows.

    Revenue is net of the pool's fee and before the load's own effect on the network. Capital is
    machines and site, each over its life, spread over the hours of the year that machines are up.
    """
    to_local = exchange_rate / KWH_PER_MWH
    rows = {}
    machine_share = annuity_factor(private_discount_rate, machine_life)
    site_share = annuity_factor(private_discount_rate, site_life)
    mwh_per_kw_year = HOURS_PER_YEAR * uptime / 1000.0
    for key, efficiency, price in zip(
        machines.index, machines["efficiency_j_per_th"], machines["price_usd_per_th"], strict=True
    ):
        th_per_kw = 1000.0 / (1.0 + cooling_overhead) / efficiency
        revenue = th_per_kw * 1000.0 / _TH_PER_PH * hashprice / HOURS_PER_DAY * (1.0 - pool_fee)
        rows[key] = {
            "efficiency": efficiency,
            "machine_price": price,
            "revenue": revenue * to_local,
            "dilution_per_mw": own_hashrate_ehs(1.0, efficiency, cooling_overhead)
            / network_hashrate,
            "running_cost": other_running_cost * to_local,
            "machine_capital": price * th_per_kw * machine_share / mwh_per_kw_year * to_local,
            "site_capital": site_capex * site_share / mwh_per_kw_year * to_local,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@figure(unit="%", formula="own hashrate / (network + own)")
def own_network_share(miner_curve: pd.DataFrame, mining_power: float) -> "pd.Series[float]":
    """Share of the world's hashrate that the mining part would be, by machine class."""
    own = miner_curve["dilution_per_mw"] * mining_power
    return 100.0 * own / (1.0 + own)


@figure(unit="USD/PH/s/day", formula="lowest, mean and highest of the study's days")
def hashprice_in_period(
    hashprice_history: "pd.Series[float]", hourly: pd.DataFrame
) -> "pd.Series[float]":
    """Hashprice over the days of the study's period, beside the one day that is used.

    No number where the period has no day with a known hashprice.
    """
    first, last = hourly.index[0].normalize(), hourly.index[-1]
    inside = hashprice_history[first:last]
    return pd.Series({"lowest": inside.min(), "mean": inside.mean(), "highest": inside.max()})


@figure(unit="{currency}/kWh", formula="revenue / (1 + dilution x MW) - running cost")
def willingness_to_pay(miner_curve: pd.DataFrame, mining_power: float) -> "pd.Series[float]":
    """Highest tariff at which machines that are already there still run, by class."""
    diluted = miner_curve["revenue"] / (1.0 + miner_curve["dilution_per_mw"] * mining_power)
    return diluted - miner_curve["running_cost"]


@figure(unit="{currency}/kWh", formula="willingness to pay - capital / served share")
def investable_tariff(
    willingness_to_pay: "pd.Series[float]", miner_curve: pd.DataFrame, mining_served_share: float
) -> "pd.Series[float]":
    """Highest tariff at which a new site earns its cost of capital, by class, if hashprice stays.

    Capital is earned in the hours that are served. The hashprice of the day is held for the life
    of the machines, which flatters: it has fallen over the life of most machines so far.
    """
    capital = miner_curve["machine_capital"] + miner_curve["site_capital"]
    share = mining_served_share if mining_served_share > 0 else np.nan
    return willingness_to_pay - capital / share


@figure(unit="USD/PH/s/day", formula="hashprice at which willingness to pay = tariff")
def break_even_hashprice(
    miner_curve: pd.DataFrame, mining_power: float, hashprice: float, paid_tariff: float
) -> "pd.Series[float]":
    """Hashprice (before the load's own effect) at which machines just run at the tariff."""
    diluted = miner_curve["revenue"] / (1.0 + miner_curve["dilution_per_mw"] * mining_power)
    return hashprice * (paid_tariff + miner_curve["running_cost"]) / diluted


@figure(
    unit="{currency}/kWh",
    formula="per class: what it can pay, what still pays its capital, margins over the tariff",
    column_units={"efficiency": "J/TH", "own share": "%", "break-even hashprice": "USD/PH/s/day"},
)
def miners_by_class(
    miner_curve: pd.DataFrame,
    own_network_share: "pd.Series[float]",
    willingness_to_pay: "pd.Series[float]",
    investable_tariff: "pd.Series[float]",
    break_even_hashprice: "pd.Series[float]",
    paid_tariff: float,
) -> pd.DataFrame:
    """What the whole block of miners can pay, by machine class, beside the paid tariff."""
    return pd.DataFrame(
        {
            "efficiency": miner_curve["efficiency"],
            "own share": own_network_share,
            "can pay": willingness_to_pay,
            "margin to run": willingness_to_pay - paid_tariff,
            "can pay with capital": investable_tariff,
            "margin to invest": investable_tariff - paid_tariff,
            "break-even hashprice": break_even_hashprice,
        }
    )
