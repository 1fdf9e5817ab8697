"""Figures that only the report of an audit prints."""

import pandas as pd

from kilosat.figures import figure

__all__ = ["ALL"]

ALL = "all"
"""The row that sums up the others of its table."""
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
    formula="announcements within the audit that say that coins came, by what became of them",
    column_units=_COUNT,
)
def announced_by_status(announced: pd.DataFrame) -> pd.DataFrame:
    """How many of what was bought, mined, seized or given were found on the chain, and the coins
    stated, found and missing. Sales are apart.
    """
    return _by_status(announced[announced["side"] == "in"])


@figure(
    unit="sat",
    formula="announcements within the audit that say that coins were sold, by what became of them",
    column_units=_COUNT,
)
def announced_sold_by_status(announced: pd.DataFrame) -> pd.DataFrame:
    """How many sales were found on the chain, and the coins stated, found and missing."""
    return _by_status(announced[announced["side"] == "out"])


def _by_status(announced: pd.DataFrame) -> pd.DataFrame:
    """A row for each status, and one for all of them."""
    groups = {str(status): rows for status, rows in announced.groupby("status", sort=False)}
    sums = {
        key: (len(rows), *(rows[name].sum() for name in ("sats", "matched_sats", "missing_sats")))
        for key, rows in (groups | {ALL: announced}).items()
    }
    columns = ["announcements", "stated", "found", "missing"]
    return pd.DataFrame.from_dict(sums, orient="index", columns=columns)


@figure(unit="1", formula="number of flows within the audit")
def flows_within(perimeter_flows: pd.DataFrame) -> int:
    """Parts of transactions; one transaction may have several, such as a payment and its fee."""
    return int((perimeter_flows["when"] == "within").sum())


@figure(unit="1", formula="number of flows within the audit of which nothing is known")
def unexplained_flows(perimeter_flows: pd.DataFrame) -> int:
    """Inflows and outflows without any evidence."""
    within = perimeter_flows["when"] == "within"
    return int((within & (perimeter_flows["sub_kind"] == "unexplained")).sum())
