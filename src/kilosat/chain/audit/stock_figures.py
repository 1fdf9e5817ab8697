"""Figures of an audit beside the flows: dashboard, announcements, liabilities, coins and cost."""

import pandas as pd

from kilosat.figures import figure
from kilosat.quantities import SATS_PER_BTC

__all__: list[str] = []

_VISIBLE = ("revealed by a spend", "in the output")


@figure(unit="sat", formula="sum of what transactions within the audit added to the reserve")
def dashboard_sats(reserve_gains: pd.DataFrame) -> int:
    """Gross inflow to the reserve wallets: what a dashboard that shows only these adds up."""
    return int(reserve_gains["gain_sats"].sum())


@figure(unit="sat", formula="of each such transaction, at most what crossed the border inwards")
def dashboard_from_outside_sats(reserve_gains: pd.DataFrame) -> int:
    """Of what the dashboard added, the coins that came from outside the perimeter with it."""
    return int(reserve_gains["from_outside_sats"].sum())


@figure(unit="sat", formula="of each such transaction, at most what moved inside the perimeter")
def dashboard_from_inside_sats(reserve_gains: pd.DataFrame) -> int:
    """Of what the dashboard added, the coins that came from other wallets of the perimeter."""
    return int(reserve_gains["from_inside_sats"].sum())


@figure(unit="sat", formula="of each such transaction, at most its inflow by purchase")
def dashboard_purchased_sats(reserve_gains: pd.DataFrame) -> int:
    """Of what the dashboard added, the coins with evidence of a purchase."""
    return int(reserve_gains["purchased_sats"].sum())


@figure(unit="sat", formula="coins announced as bought, mined, seized or donated within the audit")
def announced_sats(announced: pd.DataFrame) -> int:
    """Coins that the perimeter's entities said came in."""
    return int(announced.loc[announced["side"] == "in", "sats"].sum())


@figure(unit="sat", formula="coins from outside that were found for these announcements")
def announced_and_seen_sats(announced: pd.DataFrame) -> int:
    """Of the coins announced, those for which an inflow was found, by transaction or amount."""
    return int(announced.loc[announced["side"] == "in", "matched_sats"].sum())


@figure(unit="sat", formula="stated and not found, of announcements that are not matched")
def announced_not_seen_sats(announced: pd.DataFrame) -> int:
    """Of the coins announced, those of which no inflow was found."""
    return int(announced.loc[announced["side"] == "in", "missing_sats"].sum())


@figure(unit="sat", formula="of these, coins of transactions that only moved them")
def announced_and_moved_sats(announced: pd.DataFrame) -> int:
    """Of the coins announced and not seen to come in, those that moved, by transaction or amount,
    inside the perimeter or between wallets of the register; each move counts for one announcement.
    """
    return int(announced.loc[announced["side"] == "in", "moved_sats"].sum())


@figure(unit="sat", formula="of these, announced before any coin was seen in the wallets")
def announced_early_sats(announced: pd.DataFrame) -> int:
    """Of the coins announced and not seen, those that were announced before these wallets were in
    use, as far as the chain shows.
    """
    return int(announced.loc[announced["side"] == "in", "early_sats"].sum())


@figure(unit="sat", formula="coins announced as sold within the audit")
def announced_sold_sats(announced: pd.DataFrame) -> int:
    """Coins that the perimeter's entities said they sold."""
    return int(announced.loc[announced["side"] == "out", "sats"].sum())


@figure(unit="sat", formula="announced as sold, and no outflow found")
def announced_sold_not_seen_sats(announced: pd.DataFrame) -> int:
    """Of the coins announced as sold, those of which no outflow was found."""
    return int(announced.loc[announced["side"] == "out", "missing_sats"].sum())


@figure(unit="1", formula="number of entities within the perimeter")
def entities_within(entities: pd.DataFrame) -> int:
    """Holders that the register counts to the perimeter."""
    return len(entities)


@figure(unit="1", formula="number of entities of which no address is known")
def entities_without_addresses(entities: pd.DataFrame) -> int:
    """Holders of the perimeter whose coins cannot be seen."""
    return int((entities["addresses_known"] == "none").sum())


@figure(unit="1", formula="number of entities of which only some addresses are known")
def entities_known_in_part(entities: pd.DataFrame) -> int:
    """Holders of the perimeter some of whose coins cannot be seen."""
    return int((entities["addresses_known"] == "some").sum())


