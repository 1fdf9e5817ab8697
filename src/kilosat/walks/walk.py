"""The walk: network, mine and reserve along each simulated price path, day by day, compiled.

One pass over the days does everything, so that no path is ever kept: a block of prices goes in,
a record for each path comes out.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from kilosat.compiling import compiled
from kilosat.quantities import SATS_PER_BTC
from kilosat.walks.books import Book
from kilosat.walks.mine_walk import (
    asks_for_machines,
    close_year,
    day_of_year,
    install,
    mine_day,
    mine_rules,
    note_payback,
    open_mine,
    outlay_rules,
    renew,
    settle,
)
from kilosat.walks.network_walk import close_epoch, hashprice_today, open_network
from kilosat.walks.reserve_walk import due_on, reserve_day, reserve_rules
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
    prices: Floats,
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
    """Walk along ``prices`` (paths, days) with shocks to hashrate (paths, epochs).

    Fills a record for each path in ``networks``, ``mines``, ``reserves`` (paths,), all nought
    before, and for each year in ``years`` (paths, years + 1). For break-even points each path may
    have its own ``tariff_shifts`` (USD/MWh added to the mine's tariffs) and ``hashprice_scales``
    (factor on what the mine's hashes earn): nought and one where nothing is asked.
    """
    paths, days = prices.shape
    hashes = np.empty((paths, len(mine.megawatts)))
    recent = np.empty((paths, len(network.recent)))
    has_mine = mine.megawatts.sum() > 0.0
    for path in range(paths):
        open_network(networks[path], recent[path], network)
        if has_mine:
            open_mine(mines[path], hashes[path], mine)
    # Discounting a day at a time.
    public_day = (1.0 + mine.public_rate) ** (-1.0 / YEAR_DAYS)
    private_day = (1.0 + mine.private_rate) ** (-1.0 / YEAR_DAYS)
    rules, mining, outlays = reserve_rules(reserve), mine_rules(mine), outlay_rules(mine)
    megawatts = mine.megawatts
    public = private = 1.0
    year = epoch = 0
    for day in range(days):
        public *= public_day
        private *= private_day
        epoch_ends = (day + 1) % EPOCH_DAYS == 0
        year_ends = (day + 1) % YEAR_DAYS == 0
        year += year_ends
        due = due_on(reserve, day)
        installs = day < max(mine.ramp_days, 1)
        coins_per_block = network.coins_per_block[day]
        row = day_of_year(mine, day)
        tariffs, energies, bills = mine.tariffs[row], mine.energy[row], mine.bill[row]
        # Paths side by side: a day waits for the day before, a path for no other.
        for path in range(paths):
            net, dig, coffer = networks[path], mines[path], reserves[path]
            price = prices[path, day]
            hashprice = hashprice_today(net, coins_per_block, price)
            coins = 0.0
            if has_mine:
                earns = hashprice * hashprice_scales[path]
                shift = tariff_shifts[path]
                asks = asks_for_machines(dig, outlays.life_days, day, earns)
                if installs:
                    install(dig, outlays, day, earns, private, public)
                if day == 0:
                    years[path, 0].cash = dig.cash
                    dig.cash_before = dig.cash
                if asks:
                    renew(dig, hashes[path], mine, day, earns, shift, private, public)
                coins, own = mine_day(
                    dig,
                    mining,
                    hashes,
                    path,
                    megawatts,
                    tariffs,
                    energies,
                    bills,
                    day,
                    price,
                    earns,
                    shift,
                    private,
                    public,
                )
                net.own += own
            reserve_day(coffer, rules, due, day, price, coins, public)
            if epoch_ends:
                close_epoch(net, recent[path], network, shocks[path, epoch])
            if year_ends:
                if has_mine:
                    close_year(dig, mine, private, public)
                _write_year(years[path, year], price, hashprice, net, dig, coffer)
            if has_mine:
                note_payback(dig, day)
        epoch += epoch_ends
    for path in range(paths):
        reserves[path].public += reserves[path].value * public
        if has_mine:
            settle(mines[path], mine, days, private, public)
            years[path, year].cash += mines[path].cash - mines[path].cash_before


@compiled
def _write_year(
    page: Book, price: float, hashprice: float, network: Book, mine: Book, reserve: Book
) -> None:
    page.price = price
    page.hashprice = hashprice
    page.hashrate = network.difficulty
    page.coins = reserve.held / SATS_PER_BTC
    page.value = reserve.value
    page.gain = reserve.value + reserve.sales - reserve.paid_in
    page.cash = mine.cash - mine.cash_before
    page.mined = mine.mined - mine.mined_before
    mine.cash_before = mine.cash
    mine.mined_before = mine.mined
