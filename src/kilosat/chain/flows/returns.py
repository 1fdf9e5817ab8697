"""Coins that may be the perimeter's own coming back: from whom as much had gone before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kilosat.chain.flows.model import Counterparty, Evidence, Flow
from kilosat.chain.flows.parties import Side

__all__ = ["with_returns"]

_SIDES: dict[tuple[str, str], Side] = {
    ("outflow", "sale"): "out",
    ("outflow", "unexplained"): "out",
    ("inflow", "purchase"): "in",
    ("inflow", "unexplained"): "in",
}
_COMING_BACK = Evidence(
    "chain", "as much, or part of it, had gone to the same party before: these may be coming back"
)


def with_returns(flows: Sequence[Flow]) -> tuple[Flow, ...]:
    """The flows, in the order of the chain, with how much of each may be its own coming back.

    Counted by label, else by address: what a party was paid before, as far as that did not come
    back already. Only the keeper's books, where they name the transaction, settle what coins are. A
    label that agrees with an announcement does not: it fits coins that were sent to an exchange and
    fetched again as well, so that the evidence is weak.
    """
    given: dict[tuple[str, str], int] = defaultdict(int)
    paid: set[tuple[bytes, str, str]] = set()
    found = []
    for flow in flows:
        side = None if _is_in_the_books(flow) else _SIDES.get((flow.kind, flow.sub_kind))
        back = 0
        for party in _named(flow.counterparties) if side else ():
            if side == "in":
                taken = min(given[party.kind, party.name], flow.sats - back)
                given[party.kind, party.name] -= taken
                back += taken
            elif (flow.txid, party.kind, party.name) not in paid:
                paid.add((flow.txid, party.kind, party.name))
                given[party.kind, party.name] += party.sats
        found.append(_coming_back(flow, back) if back else flow)
    return tuple(found)


def _coming_back(flow: Flow, sats: int) -> Flow:
    confidence = "weak" if flow.confidence == "strong" else flow.confidence
    evidence = (*flow.evidence, _COMING_BACK)
    return replace(flow, maybe_returned_sats=sats, confidence=confidence, evidence=evidence)


def _is_in_the_books(flow: Flow) -> bool:
    return any(one.what == "payment record" and one.names_transaction for one in flow.evidence)


def _named(parties: Iterable[Counterparty]) -> Iterable[Counterparty]:
    """Those that can be met again, by name."""
    return (party for party in parties if party.scripts and party.kind != "register")
