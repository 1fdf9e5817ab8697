"""Numbers of the table as people read them in a terminal."""

from decimal import Decimal

from kilosat.quantities import MILLION

__all__ = ["NOT_STATED", "UNKNOWN", "amount", "block_words", "in_millions"]

NOT_STATED = "-"
UNKNOWN = "unknown"
"""Of what the chain was not asked: it is no nought."""


def amount(coins: Decimal | None, *, signed: bool = False) -> str:
    """Coins with all their digits and no noughts at the end.

    >>> amount(None), amount(Decimal("1234.50")), amount(Decimal(8), signed=True)
    ('-', '1,234.5', '+8')
    """
    if coins is None:
        return NOT_STATED
    digits = f"{coins:+,f}" if signed and coins else f"{coins:,f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def block_words(height: int | None) -> str:
    """A block by its height, if that is known.

    >>> block_words(936_500), block_words(None)
    ('block 936,500', 'a block of unknown height')
    """
    return "a block of unknown height" if height is None else f"block {height:,}"


def in_millions(usd: float | None, *, signed: bool = False) -> str:
    """Millions, with a decimal where there are few.

    >>> in_millions(51_123_884_617.0), in_millions(-4_430_000.0, signed=True), in_millions(None)
    ('51,124', '-4.4', '-')
    """
    if usd is None:
        return NOT_STATED
    millions = usd / MILLION
    return f"{millions:{'+' if signed and millions else ''},.{0 if abs(millions) >= 100 else 1}f}"
