"""The reserve along a path: what comes in, what the rules buy and sell, at the day's close."""

import math

from kilosat.compiling import compiled, inlined
from kilosat.quantities import SATS_PER_BTC
from kilosat.walks.books import Book
from kilosat.walks.terms import Due, ReserveRules, ReserveTerms

__all__ = ["due_on", "reserve_day", "reserve_rules", "reserve_today"]

_COIN = 1.0 / SATS_PER_BTC
"""Of a satoshi. Products, not quotients: each day waits for the one before it."""


@inlined
def reserve_rules(terms: ReserveTerms) -> ReserveRules:
    """The numbers that every day needs."""
    return ReserveRules(
        terms.seized_sats,
        terms.cap_usd,
        terms.stop_loss,
        terms.target_usd,
        terms.band,
        terms.trading_cost,
    )


@inlined
def due_on(terms: ReserveTerms, day: int) -> Due:
    """What is due on a day."""
    rebalance = terms.target_usd > 0.0 and terms.first_of_month[day]
    return Due(terms.sats_due[day], terms.dollars_due[day], terms.sales_due[day], rebalance)


@compiled
def reserve_today(
    book: Book, terms: ReserveTerms, day: int, price: float, mined: float, discount: float
) -> None:
    """``reserve_day`` of a day of these terms."""
    reserve_day(book, reserve_rules(terms), due_on(terms, day), day, price, mined, discount)


@inlined
def reserve_day(
    book: Book,
    rules: ReserveRules,
    due: Due,
    day: int,
    price: float,
    mined: float,
    discount: float,
) -> None:
    """A day of the reserve, in this order: coins come in, purchases, sales, the day's gain.

    ``mined`` are BTC; ``discount`` brings the day's public money to its present value.
    """
    if day == 0:
        book.stopped = -1
    elif mined == 0.0 and book.paid_in == 0.0 and not (due.sats or due.dollars or due.rebalance):
        return  # nothing there, nothing due
    per_sat = price * _COIN
    _take_in(book, rules, day, per_sat, mined, discount)
    if book.stopped < 0:
        _buy(book, rules, due, per_sat, discount)
    _sell(book, rules, due, day, per_sat, discount)
    book.value = book.held * per_sat
    gain = book.value + book.sales - book.paid_in
    book.worst = min(book.worst, gain)
    book.high = max(book.high, gain)
    book.fall = max(book.fall, book.high - gain)
    book.highest = max(book.highest, book.value)
    if gain < 0.0:
        book.under += 1


@inlined
def _take_in(
    book: Book, rules: ReserveRules, day: int, per_sat: float, mined: float, discount: float
) -> None:
    """Mined coins in whole satoshis, and seized ones on the first day, at the day's price."""
    if day == 0 and rules.seized_sats > 0:
        _enter(book, rules.seized_sats, rules.seized_sats * per_sat)
        book.public -= rules.seized_sats * per_sat * discount
    if mined > 0.0:
        coins = mined * SATS_PER_BTC + book.loose
        whole = math.floor(coins)
        book.loose = coins - whole
        _enter(book, whole, whole * per_sat)


@inlined
def _enter(book: Book, sats: int, cost: float) -> None:
    book.held += sats
    book.cost += cost
    book.paid_in += cost


@inlined
def _buy(book: Book, rules: ReserveRules, due: Due, per_sat: float, discount: float) -> None:
    """What is due today, and what rebalancing asks for, as far as the cap leaves room."""
    wanted = due.dollars
    value = book.held * per_sat
    if due.rebalance and value < rules.target_usd * (1.0 - rules.band):
        wanted += rules.target_usd - value
    sats = due.sats
    if wanted > 0.0:
        sats += math.floor(wanted / ((1.0 + rules.trading_cost) * per_sat))
    if sats > 0 and rules.cap_usd < math.inf:
        sats = min(sats, int(max(rules.cap_usd - value, 0.0) / per_sat))
    if sats > 0:
        spent = sats * per_sat * (1.0 + rules.trading_cost)
        _enter(book, sats, spent)
        book.purchases += spent
        book.public -= spent * discount


@inlined
def _sell(
    book: Book, rules: ReserveRules, due: Due, day: int, per_sat: float, discount: float
) -> None:
    """The sale that is due, rebalancing, and the stop-loss, which sells all and buys no more."""
    value = book.held * per_sat
    raised = due.sales
    if raised > 0.0:
        raised /= 1.0 - rules.trading_cost
    if due.rebalance and value > rules.target_usd * (1.0 + rules.band):
        raised += value - rules.target_usd
    sats = 0
    if raised > 0.0:
        sats = math.ceil(raised / per_sat)
    if rules.stop_loss > 0.0 and value < (1.0 - rules.stop_loss) * book.cost:
        sats = book.held
        if book.stopped < 0:
            book.stopped = day
    sats = min(sats, book.held)
    if sats > 0:
        got = sats * per_sat * (1.0 - rules.trading_cost)
        book.cost -= book.cost * (sats / book.held)
        book.held -= sats
        book.sales += got
        book.public += got * discount
