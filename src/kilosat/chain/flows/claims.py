"""Announcements and payment records as claims, and what became of each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kilosat.chain.errors import MalformedError
from kilosat.chain.flows.judging import Sign
from kilosat.chain.flows.matching import Claim, Lot, Stretch, allocate
from kilosat.chain.flows.model import AnnouncementMatch, Evidence, MatchStatus, SubKind
from kilosat.chain.flows.parties import Side
from kilosat.chain.flows.records import PaymentKind, PaymentRecord
from kilosat.chain.flows.rules import Rules
from kilosat.chain.header import hash_of_hex
from kilosat.chain.register import Announcement
from kilosat.chain.register.schema import EventKind

__all__ = [
    "Found",
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
class Found:
    """Stretches of lots by the number of the claim that took them, and the lots by number."""

    stretches: Mapping[int, Sequence[Stretch]]
    lots: Mapping[int, Lot]

    @classmethod
    def by(cls, claims: Sequence[Claim], lots: Sequence[Lot], rules: Rules) -> "Found":
        """What ``allocate`` finds for these claims."""
        found: dict[int, list[Stretch]] = {}
        for one in allocate(claims, lots, rules):
            found.setdefault(one.claim, []).append(one)
        return cls(found, {lot.number: lot for lot in lots})

    def numbered(self) -> Iterator[tuple[int, Stretch]]:
        """Each stretch with the number of its claim, claims in order."""
        for claim, stretches in sorted(self.stretches.items()):
            yield from ((claim, one) for one in stretches)

    def sats(self, claim: int) -> int:
        """Coins that a claim got."""
        return sum(one.sats for one in self.stretches.get(claim, ()))

    def txids(self, claim: int) -> tuple[bytes, ...]:
        """Transactions of which a claim got coins, in the order of the chain."""
        lots = (self.lots[one.lot] for one in self.stretches.get(claim, ()))
        return tuple(dict.fromkeys(lot.txid for lot in lots))


def announcement_claims(
    announcements: Sequence[Announcement], entities: Collection[str], keepers: Collection[str]
) -> list[Claim]:
    """Claims of those announcements that these entities made and that say that coins crossed.

    ``keepers`` are the entities that have wallets within the perimeter.
    """
    return [
        Claim(
            number,
            _OF_EVENT[one.kind][0],
            one.kind,
            one.date,
            one.entity,
            one.sats,
            _txids(one.txids),
            one.entity in keepers,
        )
        for number, one in enumerate(announcements)
        if one.entity in entities and one.kind in _OF_EVENT
    ]


def payment_claims(
    payments: Sequence[PaymentRecord], entities: Collection[str], keepers: Collection[str]
) -> list[Claim]:
    """Claims of the payment records of these entities."""
    return [
        Claim(
            number,
            _OF_PAYMENT[one.kind][0],
            one.kind,
            one.date,
            one.entity,
            one.sats,
            _txids((one.txid,)),
            one.entity in keepers,
        )
        for number, one in enumerate(payments)
        if one.entity in entities
    ]


def announcement_sign(announcement: Announcement, stretch: Stretch) -> Sign:
    """What an announcement says of coins that it claims."""
    text = f"announced on {announcement.date}: {announcement.text} ({_how(stretch)})"
    evidence = Evidence(
        "announcement", text, announcement.source, announcement.where, stretch.by_txid
    )
    return Sign(_OF_EVENT[announcement.kind][1], evidence)


def payment_sign(record: PaymentRecord, stretch: Stretch) -> Sign:
    """What a payment record says of coins that it claims."""
    text = f"{record.kind} in the books on {record.date} ({_how(stretch)})"
    evidence = Evidence("payment record", text, record.source, record.reference, stretch.by_txid)
    return Sign(_OF_PAYMENT[record.kind][1], evidence)


def announcement_match(
    number: int,
    announcement: Announcement,
    came: Found,
    moved: Found,
    txids: Collection[bytes],
    rules: Rules,
) -> AnnouncementMatch:
    """What became of the announcement ``number``: coins that crossed, or else that only moved.

    ``txids`` are all transactions of the perimeter.
    """
    matched, only_moved = came.sats(number), moved.sats(number)
    otherwise = tuple(txid for txid in _txids(announcement.txids) if txid in txids)
    return AnnouncementMatch(
        announcement,
        _status(announcement, matched, bool(otherwise), rules),
        matched,
        came.txids(number),
        moved.txids(number) or (otherwise if not matched else ()),
        only_moved,
    )


def _how(stretch: Stretch) -> str:
    if stretch.by_txid:
        return "names the transaction"
    return f"{'with others ' if stretch.together else ''}about the amount, within days"


def _status(
    announcement: Announcement, matched: int, is_otherwise: bool, rules: Rules
) -> MatchStatus:
    if announcement.kind not in _OF_EVENT:
        return "not counted"
    named = _txids(announcement.txids)
    if announcement.sats is None and not named:
        return "no amount"
    stated = announcement.sats
    if matched and (stated is None or stated - matched <= rules.tolerance(stated)):
        return "matched"
    if matched:
        return "partly"
    return "contradicted" if is_otherwise else "not seen"


def _txids(texts: Sequence[str]) -> tuple[bytes, ...]:
    """Ids in the order of the wire; a text that is none names no transaction."""
    found = []
    for text in filter(None, texts):
        try:
            found.append(hash_of_hex(text))
        except MalformedError:
            continue
    return tuple(found)