@figure(unit="sat", formula="latest balance owed at the start, summed over entities")
def owed_to_clients_at_start_sats(liabilities_at_start: pd.DataFrame) -> int:
    """Client deposits that the perimeter's entities owed at the start."""
    return int(liabilities_at_start["sats"].sum())


@figure(unit="sat", formula="latest balance owed at the end, summed over entities")
def owed_to_clients_at_end_sats(liabilities_at_end: pd.DataFrame) -> int:
    """Client deposits that the perimeter's entities owed at the end."""
    return int(liabilities_at_end["sats"].sum())


@figure(unit="sat", formula="stock at the start - owed to clients at the start")
def public_stock_at_start_sats(stock_at_start_sats: int, owed_to_clients_at_start_sats: int) -> int:
    """The perimeter's own coins at the start."""
    return stock_at_start_sats - owed_to_clients_at_start_sats


@figure(unit="sat", formula="stock at the end - owed to clients at the end")
def public_stock_at_end_sats(stock_at_end_sats: int, owed_to_clients_at_end_sats: int) -> int:
    """The perimeter's own coins at the end."""
    return stock_at_end_sats - owed_to_clients_at_end_sats


@figure(unit="sat", formula="public stock at the end - public stock at the start")
def public_change_sats(public_stock_at_start_sats: int, public_stock_at_end_sats: int) -> int:
    """By how much the perimeter's own coins changed."""
    return public_stock_at_end_sats - public_stock_at_start_sats


@figure(unit="sat", formula="public change without its sign")
def public_change_size_sats(public_change_sats: int) -> int:
    """By how much the perimeter's own coins changed, up or down."""
    return abs(public_change_sats)


@figure(unit="1", formula="number of unspent outputs at the end")
def unspent_outputs(coins_at_end: pd.DataFrame) -> int:
    """Coins in the sense of the chain: outputs that were not spent by the end."""
    return len(coins_at_end)


@figure(unit="sat", formula="largest unspent output at the end")
def largest_coin_sats(coins_at_end: pd.DataFrame) -> int:
    """The most that one key, or set of keys, would lose with one output."""
    return int(coins_at_end["sats"].max()) if len(coins_at_end) else 0


@figure(unit="sat", formula="unspent outputs whose public key the chain shows")
def visible_key_sats(coins_at_end: pd.DataFrame) -> int:
    """Coins under keys that are seen on the chain: what the quantum argument is about."""
    return int(coins_at_end.loc[coins_at_end["exposure"].isin(_VISIBLE), "sats"].sum())


@figure(unit="1", formula="number of signatures of control that are valid")
def valid_signatures(signatures: pd.DataFrame) -> int:
    """Messages that somebody who could spend from an address of the perimeter signed."""
    return int((signatures["outcome"] == "valid").sum())


@figure(unit="sat", formula="unspent outputs under scripts with a valid signature")
def signed_coins_sats(coins_at_end: pd.DataFrame) -> int:
    """Coins for whose script somebody could sign. Who that is the signature does not say."""
    return int(coins_at_end.loc[coins_at_end["is_signed"], "sats"].sum())


@figure(unit="1", formula="number of scripts that were paid more than once by the end")
def reused_addresses(addresses_at_end: pd.DataFrame) -> int:
    """Addresses that took coins in more than one transaction."""
    return int((addresses_at_end["times_funded"] > 1).sum())


@figure(unit="USD", formula="each inflow at the close of its day; what leaves, at the average")
def cost_of_coins_usd(cost_walk: pd.DataFrame) -> float:
    """Worth, on the days on which they came in, of the coins held at the end; not what was paid."""
    return float(cost_walk["cost_usd"].iloc[-1]) if len(cost_walk) else 0.0


@figure(unit="sat", formula="coins held at the end that came in on days of known price")
def priced_sats(cost_walk: pd.DataFrame) -> int:
    """Coins whose worth on the day is known."""
    return int(cost_walk["priced_sats"].iloc[-1]) if len(cost_walk) else 0


@figure(unit="sat", formula="coins held at the end that came in on days without a price")
def unpriced_sats(cost_walk: pd.DataFrame) -> int:
    """Coins whose worth on the day is not known."""
    return int(cost_walk["unpriced_sats"].iloc[-1]) if len(cost_walk) else 0


@figure(unit="USD/BTC", formula="worth of coins at the day's close / coins of known price")
def average_cost_usd_per_btc(cost_of_coins_usd: float, priced_sats: int) -> float:
    """Worth of a coin on the day it came in, on average; not a number where none is known."""
    return cost_of_coins_usd * SATS_PER_BTC / priced_sats if priced_sats else float("nan")
