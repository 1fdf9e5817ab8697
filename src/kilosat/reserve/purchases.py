"""Purchases: what a rule of accumulation buys, day by day, at the prices that were.

A rule is one of ``DailyCoins``, ``MonthlyDollars``, ``PurchaseList`` and ``HoldSeized``. Each can
be moved to another start and scaled. Coins are satoshis, money is dollars and cents.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Literal

import pandas as pd

from kilosat.quantities import FINAL_SUPPLY_SATS, SATS_PER_BTC, btc_from_sats
from kilosat.reserve.errors import ReserveError

__all__ = [
    "AccumulationRule",
    "DailyCoins",
    "HoldSeized",
    "MonthlyDollars",
    "PurchaseList",
    "Trade",
    "close_on",
    "gdp_factor",
    "money",
    "trades_under",
]

_CENT = Decimal("0.01")
_DOLLARS = Decimal("1e18")
_ONE_DAY = timedelta(days=1)

Kind = Literal["bought", "seized", "sold"]


@dataclass(frozen=True)
class Trade:
    """Coins that came in or went out on a day, and the money that went the other way.

    Raises:
        ReserveError: no coins, or money below zero.
    """

    day: date
    sats: int
    usd: Decimal
    kind: Kind = "bought"
    price_from: str = "stated"

    def __post_init__(self) -> None:
        if self.sats <= 0 or not self.usd.is_finite() or self.usd < 0:
            raise ReserveError(f"{self.day}: a trade needs coins above zero and no negative money")


def money(amount: Decimal | float | int) -> Decimal:
    """Dollars and cents.

    >>> money(1234.567)
    Decimal('1234.57')
    """
    exact = Decimal(str(amount))
    if not exact.is_finite() or abs(exact) >= _DOLLARS:
        raise ReserveError(f"{amount} is not an amount of money")
    return exact.quantize(_CENT)


def close_on(prices: "pd.Series[float]", day: date) -> Decimal:
    """Closing price of a day.

    Raises:
        ReserveError: the prices do not have that day; the message says what they have.
    """
    if day not in prices.index:
        first, last = prices.index[0], prices.index[-1]
        raise ReserveError(f"no price for {day}: prices run from {first} to {last}")
    return Decimal(str(prices[day]))


def cost_at_close(prices: "pd.Series[float]", day: date, sats: int) -> Decimal:
    """What ``sats`` cost at the close of a day."""
    return money(close_on(prices, day) * sats / SATS_PER_BTC)


@dataclass(frozen=True)
class DailyCoins:
    """The same coins every day from ``start`` on (to ``end`` where one is given)."""

    start: date
    sats_per_day: int
    end: date | None = None

    @property
    def record(self) -> str:
        """The rule in words."""
        until = f" to {self.end}" if self.end else ""
        return f"{btc_from_sats(self.sats_per_day):,.8g} BTC a day from {self.start}{until}"

    def trades(self, prices: "pd.Series[float]", until: date) -> list[Trade]:
        """A purchase a day at the close."""
        last = min(until, self.end or until)
        _check_total(self.sats_per_day * max((last - self.start).days + 1, 0), self.record)
        days = _days(self.start, last)
        return [_at_close(prices, day, self.sats_per_day) for day in days]

    def starting(self, start: date) -> "DailyCoins":
        """The same rule from another day, for as long."""
        end = self.end and _moved(self.end, start - self.start)
        return replace(self, start=start, end=end)

    def scaled(self, factor: float) -> "DailyCoins":
        """The same rule with ``factor`` times the coins."""
        return replace(self, sats_per_day=_scaled(self.sats_per_day, factor))


@dataclass(frozen=True)
class MonthlyDollars:
    """A fixed sum on the start day and on the first day of every later month, at the close."""

    start: date
    usd_per_month: Decimal
    end: date | None = None

    @property
    def record(self) -> str:
        """The rule in words."""
        until = f" to {self.end}" if self.end else ""
        return f"{self.usd_per_month:,.0f} USD a month from {self.start}{until}"

    def trades(self, prices: "pd.Series[float]", until: date) -> list[Trade]:
        """As many whole satoshis as the sum buys."""
        last = min(until, self.end or until)
        trades, total = [], 0
        for day in (d for d in _days(self.start, last) if d.day == 1 or d == self.start):
            coins = self.usd_per_month / close_on(prices, day) * SATS_PER_BTC
            sats = int(coins.to_integral_value(ROUND_DOWN))
            total += sats
            _check_total(total, self.record)
            trades.append(Trade(day, sats, money(self.usd_per_month), price_from="close"))
        return trades

    def starting(self, start: date) -> "MonthlyDollars":
        """The same rule from another day, for as long."""
        end = self.end and _moved(self.end, start - self.start)
        return replace(self, start=start, end=end)

    def scaled(self, factor: float) -> "MonthlyDollars":
        """The same rule with ``factor`` times the sum."""
        _check_factor(factor)
        return replace(self, usd_per_month=money(self.usd_per_month * Decimal(str(factor))))


@dataclass(frozen=True)
class PurchaseList:
    """Purchases on given days: (day, satoshis, dollars paid or nothing for the close)."""

    purchases: tuple[tuple[date, int, Decimal | None], ...]
    name: str = "purchases"

    @property
    def start(self) -> date:
        """Day of the first purchase."""
        if not self.purchases:
            raise ReserveError(f"{self.name}: the list of purchases is empty")
        return min(day for day, _, _ in self.purchases)

    @property
    def record(self) -> str:
        """The rule in words."""
        coins = btc_from_sats(sum(sats for _, sats, _ in self.purchases))
        return f"{self.name}: {len(self.purchases)} purchases, {coins:,.8g} BTC, from {self.start}"

    def trades(self, prices: "pd.Series[float]", until: date) -> list[Trade]:
        """The purchases to ``until``, in the order of their days."""
        due = sorted((one for one in self.purchases if one[0] <= until), key=lambda one: one[0])
        _check_total(sum(sats for _, sats, _ in due), self.record)
        return [
            _at_close(prices, day, sats) if usd is None else Trade(day, sats, usd)
            for day, sats, usd in due
        ]

    def starting(self, start: date) -> "PurchaseList":
        """The same coins at the same distances from another first day, at the closes of then."""
        shift = start - self.start
        moved = tuple((_moved(day, shift), sats, None) for day, sats, _ in self.purchases)
        return replace(self, purchases=moved, name=f"{self.name}, moved to {start}")

    def scaled(self, factor: float) -> "PurchaseList":
        """``factor`` times the coins, at the same prices."""
        by = Decimal(str(factor))
        scaled = tuple(
            (day, _scaled(sats, factor), usd if usd is None else money(usd * by))
            for day, sats, usd in self.purchases
        )
        return replace(self, purchases=scaled, name=f"{self.name} x {factor:.4g}")


@dataclass(frozen=True)
class HoldSeized:
    """Coins that were seized and are held: nothing was paid, so their cost is zero."""

    start: date
    sats: int

    @property
    def record(self) -> str:
        """The rule in words."""
        return f"{btc_from_sats(self.sats):,.8g} BTC seized on {self.start} and held"

    def trades(self, prices: "pd.Series[float]", until: date) -> list[Trade]:
        """One day on which the coins come in."""
        _check_total(self.sats, self.record)
        close_on(prices, self.start)
        seized = Trade(self.start, self.sats, Decimal(0), "seized", "nothing paid")
        return [seized] if self.start <= until else []

    def starting(self, start: date) -> "HoldSeized":
        """Seized on another day."""
        return replace(self, start=start)

    def scaled(self, factor: float) -> "HoldSeized":
        """``factor`` times the coins."""
        return replace(self, sats=_scaled(self.sats, factor))


AccumulationRule = DailyCoins | MonthlyDollars | PurchaseList | HoldSeized


def trades_under(rule: AccumulationRule, prices: "pd.Series[float]", until: date) -> list[Trade]:
    """What a rule buys to the day ``until``, both ends included.

    Raises:
        ReserveError: it starts before the prices do or after ``until``, ``until`` is after them,
            or it would hold more coins than will ever exist.
    """
    close_on(prices, until)
    if rule.start > until:
        raise ReserveError(f"{rule.record}: starts after the last day of the replay, {until}")
    if rule.start < prices.index[0]:
        raise ReserveError(
            f"{rule.record}: starts before prices begin on {prices.index[0]}; choose a later start"
        )
    return rule.trades(prices, until)


def gdp_factor(from_gdp_usd: float, to_gdp_usd: float) -> float:
    """By how much to scale a rule of one economy for another, in proportion to GDP.

    >>> gdp_factor(35e9, 350e9)
    10.0
    """
    if not (0 < from_gdp_usd < float("inf") and 0 < to_gdp_usd < float("inf")):
        raise ReserveError("a GDP must be above zero to scale a rule by it")
    return to_gdp_usd / from_gdp_usd


def _at_close(prices: "pd.Series[float]", day: date, sats: int) -> Trade:
    return Trade(day, sats, cost_at_close(prices, day, sats), price_from="close")


def _days(first: date, last: date) -> list[date]:
    return [first + n * _ONE_DAY for n in range((last - first).days + 1)]


def _check_total(sats: int, what: str) -> None:
    if sats > FINAL_SUPPLY_SATS:
        raise ReserveError(
            f"{what}: would hold {btc_from_sats(sats):,.0f} BTC, but no more than 21 million "
            "will ever exist"
        )


def _check_factor(factor: float) -> None:
    if not 0 < factor < float("inf"):
        raise ReserveError(f"a rule is scaled by a number above zero, not {factor}")


def _scaled(sats: int, factor: float) -> int:
    _check_factor(factor)
    return round(sats * Decimal(str(factor)))


def _moved(day: date, shift: timedelta) -> date:
    try:
        return day + shift
    except OverflowError:
        raise ReserveError(f"{day} moved by {shift.days} days leaves the calendar") from None
