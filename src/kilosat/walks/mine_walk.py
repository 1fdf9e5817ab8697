"""The mine along a path: run or idle hour by hour, who gets what, when machines are renewed."""

import math
from typing import Any

import numpy as np

from kilosat.compiling import compiled, inlined
from kilosat.quantities import JOULES_PER_MWH, SECONDS_PER_DAY
from kilosat.walks.books import Book
from kilosat.walks.network_walk import usd_per_mwh
from kilosat.walks.terms import HOURS, YEAR_DAYS, Floats, MineRules, MineTerms, OutlayRules

__all__ = [
    "asks_for_machines",
    "close_year",
    "day_of_year",
    "install",
    "mine_day",
    "mine_rules",
    "mine_today",
    "note_payback",
    "open_mine",
    "outlay_rules",
    "renew",
    "settle",
]

_WATT_PER_MW = 1e6
_EH_DAY_PER_TH = 1.0 / (1e6 * SECONDS_PER_DAY)
_RENEWAL_DAYS = 30
"""Idle sites look this often whether new machines would pay."""


@compiled
def open_mine(book: Book, hashes: Floats, terms: MineTerms) -> None:
    """The connection is paid on the as-of date; machines and site as they come (``install``)."""
    for one in range(len(hashes)):
        hashes[one] = 1.0 / (terms.joule_per_th[one] * (1.0 + terms.cooling))
    book.alive = 1
    book.left = 1.0
    book.payback = np.inf
    book.public = -terms.connection_usd
    book.bought_on = terms.ramp_days // 2  # on average
    if terms.megawatts.sum() * terms.site_usd_per_mw > 0.0:
        book.site_until = terms.site_life_days + book.bought_on


@inlined
def install(
    book: Book,
    rules: OutlayRules,
    day: int,
    hashprice: float,
    private_discount: float,
    public_discount: float,
) -> None:
    """The day's part of machines and site, evenly over the ramp, machines at the day's price.

    Without a ramp all come on the first day.
    """
    part = 1.0 / max(rules.ramp_days, 1)
    dearer = (hashprice / book.first_hashprice) ** rules.price_elasticity
    machines, site = rules.machine_cost * dearer * part, rules.site_cost * part
    _spend(book, rules, machines, site, private_discount, public_discount)
    book.paid_machines += machines * (1.0 + rules.duty)
    book.depreciation += machines * (1.0 + rules.duty) / rules.life_days
    book.site_depreciation += site / rules.site_life_days


@inlined
def _spend(
    book: Book,
    rules: OutlayRules,
    machines: float,
    site: float,
    private_discount: float,
    public_discount: float,
) -> None:
    """An outlay for machines, with their duty, and for the site."""
    duty = machines * rules.duty
    paid = machines + site + duty
    book.machines += machines + site
    book.taxes += duty
    book.cash -= paid
    book.npv -= paid * private_discount
    book.public += (duty - paid * rules.state_share) * public_discount


@compiled
def mine_rules(terms: MineTerms) -> MineRules:
    """The numbers that every day needs."""
    return MineRules(
        terms.pool_fee,
        terms.running_cost,
        terms.royalty,
        terms.tariff_in_coins,
        terms.state_share,
        terms.kept_share,
        terms.system_cost,
        terms.daily_loss,
        terms.ramp_days,
    )


@compiled
def outlay_rules(terms: MineTerms) -> OutlayRules:
    """The numbers that an outlay needs, machines and site at the prices of the as-of date."""
    machines = 0.0
    for one in range(len(terms.megawatts)):
        joule = terms.joule_per_th[one] * (1.0 + terms.cooling)
        machines += terms.megawatts[one] * _WATT_PER_MW / joule * terms.usd_per_th[one]
    return OutlayRules(
        terms.state_share,
        terms.duty,
        terms.ramp_days,
        terms.life_days,
        terms.site_life_days,
        terms.price_elasticity,
        machines,
        terms.megawatts.sum() * terms.site_usd_per_mw,
    )


@inlined
def day_of_year(terms: MineTerms, day: int) -> int:
    """The row of a day in the tables of tariffs."""
    return (terms.first_day_of_year + day) % YEAR_DAYS


