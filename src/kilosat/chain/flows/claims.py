"""Announcements and payment records as claims, and what became of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kilosat.chain.errors import MalformedError
from kilosat.chain.flows.judging import Sign
from kilosat.chain.flows.matching import Claim, Stretch
from kilosat.chain.flows.model import AnnouncementMatch, Evidence, MatchStatus, SubKind
from kilosat.chain.flows.parties import Side
from kilosat.chain.flows.records import PaymentKind, PaymentRecord
from kilosat.chain.flows.rules import Rules
from kilosat.chain.header import hash_of_hex
from kilosat.chain.register import Announcement
from kilosat.chain.register.schema import EventKind

__all__ = [
    "Move",
    "announcement_claims",
    "announcement_match",
    "announcement_sign",
    "payment_claims",
    "payment_sign",
]

_OF_EVENT: Mapping[EventKind, tuple[Side, SubKind]] = {
    "purchase": ("in", "purchase"),
    "mined": ("in", "stated"),
    "seizure": ("in", "seizure"),
    "donation": ("in", "donation"),
    "sale": ("out", "sale"),
}
_OF_PAYMENT: Mapping[PaymentKind, tuple[Side, SubKind]] = {
    "purchase": ("in", "purchase"),
    "mined": ("in", "stated"),
    "seizure": ("in", "seizure"),
    "donation": ("in", "donation"),
    "client deposit": ("in", "client deposit"),
    "sale": ("out", "sale"),
    "payment": ("out", "payment"),
    "client withdrawal": ("out", "client withdrawal"),
}


@dataclass(frozen=True)
class Move:
    """Coins that a transaction moved inside the perimeter or between wallets of the register."""

    txid: bytes
    day: date
    sats: int


def announcement_claims(
    announcements: Sequence[Announcement], entities: Collection[str]
) -> list[Claim]:
    """Claims of those announcements that these entities made and that say that coins crossed."""
    return [
        Claim(number, side, one.kind, one.date, one.entity, one.sats, _txids(one.txids))
        for number, one in enumerate(announcements)
        if one.entity in entities and one.kind in _OF_EVENT
        for side, _ in [_OF_EVENT[one.kind]]
    ]


def payment_claims(payments: Sequence[PaymentRecord], entities: Collection[str]) -> list[Claim]:
    """Claims of the payment records of these entities."""
    return [
        Claim(number, side, one.kind, one.date, one.entity, one.sats, _txids((one.txid,)))
        for number, one in enumerate(payments)
        if one.entity in entities
        for side, _ in [_OF_PAYMENT[one.kind]]
    ]


def announcement_sign(announcement: Announcement, names_transaction: bool) -> Sign:
    """What an announcement says of coins that it claims."""
    how = "names the transaction" if names_transaction else "about the amount, within days"
    text = f"announced on {announcement.date}: {announcement.text} ({how})"
    evidence = Evidence(
        "announcement", text, announcement.source, announcement.where, names_transaction
    )
    return Sign(_OF_EVENT[announcement.kind][1], evidence)


def payment_sign(record: PaymentRecord, names_transaction: bool) -> Sign:
    """What a payment record says of coins that it claims."""
    how = "names the transaction" if names_transaction else "about the amount, within days"
    text = f"{record.kind} in the books on {record.date} ({how})"
    evidence = Evidence("payment record", text, record.source, record.reference, names_transaction)
    return Sign(_OF_PAYMENT[record.kind][1], evidence)


def announcement_match(
    number: int,
    announcement: Announcement,
    stretches: Sequence[Stretch],
    txids: Mapping[int, bytes],
    moves: Sequence[Move],
    rules: Rules,
) -> AnnouncementMatch:
    """What became of the announcement ``number``. ``txids`` are those of lots by number."""
    own = [one for one in stretches if one.claim == number]
    matched = sum(one.stop - one.start for one in own)
    found = tuple(dict.fromkeys(txids[one.lot] for one in own))
    named = set(_txids(announcement.txids))
    inside = tuple(move.txid for move in moves if move.txid in named)
    status = _status(announcement, matched, bool(inside), rules)
    if status == "not seen" and not named:
        inside = _alike(announcement, moves, rules)
    return AnnouncementMatch(announcement, status, matched, found, inside)


def _status(
    announcement: Announcement, matched: int, moved_inside: bool, rules: Rules
) -> MatchStatus:
    if announcement.kind not in _OF_EVENT:
        return "not counted"
    if announcement.sats is None and not announcement.txids:
        return "no amount"
    stated = announcement.sats
    if matched and (stated is None or stated - matched <= rules.tolerance(stated)):
        return "matched"
    if matched:
        return "partly"
    return "contradicted" if moved_inside else "not seen"


def _alike(announcement: Announcement, moves: Sequence[Move], rules: Rules) -> tuple[bytes, ...]:
    """Moves of about the amount announced, within the window, nearest first."""
    stated = announcement.sats or 0
    fitting = [
        (abs((move.day - announcement.date).days), number, move.txid)
        for number, move in enumerate(moves)
        if abs(move.sats - stated) <= rules.tolerance(stated)
        and abs((move.day - announcement.date).days) <= rules.window_days
    ]
    return tuple(dict.fromkeys(txid for _, _, txid in sorted(fitting)))


def _txids(texts: Sequence[str]) -> tuple[bytes, ...]:
    """Ids in the order of the wire; a text that is none names no transaction."""
    found = []
    for text in filter(None, texts):
        try:
            found.append(hash_of_hex(text))
        except MalformedError:
            continue
    return tuple(found)
