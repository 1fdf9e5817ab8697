"""Rows of the page's tables: words and marked texts, ready for the template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kilosat.brief.audit.contents import Contents
from kilosat.brief.audit.page_figures import ALL
from kilosat.brief.audit.page_tables import kind_words
from kilosat.brief.audit.texts import clean
from kilosat.brief.marks import fig
from kilosat.chain.control import when_signed
from kilosat.chain.flows import AnnouncementMatch, Counterparty, Flow
from kilosat.chain.header import hex_of_hash

__all__ = ["MEASURES", "page_rows"]

_PARTIES, _EVIDENCE, _CONCERNED, _TXIDS = 3, 3, 12, 4
_LONG = 24
_SIGNATURES = 50
Rank = Literal["total", "part", "aside"]
"""A term of the sum, a part of the term above it, or no part of the sum."""
MEASURES: tuple[tuple[str, str, Rank], ...] = (
    ("stock_at_start_sats", "Stock at the start", "total"),
    ("came_in_sats", "Came from outside", "total"),
    ("mined_sats", "mined", "part"),
    ("purchased_sats", "bought, by the evidence", "part"),
    ("seized_sats", "seized", "part"),
    ("donated_sats", "given, and dust", "part"),
    ("client_deposits_sats", "brought by clients", "part"),
    ("transfers_in_sats", "from other wallets of the register", "part"),
    ("unexplained_in_sats", "unexplained", "part"),
    ("went_out_sats", "Left", "total"),
    ("sold_sats", "sold, by the evidence", "part"),
    ("paid_out_sats", "paid out by its own books", "part"),
    ("transfers_out_sats", "to other wallets of the register", "part"),
    ("unexplained_out_sats", "unexplained", "part"),
    ("fees_sats", "Fees of miners", "total"),
    ("stock_at_end_sats", "Stock at the end", "total"),
    ("internal_churn_sats", "Only moved from wallet to wallet (not part of the sum)", "aside"),
)
"""Figure, words, and its place in the sum: start + in - out - fees = end."""
_OF_WALLETS = (
    ("stock_at_start_sats", "Stock at the start"),
    ("came_in_sats", "Came in"),
    ("purchased_sats", "of it bought"),
    ("transfers_in_sats", "of it from other wallets"),
    ("unexplained_in_sats", "of it unexplained"),
    ("went_out_sats", "Left"),
    ("transfers_out_sats", "of it to other wallets"),
    ("stock_at_end_sats", "Stock at the end"),
)
_STATUS = {
    "matched": ("good", "✓", "found"),
    "partly": ("mid", "◐", "found in part"),
    "not seen": ("bad", "✗", "not seen"),
    "contradicted": ("bad", "≠", "contradicted"),
    "no amount": ("mid", "?", "states neither coins nor a transaction"),
    "not counted": ("mid", "–", "says of no coins that they came or went"),
}
_SIDES = (
    (
        "announced_by_status",
        "Announced as bought, mined, seized or given; found are coins from outside",
    ),
    ("announced_sold_by_status", "Announced as sold; found are coins that left"),
)
_ALIKE = "; coins of that amount only moved between wallets of the register, in"
_INSTEAD = {
    "contradicted": ": what it names did something else, in",
}
_EXPOSURE = {
    "hidden": "not shown: only its hash is on the chain",
    "revealed by a spend": "shown by an earlier spend",
    "in the output": "shown by the output itself",
    "not known": "not known: an unusual script",
}


@dataclass(frozen=True)
class Party:
    """Who stood on the other side; an address is ``long`` and set so that it can be copied."""

    name: str
    kind: str
    long: bool


@dataclass(frozen=True)
class FlowRow:
    """A flow of the page."""

    row: str
    day: date
    words: str
    amount: str
    confidence: str
    evidence: tuple[str, ...]
    parties: tuple[Party, ...]
    more_parties: bool
    txid: str
    tags: tuple[str, ...]
    unexplained: bool


@dataclass(frozen=True)
class SaidRow:
    """An announcement and what became of it; ``amount`` is nothing where it states none."""

    row: str
    day: date
    by: str
    kind: str
    text: str
    amount: str
    found: str
    tone: str
    symbol: str
    outcome: str
    txids: tuple[str, ...]
    instead: tuple[str, ...]
    instead_words: str
    more: bool


def page_rows(contents: Contents) -> dict[str, Any]:
    """All rows by the names that the template knows."""
    audit, chosen, register = contents.audit, contents.chosen, contents.register
    titles = {key: wallet.title for key, wallet in register.wallets.items()}
    return {
        "flow_groups": [
            (group, [_flow(number, flow, titles) for number, flow in group.rows])
            for group in chosen.flows
        ],
        "said_rows": [_said(contents, number, match) for number, match in chosen.announcements],
        "coin_rows": [
            {
                "row": str(number),
                "coin": coin,
                "wallet": titles[coin.wallet],
                "txid": hex_of_hash(coin.outpoint.txid),
                "address": coin.address or coin.script.hex(),
                "key": _EXPOSURE[coin.exposure],
                "visible": coin.exposure in ("revealed by a spend", "in the output"),
            }
            for number, coin in chosen.coins
        ],
        "address_rows": [
            {
                "row": str(number),
                "use": one,
                "wallet": titles[one.wallet],
                "address": one.address or one.script.hex(),
                "key": _EXPOSURE[one.exposure],
                "visible": one.exposure in ("revealed by a spend", "in the output"),
            }
            for number, one in chosen.addresses
        ],
        "signature_rows": [
            {
                "wallet": titles[one.control.wallet],
                "address": one.control.address,
                "valid": one.is_valid,
                "worth": when_signed(one.blocks) if one.is_valid else one.verdict.reason,
                "message": clean(one.control.message, 400),
            }
            for one in audit.controls[:_SIGNATURES]
        ],
        "exposures": _exposures(contents),
        "less_owed": any(name.startswith("public_") for name in audit.verdict[0].figures),
        "perimeters": [(str(n), audit.scopes[n].scope) for n in chosen.perimeters],
        "wallets": [(str(n), audit.scopes[n].scope) for n in chosen.wallets],
        "measures": _measures(contents),
        "wallet_measures": _OF_WALLETS,
        "outcomes": _outcomes(contents),
        "all_rows": ALL,
        "day_rows": chosen.days,
        "limits": list(_limits(contents)),
        "reorganisations": [
            (str(number), one) for number, one in enumerate(contents.done.reorganisations, start=1)
        ],
        "checks": contents.done.checks.items(),
        "owed_rows": [
            (str(number), register.entities[one.entity].title, one)
            for number, one in enumerate(audit.liabilities, start=1)
        ],
        "worth_rows": list(contents.graph.tables["worth"].rows.items()),
    }


def _flow(number: int, flow: Flow, titles: Mapping[str, str]) -> FlowRow:
    tags = [word for word, on in _tags(flow) if on]
    crossing = flow.kind != "internal"
    parties = [_party(one) for one in flow.counterparties]
    if not crossing:
        parties = [Party(clean(titles[key], 100), "", False) for key in flow.wallets]
    return FlowRow(
        row=str(number),
        day=flow.day,
        words=kind_words(flow),
        amount=fig(f"flows[{number},{'net' if crossing else 'sats'}]", bare=True, signed=crossing),
        confidence=flow.confidence,
        evidence=tuple(clean(one.text, 240) for one in flow.evidence[:_EVIDENCE]),
        parties=tuple(parties[:_PARTIES]),
        more_parties=len(parties) > _PARTIES,
        txid=hex_of_hash(flow.txid),
        tags=tuple(tags),
        unexplained=flow.sub_kind == "unexplained",
    )


def _tags(flow: Flow) -> tuple[tuple[str, bool], ...]:
    return ("mixed", flow.is_mixed), ("like a coinjoin", flow.is_coinjoin_like)


def _party(party: Counterparty) -> Party:
    name = clean(party.name, 100)
    return Party(name, party.kind, len(name) > _LONG and " " not in name)


def _said(contents: Contents, number: int, match: AnnouncementMatch) -> SaidRow:
    one = match.announcement
    tone, symbol, outcome = _STATUS[match.status]
    # Of those that merely have the amount, the first is the nearest by day.
    most = _TXIDS if match.status == "contradicted" else 1
    stated, found = (
        fig(f"announcements[{number},{key}]", bare=True) for key in ("stated", "found")
    )
    return SaidRow(
        row=str(number),
        day=one.date,
        by=contents.register.entities[one.entity].title,
        kind=one.kind,
        text=clean(one.text),
        amount=stated if one.sats is not None else "",
        found=found if match.matched_sats else "",
        tone=tone,
        symbol=symbol,
        outcome=outcome,
        txids=tuple(map(hex_of_hash, match.txids[:_TXIDS])),
        instead=tuple(map(hex_of_hash, match.instead[:most])),
        instead_words=_INSTEAD.get(match.status, _ALIKE),
        more=len(match.txids) > _TXIDS or len(match.instead) > most,
    )


def _exposures(contents: Contents) -> list[tuple[str, str]]:
    found = contents.graph.value("coins_by_exposure").index
    return [(str(key), _EXPOSURE[str(key)]) for key in found]


def _outcomes(contents: Contents) -> list[tuple[str, str, list[tuple[str, str, str, str]]]]:
    """Coins said to have come and coins said to have gone, never added up: figure, words, rows."""
    tables = [
        (figure, words, list(map(str, contents.graph.value(figure).index)))
        for figure, words in _SIDES
    ]
    return [
        (figure, words, [(key, *_STATUS[key]) for key in keys if key != ALL])
        for figure, words, keys in tables
        if keys != [ALL]
    ]


def _measures(contents: Contents) -> list[tuple[str, str, Rank]]:
    """The rows that are not nought for all perimeters shown, and the stocks."""
    audit = contents.audit
    shown = [audit.scopes[number].sums for number in contents.chosen.perimeters]
    return [
        measure
        for measure in MEASURES
        if "stock" in measure[0] or any(sums[measure[0]] for sums in shown)
    ]


def _limits(contents: Contents) -> Iterator[dict[str, Any]]:
    for limit in contents.audit.limits:
        texts = [clean(text, 160) for text in limit.concerns]
        yield {
            "text": clean(limit.text, 600),
            "remedy": clean(limit.remedy, 400),
            "concerns": [
                Party(text, "", len(text) > _LONG and " " not in text)
                for text in texts[:_CONCERNED]
            ],
            "more": len(texts) > _CONCERNED,
        }
