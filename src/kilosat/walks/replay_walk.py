"""The walk along what happened: reserve and mine on actual closes and hashprices (compiled).

The day's rules are those of the simulated walk. What is added: purchases and sales of a list at
their stated money, and a record of each day.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kilosat.compiling import compiled
from kilosat.quantities import SATS_PER_BTC
from kilosat.walks.books import Book
from kilosat.walks.mine_walk import close_year, mine_today, note_payback, open_mine, settle
from kilosat.walks.reserve_walk import reserve_today
from kilosat.walks.terms import EPOCH_DAYS, YEAR_DAYS, Floats, Ints, MineTerms, ReserveTerms

__all__ = ["DAY_BOOK", "StatedTrades", "replay_walk"]

_F, _I = np.float64, np.int64

DAY_BOOK = np.dtype(
    [
        ("price", _F),
        ("sats_in", _I),  # bought, mined or seized this day
        ("usd_in", _F),  # what these cost, mined and seized ones at the close
        ("sats_out", _I),
        ("usd_out", _F),  # received this day, after trading cost
        ("held", _I),  # satoshis at the close; from here on states and sums, not of the day
        ("cost", _F),
        ("paid_in", _F),
        ("purchases", _F),
        ("sales", _F),
        ("value", _F),
        ("mined", _F),  # BTC
        ("energy", _F),  # MWh
        ("cash", _F),  # of the mine's owners
        ("own", _F),  # the mine's hashrate of the day, EH/s
    ]
)


class StatedTrades(NamedTuple):
    """Coins of a list that changed hands at stated money, by day (days,).

    ``bought_usd`` and ``sold_usd`` are what was paid and received, fees included.
    """

    bought_sats: Ints
    bought_usd: Floats
    sold_sats: Ints
    sold_usd: Floats


@compiled
def replay_walk(
    prices: Floats,
    hashprices: Floats,
    hashrates: Floats,
    reserve: ReserveTerms,
    stated: StatedTrades,
    mine: MineTerms,
    mines: npt.NDArray[Any],
    reserves: npt.NDArray[Any],
    record: npt.NDArray[Any],
) -> None:
    """Walk along closes, hashprices and the world's hashrates in EH/s (days,), from the start on.

    As in the simulated walk the mine's own hashes join the difficulty an epoch later; those of all
    others stay what they were, so that a large mine earns less than the actual hashprice.
    Fills the one record of ``mines`` and of ``reserves`` and one of ``DAY_BOOK`` a day in
    ``record``, all nought before. The last year's profit is taxed at the end, whole or not.
    """
    days = len(prices)
    efficiency = np.empty(len(mine.megawatts))
    has_mine = mine.megawatts.sum() > 0.0
    public_day = (1.0 + mine.public_rate) ** (-1.0 / YEAR_DAYS)
    private_day = (1.0 + mine.private_rate) ** (-1.0 / YEAR_DAYS)
    dig, coffer = mines[0], reserves[0]
    if has_mine:
        open_mine(dig, efficiency, mine)
    coffer.stopped = -1
    public = private = 1.0
    own_sum = joined = 0.0
    for day in range(days):
        price = prices[day]
        public *= public_day
        private *= private_day
        coins = own = 0.0
        if has_mine:
            hashprice = hashprices[day] * hashrates[day] / (hashrates[day] + joined)
            coins, own = mine_today(
                dig, efficiency, mine, day, price, hashprice, 0.0, private, public
            )
            own_sum += own
            if (day + 1) % EPOCH_DAYS == 0:
                joined = own_sum / EPOCH_DAYS
                own_sum = 0.0
        held, paid_in, sales = coffer.held, coffer.paid_in, coffer.sales
        sold = _trade_as_stated(coffer, reserve, stated, day, price, public)
        by_list = coffer.sales - sales
        reserve_today(coffer, reserve, day, price, coins, public)
        if has_mine and ((day + 1) % YEAR_DAYS == 0 or day + 1 == days):
            close_year(dig, mine, private, public)
        if has_mine:
            note_payback(dig, day)
        # Sales by rule are at the close: their coins follow from the money.
        by_rule = coffer.sales - sales - by_list
        sold += round(by_rule / (price * (1.0 - reserve.trading_cost)) * SATS_PER_BTC)
        if coffer.paid_in == paid_in:  # nothing came in: no need to go by the money
            sold = held - coffer.held
        row = record[day]
        row.price = price
        row.sats_in = coffer.held - held + sold
        row.usd_in = coffer.paid_in - paid_in
        row.sats_out = sold
        row.usd_out = coffer.sales - sales
        row.held = coffer.held
        row.cost = coffer.cost
        row.paid_in = coffer.paid_in
        row.purchases = coffer.purchases
        row.sales = coffer.sales
        row.value = coffer.value
        row.mined = dig.mined
        row.energy = dig.energy
        row.cash = dig.cash
        row.own = own
    coffer.public += coffer.value * public
    if has_mine:
        settle(dig, mine, days, private, public)


@compiled
def _trade_as_stated(
    book: Book,
    terms: ReserveTerms,
    stated: StatedTrades,
    day: int,
    price: float,
    discount: float,
) -> int:
    """Purchases, as far as the cap leaves room, and then sales; the satoshis sold."""
    sats = stated.bought_sats[day]
    if book.stopped >= 0:
        sats = 0
    if sats > 0 and terms.cap_usd < np.inf:
        room = max(terms.cap_usd - book.held / SATS_PER_BTC * price, 0.0)
        sats = min(sats, int(room / price * SATS_PER_BTC))
    if sats > 0:
        spent = stated.bought_usd[day] * (sats / stated.bought_sats[day])
        book.held += sats
        book.cost += spent
        book.paid_in += spent
        book.purchases += spent
        book.public -= spent * discount
    sold = min(stated.sold_sats[day], book.held)
    if sold > 0:
        got = stated.sold_usd[day] * (sold / stated.sold_sats[day])
        book.cost -= book.cost * (sold / book.held)
        book.held -= sold
        book.sales += got
        book.public += got * discount
    return int(sold)
