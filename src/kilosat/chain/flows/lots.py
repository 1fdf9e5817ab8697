"""Claims, lots of coins, and the book of which coins are taken by which claim."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kilosat.chain.flows.parties import Side
from kilosat.chain.flows.rules import Rules

__all__ = ["Allocation", "Claim", "Fit", "Lot", "Stretch"]

_OF_TRADE = ("purchase", "sale")


@dataclass(frozen=True)
class Lot:
    """Coins of one transaction that a claim may take.

    ``keepers`` are the entities in whose wallets they came in (or left), ``of_exchange`` whether a
    labelled exchange paid (or was paid) any of them. ``only`` holds the kinds of claims that may
    take them by their amount, ``None`` for any; if ``is_settled`` the chain, or the keeper's books
    that name the transaction, show what they are: then no other claim may by naming it either.
    """

    number: int
    side: Side
    txid: bytes
    day: date
    sats: int
    keepers: frozenset[str] = frozenset()
    of_exchange: bool = False
    only: frozenset[str] | None = None
    is_settled: bool = False


@dataclass(frozen=True)
class Claim:
    """What a document of an entity says came or went.

    ``sats`` is ``None`` where it states no amount. ``has_wallets``: whether the entity has wallets
    of its own within the perimeter, so that its coins are looked for there.
    """

    number: int
    side: Side
    kind: str
    day: date
    entity: str
    sats: int | None
    txids: tuple[bytes, ...] = ()
    has_wallets: bool = False


@dataclass(frozen=True)
class Stretch:
    """The coins ``start`` up to, without, ``stop`` of a lot, taken by a claim.

    Neither ``by_txid`` nor ``together``: the amounts of the two are about the same.
    """

    claim: int
    lot: int
    start: int
    stop: int
    by_txid: bool = False
    together: bool = False

    @property
    def sats(self) -> int:
        """How many coins it holds, in satoshis."""
        return self.stop - self.start


Fit = tuple[Claim, Lot]


class Allocation:
    """Lots being given out: how far each is taken, and by whom."""

    def __init__(self, lots: Sequence[Lot], rules: Rules) -> None:
        self.lots = {lot.number: lot for lot in lots}
        self.rules = rules
        self.window = timedelta(rules.window_days)
        self.taken: dict[int, int] = dict.fromkeys(self.lots, 0)
        self.stretches: list[Stretch] = []
        self.used: set[int] = set()
        self.by_day: dict[date, list[Lot]] = defaultdict(list)
        for lot in self.lots.values():
            self.by_day[lot.day].append(lot)

    def take(
        self,
        claim: Claim,
        lot: Lot,
        most: int | None,
        by_txid: bool = False,
        together: bool = False,
    ) -> int:
        """Give ``claim`` the next coins of ``lot``, at most ``most``; how many it got."""
        start = self.taken[lot.number]
        left = lot.sats - start
        sats = left if most is None else min(left, most)
        if sats > 0:
            stretch = Stretch(claim.number, lot.number, start, start + sats, by_txid, together)
            self.stretches.append(stretch)
            self.taken[lot.number] = start + sats
            self.used.add(claim.number)
        return max(0, sats)

    def is_whole(self, lot: Lot) -> bool:
        """Whether nothing of it is taken."""
        return not self.taken[lot.number] and lot.sats > 0

    def open_of(self, claims: Iterable[Claim]) -> list[Claim]:
        """Those that got nothing yet."""
        return [claim for claim in claims if claim.number not in self.used]

    def days_near(self, day: date) -> list[date]:
        """Days with lots within the window around ``day``, in order."""
        width = self.rules.window_days
        days = (day + timedelta(days) for days in range(-width, width + 1))
        return [one for one in days if one in self.by_day]

    @staticmethod
    def may_name(claim: Claim, lot: Lot) -> bool:
        """Whether a claim that names the transaction may be of these coins."""
        return not lot.is_settled or lot.only is None or claim.kind in lot.only

    def fits(self, claim: Claim, lot: Lot) -> bool:
        """Whether the two can belong together, their amounts apart."""
        return (
            claim.side == lot.side
            and abs(lot.day - claim.day) <= self.window
            and (lot.only is None or claim.kind in lot.only)
            and self._is_kept_by(claim, lot)
        )

    @staticmethod
    def _is_kept_by(claim: Claim, lot: Lot) -> bool:
        """Coins are looked for with who speaks of them, traded ones at an exchange too."""
        traded = lot.of_exchange and claim.kind in _OF_TRADE
        return not claim.has_wallets or claim.entity in lot.keepers or traded
