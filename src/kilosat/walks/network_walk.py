"""The network along a path: hashprice by day, difficulty by epoch (compiled)."""

import math

from kilosat.compiling import compiled, inlined
from kilosat.quantities import BLOCKS_PER_DAY, JOULES_PER_MWH, TERAHASHES_PER_PHS_DAY
from kilosat.walks.books import Book
from kilosat.walks.terms import EPOCH_DAYS, Floats, NetworkTerms

__all__ = ["close_epoch", "hashprice_today", "open_network", "usd_per_mwh"]

_PH_PER_EH = 1000.0
_TH_PER_MWH = JOULES_PER_MWH / TERAHASHES_PER_PHS_DAY
"""(J per MWh) / (TH of a PH/s in a day): USD/PH/s/day x this / (J/TH) is USD per MWh."""
_LARGEST_CHANGE = math.log(4.0)


@compiled
def open_network(book: Book, recent: Floats, terms: NetworkTerms) -> None:
    """The network on the as-of date."""
    book.log_others = terms.log_hashrate
    book.growth = terms.last_growth
    book.difficulty = math.exp(terms.log_hashrate)
    book.epoch = 0
    book.oldest = 0
    book.revenue = 0.0
    book.own = 0.0
    recent[:] = terms.recent


@inlined
def hashprice_today(book: Book, coins_per_block: float, price: float) -> float:
    """USD/PH/s/day: coins of a day's blocks over the hashrate that the difficulty stands for."""
    hashprice: float = price * coins_per_block * BLOCKS_PER_DAY / (book.difficulty * _PH_PER_EH)
    book.revenue += hashprice
    return hashprice


@inlined
def usd_per_mwh(hashprice: float, joule_per_th: float) -> float:
    """What a MWh earns at a hashprice."""
    return hashprice * _TH_PER_MWH / joule_per_th


@inlined
def close_epoch(book: Book, recent: Floats, terms: NetworkTerms, shock: float) -> None:
    """Others answer to the epoch's revenue; the mine's own hashrate joins the next difficulty."""
    earned = math.log(usd_per_mwh(book.revenue / EPOCH_DAYS, 1.0))
    recent[book.oldest] = earned - terms.log_frontier[book.epoch]
    book.oldest = (book.oldest + 1) % len(recent)
    book.growth = (
        terms.intercept
        + terms.response * recent.mean()
        + terms.memory * book.growth
        + terms.noise * shock
    )
    book.log_others += book.growth
    before = book.difficulty
    change = math.log((math.exp(book.log_others) + book.own / EPOCH_DAYS) / before)
    change = min(max(change, -_LARGEST_CHANGE), _LARGEST_CHANGE)
    book.difficulty = before * math.exp(change)
    book.epoch += 1
    book.revenue = 0.0
    book.own = 0.0
