"""Coins that may be the register's own coming back: from whom as much had gone before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kilosat.chain.flows.model import Counterparty, Evidence, Flow
from kilosat.chain.flows.parties import Side

__all__ = ["returned_by_transaction", "with_returns"]

_SETTLED = ("coinbase", "transfer", "dust", "fee")
"""What the chain and the register alone explain, or what is too small to matter."""
_COMING_BACK = Evidence(
    "chain", "as much, or part of it, had gone to the same party before: these may be coming back"
)


def returned_by_transaction(flows: Sequence[Flow]) -> dict[bytes, int]:
    """Of the flows of a whole register, in the order of the chain: satoshis that may come back.

    Counted by label, else by address: what a party was paid before, as far as that did not come
    back already. Only the keeper's books, where they name the transaction, settle what coins are.
    """
    given: dict[tuple[str, str], int] = defaultdict(int)
    paid: set[tuple[bytes, str, str]] = set()
    found: dict[bytes, int] = defaultdict(int)
    for flow in flows:
        side, back = _open_side(flow), 0
        for party in _named(flow.counterparties) if side else ():
            who = party.kind, party.name
            if side == "in":
                taken = min(given[who], flow.sats - back)
                given[who] -= taken
                back += taken
            elif (flow.txid, *who) not in paid:
                paid.add((flow.txid, *who))
                given[who] += party.sats
        if back:
            found[flow.txid] += back
    return dict(found)


def with_returns(flows: Iterable[Flow], returned: Mapping[bytes, int]) -> tuple[Flow, ...]:
    """The flows of a perimeter, with how much of each may be coins of the register coming back.

    A label that agrees with an announcement does not settle it: the two fit coins that were sent to
    an exchange and fetched again as well, so that the evidence is weak.
    """
    left, found = dict(returned), []
    for flow in flows:
        back = min(left.get(flow.txid, 0), flow.sats) if _open_side(flow) == "in" else 0
        if back:
            left[flow.txid] -= back
            confidence = "weak" if flow.confidence == "strong" else flow.confidence
            evidence = (*flow.evidence, _COMING_BACK)
            flow = replace(flow, maybe_returned_sats=back, confidence=confidence, evidence=evidence)
        found.append(flow)
    return tuple(found)


def _open_side(flow: Flow) -> Side | None:
    """The side of a flow across the border of which it is not settled what the coins are."""
    if flow.kind == "internal" or flow.sub_kind in _SETTLED or _is_in_the_books(flow):
        return None
    return "out" if flow.kind == "outflow" else "in"


def _is_in_the_books(flow: Flow) -> bool:
    return any(one.what == "payment record" and one.names_transaction for one in flow.evidence)


def _named(parties: Iterable[Counterparty]) -> Iterable[Counterparty]:
    """Those that can be met again, by name."""
    return (party for party in parties if party.scripts and party.kind != "register")
