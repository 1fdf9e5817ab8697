"""The verdict of an audit in sentences; every number in them is a figure."""

from collections.abc import Iterator, Mapping

from kilosat.chain.audit.facts import Fact

__all__ = ["verdict_of"]

_CAME_IN = (
    ("mined_sats", "mined"),
    ("purchased_sats", "with evidence of a purchase"),
    ("seized_sats", "with evidence of a seizure"),
    ("donated_sats", "given or dust"),
    ("client_deposits_sats", "brought by clients"),
    ("transfers_in_sats", "from wallets of the register outside this perimeter"),
    ("unexplained_in_sats", "unexplained"),
)
_WENT_OUT = (
    ("sold_sats", "with evidence of a sale"),
    ("paid_out_sats", "paid out by its own books"),
    ("transfers_out_sats", "to wallets of the register outside this perimeter"),
    ("unexplained_out_sats", "unexplained"),
)


def verdict_of(sums: Mapping[str, int], reserve: str, unpriced_days: bool) -> tuple[Fact, ...]:
    """The sentences, most asked for first. ``reserve`` is the title of what a dashboard shows."""
    return (
        _stock(sums),
        _in(sums),
        *_purchases(sums),
        _out(sums),
        _churn(sums),
        _dashboard(sums, reserve),
        *_announcements(sums),
        *_cost(sums, unpriced_days),
        _coins(sums),
    )


def _stock(sums: Mapping[str, int]) -> Fact:
    change = sums["public_change_sats"]
    word = "grew by" if change > 0 else "shrank by" if change < 0 else "did not change:"
    owed = sums["owed_to_clients_at_start_sats"] or sums["owed_to_clients_at_end_sats"]
    text = (
        f"Its own coins {word} {{public_change_size_sats}}, from {{public_stock_at_start_sats}} to"
        " {public_stock_at_end_sats}"
    )
    if owed:
        text += (
            "; under its keys are {stock_at_end_sats}, of which {owed_to_clients_at_end_sats} are"
            " owed to clients"
        )
    return Fact("stock", f"{text}.")


def _in(sums: Mapping[str, int]) -> Fact:
    if not sums["came_in_sats"]:
        return Fact("came in", "No coin came from outside.")
    parts = _listed(f"{{{name}}} {words}" for name, words in _CAME_IN if sums[name])
    return Fact("came in", f"From outside came {{came_in_sats}}: {parts}.")


def _purchases(sums: Mapping[str, int]) -> Iterator[Fact]:
    if sums["purchased_sats"]:
        yield Fact(
            "purchases",
            "Of the purchases, {purchased_with_strong_evidence_sats} have strong evidence: a"
            " document that names the transaction, or two kinds of signs that agree. The rest rests"
            " on one sign: a label, or an announcement of about that amount within days.",
        )


def _out(sums: Mapping[str, int]) -> Fact:
    if not sums["went_out_sats"]:
        fees = ", but for {fees_sats} of fees" if sums["fees_sats"] else ""
        return Fact("went out", f"No coin left{fees}.")
    parts = _listed(f"{{{name}}} {words}" for name, words in _WENT_OUT if sums[name])
    return Fact("went out", f"{{went_out_sats}} left: {parts}; fees took {{fees_sats}}.")


def _churn(sums: Mapping[str, int]) -> Fact:
    if not sums["internal_churn_sats"]:
        return Fact("churn", "No coin moved from one of its wallets to another.")
    return Fact(
        "churn",
        "{internal_churn_sats} only moved from one of its wallets to another, which makes nobody"
        " richer.",
    )


def _dashboard(sums: Mapping[str, int], reserve: str) -> Fact:
    if not sums["dashboard_sats"]:
        return Fact("dashboard", f"A dashboard that shows only '{reserve}' would not have grown.")
    return Fact(
        "dashboard",
        f"A dashboard that shows only '{reserve}' would have added {{dashboard_sats}}:"
        " {dashboard_from_outside_sats} of it came from outside with the same transaction,"
        " {dashboard_from_inside_sats} were inside already.",
    )


def _announcements(sums: Mapping[str, int]) -> Iterator[Fact]:
    if sums["announced_sats"]:
        yield Fact(
            "announced",
            "{announced_sats} were announced as bought, mined, seized or given: coins from outside"
            " were found for {announced_and_seen_sats}, none for {announced_not_seen_sats}.",
        )


def _cost(sums: Mapping[str, int], unpriced_days: bool) -> Iterator[Fact]:
    if not sums["priced_sats"]:
        return
    text = (
        "At the close of the day on which each came in, {priced_sats} of what it holds cost"
        " {cost_of_coins_usd}, {average_cost_usd_per_btc} on average"
    )
    if unpriced_days:
        text += "; of {unpriced_sats} more the day's price is not known"
    yield Fact("cost", f"{text}. What was paid in truth is not on the chain.")


def _coins(sums: Mapping[str, int]) -> Fact:
    if not sums["unspent_outputs"]:
        return Fact("coins", "It holds no unspent output.")
    return Fact(
        "coins",
        "Unspent outputs: {unspent_outputs}, the largest of {largest_coin_sats}. Coins under public"
        " keys that the chain shows: {visible_key_sats}. Addresses that were paid more than once:"
        " {reused_addresses}.",
    )


def _listed(parts: Iterator[str]) -> str:
    found = list(parts)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} and {found[-1]}"
