"""Cost basis: what the coins held have cost, on average or first in, first out.

Both methods hold the same coins at all times; they differ in which cost leaves with a sale. Money
is split to the cent, the rest stays with what stays, so nothing is lost: cost bought = cost held
+ cost sold, and coins bought = coins held + coins sold.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, get_args

from kilosat.quantities import SATS_PER_BTC, btc_from_sats
from kilosat.reserve.errors import ReserveError
from kilosat.reserve.purchases import Trade

__all__ = ["METHODS", "Lot", "Method", "Position", "position", "walk"]

Method = Literal["average", "fifo"]
METHODS: tuple[Method, ...] = get_args(Method)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Lot:
    """Coins held that came in together: under ``average`` all coins are one lot."""

    day: date
    sats: int
    cost_usd: Decimal


@dataclass(frozen=True)
class Position:
    """Coins held by lot, and what was sold so far."""

    lots: tuple[Lot, ...] = ()
    bought_sats: int = 0
    sold_sats: int = 0
    paid_usd: Decimal = Decimal(0)
    sold_cost_usd: Decimal = Decimal(0)
    proceeds_usd: Decimal = Decimal(0)

    @property
    def held_sats(self) -> int:
        """Coins held."""
        return sum(lot.sats for lot in self.lots)

    @property
    def cost_usd(self) -> Decimal:
        """What the coins held have cost."""
        return sum((lot.cost_usd for lot in self.lots), Decimal(0))

    @property
    def realised_gain_usd(self) -> Decimal:
        """Proceeds of sales less what the coins sold had cost."""
        return self.proceeds_usd - self.sold_cost_usd

    @property
    def average_price_usd(self) -> float:
        """Cost of a coin held; not a number where none is held."""
        held = self.held_sats
        return float(self.cost_usd) * SATS_PER_BTC / held if held else float("nan")


def position(trades: Iterable[Trade], method: str = "average") -> Position:
    """Coins held and their cost after ``trades``.

    Raises:
        ReserveError: the method is not known, days run backwards, or more is sold than held.
    """
    now = Position()
    for _, after in walk(trades, method):
        now = after
    return now


def walk(trades: Iterable[Trade], method: str = "average") -> Iterable[tuple[date, Position]]:
    """The position after each trade.

    Raises:
        ReserveError: as ``position``.
    """
    if method not in METHODS:
        raise ReserveError(f"'{method}' is not a cost method: write {' or '.join(METHODS)}")
    return _walk(trades, method)


def _walk(trades: Iterable[Trade], method: str) -> Iterable[tuple[date, Position]]:
    now, last = Position(), date.min
    for trade in trades:
        if trade.day < last:
            raise ReserveError(f"{trade.day} comes after {last}: trades must be in order of days")
        last = trade.day
        now = _sell(now, trade) if trade.kind == "sold" else _buy(now, trade, method)
        yield trade.day, now


def _buy(now: Position, trade: Trade, method: str) -> Position:
    lots = (*now.lots, Lot(trade.day, trade.sats, trade.usd))
    if method == "average" and now.lots:
        merged = Lot(now.lots[0].day, now.held_sats + trade.sats, now.cost_usd + trade.usd)
        lots = (merged,)
    bought, paid = now.bought_sats + trade.sats, now.paid_usd + trade.usd
    return replace(now, lots=lots, bought_sats=bought, paid_usd=paid)


def _sell(now: Position, trade: Trade) -> Position:
    if trade.sats > now.held_sats:
        raise ReserveError(
            f"{trade.day}: {btc_from_sats(trade.sats):,.8f} BTC cannot be sold, "
            f"only {btc_from_sats(now.held_sats):,.8f} are held"
        )
    left, lots, cost = trade.sats, list(now.lots), Decimal(0)
    while left:
        lot = lots.pop(0)
        sats = min(left, lot.sats)
        part = lot.cost_usd if sats == lot.sats else _share(lot, sats)
        left, cost = left - sats, cost + part
        if sats < lot.sats:
            lots.insert(0, Lot(lot.day, lot.sats - sats, lot.cost_usd - part))
    return replace(
        now,
        lots=tuple(lots),
        sold_sats=now.sold_sats + trade.sats,
        sold_cost_usd=now.sold_cost_usd + cost,
        proceeds_usd=now.proceeds_usd + trade.usd,
    )


def _share(lot: Lot, sats: int) -> Decimal:
    return (lot.cost_usd * sats / lot.sats).quantize(_CENT, ROUND_HALF_EVEN)
