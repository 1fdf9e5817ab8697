"""What the plan costs and brings the state, and what crosses the border."""

import numpy as np
import pandas as pd

from kilosat.figures import figure
from kilosat.quantities import BILLION, MILLION
from kilosat.walks.quantiles import expected_shortfall, quantiles, quantiles_by
from kilosat.walks.run import Outcome
from kilosat.walks.terms import Floats, MineTerms


def _public(outcome: Outcome) -> Floats:
    result: Floats = outcome.mine["public"] + outcome.reserve["public"]
    return result


@figure(
    unit="m USD",
    formula="sums over the horizon, not discounted, quantiles over paths; cost is below zero",
    modelled=True,
)
def public_account(
    outcome: Outcome, mine_terms: MineTerms, seized_coins: float, price_at_start: float
) -> pd.DataFrame:
    """The state's flows one by one: by path they add up to the result without discounting.

    Each row has its own quantiles, so that those do not add up. Coins that come from the mine are
    in the value of the reserve and in sales.
    """
    flows = _flows(outcome, mine_terms, seized_coins * price_at_start)
    return quantiles_by({name: values / MILLION for name, values in flows.items()})


@figure(unit="m USD", formula="sum of the state's flows, not discounted", modelled=True)
def public_result_undiscounted(
    outcome: Outcome, mine_terms: MineTerms, seized_coins: float, price_at_start: float
) -> "pd.Series[float]":
    """What the plan brings the state if a dollar in ten years counts as much as one today."""
    flows = _flows(outcome, mine_terms, seized_coins * price_at_start)
    return quantiles(np.sum(list(flows.values()), axis=0) / MILLION)


def _flows(outcome: Outcome, terms: MineTerms, seized_usd: float) -> dict[str, Floats]:
    """The state's flows over the horizon, by path, in USD."""
    mine, reserve = outcome.mine, outcome.reserve
    seized = np.full(outcome.paths, seized_usd)
    power = mine["bill"] - mine["energy"] * terms.system_cost
    return {
        "paid for coins": -reserve["purchases"],
        "seized coins, not sold at the start": -seized,
        "received for coins sold": reserve["sales"],
        "value of the reserve at the end": reserve["value"],
        "power: tariff less its cost": power - mine["bill_coins"],
        "connection, less what is left of it": mine["margin"] - power,
        "profit tax and import duty": mine["taxes"],
        "cash as owner of the mine": mine["equity"],
    }


@figure(unit="m USD", formula="coins at the price of the day on which they came", modelled=True)
def mined_coins_to_state(outcome: Outcome) -> pd.DataFrame:
    """Coins of the mine that went into the reserve, by why, quantiles over paths."""
    mine = outcome.mine
    rows = {
        "royalty": mine["royalties"] - mine["bill_coins"],
        "part of the power bill": mine["bill_coins"],
        "kept as owner": mine["kept"],
    }
    return quantiles_by({name: values / MILLION for name, values in rows.items()})


@figure(
    unit="m USD",
    formula="present value of all flows of the state, the reserve at its last price; seized coins "
    "count at what they would have brought on the as-of date",
    modelled=True,
)
def public_result(outcome: Outcome) -> "pd.Series[float]":
    """What the plan is worth to the state at the state's discount rate, quantiles over paths."""
    return quantiles(_public(outcome) / MILLION)


@figure(unit="%", formula="share of paths with a public result below zero", modelled=True)
def chance_of_public_loss(outcome: Outcome) -> float:
    """Probability that the plan costs the state more than it brings."""
    return 100.0 * float((_public(outcome) < 0).mean())


@figure(unit="m USD", formula="mean of the worst 2.5 % of paths", modelled=True)
def public_shortfall(outcome: Outcome) -> float:
    """Expected shortfall of the public result."""
    return expected_shortfall(_public(outcome)) / MILLION


@figure(unit="%", formula="public result / GDP of a year")
def public_result_share(public_result: "pd.Series[float]", gdp: float) -> "pd.Series[float]":
    """The public result as a share of a year's GDP."""
    return 100.0 * public_result * MILLION / (gdp * BILLION)


@figure(
    unit="m USD",
    formula="sums over the horizon, not discounted; what leaves is below zero; net is by path",
    modelled=True,
)
def foreign_exchange(outcome: Outcome) -> pd.DataFrame:
    """Foreign exchange both ways: mined coins in; machines, fuel and purchases out.

    All machines and sites are imported, all mined coins count as earned abroad. Private owners are
    foreign: they bring the capital and take the profit, so their money comes in where they lose.
    """
    mine, reserve = outcome.mine, outcome.reserve
    # Coins of the mine came in once already, when they were mined.
    mined = mine["kept"] + mine["royalties"]
    others = np.divide(
        np.maximum(reserve["paid_in"] - mined, 0.0),
        reserve["paid_in"],
        out=np.zeros(outcome.paths),
        where=reserve["paid_in"] > 0,
    )
    rows = {
        "mined coins": mine["revenue"],
        "bought or seized coins sold": reserve["sales"] * others,
        "machines and site": -mine["machines"],
        "imported fuel": -mine["fuel"],
        "private owners' money": -mine["abroad"],
        "coins bought": -reserve["purchases"],
    }
    net = sum(rows.values())
    scaled = {name: values / MILLION for name, values in (rows | {"net": net}).items()}
    return quantiles_by(scaled)


@figure(
    unit="m USD",
    formula="coins + connection + state share x (machines, site, running cost) + cost of power "
    "that others did not pay",
    modelled=True,
)
def public_outlay(outcome: Outcome, mine_terms: MineTerms) -> "pd.Series[float]":
    """What the state lays out over the horizon, before anything comes back, quantiles over paths.

    Taxes that it would pay itself are left out.
    """
    mine, reserve, share = outcome.mine, outcome.reserve, mine_terms.state_share
    power_cost = mine["energy"] * mine_terms.system_cost
    unpaid = np.maximum(power_cost - (1.0 - share) * mine["bill"], 0.0)
    paid = reserve["purchases"] + share * (mine["machines"] + mine["running"]) + unpaid
    return quantiles((paid + mine_terms.connection_usd) / MILLION)
