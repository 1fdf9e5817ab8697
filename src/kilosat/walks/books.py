"""The books of a path: what the walk keeps while it goes, and what it leaves behind.

Each is a record of plain numbers; an array of them, one record a path, is the result of a run.
"""

from typing import Any

import numpy as np

__all__ = ["MINE_BOOK", "NETWORK_BOOK", "RESERVE_BOOK", "YEAR_BOOK", "Book"]

Book = Any
"""A record, or an array of records; their fields are known to numpy, not to the type checker."""

_F, _I = np.float64, np.int64

NETWORK_BOOK = np.dtype(
    [
        ("log_others", _F),  # hashrate of all others, log EH/s
        ("growth", _F),  # of the last epoch
        ("difficulty", _F),  # as the hashrate in EH/s that it was set for
        ("epoch", _I),
        ("oldest", _I),  # place of the oldest of the remembered revenues
        ("revenue", _F),  # sum of the epoch's hashprices
        ("own", _F),  # sum over the epoch's days of the mine's hashrate, EH/s
    ]
)

RESERVE_BOOK = np.dtype(
    [
        ("held", _I),  # satoshis
        ("loose", _F),  # parts of a satoshi that mining has brought
        ("cost", _F),  # of the coins held, average method, mined and seized ones at the day's price
        ("paid_in", _F),  # cost of all that ever came in
        ("purchases", _F),  # paid for coins, trading cost included
        ("sales", _F),  # received for coins, after trading cost
        ("value", _F),  # at the last close
        ("worst", _F),  # lowest value + sales - paid in of any day
        ("high", _F),
        ("fall", _F),  # largest fall of the gain from an earlier high
        ("highest", _F),  # highest value of any day
        ("under", _I),  # days with a gain below zero
        ("stopped", _I),  # day on which the stop-loss sold all; minus one if it never did
        ("public", _F),  # present value of purchases, sales, seized coins and the last value
    ]
)

MINE_BOOK = np.dtype(
    [
        ("alive", _I),
        ("bought_on", _I),
        ("left", _F),  # share of the machines that have not failed
        ("renewals", _I),
        ("first_hashprice", _F),
        ("depreciation", _F),  # of the machines, a day
        ("site_depreciation", _F),  # a day
        ("site_until", _I),  # day on which the site ends
        ("paid_machines", _F),  # for those that are there, with duty
        ("taxable", _F),  # of the year
        ("loss_carried", _F),
        ("cash_before", _F),  # of the year
        ("mined_before", _F),
        ("cash", _F),  # of all owners so far
        ("npv", _F),  # of all owners, at the private rate
        ("payback", _F),  # years until the cash is back for good; infinite if never
        ("machines", _F),  # paid for machines and site, without duty
        ("mined", _F),  # BTC, after the pool's fee
        ("energy", _F),  # MWh at the meter
        ("fuel", _F),  # imported fuel for that energy, USD
        ("offered", _F),  # MWh that machines could have taken
        ("revenue", _F),
        ("bill", _F),  # paid for power, in cash and coins
        ("running", _F),
        ("bill_coins", _F),  # the part of the bill that was paid in coins
        ("residual", _F),  # undepreciated cost at the end, of machines, site and connection
        ("royalties", _F),  # coins of royalty and of bills paid in coins, at the day's price
        ("kept", _F),  # coins that the state as owner kept, at the day's price
        ("margin", _F),  # tariff less cost of the power and of the connection
        ("taxes", _F),  # profit tax and import duty
        ("equity", _F),  # the state's cash as owner, kept coins taken out
        ("abroad", _F),  # cash of the other owners
        ("public", _F),  # present value of the state's flows, coins into the reserve left out
    ]
)

YEAR_BOOK = np.dtype(
    [
        ("price", _F),
        ("hashprice", _F),
        ("hashrate", _F),  # EH/s, the mine's included
        ("coins", _F),  # BTC held
        ("value", _F),
        ("gain", _F),
        ("cash", _F),  # of the mine's owners within the year; year 0 is the first outlay
        ("mined", _F),  # BTC within the year
    ]
)
"""At the end of each year."""
