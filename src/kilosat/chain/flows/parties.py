"""The other side of a transaction: wallets of the register, labelled scripts, and strangers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from kilosat.chain.address import Network, address_from_script
from kilosat.chain.flows.book import Book
from kilosat.chain.flows.model import Counterparty, CounterpartyKind
from kilosat.chain.ledger.entry import Entry, Leg
from kilosat.provenance import Source

__all__ = ["MOST_NAMED", "Parties", "Side", "parties_of"]

Side = Literal["in", "out"]
"""``in``: who paid the perimeter; ``out``: whom it paid."""

MOST_NAMED = 12
"""So many counterparties of a flow are named, the largest; the others are one line."""


@dataclass
class _Party:
    name: str
    kind: CounterpartyKind
    source: Source | None = None
    gross: int = 0
    net: int = 0
    scripts: dict[bytes, None] = field(default_factory=dict)


@dataclass(frozen=True)
class Parties:
    """Who stood outside the perimeter on one side of a transaction.

    ``everyone`` is ordered by coins, largest first. The sums are what parties of that kind gave (or
    got) net of what came back to them, in satoshis; ``wallets`` are the keys of those of the
    register. ``is_shared``: several kinds of parties gave (or got), and others beside the perimeter
    stood on its side, so that how much of the perimeter's is whose cannot be told.
    """

    everyone: tuple[Counterparty, ...]
    register_sats: int
    pool_sats: int
    exchange_sats: int
    state_sats: int
    wallets: frozenset[str]
    is_shared: bool

    def of(self, *kinds: CounterpartyKind) -> tuple[Counterparty, ...]:
        """Those of these kinds."""
        return tuple(party for party in self.everyone if party.kind in kinds)

    def without(self, *kinds: CounterpartyKind) -> tuple[Counterparty, ...]:
        """Those of no such kind."""
        return tuple(party for party in self.everyone if party.kind not in kinds)


def parties_of(entry: Entry, inside: Mapping[bytes, str], book: Book, side: Side) -> Parties:
    """Who paid (``in``) or was paid (``out``), as far as the book can name them."""
    here, there = entry.inputs, entry.outputs
    if side == "out":
        here, there = there, here
    found: dict[str, _Party] = {}
    for leg in _outside(here, inside):
        key, party = _party(leg, book, found)
        found[key] = party
        party.gross += leg.sats or 0
        party.net += leg.sats or 0
        if leg.script is not None:
            party.scripts[leg.script] = None
    beside = 0
    for leg in _outside(there, inside):
        key = _key(leg, book)
        if key in found:
            found[key].net -= leg.sats or 0
        else:
            beside += leg.sats or 0
    parties = list(found.values())
    return Parties(
        _named(parties),
        _net(parties, "register"),
        _net(parties, "pool"),
        _net(parties, "exchange"),
        _net(parties, "state"),
        frozenset(book.watched[s].wallet for s in _scripts(parties) if s in book.watched),
        is_shared=beside > 0 and len({_group(one) for one in parties if one.net > 0}) > 1,
    )


def _scripts(parties: Iterable[_Party]) -> Iterable[bytes]:
    return (script for party in parties for script in party.scripts)


def _group(party: _Party) -> str:
    return party.kind if party.kind in ("register", "pool", "exchange") else "others"


def _outside(legs: Iterable[Leg], inside: Mapping[bytes, str]) -> Iterable[Leg]:
    return (leg for leg in legs if leg.script is None or leg.script not in inside)


def _key(leg: Leg, book: Book) -> str:
    if leg.script is None:
        return ""
    if leg.script in book.watched:
        return f"wallet {book.watched[leg.script].wallet}"
    if leg.script in book.labels:
        label = book.labels[leg.script]
        return f"label {label.kind} {label.label}"
    return f"script {leg.script.hex()}"


def _party(leg: Leg, book: Book, found: Mapping[str, _Party]) -> tuple[str, _Party]:
    key = _key(leg, book)
    if key in found:
        return key, found[key]
    if leg.script is None:
        return key, _Party("not known to the source", "unknown")
    if leg.script in book.watched:
        wallet = book.register.wallets[book.watched[leg.script].wallet]
        return key, _Party(wallet.title, "register", wallet.source)
    if leg.script in book.labels:
        label = book.labels[leg.script]
        return key, _Party(label.label, label.kind, label.source)
    return key, _Party(_address(leg.script, book.register.network), "unknown")


@lru_cache(maxsize=100_000)  # the same payers are met in every perimeter
def _address(script: bytes, network: Network) -> str:
    """Its address, or the script itself where it has none."""
    if script[:1] == b"\x6a":
        return "data (OP_RETURN)"
    return address_from_script(script, network) or f"script {script.hex()[:64]}"


def _net(parties: Iterable[_Party], kind: CounterpartyKind) -> int:
    return sum(max(0, party.net) for party in parties if party.kind == kind)


def _named(parties: list[_Party]) -> tuple[Counterparty, ...]:
    """The largest by name, the small strangers together, with shares of all known coins."""
    total = sum(party.gross for party in parties)
    ordered = sorted(parties, key=lambda party: (-party.gross, party.name))
    strangers = [party for party in ordered if party.kind == "unknown"][MOST_NAMED:]
    if len(strangers) > 1:
        kept = {id(party) for party in strangers}
        rest = _Party(f"{len(strangers)} other addresses", "unknown")
        rest.gross = sum(party.gross for party in strangers)
        ordered = [party for party in ordered if id(party) not in kept] + [rest]
    return tuple(
        Counterparty(
            party.name,
            party.kind,
            party.gross,
            party.gross / total if total else 0.0,
            tuple(party.scripts),
            party.source,
        )
        for party in ordered
    )
