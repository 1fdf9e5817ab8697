"""Claims (announcements, payment records) laid over coins: each coin claimed once, none twice.

Coins that crossed the border in one transaction are a *lot*, numbered from 0 up to its satoshis. A
claim takes a stretch of a lot. In this order, and so the same whatever the order of the input:

1. claims that name transactions take the lots of these, in the order of the chain, until their
   coins are used up;
2. of the other claims, those that state an amount take a lot that is still whole, of about that
   amount, within the window of days: equal amounts first, then the nearest day, then the nearest
   amount, then the earlier in the chain;
3. what then is left: all whole lots of one day together, or all claims of one day by one entity
   together against one lot, where the sums fit.

A claim takes at most the coins that it states, and a lot gives each coin to one claim only.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kilosat.chain.flows.parties import Side
from kilosat.chain.flows.rules import Rules

__all__ = ["Claim", "Lot", "Stretch", "allocate"]


@dataclass(frozen=True)
class Lot:
    """Coins of one transaction that a claim may take; ``from_pool`` if a pool paid any of them."""

    number: int
    side: Side
    txid: bytes
    day: date
    sats: int
    from_pool: bool = False


@dataclass(frozen=True)
class Claim:
    """What a document says came or went. ``sats`` is ``None`` where it states no amount."""

    number: int
    side: Side
    kind: str
    day: date
    entity: str
    sats: int | None
    txids: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """The coins ``start`` up to, without, ``stop`` of a lot, taken by a claim."""

    claim: int
    lot: int
    start: int
    stop: int
    by_txid: bool


class _Allocation:
    """Lots being given out: how far each is taken, and by whom."""

    def __init__(self, lots: Sequence[Lot], rules: Rules) -> None:
        self.lots = {lot.number: lot for lot in lots}
        self.rules = rules
        self.taken: dict[int, int] = dict.fromkeys(self.lots, 0)
        self.stretches: list[Stretch] = []
        self.used: set[int] = set()
        self.by_day: dict[date, list[Lot]] = defaultdict(list)
        for lot in self.lots.values():
            self.by_day[lot.day].append(lot)

    def take(self, claim: Claim, lot: Lot, most: int | None, by_txid: bool) -> int:
        """Give ``claim`` the next coins of ``lot``, at most ``most``; how many it got."""
        start = self.taken[lot.number]
        left = lot.sats - start
        sats = left if most is None else min(left, most)
        if sats > 0:
            stretch = Stretch(claim.number, lot.number, start, start + sats, by_txid)
            self.stretches.append(stretch)
            self.taken[lot.number] = start + sats
            self.used.add(claim.number)
        return max(0, sats)

    def is_whole(self, lot: Lot) -> bool:
        return not self.taken[lot.number]

    def whole_near(self, claim: Claim) -> list[tuple[int, date, list[Lot]]]:
        """Days within the window with their untaken lots, nearest and then earliest first."""
        width = self.rules.window_days
        days = [claim.day + timedelta(days) for days in range(-width, width + 1)]
        found = []
        for day in sorted(days, key=lambda day: (abs((day - claim.day).days), day)):
            fitting = [
                lot
                for lot in self.by_day.get(day, ())
                if self.is_whole(lot) and self.days_apart(claim, lot) is not None
            ]
            if fitting:
                found.append((abs((day - claim.day).days), day, fitting))
        return found

    def days_apart(self, claim: Claim, lot: Lot) -> int | None:
        """Days between the two, where they can belong together at all."""
        days = abs((lot.day - claim.day).days)
        of_pool = lot.from_pool and claim.kind != "mined"
        fits = claim.side == lot.side and days <= self.rules.window_days and not of_pool
        return days if fits else None


def allocate(claims: Sequence[Claim], lots: Sequence[Lot], rules: Rules) -> tuple[Stretch, ...]:
    """Which coins of which lot each claim gets. Lots are numbered in the order of the chain."""
    state = _Allocation(lots, rules)
    ordered = sorted(claims, key=lambda claim: (claim.day, claim.number))
    _by_txid(state, [claim for claim in ordered if claim.txids])
    others = [claim for claim in ordered if not claim.txids and claim.sats]
    _by_amount(state, others)
    _lots_of_a_day(state, [claim for claim in others if claim.number not in state.used])
    _claims_of_a_day(state, [claim for claim in others if claim.number not in state.used])
    return tuple(sorted(state.stretches, key=lambda one: (one.lot, one.start)))


def _by_txid(state: _Allocation, claims: Sequence[Claim]) -> None:
    by_txid: dict[tuple[Side, bytes], list[Lot]] = defaultdict(list)
    for lot in state.lots.values():
        by_txid[lot.side, lot.txid].append(lot)
    for claim in claims:
        named = {lot.number for txid in claim.txids for lot in by_txid[claim.side, txid]}
        left = claim.sats
        for number in sorted(named):
            got = state.take(claim, state.lots[number], left, by_txid=True)
            left = None if left is None else left - got


def _by_amount(state: _Allocation, claims: Sequence[Claim]) -> None:
    whole = sorted(
        (lot.sats, lot.number) for lot in state.lots.values() if state.is_whole(lot) and lot.sats
    )
    pairs = []
    for claim in claims:
        stated = claim.sats or 0
        width = state.rules.tolerance(stated)
        first = bisect_left(whole, (stated - width, -1))
        last = bisect_left(whole, (stated + width + 1, -1))
        for sats, number in whole[first:last]:
            days = state.days_apart(claim, state.lots[number])
            if days is not None:
                apart = abs(sats - stated)
                pairs.append((apart > 0, days, apart, number, claim.day, claim.number, claim))
    for *_, number, _, _, claim in sorted(pairs, key=lambda pair: pair[:-1]):
        if claim.number not in state.used and state.is_whole(state.lots[number]):
            state.take(claim, state.lots[number], claim.sats, by_txid=False)


def _lots_of_a_day(state: _Allocation, claims: Sequence[Claim]) -> None:
    for claim in claims:
        stated = claim.sats or 0
        for _, _, lots in state.whole_near(claim):
            total = sum(lot.sats for lot in lots)
            if len(lots) > 1 and abs(total - stated) <= state.rules.tolerance(stated):
                left = stated
                for lot in lots:
                    left -= state.take(claim, lot, left, by_txid=False)
                break


def _claims_of_a_day(state: _Allocation, claims: Sequence[Claim]) -> None:
    together: dict[tuple[date, str, str, Side], list[Claim]] = defaultdict(list)
    for claim in claims:
        together[claim.day, claim.entity, claim.kind, claim.side].append(claim)
    for group in together.values():
        stated = sum(claim.sats or 0 for claim in group)
        if len(group) < 2:
            continue
        fitting = [
            (days, lot.number)
            for days, _, lots in state.whole_near(group[0])
            for lot in lots
            if abs(lot.sats - stated) <= state.rules.tolerance(stated)
        ]
        if fitting:
            lot = state.lots[min(fitting)[1]]
            for claim in group:
                state.take(claim, lot, claim.sats, by_txid=False)
