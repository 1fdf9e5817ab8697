"""The mine along a path: run or idle hour by hour, who gets what, when machines are renewed."""

import math

import numpy as np

from kilosat.outlook.streams import compiled
from kilosat.walks.books import Book
from kilosat.walks.network_walk import usd_per_mwh
from kilosat.walks.terms import HOURS, YEAR_DAYS, Floats, MineTerms

__all__ = ["close_year", "mine_today", "open_mine"]

_WATT_PER_MW = 1e6
_J_PER_MWH = 3.6e9
_TH_PER_EH_DAY = 1e6 * 86_400.0
_RENEWAL_DAYS = 30
"""Idle sites look this often whether new machines would pay."""


@compiled
def open_mine(book: Book, efficiency: Floats, terms: MineTerms) -> None:
    """Machines and site are paid on the as-of date, the connection by the power system."""
    machines = 0.0
    for one in range(len(efficiency)):
        efficiency[one] = terms.joule_per_th[one] * (1.0 + terms.cooling)
        machines += terms.megawatts[one] * _WATT_PER_MW / efficiency[one] * terms.usd_per_th[one]
    site = terms.megawatts.sum() * terms.site_usd_per_mw
    book.alive = 1
    book.payback = np.inf
    book.margin = -terms.connection_usd
    book.public = -terms.connection_usd
    _pay(book, terms, machines, site, 0, 1.0, 1.0)


@compiled
def _pay(
    book: Book,
    terms: MineTerms,
    machines: float,
    site: float,
    day: int,
    private_discount: float,
    public_discount: float,
) -> None:
    """An outlay for machines, with their duty, and for the site."""
    duty = machines * terms.duty
    paid = machines + site + duty
    book.machines += machines + site
    book.taxes += duty
    book.cash -= paid
    book.year_cash -= paid
    book.npv -= paid * private_discount
    book.equity -= paid * terms.state_share
    book.abroad -= paid * (1.0 - terms.state_share)
    book.public += (duty - paid * terms.state_share) * public_discount
    book.depreciation = (machines + duty) / terms.life_days
    if day < terms.site_life_days:
        book.depreciation += terms.megawatts.sum() * terms.site_usd_per_mw / terms.site_life_days
    book.bought_on = day


@compiled
def mine_today(
    book: Book,
    efficiency: Floats,
    terms: MineTerms,
    day: int,
    price: float,
    hashprice: float,
    shift: float,
    private_discount: float,
    public_discount: float,
) -> tuple[float, float]:
    """A day of mining: coins (BTC) that go to the state's reserve, and the mine's hashes in EH/s.

    In each hour machines run if what a MWh earns covers tariff and running cost. ``shift`` is
    added to every hour's tariff.
    """
    if day == 0:
        book.first_hashprice = hashprice
    age = day - book.bought_on
    if book.alive == 1 and age >= terms.life_days:
        book.alive = 0
    if book.alive == 0 and (day - book.bought_on - terms.life_days) % _RENEWAL_DAYS == 0:
        _renew(book, efficiency, terms, day, hashprice, shift, private_discount, public_discount)
        age = day - book.bought_on
    if book.alive == 0:
        return 0.0, 0.0
    there = (1.0 - terms.daily_loss) ** age
    if book.renewals == 0 and age < terms.ramp_days:
        there *= (age + 1.0) / terms.ramp_days
    row = (terms.first_day_of_year + day) % YEAR_DAYS
    coins = energy = bill = hashes = 0.0
    for one in range(len(efficiency)):
        gross = usd_per_mwh(hashprice, efficiency[one]) * (1.0 - terms.pool_fee)
        worth = gross * (1.0 - terms.royalty) - terms.running_cost - shift
        hours = np.searchsorted(terms.tariffs[row], worth, side="right")
        megawatts = terms.megawatts[one] * there
        used = megawatts * terms.energy[row, hours]
        energy += used
        bill += megawatts * terms.bill[row, hours] + used * shift
        coins += used * gross / price
        hashes += used * _J_PER_MWH / efficiency[one]
        book.offered += megawatts * terms.energy[row, HOURS]
    into_reserve = _share_out(
        book, terms, price, coins, energy, bill, private_discount, public_discount
    )
    return into_reserve, hashes / _TH_PER_EH_DAY


