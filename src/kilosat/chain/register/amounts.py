"""Amounts of coins as people write them, exact to the satoshi."""

import re
from decimal import Decimal

from kilosat.quantities import FINAL_SUPPLY_SATS, SATS_PER_BTC

__all__ = ["sats_of_text"]

_COINS = re.compile(r"[0-9]{1,16}(\.[0-9]+)?")
_DECIMALS = 8
_MINUS = ("-", "\N{MINUS SIGN}")

Problem = tuple[str, str]
"""Message and remedy."""


def sats_of_text(text: str, unit: str) -> tuple[int | None, Problem | None]:
    """Whole satoshis of a text in ``btc`` or ``sats``, or what is wrong with it.

    >>> sats_of_text("12.5", "btc")
    (1250000000, None)
    >>> sats_of_text("0.5", "sats")[1]
    ('satoshis are whole numbers', 'if these are coins, name it btc')
    """
    if text.startswith(_MINUS):
        remedy = "write it without the sign; where coins may come or go, the kind says which"
        return None, (f"{unit} is no number of coins: an amount is never negative", remedy)
    if not _COINS.fullmatch(text):
        return None, (f"{unit} is no number of coins", f"write digits alone, as {_EXAMPLES[unit]}")
    number = Decimal(text)
    if unit == "sats" and "." in text:
        return None, ("satoshis are whole numbers", "if these are coins, name it btc")
    if unit == "btc" and len(text.partition(".")[2]) > _DECIMALS:
        message = "btc is no number of coins: it has more than eight decimals"
        return None, (message, 'write at most eight decimals, as "12.5"')
    sats = int(number * (SATS_PER_BTC if unit == "btc" else 1))
    if sats > FINAL_SUPPLY_SATS:
        remedy = "if these are satoshis, name it sats" if unit == "btc" else "check the digits"
        return None, (f"{unit} is no number of coins: it is more than 21 million BTC", remedy)
    return sats, None


_EXAMPLES = {"btc": '"12.5"', "sats": '"1250000000"'}
