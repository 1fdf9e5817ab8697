"""Claims (announcements, payment records) laid over coins: each coin claimed once, none twice.

Coins that crossed the border in one transaction are a *lot*, numbered from 0 up to its satoshis. A
claim takes a stretch of a lot. In this order, and so the same whatever the order of the input:

1. claims that name transactions take the lots of these, in the order of the chain, until their
   coins are used up;
2. of the other claims, those that state the amount of a lot to the satoshi, within the window of
   days: so that as many as possible find one, and then each the nearest that is free;
3. in the same way those that state about the amount of a lot that is still whole;
4. what then is left: all whole lots of one or several days on end together for one claim;
5. claims of one entity that follow upon each other together for one lot, where the sums fit:
   more closely than single amounts, since there are many sums.

A claim takes at most the coins that it states, and a lot gives each coin to one claim only. By
amount, a claim finds only lots in wallets of the entity that made it, if it has any, and what an
exchange paid or was paid.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from operator import attrgetter

from kilosat.chain.flows.lots import Allocation, Claim, Fit, Lot, Stretch
from kilosat.chain.flows.parties import Side
from kilosat.chain.flows.rules import Rules

__all__ = ["Claim", "Lot", "Stretch", "allocate"]

_BY_DAY = attrgetter("day", "number")


def allocate(claims: Sequence[Claim], lots: Sequence[Lot], rules: Rules) -> tuple[Stretch, ...]:
    """Which coins of which lot each claim gets. Lots are numbered in the order of the chain."""
    state = Allocation(lots, rules)
    ordered = sorted(claims, key=lambda claim: (claim.day, claim.number))
    if naming := [claim for claim in ordered if claim.txids]:
        _by_txid(state, naming)
    others = [claim for claim in ordered if not claim.txids and claim.sats]
    for step in (_of_equal_amount, _of_like_amount, _lots_together, _claims_together):
        step(state, state.open_of(others))
    return tuple(sorted(state.stretches, key=lambda one: (one.lot, one.start)))


def _by_txid(state: Allocation, claims: Sequence[Claim]) -> None:
    by_txid: dict[tuple[Side, bytes], list[Lot]] = defaultdict(list)
    for lot in state.lots.values():
        by_txid[lot.side, lot.txid].append(lot)
    for claim in claims:
        named = {lot.number for txid in claim.txids for lot in by_txid[claim.side, txid]}
        left = claim.sats
        for number in sorted(named):
            lot = state.lots[number]
            got = state.take(claim, lot, left, by_txid=True) if state.may_name(claim, lot) else 0
            left = None if left is None else left - got


def _of_equal_amount(state: Allocation, claims: Sequence[Claim]) -> None:
    _of_amount(state, claims, lambda sats: 0)


def _of_like_amount(state: Allocation, claims: Sequence[Claim]) -> None:
    _of_amount(state, claims, state.rules.tolerance)


def _of_amount(state: Allocation, claims: Sequence[Claim], tolerance: Callable[[int], int]) -> None:
    """Claims of one amount after the other, each with whole lots that differ by so much at most."""
    whole = sorted(filter(state.is_whole, state.lots.values()), key=attrgetter("sats"))
    groups: dict[tuple[Side, int], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.side, claim.sats or 0].append(claim)
    for (_, stated), group in groups.items():
        start = bisect_left(whole, stated - tolerance(stated), key=attrgetter("sats"))
        stop = bisect_right(whole, stated + tolerance(stated), key=attrgetter("sats"))
        lots = sorted(filter(state.is_whole, whole[start:stop]), key=_BY_DAY)
        for claim, lot in _nearest(state, *_as_many_as_possible(state, group, lots)):
            state.take(claim, lot, stated)


def _as_many_as_possible(
    state: Allocation, claims: Sequence[Claim], lots: Iterable[Lot]
) -> tuple[list[Fit], list[Lot]]:
    """Each claim with the earliest lot that is free, and the lots left; both sorted by day.

    With windows of one width no other choice serves more claims.
    """
    fits, free, left = [], list(lots), []
    for claim in claims:
        while free and free[0].day < claim.day - state.window:
            left.append(free.pop(0))
        for place, lot in enumerate(free):
            if lot.day > claim.day + state.window:
                break
            if state.fits(claim, lot):
                fits.append((claim, free.pop(place)))
                break
    return fits, left + free


def _nearest(state: Allocation, fits: Iterable[Fit], free: list[Lot]) -> Iterator[Fit]:
    """The same claims, each with a lot that is free and nearer by day, where there is one."""
    day = attrgetter("day")
    for claim, first in fits:
        start = bisect_left(free, claim.day - state.window, key=day)
        stop = bisect_right(free, claim.day + state.window, key=day)
        near = [lot for lot in free[start:stop] if state.fits(claim, lot)]
        best = min([*near, first], key=lambda lot: _apart(claim, lot))
        if best is not first:
            del free[bisect_left(free, _BY_DAY(best), key=_BY_DAY)]
            free.insert(bisect_left(free, _BY_DAY(first), key=_BY_DAY), first)
        yield claim, best


def _apart(claim: Claim, lot: Lot) -> tuple[timedelta, int, date, int]:
    return abs(lot.day - claim.day), abs(lot.sats - (claim.sats or 0)), lot.day, lot.number


def _lots_together(state: Allocation, claims: Sequence[Claim]) -> None:
    for claim in claims:
        left = claim.sats or 0
        for lot in _run_of_lots(state, claim):
            left -= state.take(claim, lot, left, together=True)


def _run_of_lots(state: Allocation, claim: Claim) -> Sequence[Lot]:
    """All lots of days on end that come to the claim: the fewest days, then the nearest."""
    best: tuple[timedelta, timedelta, int] | None = None
    found: Sequence[Lot] = ()
    stated = claim.sats or 0
    width = state.rules.tolerance_of_sum(stated)
    days = [
        (day, [lot for lot in state.by_day[day] if state.is_whole(lot) and state.fits(claim, lot)])
        for day in state.days_near(claim.day)
    ]
    for first in range(len(days)):
        run: list[Lot] = []
        for last in range(first, len(days)):
            run += days[last][1]
            total = sum(lot.sats for lot in run)
            if total > stated + width or len(run) > state.rules.most_together:
                break
            span = days[last][0] - days[first][0]
            rank = (span, abs(days[first][0] - claim.day), first)
            if len(run) > 1 and total >= stated - width and (best is None or rank < best):
                best, found = rank, list(run)
    return found


def _claims_together(state: Allocation, claims: Sequence[Claim]) -> None:
    groups: dict[tuple[str, str, Side], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.entity, claim.kind, claim.side].append(claim)
    for lot in sorted(state.lots.values(), key=_BY_DAY):
        for group in groups.values() if state.is_whole(lot) else ():
            run = _run_of_claims(state, group, lot)
            for claim in run:
                state.take(claim, lot, claim.sats, together=True)
            if run:
                break


def _run_of_claims(state: Allocation, group: list[Claim], lot: Lot) -> Sequence[Claim]:
    """Claims on end that come to the lot: such as were made before it, of these the earliest."""
    day = attrgetter("day")
    start = bisect_left(group, lot.day - state.window, key=day)
    stop = bisect_right(group, lot.day + state.window, key=day)
    near = [one for one in state.open_of(group[start:stop]) if state.fits(one, lot)]
    best: tuple[bool, int, int] | None = None
    found: Sequence[Claim] = ()
    for first in range(len(near)):
        total = 0
        for last in range(first, min(len(near), first + state.rules.most_together)):
            total += near[last].sats or 0
            width = state.rules.tolerance_of_sum(total)
            if total > lot.sats + width:
                break
            rank = (near[last].day > lot.day, first, last)
            if last > first and total >= lot.sats - width and (best is None or rank < best):
                best, found = rank, near[first : last + 1]
    return found
