"""The parts of a transaction as flows: what each is called, and on what evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kilosat.chain.flows.judging import Judgement, Setting, Sign, Zone, by_register, judged
from kilosat.chain.flows.labels import label_evidence
from kilosat.chain.flows.lots import Stretch
from kilosat.chain.flows.model import Counterparty, Evidence, Flow, FlowKind, SubKind
from kilosat.chain.flows.parties import Parties
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.view import View
from kilosat.chain.register import Register, Wallet

__all__ = ["flows_of"]

_CHAIN = Evidence("chain", "follows from inputs and outputs")
_COINBASE = Evidence("chain", "coinbase: newly issued coins and fees of the block")
_COINJOIN = Evidence("chain", "built like a coinjoin: labels say little of whose coins these are")
_SHARED = Evidence(
    "chain", "others stand on both sides of the transaction: whose coins these are cannot be told"
)
_FEE_AT_MOST = Judgement(
    "outflow", "fee", "weak", (Evidence("chain", "at most this much: an input is not known"),)
)


def flows_of(
    view: View, signs: Sequence[tuple[Stretch, Sign]], register: Register, rules: Rules
) -> Iterator[Flow]:
    """All parts of a transaction, those of nought satoshis left out."""
    split, wallets = view.split, register.wallets
    touched = [wallets[key] for key in view.wallets]
    if split.change:
        yield _flow(view, split.change, _plain("internal", "change", _CHAIN))
    if split.moved:
        yield _flow(view, split.moved, by_register("internal", "moved", (_CHAIN,), touched))
    if split.fee:
        known = view.line.entry.fee_sats is not None
        fee = _plain("outflow", "fee", _CHAIN) if known else _FEE_AT_MOST
        yield _flow(view, split.fee, fee)
    if view.line.entry.is_coinbase and split.inflow:
        said = (sign.evidence for _, sign in signs)
        mined = Judgement("mined", "coinbase", "proven", (_COINBASE, *dict.fromkeys(said)))
        yield _flow(view, split.inflow, mined)
        return
    if view.transfer:
        parties = view.parties.of("register")
        beyond = [wallets[key] for key in sorted(view.parties.wallets)]
        yield _flow(view, view.transfer, _transfer(view, (*touched, *beyond)), parties)
    if view.open_sats:
        yield from _across(view, signs, rules)


def _transfer(view: View, wallets: Sequence[Wallet]) -> Judgement:
    """Coins from or to wallets of the register that lie outside the perimeter."""
    word = "from" if view.side == "in" else "to"
    names = ", ".join(party.name for party in view.parties.of("register"))
    text = f"{word} wallets of the register outside this perimeter: {names}"
    kind: FlowKind = "inflow" if view.side == "in" else "outflow"
    sources = {party.source for party in view.parties.of("register")}
    evidence = Evidence("register", text, sources.pop() if len(sources) == 1 else None)
    found = by_register(kind, "transfer", (evidence,), wallets)
    if not view.parties.is_shared:
        return found
    return replace(found, confidence="weak", evidence=(*found.evidence, _SHARED))


def _plain(kind: FlowKind, sub_kind: SubKind, evidence: Evidence) -> Judgement:
    return Judgement(kind, sub_kind, "proven", (evidence,))


def _across(view: View, signs: Sequence[tuple[Stretch, Sign]], rules: Rules) -> Iterator[Flow]:
    """What crossed the border, cut wherever the label or a document changes.

    Coins of labelled exchanges are numbered first, those of strangers next, of pools last.
    """
    total = view.open_sats
    pool = min(total, view.parties.pool_sats) if view.side == "in" else 0
    exchange = min(total - pool, view.parties.exchange_sats)
    cuts = {0, exchange, total - pool, total}
    cuts |= {edge for stretch, _ in signs for edge in (stretch.start, stretch.stop)}
    setting = Setting(view.side, total <= rules.dust_sats, tuple(_doubts(view)))
    pieces: dict[Judgement, list[tuple[int, Zone]]] = {}
    for start, stop in pairwise(sorted(cuts)):
        zone: Zone = "exchange" if start < exchange else "pool"
        if exchange <= start < total - pool:
            zone = "stranger"
        covering = [sign for one, sign in signs if one.start <= start < one.stop]
        labels = label_evidence(view.side, _of_zone(view.parties, zone))
        judgement = judged(setting, zone, labels, covering)
        pieces.setdefault(judgement, []).append((stop - start, zone))
    for judgement, parts in pieces.items():
        parties = _of_zone(view.parties, *(zone for _, zone in parts))
        yield _flow(view, sum(sats for sats, _ in parts), judgement, parties)


def _doubts(view: View) -> Iterator[Evidence]:
    """What makes it doubtful whose coins these are."""
    if view.line.is_coinjoin_like:
        yield _COINJOIN
    elif view.parties.is_shared:
        yield _SHARED


def _of_zone(parties: Parties, *zones: Zone) -> tuple[Counterparty, ...]:
    if "stranger" in zones:
        without = [kind for kind in ("exchange", "pool") if kind not in zones]
        hidden = {"register", *without}
        return tuple(party for party in parties.everyone if party.kind not in hidden)
    return tuple(party for party in parties.everyone if party.kind in zones)


def _flow(
    view: View, sats: int, judgement: Judgement, parties: tuple[Counterparty, ...] = ()
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
