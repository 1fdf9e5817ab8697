"""What classification says: flows, their evidence, and who was on the other side.

Kinds. ``internal``: moved inside the perimeter (``moved`` from one of its wallets to another,
``change`` back to a wallet that paid). ``mined``: new coins (``coinbase``), from a script labelled
as a mining pool (``pool payout``), or stated to be mined (``stated``). ``inflow`` and ``outflow``:
across the border of the perimeter; ``transfer`` is with a wallet of the register that lies outside
the perimeter, ``fee`` what the miners took, ``dust`` an amount too small to matter,
``unexplained`` whatever nothing is known of.

Confidence. ``proven``: follows from the chain, the register and these definitions alone.
``strong``: the keeper's own books name the transaction, the payer is labelled as a pool, a label
and the audited side's own word (announcements, books) agree and nothing had gone to that party
before, or it would be proven but for wallets whose owner is the word of a third party. ``weak``:
one sign alone: the label of an exchange, an announcement (also one that names the transaction: it
is the word of those who are audited), books of about this amount; a label where others stand on
both sides too, or to which as much had gone before; wallets whose owner is supposed.
``none``: no evidence.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kilosat.chain.flows.records import PaymentRecord
from kilosat.chain.register import Announcement
from kilosat.chain.register.schema import HolderKind
from kilosat.chain.sources.port import BlockRef
from kilosat.provenance import Source

__all__ = [
    "AnnouncementMatch",
    "Confidence",
    "Counterparty",
    "CounterpartyKind",
    "Evidence",
    "EvidenceKind",
    "Flow",
    "FlowKind",
    "MatchStatus",
    "PaymentMatch",
    "PerimeterFlows",
    "Scope",
    "SubKind",
]

FlowKind = Literal["internal", "mined", "inflow", "outflow"]
SubKind = Literal[
    "moved",
    "change",
    "coinbase",
    "pool payout",
    "stated",
    "purchase",
    "seizure",
    "donation",
    "dust",
    "client deposit",
    "transfer",
    "sale",
    "payment",
    "client withdrawal",
    "fee",
    "unexplained",
]
Confidence = Literal["proven", "strong", "weak", "none"]
EvidenceKind = Literal["chain", "register", "label", "announcement", "payment record", "amount"]
CounterpartyKind = HolderKind | Literal["register", "unknown"]
MatchStatus = Literal["matched", "partly", "not seen", "contradicted", "no amount", "not counted"]


@dataclass(frozen=True)
class Evidence:
    """Why a flow is called what it is called.

    ``reference`` is where to look: an address, a page, an invoice; ``names_transaction`` whether
    the document gives this very transaction id.
    """

    what: EvidenceKind
    text: str
    source: Source | None = None
    reference: str = ""
    names_transaction: bool = False


@dataclass(frozen=True)
class Counterparty:
    """Who stood on the other side of a transaction.

    ``name`` is a label, the title of a wallet of the register, or an address; ``sats`` what went in
    (of an inflow) or came out (of an outflow) under its scripts, ``share`` its part of all outside
    inputs or outputs that are known, from 0 to 1.
    """

    name: str
    kind: CounterpartyKind
    sats: int
    share: float
    scripts: tuple[bytes, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class Flow:
    """A part of a transaction, as one perimeter sees it.

    ``sats`` is never negative; ``net_sats`` is what the perimeter gained or gave by it. ``day`` is
    the UTC day of the block by the highest header time up to it, ``time`` that of its own header.
    ``usd`` is its worth at the close of that day, ``None`` where the price is not known.
    ``wallets`` are those of the perimeter that the transaction touches. ``is_mixed``: inputs from
    inside and outside; ``is_coinjoin_like``: built like a coinjoin, so counterparties mean little.
    ``maybe_returned_sats`` of it may be the perimeter's own coins coming back.
    """

    txid: bytes
    block: BlockRef
    position: int
    time: int
    day: date
    kind: FlowKind
    sub_kind: SubKind
    sats: int
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    counterparties: tuple[Counterparty, ...] = ()
    wallets: tuple[str, ...] = ()
    usd: float | None = None
    is_mixed: bool = False
    is_coinjoin_like: bool = False
    maybe_returned_sats: int = 0

    @property
    def net_sats(self) -> int:
        """What the perimeter gained (above nought) or gave by this part."""
        if self.kind == "internal":
            return 0
        return -self.sats if self.kind == "outflow" else self.sats


@dataclass(frozen=True)
class AnnouncementMatch:
    """What became of an announcement: the coins found for it, never more than it states.

    ``contradicted``: a transaction that it names is of this perimeter and brought, or took, no such
    coins: it only moved some, or the chain or the keeper's books show something else; it is in
    ``instead``. ``not seen``: no flow fits; where
    coins of that amount only moved so within the days, and are not those of another announcement,
    they are in ``instead``. ``moved_sats`` says how many. ``no amount``: neither coins nor
    transactions are stated, so nothing can be looked for; ``not counted``: its kind (transfer,
    other) says of no coins that they came or went.
    """

    announcement: Announcement
    status: MatchStatus
    matched_sats: int = 0
    txids: tuple[bytes, ...] = ()
    instead: tuple[bytes, ...] = ()
    moved_sats: int = 0

    @property
    def missing_sats(self) -> int:
        """Coins stated of which no flow was found."""
        return max(0, (self.announcement.sats or 0) - self.matched_sats)


@dataclass(frozen=True)
class PaymentMatch:
    """What became of a payment record: the coins found for it on the chain."""

    record: PaymentRecord
    matched_sats: int = 0
    txids: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Scope:
    """What is looked at: a perimeter of the register (its key), or one wallet (``wallet:KEY``)."""

    key: str
    title: str
    wallets: tuple[str, ...]
    entities: tuple[str, ...]


@dataclass(frozen=True)
class PerimeterFlows:
    """All flows of a perimeter in the order of the chain, and what was announced of it.

    ``scripts`` are the output scripts that count as inside.
    """

    scope: Scope
    scripts: Collection[bytes]
    flows: tuple[Flow, ...]
    announcements: tuple[AnnouncementMatch, ...]
    payments: tuple[PaymentMatch, ...] = ()

    @property
    def net_sats(self) -> int:
        """Net change over all flows: outputs to the perimeter less inputs from it."""
        return sum(flow.net_sats for flow in self.flows)
