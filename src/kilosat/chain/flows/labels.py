"""What the labels on the other side of a transaction say, each with its source."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kilosat.chain.flows.model import Counterparty, CounterpartyKind, Evidence
from kilosat.provenance import Source

if TYPE_CHECKING:
    from kilosat.chain.flows.parties import Side

__all__ = ["label_evidence"]

_MOST = 5
_KINDS: dict[CounterpartyKind, str] = {
    "exchange": "an exchange",
    "pool": "a mining pool",
    "custodian": "a custodian",
    "state": "a state",
    "company": "a company",
    "person": "a person",
    "other": "somebody else",
}
_OR_ELSE = {
    "in": "; a purchase, or a withdrawal of coins held there",
    "out": "; a sale, or a deposit",
}


def label_evidence(side: "Side", parties: Iterable[Counterparty]) -> tuple[Evidence, ...]:
    """One piece of evidence for each kind of holder and source among those that have a label."""
    named: dict[tuple[CounterpartyKind, Source | None], list[str]] = {}
    for party in parties:
        if party.kind in _KINDS:
            named.setdefault((party.kind, party.source), []).append(party.name)
    return tuple(
        Evidence("label", _text(side, kind, names), source)
        for (kind, source), names in named.items()
    )


def _text(side: "Side", kind: CounterpartyKind, names: list[str]) -> str:
    word = "paid by" if side == "in" else "paid to"
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    ambiguous = _OR_ELSE[side] if kind == "exchange" else ""
    listed = ", ".join(names[:_MOST])
    return f"{word} addresses labelled as {_KINDS[kind]}: {listed}{more}{ambiguous}"