@compiled
def _share_out(
    book: Book,
    terms: MineTerms,
    price: float,
    coins: float,
    energy: float,
    bill: float,
    private_discount: float,
    public_discount: float,
) -> float:
    """Who gets the day's coins and cash; the coins that go to the state are returned."""
    value = coins * price
    running = energy * terms.running_cost
    royalty = coins * terms.royalty
    bill_coins = min(bill * terms.tariff_in_coins / price, coins - royalty)
    flow = value - royalty * price - bill - running
    kept = terms.kept_share * terms.state_share * (coins - royalty - bill_coins)
    cost = energy * terms.system_cost
    state = flow * terms.state_share - kept * price
    book.mined += coins
    book.year_mined += coins
    book.energy += energy
    book.fuel += energy * terms.imported_fuel
    book.revenue += value
    book.bill += bill
    book.running += running
    book.royalties += (royalty + bill_coins) * price
    book.kept += kept * price
    book.margin += bill - cost
    book.equity += state
    book.abroad += flow * (1.0 - terms.state_share)
    book.public += (bill - bill_coins * price - cost + state) * public_discount
    book.taxable += flow - book.depreciation
    book.cash += flow
    book.year_cash += flow
    book.npv += flow * private_discount
    return royalty + bill_coins + kept


@compiled
def _renew(
    book: Book,
    efficiency: Floats,
    terms: MineTerms,
    day: int,
    hashprice: float,
    shift: float,
    private_discount: float,
    public_discount: float,
) -> None:
    """New machines of their day, if what they would earn over their life pays for them.

    Their price per TH moves with the hashprice, their efficiency with the years. Owners expect the
    hashprice to fall as better machines come, and to idle when it no longer pays.
    """
    better = math.exp(-terms.efficiency_decline * day / YEAR_DAYS)
    dearer = (hashprice / book.first_hashprice) ** terms.price_elasticity
    cost = earned = 0.0
    spent = terms.mean_tariff + shift + terms.running_cost
    for one in range(len(efficiency)):
        new = terms.joule_per_th[one] * (1.0 + terms.cooling) * better
        megawatts = terms.megawatts[one]
        cost += megawatts * _WATT_PER_MW / new * terms.usd_per_th[one] * dearer
        worth = usd_per_mwh(hashprice, new) * (1.0 - terms.pool_fee) * (1.0 - terms.royalty)
        for month in range(terms.life_days * 12 // YEAR_DAYS):
            years = (month + 0.5) / 12.0
            margin = max(worth * math.exp(-terms.efficiency_decline * years) - spent, 0.0)
            earned += megawatts * margin / 12.0 * (1.0 + terms.private_rate) ** -years
    if earned * terms.yearly_hours > cost * (1.0 + terms.duty):
        for one in range(len(efficiency)):
            efficiency[one] = terms.joule_per_th[one] * (1.0 + terms.cooling) * better
        book.alive = 1
        book.renewals += 1
        _pay(book, terms, cost, 0.0, day, private_discount, public_discount)


@compiled
def close_year(
    book: Book, terms: MineTerms, private_discount: float, public_discount: float
) -> None:
    """Profit tax of the year, losses of earlier years set off first."""
    taxable = book.taxable - book.loss_carried
    tax = terms.profit_tax * max(taxable, 0.0)
    book.loss_carried = max(-taxable, 0.0)
    book.taxable = 0.0
    book.taxes += tax
    book.cash -= tax
    book.year_cash -= tax
    book.npv -= tax * private_discount
    book.equity -= tax * terms.state_share
    book.abroad -= tax * (1.0 - terms.state_share)
    book.public += tax * (1.0 - terms.state_share) * public_discount