@compiled
def mine_today(
    book: Book,
    hashes: Floats,
    terms: MineTerms,
    day: int,
    price: float,
    hashprice: float,
    shift: float,
    private_discount: float,
    public_discount: float,
) -> Any:
    """``renew`` if it is due and ``mine_day`` of one path with these terms."""
    rules = mine_rules(terms)
    asks = asks_for_machines(book, terms.life_days, day, hashprice)
    if day < max(rules.ramp_days, 1):
        install(book, outlay_rules(terms), day, hashprice, private_discount, public_discount)
    if asks:
        renew(book, hashes, terms, day, hashprice, shift, private_discount, public_discount)
    row = day_of_year(terms, day)
    return mine_day(
        book,
        rules,
        hashes.reshape((1, len(hashes))),
        0,
        terms.megawatts,
        terms.tariffs[row],
        terms.energy[row],
        terms.bill[row],
        day,
        price,
        hashprice,
        shift,
        private_discount,
        public_discount,
    )


@inlined
def asks_for_machines(book: Book, life_days: int, day: int, hashprice: float) -> Any:
    """Machines end their life; an idle site looks every so often whether new ones would pay."""
    if day == 0:
        book.first_hashprice = hashprice
    age = day - book.bought_on
    if age < life_days:
        return False
    book.alive = 0
    return (age - life_days) % _RENEWAL_DAYS == 0


@inlined
def mine_day(
    book: Book,
    rules: MineRules,
    hashes: Floats,
    path: int,
    megawatts: Floats,
    tariffs: Floats,
    energies: Floats,
    bills: Floats,
    day: int,
    price: float,
    hashprice: float,
    shift: float,
    private_discount: float,
    public_discount: float,
) -> tuple[float, float]:
    """A day of mining: coins (BTC) that go to the state's reserve, and the mine's hashes in EH/s.

    In each hour machines run if what a MWh earns covers tariff and running cost. ``tariffs``,
    ``energies`` and ``bills`` are of the day; ``shift`` is added to every hour's tariff.
    """
    if day < book.site_until:
        book.taxable -= book.site_depreciation
    if book.alive == 0:
        return 0.0, 0.0
    there = book.left
    if day >= book.bought_on:
        book.left *= 1.0 - rules.daily_loss
    if day < rules.ramp_days and book.renewals == 0:
        there *= (day + 1.0) / rules.ramp_days
    per_joule = usd_per_mwh(hashprice, 1.0) * (1.0 - rules.pool_fee)
    value = energy = bill = terahash = 0.0
    for one in range(len(megawatts)):
        gross = per_joule * hashes[path, one]
        worth = gross * (1.0 - rules.royalty) - rules.running_cost - shift
        hours = _hours_that_pay(tariffs, worth)
        here = megawatts[one] * there
        used = here * energies[hours]
        energy += used
        bill += here * bills[hours] + used * shift
        value += used * gross
        terahash += used * JOULES_PER_MWH * hashes[path, one]
        book.offered += here * energies[HOURS]
    into_reserve = _share_out(
        book, rules, price, value, energy, bill, private_discount, public_discount
    )
    return into_reserve, terahash * _EH_DAY_PER_TH


@inlined
def _hours_that_pay(tariffs: Floats, worth: float) -> int:
    """How many of the hours, cheapest first, cost no more than they are worth."""
    if worth >= tariffs[HOURS - 1]:  # mostly all or none: no need to search
        return HOURS
    if worth < tariffs[0]:
        return 0
    return int(np.searchsorted(tariffs, worth, side="right"))


@inlined
def _share_out(
    book: Book,
    rules: MineRules,
    price: float,
    value: float,
    energy: float,
    bill: float,
    private_discount: float,
    public_discount: float,
) -> float:
    """Who gets what of the day, in dollars at the day's price; the state's coins are returned."""
    running = energy * rules.running_cost
    royalty = value * rules.royalty
    bill_coins = min(bill * rules.tariff_in_coins, value - royalty)
    flow = value - royalty - bill - running
    kept = rules.kept_share * rules.state_share * (value - royalty - bill_coins)
    cost = energy * rules.system_cost
    state = flow * rules.state_share - kept
    per_usd = 1.0 / price
    book.mined += value * per_usd
    book.energy += energy
    book.revenue += value
    book.bill += bill
    book.royalties += royalty + bill_coins
    book.bill_coins += bill_coins
    book.kept += kept
    book.public += (bill - bill_coins - cost + state) * public_discount
    book.taxable += flow - book.depreciation
    book.cash += flow
    book.npv += flow * private_discount
    return (royalty + bill_coins + kept) * per_usd


