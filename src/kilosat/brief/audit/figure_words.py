"""What the figures of an audit are called: on the page, in its appendix and in the workbook."""

from collections.abc import Mapping

__all__ = ["FIGURE_WORDS", "words_of"]

FIGURE_WORDS: Mapping[str, str] = {
    "stock_at_start_sats": "Stock at the start",
    "stock_at_end_sats": "Stock at the end",
    "net_change_sats": "Change of the stock",
    "net_change_size_sats": "Change of the stock, up or down",
    "mined_sats": "Mined",
    "stated_to_be_mined_sats": "Mined, by the holder's own word alone",
    "purchased_sats": "Counts as bought",
    "purchased_with_strong_evidence_sats": "Bought, by strong evidence",
    "purchased_by_label_alone_sats": "Bought, by an exchange's label alone",
    "purchased_by_word_alone_sats": "Bought, by the holder's own word alone",
    "seized_sats": "Seized",
    "donated_sats": "Given, and dust",
    "client_deposits_sats": "Brought by clients",
    "transfers_in_sats": "Came from other wallets of the register",
    "unexplained_in_sats": "Came in, unexplained",
    "maybe_returned_sats": "Came in, may be its own coins coming back",
    "came_in_sats": "Came from outside, all together",
    "went_out_sats": "Left, all together, without fees",
    "sold_sats": "Counts as sold",
    "sold_with_strong_evidence_sats": "Sold, by strong evidence",
    "sold_by_label_alone_sats": "Sold, by an exchange's label alone",
    "sold_by_word_alone_sats": "Sold, by the holder's own word alone",
    "payments_out_sats": "Payments, by its own books",
    "client_withdrawals_sats": "Taken out by clients",
    "paid_out_sats": "Paid out by its own books, clients included",
    "transfers_out_sats": "Went to other wallets of the register",
    "unexplained_out_sats": "Left, unexplained",
    "fees_sats": "Fees of miners",
    "internal_churn_sats": "Only moved from wallet to wallet",
    "change_returned_sats": "Came back to the wallet that paid",
    "dashboard_sats": "Added by a dashboard",
    "dashboard_from_outside_sats": "Added by a dashboard, from outside",
    "dashboard_from_inside_sats": "Added by a dashboard, from other wallets of the perimeter",
    "dashboard_purchased_sats": "Added by a dashboard, counts as bought",
    "announced_sats": "Announced as bought, mined, seized or given",
    "announced_and_seen_sats": "Announced, and coins from outside found",
    "announced_not_seen_sats": "Announced, and no coins from outside found",
    "announced_and_moved_sats": "Announced, and coins only moved",
    "announced_early_sats": "Announced before any coin came to these wallets",
    "announced_sold_sats": "Announced as sold",
    "announced_sold_not_seen_sats": "Announced as sold, and no coins that left found",
    "announced_by_status": "Announcements of coins that came, by outcome",
    "announced_sold_by_status": "Announcements of sales, by outcome",
    "entities_within": "Holders within the perimeter",
    "entities_without_addresses": "Holders of whom no address is known",
    "entities_known_in_part": "Holders of whom only some addresses are known",
    "owed_to_clients_at_start_sats": "Owed to clients at the start",
    "owed_to_clients_at_end_sats": "Owed to clients at the end",
    "public_stock_at_start_sats": "Stock at the start, less what is owed to clients",
    "public_stock_at_end_sats": "Stock at the end, less what is owed to clients",
    "public_change_sats": "Change, less what is owed to clients",
    "public_change_size_sats": "Change, less what is owed to clients, up or down",
    "unspent_outputs": "Unspent outputs at the end",
    "largest_coin_sats": "Largest unspent output",
    "largest_address_sats": "Most under one address",
    "addresses_with_coins": "Addresses with coins at the end",
    "visible_key_sats": "Coins under keys that the chain shows",
    "valid_signatures": "Valid signatures of control",
    "signed_coins_sats": "Coins under scripts with a valid signature",
    "coins_by_exposure": "Coins by where their public key stands",
    "reused_addresses": "Addresses paid more than once",
    "cost_of_coins_usd": "Value at the price of the day on which the coins came",
    "average_cost_usd_per_btc": "Value at the price of the day, per coin",
    "priced_sats": "Coins whose day has a known price",
    "unpriced_sats": "Coins whose day has no known price",
    "flows_within": "Parts of transactions within the audit",
    "unexplained_flows": "Parts of which nothing is known",
}


def words_of(figure: str) -> str:
    """What a figure is called; made from its name where nobody gave it words.

    >>> words_of("fees_sats"), words_of("a_new_one_sats")
    ('Fees of miners', 'A new one')
    """
    made = figure.removesuffix("_sats").replace("_", " ").capitalize()
    return FIGURE_WORDS.get(figure, made)
