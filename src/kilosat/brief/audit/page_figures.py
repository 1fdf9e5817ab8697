"""Figures that only the report of an audit prints."""

import pandas as pd

from kilosat.figures import figure

__all__: list[str] = []

_COUNT = {"outputs": "1", "announcements": "1"}


@figure(
    unit="sat",
    formula="unspent outputs at the end, grouped by where their public key stands",
    column_units=_COUNT,
    reference="BIP 341: a Taproot output shows its key; a hash hides it until the first spend",
)
def coins_by_exposure(coins_at_end: pd.DataFrame) -> pd.DataFrame:
    """Coins whose public key the chain shows, and coins whose key it does not show."""
    groups = coins_at_end.groupby("exposure", sort=False)["sats"]
    return pd.DataFrame({"outputs": groups.size(), "sats": groups.sum()})


@figure(unit="1", formula="number of addresses with coins at the end")
def addresses_with_coins(addresses_at_end: pd.DataFrame) -> int:
    """Over how many addresses the coins are spread."""
    return int((addresses_at_end["sats"] > 0).sum())


@figure(unit="sat", formula="most coins under one address at the end")
def largest_address_sats(addresses_at_end: pd.DataFrame) -> int:
    """What would be lost with the key, or keys, of the fullest address."""
    return int(addresses_at_end["sats"].max()) if len(addresses_at_end) else 0


@figure(
    unit="sat",
    formula="announcements within the audit that say that coins came or went, by what became"
    " of them",
    column_units=_COUNT,
)
def announcements_by_status(announced: pd.DataFrame) -> pd.DataFrame:
    """How many announcements were found on the chain, and the coins stated, found and missing."""
    groups = announced.groupby("status", sort=False)
    return pd.DataFrame(
        {
            "announcements": groups.size(),
            "stated": groups["sats"].sum(),
            "found": groups["matched_sats"].sum(),
            "missing": groups["missing_sats"].sum(),
        }
    )


@figure(unit="1", formula="number of flows within the audit")
def flows_within(perimeter_flows: pd.DataFrame) -> int:
    """Parts of transactions; one transaction may have several, such as a payment and its fee."""
    return int((perimeter_flows["when"] == "within").sum())


@figure(unit="1", formula="number of flows within the audit of which nothing is known")
def unexplained_flows(perimeter_flows: pd.DataFrame) -> int:
    """Inflows and outflows without any evidence."""
    within = perimeter_flows["when"] == "within"
    return int((within & (perimeter_flows["sub_kind"] == "unexplained")).sum())