@compiled
def renew(
    book: Book,
    hashes: Floats,
    terms: MineTerms,
    day: int,
    hashprice: float,
    shift: float,
    private_discount: float,
    public_discount: float,
) -> None:
    """New machines of their day, if what they would earn over their life pays for them.

    Their efficiency moves with the years, their price per TH with it and with the hashprice. Owners
    expect the hashprice to fall as better machines come, and to idle when it no longer pays.
    """
    better = math.exp(-terms.efficiency_decline * day / YEAR_DAYS)
    dearer = (hashprice / book.first_hashprice) ** terms.price_elasticity
    dearer *= better**terms.efficiency_elasticity
    cost = earned = 0.0
    spent = terms.mean_tariff + shift + terms.running_cost
    for one in range(len(hashes)):
        new = terms.joule_per_th[one] * (1.0 + terms.cooling) * better
        megawatts = terms.megawatts[one]
        cost += megawatts * _WATT_PER_MW / new * terms.usd_per_th[one] * dearer
        worth = usd_per_mwh(hashprice, new) * (1.0 - terms.pool_fee) * (1.0 - terms.royalty)
        for month in range(len(terms.later_worth)):
            margin = max(worth * terms.later_worth[month] - spent, 0.0)
            earned += megawatts * margin * terms.later_weight[month]
    site = 0.0
    if day >= book.site_until:
        site = terms.megawatts.sum() * terms.site_usd_per_mw
    if earned * terms.yearly_hours > cost * (1.0 + terms.duty) + site:
        for one in range(len(hashes)):
            hashes[one] = 1.0 / (terms.joule_per_th[one] * (1.0 + terms.cooling) * better)
        book.alive = 1
        book.renewals += 1
        _spend(book, outlay_rules(terms), cost, site, private_discount, public_discount)
        book.bought_on = day
        book.left = 1.0
        book.paid_machines = cost * (1.0 + terms.duty)
        book.depreciation = book.paid_machines / terms.life_days
        if site > 0.0:
            book.site_depreciation = site / terms.site_life_days
            book.site_until = day + terms.site_life_days


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
    book.npv -= tax * private_discount
    book.public += tax * (1.0 - terms.state_share) * public_discount


@compiled
def settle(
    book: Book, terms: MineTerms, days: int, private_discount: float, public_discount: float
) -> None:
    """The end: what is left counts at its undepreciated cost, and sums that follow from others.

    Machines lose their cost evenly over their life and by failures, site and connection evenly.
    """
    left = 0.0
    age = max(days - book.bought_on, 0)
    if book.alive == 1 and age < terms.life_days:
        left += book.paid_machines * (1.0 - age / terms.life_days) * book.left
    if days < book.site_until:
        left += book.site_depreciation * (book.site_until - days)
    line = terms.connection_usd * max(1.0 - days / terms.connection_life_days, 0.0)
    book.residual = left + line
    book.cash += left
    book.npv += left * private_discount
    book.public += (left * terms.state_share + line) * public_discount
    if book.cash >= 0.0 and book.payback == np.inf:
        book.payback = days / YEAR_DAYS
    book.running = book.energy * terms.running_cost
    book.fuel = book.energy * terms.imported_fuel
    book.margin = book.bill - book.energy * terms.system_cost - terms.connection_usd + line
    book.equity = book.cash * terms.state_share - book.kept
    book.abroad = book.cash * (1.0 - terms.state_share)


@inlined
def note_payback(book: Book, day: int) -> None:
    """The day from which the cash is back; a later outlay may take it away again."""
    if book.cash < 0.0:
        book.payback = np.inf
    elif book.payback == np.inf:
        book.payback = (day + 1.0) / YEAR_DAYS
