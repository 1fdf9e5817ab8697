"""Figures of an audit that follow from the flows of the perimeter, in whole satoshis."""

import pandas as pd

from kilosat.figures import figure

__all__ = ["FLOW_COLUMNS"]

FLOW_COLUMNS = (
    "when",
    "kind",
    "sub_kind",
    "confidence",
    "of_exchange",
    "sats",
    "net_sats",
    "maybe_returned_sats",
)
"""Columns of ``perimeter_flows``; ``when`` is "before" or "within" the audit, ``of_exchange``
whether a labelled exchange is on the other side."""


def _sum(flows: pd.DataFrame, kind: str, *sub_kinds: str) -> int:
    """Satoshis of a kind within the audit; without sub-kinds, of all of them."""
    chosen = flows[(flows["when"] == "within") & (flows["kind"] == kind)]
    if sub_kinds:
        chosen = chosen[chosen["sub_kind"].isin(sub_kinds)]
    return int(chosen["sats"].sum())


def _strong(flows: pd.DataFrame) -> pd.DataFrame:
    return flows[flows["confidence"].isin(["strong", "proven"])]


def _weak(flows: pd.DataFrame, *, of_exchange: bool) -> pd.DataFrame:
    return flows[(flows["confidence"] == "weak") & (flows["of_exchange"] == of_exchange)]


@figure(unit="sat", formula="sum of net flows before the start")
def stock_at_start_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins under the perimeter's scripts at the start of the audit."""
    return int(perimeter_flows.loc[perimeter_flows["when"] == "before", "net_sats"].sum())


@figure(unit="sat", formula="sum of net flows before the end")
def stock_at_end_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins under the perimeter's scripts at the end of the audit."""
    return int(perimeter_flows["net_sats"].sum())


@figure(unit="sat", formula="stock at the end - stock at the start")
def net_change_sats(stock_at_start_sats: int, stock_at_end_sats: int) -> int:
    """By how much the perimeter's coins grew (or, below nought, shrank)."""
    return stock_at_end_sats - stock_at_start_sats


@figure(unit="sat", formula="net change without its sign")
def net_change_size_sats(net_change_sats: int) -> int:
    """By how much the perimeter's coins changed, up or down."""
    return abs(net_change_sats)


@figure(unit="sat", formula="coinbases + payouts of labelled pools + what is stated to be mined")
def mined_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that were mined for the perimeter."""
    return _sum(perimeter_flows, "mined")


@figure(unit="sat", formula="inflows of unlabelled payers that documents call mined")
def stated_to_be_mined_sats(perimeter_flows: pd.DataFrame) -> int:
    """Of the mined coins, those that are called so by the audited side's own word alone."""
    return _sum(perimeter_flows, "mined", "stated")


@figure(unit="sat", formula="inflows with evidence of a purchase, whatever its confidence")
def purchased_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins from outside for which there is evidence of a purchase, weak evidence included."""
    return _sum(perimeter_flows, "inflow", "purchase")


@figure(unit="sat", formula="inflows with strong evidence of a purchase")
def purchased_with_strong_evidence_sats(perimeter_flows: pd.DataFrame) -> int:
    """Bought coins that the keeper's own books name by transaction, or of which the label of an
    exchange and the audited side's own word agree, with nothing gone to that exchange before.
    """
    return _sum(_strong(perimeter_flows), "inflow", "purchase")


@figure(unit="sat", formula="inflows with weak evidence of a purchase, paid by a labelled exchange")
def purchased_by_label_alone_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that are taken to be bought because a labelled exchange paid them; whatever else is
    said of them, they may have been kept there.
    """
    return _sum(_weak(perimeter_flows, of_exchange=True), "inflow", "purchase")


@figure(unit="sat", formula="inflows with weak evidence of a purchase, of no labelled exchange")
def purchased_by_word_alone_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that are taken to be bought because the audited side says so."""
    return _sum(_weak(perimeter_flows, of_exchange=False), "inflow", "purchase")


@figure(unit="sat", formula="inflows with evidence of a seizure")
def seized_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins from outside for which there is evidence of a seizure."""
    return _sum(perimeter_flows, "inflow", "seizure")


@figure(unit="sat", formula="inflows with evidence of a donation, and dust")
def donated_sats(perimeter_flows: pd.DataFrame) -> int:
    """Donations with evidence, and amounts too small to matter that anyone can send."""
    return _sum(perimeter_flows, "inflow", "donation", "dust")


