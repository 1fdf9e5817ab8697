"""The reserve along a path: what comes in, what the rules buy and sell, at the day's close."""

import math

from kilosat.outlook.streams import compiled
from kilosat.walks.books import Book
from kilosat.walks.terms import ReserveTerms

__all__ = ["reserve_today"]

_SATS = 100_000_000.0


@compiled
def reserve_today(
    book: Book, terms: ReserveTerms, day: int, price: float, mined: float, discount: float
) -> None:
    """A day of the reserve, in this order: coins come in, purchases, sales, the day's gain.

    ``mined`` are BTC; ``discount`` brings the day's public money to its present value.
    """
    _take_in(book, terms, day, price, mined, discount)
    if book.stopped < 0:
        _buy(book, terms, day, price, discount)
    _sell(book, terms, day, price, discount)
    book.value = book.held / _SATS * price
    gain = book.value + book.sales - book.paid_in
    book.worst = min(book.worst, gain)
    book.high = max(book.high, gain)
    book.fall = max(book.fall, book.high - gain)
    book.highest = max(book.highest, book.value)
    if gain < 0.0:
        book.under += 1


@compiled
def _take_in(
    book: Book, terms: ReserveTerms, day: int, price: float, mined: float, discount: float
) -> None:
    """Mined coins in whole satoshis, and seized ones on the first day, at the day's price."""
    if day == 0:
        book.stopped = -1
        if terms.seized_sats > 0:
            _enter(book, terms.seized_sats, terms.seized_sats / _SATS * price)
            book.public -= terms.seized_sats / _SATS * price * discount
    if mined > 0.0:
        coins = mined * _SATS + book.loose
        whole = math.floor(coins)
        book.loose = coins - whole
        _enter(book, whole, whole / _SATS * price)


@compiled
def _enter(book: Book, sats: int, cost: float) -> None:
    book.held += sats
    book.cost += cost
    book.paid_in += cost


@compiled
def _buy(book: Book, terms: ReserveTerms, day: int, price: float, discount: float) -> None:
    """What is due today, and what rebalancing asks for, as far as the cap leaves room."""
    wanted = terms.dollars_due[day]
    value = book.held / _SATS * price
    rebalances = terms.target_usd > 0.0 and terms.first_of_month[day]
    if rebalances and value < terms.target_usd * (1.0 - terms.band):
        wanted += terms.target_usd - value
    sats = terms.sats_due[day]
    if wanted > 0.0:
        sats += math.floor(wanted / (1.0 + terms.trading_cost) / price * _SATS)
    if sats > 0 and terms.cap_usd < math.inf:
        sats = min(sats, int(max(terms.cap_usd - value, 0.0) / price * _SATS))
    if sats > 0:
        spent = sats / _SATS * price * (1.0 + terms.trading_cost)
        _enter(book, sats, spent)
        book.purchases += spent
        book.public -= spent * discount


@compiled
def _sell(book: Book, terms: ReserveTerms, day: int, price: float, discount: float) -> None:
    """The sale that is due, rebalancing, and the stop-loss, which sells all and buys no more."""
    value = book.held / _SATS * price
    due = terms.sales_due[day] / (1.0 - terms.trading_cost)
    rebalances = terms.target_usd > 0.0 and terms.first_of_month[day]
    if rebalances and value > terms.target_usd * (1.0 + terms.band):
        due += value - terms.target_usd
    sats = math.ceil(due / price * _SATS)
    if terms.stop_loss > 0.0 and value < (1.0 - terms.stop_loss) * book.cost:
        sats = book.held
        book.stopped = day
    sats = min(sats, book.held)
    if sats > 0:
        got = sats / _SATS * price * (1.0 - terms.trading_cost)
        book.cost -= book.cost * (sats / book.held)
        book.held -= sats
        book.sales += got
        book.public += got * discount
