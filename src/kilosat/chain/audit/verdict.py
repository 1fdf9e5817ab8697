"""The verdict of an audit in sentences; every number in them is a figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kilosat.chain.audit.announced import announced, sold
from kilosat.chain.audit.facts import Fact

__all__ = ["Situation", "verdict_of"]

Sums = Mapping[str, int]

_CAME_IN = (
    ("mined_sats", "mined"),
    ("purchased_with_strong_evidence_sats", "bought by strong evidence"),
    ("purchased_by_label_alone_sats", "paid by a labelled exchange"),
    ("purchased_by_word_alone_sats", "bought by the holder's own word alone"),
    ("seized_sats", "with evidence of a seizure"),
    ("donated_sats", "given or dust"),
    ("client_deposits_sats", "brought by clients"),
    ("transfers_in_sats", "from wallets of the register outside this perimeter"),
    ("unexplained_in_sats", "unexplained"),
)
_WENT_OUT = (
    ("sold_with_strong_evidence_sats", "sold by strong evidence"),
    ("sold_by_label_alone_sats", "paid to a labelled exchange, as a sale or to be kept there"),
    ("sold_by_word_alone_sats", "sold by the holder's own word alone"),
    ("payments_out_sats", "paid out by the holder's own books"),
    ("client_withdrawals_sats", "taken out by clients"),
    ("transfers_out_sats", "to wallets of the register outside this perimeter"),
    ("unexplained_out_sats", "unexplained"),
)
_BOUGHT = (
    (
        "purchased_with_strong_evidence_sats",
        "Strong evidence is the holder's own books that name the transaction, or the label of an"
        " exchange with which the holder's own announcement or books agree, where no coins can be"
        " coming back.",
    ),
    (
        "purchased_by_label_alone_sats",
        "What a labelled exchange paid may also be a withdrawal of coins that were held there.",
    ),
    (
        "purchased_by_word_alone_sats",
        "The holder's own word is an announcement, or books of about that amount: nobody else bears"
        " it out.",
    ),
)


@dataclass(frozen=True)
class Situation:
    """What the sentences depend on beside the sums.

    ``reserve`` is the title of what a dashboard shows, ``reserve_is_within`` whether all its
    wallets lie within the perimeter. ``owed_is_stated``: somebody said what is owed to clients;
    ``owed_at_start_is_open``: only after the start, while coins were held.
    ``holders_have_others``: wallets of its holders lie outside the perimeter. ``all_bought``:
    nothing it holds came in but by purchase.
    """

    reserve: str
    reserve_is_within: bool
    has_wallets: bool
    owed_is_stated: bool
    owed_at_start_is_open: bool
    holders_have_others: bool
    all_bought: bool


def verdict_of(sums: Sums, situation: Situation) -> tuple[Fact, ...]:
    """The sentences, most asked for first."""
    if not situation.has_wallets:
        nothing = "None of its wallets is known: nothing can be said of its coins."
        return (Fact("stock", nothing), *announced(sums, situation.holders_have_others))
    return (
        _stock(sums, situation),
        *_unseen(sums),
        _in(sums),
        *_purchases(sums),
        *_returned(sums),
        _out(sums),
        _churn(sums),
        _dashboard(sums, situation),
        *announced(sums, situation.holders_have_others),
        *sold(sums),
        *_cost(sums, situation),
        _coins(sums),
        *_signed(sums),
    )


def _stock(sums: Sums, situation: Situation) -> Fact:
    if not situation.owed_is_stated:
        return Fact("stock", f"{_changed(sums, 'net_change', 'stock')}.")
    if situation.owed_at_start_is_open:
        text = _changed(sums, "net_change", "stock")
        return Fact(
            "stock",
            f"{text}. {{owed_to_clients_at_end_sats}} are owed to clients at the end; what was owed"
            " at the start is not stated, so the change of its own coins is not known.",
        )
    text = _changed(
        sums, "public_change", "public_stock", "Less what is stated as owed to clients, coins"
    )
    short = sums["public_stock_at_end_sats"] < 0
    return Fact(
        "stock",
        f"{text}; the wallets hold {{stock_at_end_sats}}, {'but' if short else 'of which'}"
        f" {{owed_to_clients_at_end_sats}} are owed to clients.",
    )


def _changed(sums: Sums, change: str, stock: str, whose: str = "Coins") -> str:
    sats = sums[f"{change}_sats"]
    if not sats:
        return f"{whose} in its known wallets did not change: {{{stock}_at_end_sats}} at both dates"
    word = "grew" if sats > 0 else "shrank"
    return (
        f"{whose} in its known wallets {word} by {{{change}_size_sats}}, from"
        f" {{{stock}_at_start_sats}} to {{{stock}_at_end_sats}}"
    )


def _unseen(sums: Sums) -> Iterator[Fact]:
    """What stands between these wallets and the perimeter as a whole."""
    one = sums["entities_within"] == 1
    parts = [
        words if one else f"{words} of {{{name}}}"
        for name, words in (
            ("entities_without_addresses", "no address is known"),
            ("entities_known_in_part", "only some addresses are known"),
        )
        if sums[name]
    ]
    if parts:
        whose, others = ("its holder", "its") if one else ("its {entities_within} holders", "their")
        yield Fact(
            "not seen",
            f"Of {whose} {' and '.join(parts)}: coins that come from {others} other wallets count"
            " as from outside, and whether the perimeter as a whole gained is not shown.",
        )


def _in(sums: Sums) -> Fact:
    if not sums["came_in_sats"]:
        return Fact("came in", "No coin came from outside.")
    parts = [(name, words) for name, words in _CAME_IN if sums[name]]
    text = f"From outside came {{came_in_sats}}{_listed(parts)}."
    if sums["stated_to_be_mined_sats"]:
        text += " {stated_to_be_mined_sats} are mined by the holder's own word alone."
    return Fact("came in", text)


def _purchases(sums: Sums) -> Iterator[Fact]:
    if sums["purchased_sats"]:
        words = [words for name, words in _BOUGHT if sums[name]]
        yield Fact("purchases", " ".join(("{purchased_sats} count as bought.", *words)))


def _returned(sums: Sums) -> Iterator[Fact]:
    if sums["maybe_returned_sats"]:
        yield Fact(
            "returned",
            "Up to {maybe_returned_sats} came from parties to which as much had gone before: these"
            " may be its own coins coming back.",
        )


def _out(sums: Sums) -> Fact:
    fees = "; fees took {fees_sats}" if sums["fees_sats"] else ""
    if not sums["went_out_sats"]:
        return Fact("went out", f"No coin left{fees}.")
    parts = [(name, words) for name, words in _WENT_OUT if sums[name]]
    return Fact("went out", f"{{went_out_sats}} left{_listed(parts)}{fees}.")


def _churn(sums: Sums) -> Fact:
    if not sums["internal_churn_sats"]:
        return Fact("churn", "No coin moved from one of its wallets to another.")
    return Fact(
        "churn",
        "{internal_churn_sats} moved from one of its wallets to another, each move counted: what it"
        " holds is the same before and after.",
    )


def _dashboard(sums: Sums, situation: Situation) -> Fact:
    start = "A dashboard that shows only '{'reserve'}' would have added"
    names = {"reserve": situation.reserve}
    if not sums["dashboard_sats"]:
        return Fact("dashboard", f"{start} nothing.", names)
    if not situation.reserve_is_within:
        tail = "{dashboard_sats}, but shows wallets outside this perimeter"
        return Fact("dashboard", f"{start} {tail}.", names)
    parts = [
        (name, words)
        for name, words in (
            ("dashboard_from_outside_sats", "from outside this perimeter"),
            ("dashboard_from_inside_sats", "from other wallets of this perimeter"),
        )
        if sums[name]
    ]
    return Fact("dashboard", f"{start} {{dashboard_sats}}{_listed(parts)}.", names)


def _cost(sums: Sums, situation: Situation) -> Iterator[Fact]:
    if not sums["priced_sats"]:
        return
    text = (
        "At the close of the day on which each coin came in, {priced_sats} of what it holds were"
        " worth {cost_of_coins_usd}, {average_cost_usd_per_btc} on average"
    )
    if sums["unpriced_sats"]:
        text += "; of {unpriced_sats} more the day's price is not known"
    text += ". What was paid is not on the chain"
    if not situation.all_bought:
        text += ", and for coins that were not bought this is no cost"
    yield Fact("cost", f"{text}.")


def _coins(sums: Sums) -> Fact:
    if not sums["unspent_outputs"]:
        return Fact("coins", "It holds no unspent output.")
    return Fact(
        "coins",
        "Unspent outputs: {unspent_outputs}, the largest of {largest_coin_sats}. Coins under public"
        " keys that the chain shows: {visible_key_sats}. Addresses that were paid more than once:"
        " {reused_addresses}.",
    )


def _signed(sums: Sums) -> Iterator[Fact]:
    if sums["valid_signatures"]:
        yield Fact(
            "signed",
            "Valid signatures of control: {valid_signatures}. {signed_coins_sats} of its"
            " {stock_at_end_sats} lie where one of them shows that somebody holds the keys.",
        )


def _listed(parts: list[tuple[str, str]]) -> str:
    """Parts of a sum with their figures; of a single part only the words.

    >>> _listed([("mined_sats", "mined")]), _listed([("a", "x"), ("b", "y"), ("c", "z")])
    (', all mined', ': {a} x, {b} y and {c} z')
    """
    if len(parts) == 1:
        return f", all {parts[0][1]}"
    found = [f"{{{name}}} {words}" for name, words in parts]
    return f": {', '.join(found[:-1])} and {found[-1]}"