@figure(unit="sat", formula="inflows that a payment record calls client deposits")
def client_deposits_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that clients brought, by the keeper's own books."""
    return _sum(perimeter_flows, "inflow", "client deposit")


@figure(unit="sat", formula="inflows from wallets of the register outside the perimeter")
def transfers_in_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins from wallets that are known but lie outside this perimeter."""
    return _sum(perimeter_flows, "inflow", "transfer")


@figure(unit="sat", formula="inflows without evidence")
def unexplained_in_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins from outside of which nothing is known."""
    return _sum(perimeter_flows, "inflow", "unexplained")


@figure(unit="sat", formula="of each such inflow, at most what went to its payer before")
def maybe_returned_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins from parties to which as much had gone before: perhaps its own that came back."""
    within = perimeter_flows[perimeter_flows["when"] == "within"]
    return int(within["maybe_returned_sats"].sum())


@figure(unit="sat", formula="mined + all inflows")
def came_in_sats(perimeter_flows: pd.DataFrame) -> int:
    """All coins that entered the perimeter from outside, mined ones included."""
    return _sum(perimeter_flows, "mined") + _sum(perimeter_flows, "inflow")


@figure(unit="sat", formula="outflows - fees")
def went_out_sats(perimeter_flows: pd.DataFrame, fees_sats: int) -> int:
    """All coins that left the perimeter to someone, without the miners' fees."""
    return _sum(perimeter_flows, "outflow") - fees_sats


@figure(unit="sat", formula="outflows with evidence of a sale")
def sold_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that left with evidence of a sale, such as to a labelled exchange."""
    return _sum(perimeter_flows, "outflow", "sale")


@figure(unit="sat", formula="outflows with strong evidence of a sale")
def sold_with_strong_evidence_sats(perimeter_flows: pd.DataFrame) -> int:
    """Sold coins that the keeper's own books name by transaction, or of which the label of an
    exchange and the audited side's own word agree.
    """
    return _sum(_strong(perimeter_flows), "outflow", "sale")


@figure(unit="sat", formula="outflows with weak evidence of a sale, to a labelled exchange")
def sold_by_label_alone_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that are taken to be sold because a labelled exchange was paid; it may keep them."""
    return _sum(_weak(perimeter_flows, of_exchange=True), "outflow", "sale")


@figure(unit="sat", formula="outflows with weak evidence of a sale, to no labelled exchange")
def sold_by_word_alone_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that are taken to be sold because the audited side says so."""
    return _sum(_weak(perimeter_flows, of_exchange=False), "outflow", "sale")


@figure(unit="sat", formula="outflows that a payment record calls payments")
def payments_out_sats(perimeter_flows: pd.DataFrame) -> int:
    """Payments, by the keeper's own books."""
    return _sum(perimeter_flows, "outflow", "payment")


@figure(unit="sat", formula="outflows that a payment record calls client withdrawals")
def client_withdrawals_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that clients took out, by the keeper's own books."""
    return _sum(perimeter_flows, "outflow", "client withdrawal")


@figure(unit="sat", formula="payments + client withdrawals")
def paid_out_sats(payments_out_sats: int, client_withdrawals_sats: int) -> int:
    """Payments and withdrawals of clients, by the keeper's own books."""
    return payments_out_sats + client_withdrawals_sats


@figure(unit="sat", formula="outflows to wallets of the register outside the perimeter")
def transfers_out_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that went to wallets that are known but lie outside this perimeter."""
    return _sum(perimeter_flows, "outflow", "transfer")


@figure(unit="sat", formula="outflows without evidence")
def unexplained_out_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that left, of which nothing is known."""
    return _sum(perimeter_flows, "outflow", "unexplained")


@figure(unit="sat", formula="fees of transactions that the perimeter paid for")
def fees_sats(perimeter_flows: pd.DataFrame) -> int:
    """What the miners of the blocks took of the perimeter's coins."""
    return _sum(perimeter_flows, "outflow", "fee")


@figure(unit="sat", formula="sum of what went from one wallet of the perimeter to another")
def internal_churn_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that only moved inside: a dashboard of one wallet shows them as growth."""
    return _sum(perimeter_flows, "internal", "moved")


@figure(unit="sat", formula="sum of what came back to a wallet that paid")
def change_returned_sats(perimeter_flows: pd.DataFrame) -> int:
    """Coins that a wallet paid to itself, such as change and consolidation."""
    return _sum(perimeter_flows, "internal", "change")
