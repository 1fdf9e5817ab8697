"""Coins that may be the perimeter's own coming back: from whom as much had gone before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kilosat.chain.flows.model import Counterparty, Flow
from kilosat.chain.flows.parties import Side

__all__ = ["maybe_returned"]

_UNSURE = ("weak", "none")
_SIDES: dict[tuple[str, str], Side] = {
    ("outflow", "sale"): "out",
    ("outflow", "unexplained"): "out",
    ("inflow", "purchase"): "in",
    ("inflow", "unexplained"): "in",
}


def maybe_returned(flows: Sequence[Flow]) -> tuple[int, ...]:
    """Of each flow, in the order of the chain, the satoshis that may be its own coming back.

    Counted by label, else by address: what it was paid before, as far as that did not come back
    already. Only flows count of which nobody's document and label agree what they are.
    """
    given: dict[tuple[str, str], int] = defaultdict(int)
    paid: set[tuple[bytes, str, str]] = set()
    found = []
    for flow in flows:
        side = _SIDES.get((flow.kind, flow.sub_kind)) if flow.confidence in _UNSURE else None
        back = 0
        for party in _named(flow.counterparties) if side else ():
            if side == "in":
                taken = min(given[party.kind, party.name], flow.sats - back)
                given[party.kind, party.name] -= taken
                back += taken
            elif (flow.txid, party.kind, party.name) not in paid:
                paid.add((flow.txid, party.kind, party.name))
                given[party.kind, party.name] += party.sats
        found.append(back)
    return tuple(found)


def _named(parties: Iterable[Counterparty]) -> Iterable[Counterparty]:
    """Those that can be met again, by name."""
    return (party for party in parties if party.scripts and party.kind != "register")
