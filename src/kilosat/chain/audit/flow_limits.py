"""What the transactions and announcements of an audit leave open."""

from collections.abc import Iterable, Iterator, Sequence

from kilosat.chain.audit.facts import coins_text, counted
from kilosat.chain.audit.inputs import Grounds, first_seen
from kilosat.chain.audit.model import Limit
from kilosat.chain.audit.period import Period
from kilosat.chain.flows.book import Book, Line
from kilosat.chain.flows.model import AnnouncementMatch, Flow, PerimeterFlows
from kilosat.chain.header import hex_of_hash

__all__ = ["announcement_limits", "flow_limits"]

_SHOWN = 10
_BY_PAYER = ("purchase", "unexplained")
_OPEN = ("not seen", "partly")
_NO_LABEL = ("register", "unknown")
_OF_EXCHANGES = (
    " What an exchange pays may be bought, or be coins that were held there; what it is paid may be"
    " sold, or only be kept there."
)


def flow_limits(
    flows: Sequence[Flow], lines: Sequence[Line], scripts: Iterable[bytes], book: Book
) -> Iterator[Limit]:
    """Of ``flows`` within the audit; ``lines`` are their transactions, ``scripts`` those inside."""
    yield from _payers(flows)
    yield from _labels(flows)
    yield from _inputs(lines)
    yield from _coinjoins(flows)
    yield from _spent_together(lines, frozenset(scripts), book)
    yield from _change(flows)


def announcement_limits(
    whole: PerimeterFlows, flows: Sequence[Flow], period: Period, grounds: Grounds
) -> Iterator[Limit]:
    """Of announcements within the audit that say that coins came or went."""
    made = [
        match
        for match in whole.announcements
        if period.start <= match.announcement.date < period.end
    ]
    yield from _vague(made)
    missing = [match for match in made if match.status in _OPEN]
    yield from _early(whole, missing, grounds)
    yield from _late(missing, grounds)
    yield from _unclaimed(missing, flows, grounds)


def _payers(flows: Sequence[Flow]) -> Iterator[Limit]:
    if any(flow.kind == "inflow" and flow.sub_kind in _BY_PAYER for flow in flows):
        yield Limit(
            "payers",
            "Only who paid in the same transaction is looked at: where the payers had their coins"
            " from is not followed.",
            remedy="wallets and labels of those behind them, with their sources, in the register",
        )


def _labels(flows: Sequence[Flow]) -> Iterator[Limit]:
    named = {
        f"{party.name} ({party.source.citation() if party.source else 'no source'})": None
        for flow in flows
        if any(one.what == "label" for one in flow.evidence)
        for party in flow.counterparties
        if party.kind not in _NO_LABEL
    }
    traded = any(party.kind == "exchange" for flow in flows for party in flow.counterparties)
    if named:
        yield Limit(
            "labels",
            "Whose these addresses are is the word of whoever labelled them."
            + (_OF_EXCHANGES if traded else ""),
            tuple(named),
            "a confirmation by them, or the keeper's own books (register: payments = FILE)",
        )


def _inputs(lines: Sequence[Line]) -> Iterator[Limit]:
    unknown = _txids(line for line in lines if any(i.script is None for i in line.entry.inputs))
    if unknown:
        yield Limit(
            "inputs not known",
            f"The source could not tell what some inputs of {counted(len(unknown), 'transaction')}"
            " spend: who paid, and the fee, are not known there.",
            unknown[:_SHOWN],
            "a node with an index of transactions (txindex=1), or a second source",
        )


def _coinjoins(flows: Sequence[Flow]) -> Iterator[Limit]:
    marked = tuple(dict.fromkeys(hex_of_hash(flow.txid) for flow in flows if flow.is_coinjoin_like))
    if marked:
        yield Limit(
            "coinjoin",
            f"{counted(len(marked), 'transaction')} within the audit"
            f" {'is' if len(marked) == 1 else 'are'} built like a coinjoin: who paid whom there"
            " cannot be told.",
            marked[:_SHOWN],
        )


