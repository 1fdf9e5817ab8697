"""The walk: network, mine and reserve along each simulated price path, day by day, compiled.

One pass over the days does everything, so that no path is ever kept: a block of prices goes in,
a record for each path comes out.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from kilosat.outlook.streams import compiled
from kilosat.walks.mine_walk import close_year, mine_today, open_mine
from kilosat.walks.network_walk import close_epoch, hashprice_today, open_network
from kilosat.walks.reserve_walk import reserve_today
from kilosat.walks.terms import (
    EPOCH_DAYS,
    YEAR_DAYS,
    Floats,
    MineTerms,
    NetworkTerms,
    ReserveTerms,
)

__all__ = ["walk"]

Records = npt.NDArray[Any]


@compiled
def walk(
    log_prices: Floats,
    shocks: Floats,
    reserve: ReserveTerms,
    network: NetworkTerms,
    mine: MineTerms,
    tariff_shifts: Floats,
    hashprice_scales: Floats,
    networks: Records,
    mines: Records,
    reserves: Records,
    years: Records,
) -> None:
    """Walk along ``log_prices`` (paths, days) with shocks to hashrate (paths, epochs).

    Fills a record for each path in ``networks``, ``mines``, ``reserves`` (paths,), all nought
    before, and for each year in ``years`` (paths, years + 1). For break-even points each path may
    have its own ``tariff_shifts`` (USD/MWh added to the mine's tariffs) and ``hashprice_scales``
    (factor on what the mine's hashes earn): nought and one where nothing is asked.
    """
    paths, days = log_prices.shape
    efficiency = np.empty(len(mine.megawatts))
    recent = np.empty(len(network.recent))
    has_mine = mine.megawatts.sum() > 0.0
    # Discounting a day at a time.
    public_day = (1.0 + mine.public_rate) ** (-1.0 / YEAR_DAYS)
    private_day = (1.0 + mine.private_rate) ** (-1.0 / YEAR_DAYS)
    for path in range(paths):
        net, dig, coffer = networks[path], mines[path], reserves[path]
        open_network(net, recent, network)
        if has_mine:
            open_mine(dig, efficiency, mine)
            years[path, 0].cash = dig.year_cash
            dig.year_cash = 0.0
        public = private = 1.0
        for day in range(days):
            price = math.exp(log_prices[path, day])
            public *= public_day
            private *= private_day
            hashprice = hashprice_today(net, network, day, price)
            coins = 0.0
            if has_mine:
                coins, own = mine_today(
                    dig,
                    efficiency,
                    mine,
                    day,
                    price,
                    hashprice * hashprice_scales[path],
                    tariff_shifts[path],
                    private,
                    public,
                )
                net.own += own
            reserve_today(coffer, reserve, day, price, coins, public)
            if (day + 1) % EPOCH_DAYS == 0:
                close_epoch(net, recent, network, shocks[path, net.epoch])
            if (day + 1) % YEAR_DAYS == 0:
                if has_mine:
                    close_year(dig, mine, private, public)
                year = years[path, (day + 1) // YEAR_DAYS]
                year.price = price
                year.hashprice = hashprice
                year.hashrate = net.difficulty
                year.coins = coffer.held / 1e8
                year.value = coffer.value
                year.gain = coffer.value + coffer.sales - coffer.paid_in
                year.cash = dig.year_cash
                year.mined = dig.year_mined
                dig.year_cash = 0.0
                dig.year_mined = 0.0
            if has_mine and dig.cash >= 0.0 and dig.payback == np.inf:
                dig.payback = (day + 1.0) / YEAR_DAYS
        coffer.public += coffer.value * public
