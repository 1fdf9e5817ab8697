"""The price at which coins are valued, and what they are worth and gained at it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kilosat.chain.treasuries import Treasury
from kilosat.provenance import Source
from kilosat.quantities import SATS_PER_BTC

__all__ = ["Price", "coins", "gain_usd", "value_usd"]


@dataclass(frozen=True)
class Price:
    """USD for one coin at the close (24:00 UTC) of a day, and where it is from."""

    usd: float
    day: date
    source: Source


def coins(sats: int | None) -> Decimal | None:
    """Coins, exact to the satoshi."""
    return None if sats is None else Decimal(sats) / SATS_PER_BTC


def value_usd(row: Treasury, price: Price | None) -> float | None:
    """Reported coins at the price."""
    return None if price is None else row.sats / SATS_PER_BTC * price.usd


def gain_usd(row: Treasury, price: Price | None) -> float | None:
    """What the coins whose cost is known have gained since, as far as they are still held.

    Below nought it is a loss. Nothing of it is realised, and the other coins are not in it.
    """
    if price is None or row.cost is None:
        return None
    held = min(row.cost.sats, row.sats) / SATS_PER_BTC
    return held * (price.usd - float(row.cost.average_usd))
