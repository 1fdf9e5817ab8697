"""What a stretch of coins is called, given all that is known of it."""

from dataclasses import dataclass
from typing import Literal

from kilosat.chain.flows.model import Confidence, Evidence, FlowKind, SubKind
from kilosat.chain.flows.parties import Side

__all__ = ["Judgement", "Sign", "Zone", "judged", "kind_of"]

Zone = Literal["exchange", "stranger", "pool"]
"""Whose label the scripts on the other side carry, if any."""


@dataclass(frozen=True)
class Sign:
    """A document that claims coins, and what it says they are."""

    sub_kind: SubKind
    evidence: Evidence


@dataclass(frozen=True)
class Judgement:
    """What it is called, how well that is known, and why."""

    kind: FlowKind
    sub_kind: SubKind
    confidence: Confidence
    evidence: tuple[Evidence, ...]


def judged(side: Side, zone: Zone, names: str, signs: tuple[Sign, ...], dust: bool) -> Judgement:
    """Weigh documents (payment records before announcements) and labels.

    A document that names the transaction decides before all else, then the label of a pool, then
    documents of about that amount, then the label of an exchange, then the amount being dust.
    ``names`` are the labels on the other side. Whatever disagrees stays among the evidence.
    """
    ranked = [(0 if sign.evidence.names_transaction else 2, sign) for sign in signs]
    if zone == "pool" and side == "in":
        label = Evidence("label", f"paid by scripts labelled as a mining pool: {names}")
        ranked.append((1, Sign("pool payout", label)))
    if zone == "exchange":
        word = "paid by" if side == "in" else "paid to"
        label = Evidence("label", f"{word} scripts labelled as an exchange: {names}")
        ranked.append((3, Sign("purchase" if side == "in" else "sale", label)))
    ordered = [sign for _, sign in sorted(ranked, key=lambda pair: pair[0])]
    evidence = tuple(sign.evidence for sign in ordered)
    if not ordered:
        if dust and side == "in":
            small = Evidence("amount", "brings no more than what counts as dust")
            return Judgement("inflow", "dust", "proven", (small,))
        return Judgement(kind_of(side, "unexplained"), "unexplained", "none", ())
    first = min(ranked, key=lambda pair: pair[0])[0]
    sub_kind = ordered[0].sub_kind
    agreeing = {sign.evidence.what for sign in ordered if _agrees(sign.sub_kind, sub_kind)}
    confidence: Confidence = "strong" if first < 2 or len(agreeing) > 1 else "weak"
    return Judgement(kind_of(side, sub_kind), sub_kind, confidence, evidence)


def kind_of(side: Side, sub_kind: SubKind) -> FlowKind:
    """The kind that a sub-kind across the border belongs to."""
    if sub_kind in ("coinbase", "pool payout", "stated"):
        return "mined"
    return "inflow" if side == "in" else "outflow"


def _agrees(one: SubKind, other: SubKind) -> bool:
    mined = ("pool payout", "stated")
    return one == other or (one in mined and other in mined)
