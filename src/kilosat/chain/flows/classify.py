"""Classification: each transaction of a perimeter becomes flows that add up to its net change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from kilosat.chain.flows.book import Book, Line, open_book
from kilosat.chain.flows.claims import (
    Move,
    announcement_claims,
    announcement_match,
    announcement_sign,
    payment_claims,
    payment_sign,
)
from kilosat.chain.flows.judging import Judgement, Sign, Zone, judged
from kilosat.chain.flows.matching import Lot, Stretch, allocate
from kilosat.chain.flows.model import (
    Counterparty,
    Evidence,
    Flow,
    FlowKind,
    PaymentMatch,
    PerimeterFlows,
    Scope,
    SubKind,
)
from kilosat.chain.flows.parties import Parties, Side, parties_of
from kilosat.chain.flows.records import PaymentRecord
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.scopes import scope_of, scopes
from kilosat.chain.flows.split import Split, split_entry
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Register
from kilosat.quantities import SATS_PER_BTC

__all__ = ["classify", "classify_all", "classify_scope"]

_CHAIN = Evidence("chain", "follows from inputs and outputs")
_COINBASE = Evidence("chain", "coinbase: newly issued coins and fees of the block")


def classify(
    entries: Iterable[Entry],
    register: Register,
    perimeter: str,
    *,
    prices: Mapping[date, float] | None = None,
    payments: Sequence[PaymentRecord] = (),
    rules: Rules | None = None,
) -> PerimeterFlows:
    """The flows of one perimeter (its key) or wallet (``wallet:KEY``).

    ``entries`` are all that the register's scripts ever took part in, from the first block on;
    ``prices`` the close of UTC days in USD for a coin.

    Raises:
        KeyError: no such perimeter or wallet; the message names those that there are.
    """
    scope = scope_of(register, perimeter)
    book = open_book(entries, register, rules)
    return classify_scope(book, scope, prices=prices, payments=payments, rules=rules)


def classify_all(
    entries: Iterable[Entry],
    register: Register,
    *,
    prices: Mapping[date, float] | None = None,
    payments: Sequence[PaymentRecord] = (),
    rules: Rules | None = None,
) -> dict[str, PerimeterFlows]:
    """The flows of every perimeter, and of every wallet as ``wallet:KEY``, by key."""
    book = open_book(entries, register, rules)
    return {
        scope.key: classify_scope(book, scope, prices=prices, payments=payments, rules=rules)
        for scope in scopes(register)
    }


def classify_scope(
    book: Book,
    scope: Scope,
    *,
    prices: Mapping[date, float] | None = None,
    payments: Sequence[PaymentRecord] = (),
    rules: Rules | None = None,
) -> PerimeterFlows:
    """As ``classify``, for a book that is open and so serves several scopes."""
    rules, prices = rules or Rules(), prices or {}
    scripts = book.scripts_of(scope.wallets)
    chosen = set(scope.wallets)
    views = [_view(line, scripts, chosen, book) for line in book.lines_of(scope.wallets)]
    lots = [_lot(number, view) for number, view in enumerate(views)]
    announced = book.register.announcements
    by_word = allocate(announcement_claims(announced, scope.entities), lots, rules)
    by_books = allocate(payment_claims(payments, scope.entities), lots, rules)
    signs = _signs(book, payments, by_word, by_books)
    flows = tuple(
        _priced(flow, prices)
        for number, view in enumerate(views)
        for flow in _flows(view, signs.get(number, []), rules)
    )
    txids = {lot.number: lot.txid for lot in lots}
    moves = [Move(v.txid, v.line.day, v.split.moved + v.transfer) for v in views]
    moves = [move for move in moves if move.sats]
    matches = tuple(
        announcement_match(number, one, by_word, txids, moves, rules)
        for number, one in enumerate(announced)
        if one.entity in scope.entities
    )
    paid = tuple(
        _payment_match(number, record, by_books, txids)
        for number, record in enumerate(payments)
        if record.entity in scope.entities
    )
    return PerimeterFlows(scope, frozenset(scripts), flows, matches, paid)


@dataclass(frozen=True)
class _View:
    """A transaction as the perimeter sees it: its parts, and who stood on the other side.

    ``transfer`` is what came from or went to wallets of the register outside the perimeter.
    """

    line: Line
    split: Split
    side: Side
    parties: Parties
    wallets: tuple[str, ...]
    transfer: int

    @property
    def txid(self) -> bytes:
        return self.line.entry.txid

    @property
    def across(self) -> int:
        """What crossed the border, without fee."""
        return self.split.inflow or self.split.outflow

    @property
    def open_sats(self) -> int:
        """What crossed the border and is not explained by the chain and the register alone."""
        return 0 if self.line.entry.is_coinbase else self.across - self.transfer


def _view(line: Line, scripts: Mapping[bytes, str], chosen: set[str], book: Book) -> _View:
    entry = line.entry
    split = split_entry(entry, scripts)
    side: Side = "out" if split.outflow else "in"
    parties = parties_of(entry, scripts, book, side)
    across = split.inflow or split.outflow
    transfer = 0 if entry.is_coinbase else min(across, parties.register_sats)
    return _View(line, split, side, parties, tuple(sorted(line.wallets & chosen)), transfer)


def _lot(number: int, view: _View) -> Lot:
    from_pool = view.side == "in" and view.parties.pool_sats > 0
    return Lot(number, view.side, view.txid, view.line.day, view.open_sats, from_pool)


def _signs(
    book: Book,
    payments: Sequence[PaymentRecord],
    by_word: Sequence[Stretch],
    by_books: Sequence[Stretch],
) -> dict[int, list[tuple[Stretch, Sign]]]:
    """Documents by lot, payment records first."""
    found: dict[int, list[tuple[Stretch, Sign]]] = {}
    for one in by_books:
        sign = payment_sign(payments[one.claim], one.by_txid)
        found.setdefault(one.lot, []).append((one, sign))
    for one in by_word:
        sign = announcement_sign(book.register.announcements[one.claim], one.by_txid)
        found.setdefault(one.lot, []).append((one, sign))
    return found


def _flows(view: _View, signs: Sequence[tuple[Stretch, Sign]], rules: Rules) -> Iterator[Flow]:
    """All parts of a transaction, those of nought satoshis left out."""
    split = view.split
    if split.change:
        yield _flow(view, split.change, _plain("internal", "change", _CHAIN))
    if split.moved:
        yield _flow(view, split.moved, _plain("internal", "moved", _CHAIN))
    if split.fee:
        yield _flow(view, split.fee, _plain("outflow", "fee", _CHAIN))
    if view.line.entry.is_coinbase and split.inflow:
        yield _flow(view, split.inflow, _plain("mined", "coinbase", _COINBASE))
        return
    if view.transfer:
        parties = view.parties.of("register")
        names = ", ".join(party.name for party in parties)
        word = "from" if view.side == "in" else "to"
        text = f"{word} wallets of the register outside this perimeter: {names}"
        kind: FlowKind = "inflow" if view.side == "in" else "outflow"
        judgement = _plain(kind, "transfer", Evidence("register", text))
        yield _flow(view, view.transfer, judgement, parties)
    if view.open_sats:
        yield from _across(view, signs, rules)


def _plain(kind: FlowKind, sub_kind: SubKind, evidence: Evidence) -> Judgement:
    return Judgement(kind, sub_kind, "proven", (evidence,))


def _across(view: _View, signs: Sequence[tuple[Stretch, Sign]], rules: Rules) -> Iterator[Flow]:
    """What crossed the border, cut wherever the label or a document changes.

    Coins of labelled exchanges are numbered first, those of strangers next, of pools last.
    """
    total = view.open_sats
    pool = min(total, view.parties.pool_sats) if view.side == "in" else 0
    exchange = min(total - pool, view.parties.exchange_sats)
    cuts = {0, exchange, total - pool, total}
    cuts |= {edge for stretch, _ in signs for edge in (stretch.start, stretch.stop)}
    edges = sorted(cuts)
    dust = total <= rules.dust_sats
    pieces: dict[Judgement, list[tuple[int, Zone]]] = {}
    for start, stop in pairwise(edges):
        zone: Zone = "exchange" if start < exchange else "pool"
        if exchange <= start < total - pool:
            zone = "stranger"
        covering = tuple(sign for one, sign in signs if one.start <= start < one.stop)
        names = ", ".join(party.name for party in _of_zone(view.parties, zone))
        judgement = judged(view.side, zone, names, covering, dust)
        pieces.setdefault(judgement, []).append((stop - start, zone))
    for judgement, parts in pieces.items():
        parties = _of_zone(view.parties, *(zone for _, zone in parts))
        yield _flow(view, sum(sats for sats, _ in parts), judgement, parties)


def _of_zone(parties: Parties, *zones: Zone) -> tuple[Counterparty, ...]:
    if "stranger" in zones:
        without = [kind for kind in ("exchange", "pool") if kind not in zones]
        hidden = {"register", *without}
        return tuple(party for party in parties.everyone if party.kind not in hidden)
    return tuple(party for party in parties.everyone if party.kind in zones)


def _flow(
    view: _View, sats: int, judgement: Judgement, parties: tuple[Counterparty, ...] = ()
) -> Flow:
    entry = view.line.entry
    return Flow(
        txid=entry.txid,
        block=entry.block,
        position=entry.position,
        time=entry.time,
        day=view.line.day,
        kind=judgement.kind,
        sub_kind=judgement.sub_kind,
        sats=sats,
        confidence=judgement.confidence,
        evidence=judgement.evidence,
        counterparties=parties,
        wallets=view.wallets,
        is_mixed=view.split.is_mixed,
        is_coinjoin_like=view.line.is_coinjoin_like,
    )


def _priced(flow: Flow, prices: Mapping[date, float]) -> Flow:
    price = prices.get(flow.day)
    return flow if price is None else replace(flow, usd=flow.sats * price / SATS_PER_BTC)


def _payment_match(
    number: int, record: PaymentRecord, stretches: Sequence[Stretch], txids: Mapping[int, bytes]
) -> PaymentMatch:
    own = [one for one in stretches if one.claim == number]
    matched = sum(one.stop - one.start for one in own)
    return PaymentMatch(record, matched, tuple(dict.fromkeys(txids[one.lot] for one in own)))