def _spent_together(lines: Sequence[Line], inside: frozenset[bytes], book: Book) -> Iterator[Limit]:
    known = inside | book.watched.keys() | book.labels.keys()
    together = _txids(
        line
        for line in lines
        for scripts in [{leg.script for leg in line.entry.inputs if leg.script is not None}]
        if scripts & inside and scripts - known and not line.is_coinjoin_like
    )
    if together:
        yield Limit(
            "spent together",
            f"In {counted(len(together), 'transaction')} coins of the perimeter were spent together"
            " with coins of addresses that nobody named. Whoever signs one input often signs all:"
            " these may be its own wallets too, and their coins not from outside. That is a guess;"
            " no number follows it.",
            together[:_SHOWN],
            "ask the holder whose these addresses are",
        )


def _change(flows: Sequence[Flow]) -> Iterator[Limit]:
    left = [flow for flow in flows if flow.kind == "outflow" and flow.sub_kind == "unexplained"]
    if left:
        yield Limit(
            "change",
            f"{coins_text(sum(flow.sats for flow in left))} left to addresses that nobody named."
            " Some may be change, or other wallets of the same holder, which then still has these"
            " coins: the chain does not tell.",
            tuple(dict.fromkeys(hex_of_hash(flow.txid) for flow in left))[:_SHOWN],
            "descriptors or extended public keys of the holder, which show change, in place of"
            " single addresses",
        )


def _vague(made: Sequence[AnnouncementMatch]) -> Iterator[Limit]:
    vague = tuple(
        f"{match.announcement.date}: {match.announcement.text}"
        for match in made
        if match.status == "no amount"
    )
    if vague:
        yield Limit(
            "announcements",
            "These announcements state neither coins nor a transaction: nothing could be looked"
            " for.",
            vague,
        )


def _early(
    whole: PerimeterFlows, missing: Sequence[AnnouncementMatch], grounds: Grounds
) -> Iterator[Limit]:
    first = first_seen(whole, grounds.rules)
    early = [match for match in missing if first and match.announcement.date < first]
    if early:
        yield Limit(
            "announcements",
            f"Announced before the first coin came to these wallets: {_missing(early)}. Whether"
            " these went to other wallets cannot be told.",
            remedy="the wallets that were in use before",
        )


def _late(missing: Sequence[AnnouncementMatch], grounds: Grounds) -> Iterator[Limit]:
    read, days = grounds.coverage.time.date(), grounds.rules.window_days
    late = [match for match in missing if (read - match.announcement.date).days < days]
    if late:
        yield Limit(
            "announcements",
            "Announced after the last block that was read, or less than"
            f" {counted(days, 'day')} before, and not seen: {_missing(late)}. These may still come"
            " or go.",
            remedy="run the audit again later",
        )


def _unclaimed(
    missing: Sequence[AnnouncementMatch], flows: Sequence[Flow], grounds: Grounds
) -> Iterator[Limit]:
    free = [
        flow.sats
        for flow in flows
        if flow.kind == "inflow" and flow.sub_kind in _BY_PAYER and not _is_announced(flow)
    ]
    if free and any(match.announcement.kind == "purchase" for match in missing):
        yield Limit(
            "announcements",
            f"{coins_text(sum(free))} came in of which no announcement speaks, and coins announced"
            " as bought were not seen. They are compared by transaction, else by amount within"
            f" {counted(grounds.rules.window_days, 'day')}: what came later, or many announcements"
            " at once, is not recognised.",
            remedy="transactions in the announcements (txids), or the keeper's own books (register:"
            " payments = FILE)",
        )


def _is_announced(flow: Flow) -> bool:
    return any(one.what == "announcement" for one in flow.evidence)


def _missing(matches: Sequence[AnnouncementMatch]) -> str:
    """Coins said to have come, and coins said to have gone, which are never added up."""
    sold = [match for match in matches if match.announcement.kind == "sale"]
    came = [match for match in matches if match.announcement.kind != "sale"]
    return " and ".join(
        f"{coins_text(sum(match.missing_sats for match in some))}{words}"
        f" in {counted(len(some), 'announcement')}"
        for some, words in ((came, ""), (sold, " as sold"))
        if some
    )


def _txids(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(hex_of_hash(line.entry.txid) for line in lines)
