"""What a stretch of coins is called, given all that is known of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kilosat.chain.flows.model import Confidence, Evidence, FlowKind, SubKind
from kilosat.chain.flows.parties import Side
from kilosat.chain.register import Wallet
from kilosat.chain.register.schema import Attribution

__all__ = ["Judgement", "Setting", "Sign", "Zone", "by_register", "judged", "kind_of"]

Zone = Literal["exchange", "stranger", "pool"]
"""Whose label the scripts on the other side carry, if any."""

_LESS_SURE: Mapping[Attribution, tuple[Confidence, str]] = {
    "assumed": ("weak", "whose some of these wallets are is supposed"),
    "third-party": ("strong", "whose some of these wallets are is the word of a third party"),
}


@dataclass(frozen=True)
class Sign:
    """A document or label that speaks of coins, and what it says they are."""

    sub_kind: SubKind
    evidence: Evidence


@dataclass(frozen=True)
class Setting:
    """The transaction around the coins: its side, whether it brings no more than dust, and what
    makes labels in it doubtful (others paid too, or it is built like a coinjoin).
    """

    side: Side
    is_dust: bool = False
    doubts: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What it is called, how well that is known, and why."""

    kind: FlowKind
    sub_kind: SubKind
    confidence: Confidence
    evidence: tuple[Evidence, ...]


def judged(
    setting: Setting, zone: Zone, labels: Sequence[Evidence], documents: Sequence[Sign]
) -> Judgement:
    """Weigh documents (payment records before announcements) and labels.

    A document that names the transaction decides before all else, then the label of a pool, then
    documents of about that amount, then the label of an exchange, then the amount being dust.
    Whatever disagrees stays among the evidence.
    """
    side = setting.side
    ranked = [(0 if sign.evidence.names_transaction else 2, sign) for sign in documents]
    if zone == "pool" and side == "in":
        ranked += [(1, Sign("pool payout", label)) for label in labels]
    if zone == "exchange":
        ranked += [(3, Sign("purchase" if side == "in" else "sale", label)) for label in labels]
    ordered = [sign for _, sign in sorted(ranked, key=lambda pair: pair[0])]
    rest = labels if zone == "stranger" else ()
    evidence = (*(sign.evidence for sign in ordered), *rest, *setting.doubts)
    if ordered:
        sub_kind = ordered[0].sub_kind
        confidence = _confidence(ordered, bool(setting.doubts))
        return Judgement(kind_of(side, sub_kind), sub_kind, confidence, evidence)
    if setting.is_dust and side == "in":
        small = Evidence("amount", "brings no more than what counts as dust")
        return Judgement("inflow", "dust", "proven", (small, *evidence))
    return Judgement(kind_of(side, "unexplained"), "unexplained", "none", evidence)


def by_register(
    kind: FlowKind, sub_kind: SubKind, evidence: Sequence[Evidence], wallets: Iterable[Wallet]
) -> Judgement:
    """What the register shows: proven, unless whose some of these wallets are is not."""
    doubtful = [wallet for wallet in wallets if wallet.attribution in _LESS_SURE]
    for attribution, (confidence, text) in _LESS_SURE.items():
        concerned = [wallet for wallet in doubtful if wallet.attribution == attribution]
        if concerned:
            doubt = Evidence("register", text, concerned[0].source)
            return Judgement(kind, sub_kind, confidence, (*evidence, doubt))
    return Judgement(kind, sub_kind, "proven", tuple(evidence))


def kind_of(side: Side, sub_kind: SubKind) -> FlowKind:
    """The kind that a sub-kind across the border belongs to."""
    if sub_kind in ("coinbase", "pool payout", "stated"):
        return "mined"
    return "inflow" if side == "in" else "outflow"


def _confidence(ordered: Sequence[Sign], is_doubtful: bool) -> Confidence:
    """Of signs of which the first decides. Announcements and books are one side's own word."""
    agreeing = [sign.evidence for sign in ordered if _agrees(sign.sub_kind, ordered[0].sub_kind)]
    if any(one.what == "payment record" and one.names_transaction for one in agreeing):
        return "strong"
    labelled = any(one.what == "label" for one in agreeing)
    of_pool = labelled and ordered[0].sub_kind in ("pool payout", "stated")
    own_word = any(one.what != "label" for one in agreeing)
    return "strong" if not is_doubtful and (of_pool or (labelled and own_word)) else "weak"


def _agrees(one: SubKind, other: SubKind) -> bool:
    mined = ("pool payout", "stated")
    return one == other or (one in mined and other in mined)
