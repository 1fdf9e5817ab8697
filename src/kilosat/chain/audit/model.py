"""What an audit says: sums, days, coins, addresses and limits; a graph explains the numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kilosat.chain.address import Network
from kilosat.chain.audit.facts import Fact, said
from kilosat.chain.control import JudgedControl
from kilosat.chain.flows.model import AnnouncementMatch, Flow, PaymentMatch, Scope
from kilosat.chain.flows.records import Liability
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import OutPoint
from kilosat.figures import Explanation, Graph

__all__ = [
    "AddressUse",
    "Audit",
    "AuditedCoin",
    "CostLot",
    "CostOfCoins",
    "Coverage",
    "Day",
    "Exposure",
    "Limit",
    "LimitKind",
    "ScopeTotals",
]

Exposure = Literal["hidden", "revealed by a spend", "in the output", "not known"]
"""Where a public key stands: only its hash is on the chain; an input showed it; the output itself
shows it (P2PK, P2TR, bare multisig); the script is of no known kind."""

LimitKind = Literal[
    "no addresses",
    "some addresses",
    "inputs not known",
    "not up to date",
    "one source",
    "price",
    "absent files",
    "liabilities",
    "announcements",
    "coinjoin",
    "attribution",
    "gap limit",
    "control",
    "payers",
    "labels",
    "spent together",
    "change",
    "other",
]


@dataclass(frozen=True)
class Coverage:
    """How far and through what the chain was read: up to ``tip``, whose header has time ``time``.

    ``sources`` are the names of sources whose answers were compared or used; ``notes`` are theirs.
    """

    tip: BlockRef
    time: datetime
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """Something that could not be known, with what it concerns and what would help."""

    kind: LimitKind
    text: str
    concerns: tuple[str, ...] = ()
    remedy: str = ""


@dataclass(frozen=True)
class Day:
    """A day of the audit, all in satoshis, cumulated from the start of the audit but for ``stock``.
    None lies after the last block that was read.

    ``announced``: coins announced as bought, mined, seized or donated less those announced as sold;
    ``dashboard``: gross inflow to the reserve wallets; ``net_change``: of the perimeter; ``stock``:
    what the perimeter holds at the end of the day.
    """

    day: date
    announced: int
    dashboard: int
    net_change: int
    stock: int


@dataclass(frozen=True)
class AuditedCoin:
    """An unspent output at the end of the audit. ``age_days`` counts from the time of its block."""

    outpoint: OutPoint
    wallet: str
    script: bytes
    address: str | None
    sats: int
    height: int
    day: date
    age_days: int
    is_coinbase: bool
    exposure: Exposure


@dataclass(frozen=True)
class AddressUse:
    """A script of the perimeter: how often it was paid and spent from, by the end of the audit."""

    wallet: str
    script: bytes
    address: str | None
    script_type: str
    times_funded: int
    times_spent_from: int
    sats: int
    exposure: Exposure

    @property
    def is_reused(self) -> bool:
        """Whether it was paid more than once."""
        return self.times_funded > 1


@dataclass(frozen=True)
class CostLot:
    """Coins of one inflow at the day's close; ``usd`` is ``None`` where the price is not known."""

    txid: bytes
    day: date
    sats: int
    usd: float | None
    sub_kind: str


@dataclass(frozen=True)
class CostOfCoins:
    """Average cost of the coins that came in: those of known price, and those without one.

    ``held_sats`` are valued at ``cost_usd``; ``unpriced_sats`` came in on ``unpriced_days``.
    ``lots`` are first in, first out: what is still held of each inflow.
    """

    held_sats: int
    cost_usd: float
    unpriced_sats: int
    unpriced_days: tuple[date, ...]
    lots: tuple[CostLot, ...] = ()

    @property
    def usd_per_btc(self) -> float | None:
        """Average cost of a coin of known price."""
        return self.cost_usd * 1e8 / self.held_sats if self.held_sats else None


@dataclass(frozen=True)
class ScopeTotals:
    """The same sums for another perimeter or a single wallet, by name of figure (satoshis)."""

    scope: Scope
    sums: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Audit:
    """The result: what the perimeter held at two dates, and what made the difference.

    ``start`` and ``end`` stand for 00:00 UTC of these days; ``start_height`` and ``end_height`` are
    the last blocks before them: as the caller knows them from headers, else the last that touch the
    register (-1 where none does). ``sums`` holds satoshis by name of figure; ``graph`` explains
    each (``graph.explain(name)``). ``flows`` are those between the two dates. ``scopes`` holds the
    sums of every perimeter and wallet of the register, this one among them. ``changes`` is what
    each wallet of the perimeter gained, or gave, by the transactions of the flows, by their id.
    """

    register_name: str
    register_title: str
    network: Network
    scope: Scope
    reserve: Scope
    start: date
    end: date
    start_height: int
    end_height: int
    coverage: Coverage
    verdict: tuple[Fact, ...]
    sums: Mapping[str, int]
    days: tuple[Day, ...]
    flows: tuple[Flow, ...]
    changes: Mapping[bytes, Mapping[str, int]]
    announcements: tuple[AnnouncementMatch, ...]
    payments: tuple[PaymentMatch, ...]
    liabilities: tuple[Liability, ...]
    controls: tuple[JudgedControl, ...]
    coins: tuple[AuditedCoin, ...]
    addresses: tuple[AddressUse, ...]
    cost: CostOfCoins
    scopes: tuple[ScopeTotals, ...]
    limits: tuple[Limit, ...]
    graph: Graph

    def say(self, fact: Fact) -> str:
        """The sentence with its figures filled in, as people read them."""
        return said(fact, self.graph)

    def explain(self, figure: str) -> Explanation:
        """The tree of a figure down to its sources."""
        return self.graph.explain(figure)
