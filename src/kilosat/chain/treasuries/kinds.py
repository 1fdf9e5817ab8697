"""Kinds of holders, and how a figure of coins is known: read from what a report was stated in."""

import re
from typing import Literal, get_args

__all__ = ["HOLDER_KINDS", "HOW_KNOWN", "HolderKind", "HowKnown", "how_company", "how_government"]

HolderKind = Literal["government", "company", "fund", "aggregate"]
"""An ``aggregate`` is a sum that somebody published over holders: it is in no sum here."""
HOLDER_KINDS: tuple[HolderKind, ...] = get_args(HolderKind)

HowKnown = Literal["on chain", "filed", "announced", "attributed", "not stated"]
"""``on chain``: the reporter counted published addresses (kilosat itself has not); ``filed``: in a
filing or a regulatory announcement; ``announced``: by the holder; ``attributed``: by a third party;
``not stated``: the list that it was taken from does not say."""
HOW_KNOWN: tuple[HowKnown, ...] = get_args(HowKnown)

_PRESS = re.compile(r"press \(|Press [A-Z]|press$|CoinDesk|CryptoTimes|Bitcoin Magazine [A-Z]")
_FILED = re.compile(
    r"\b(?:10-[KQ]|8-K|6-K|20-F|13D|S-1|DEF 14A|HKEX|AMF|TDnet|ASX|RNS|MFN|XBRL|SEC)\b"
    r"|market announcement"
)
_ANNOUNCED = re.compile(
    r"\bPR\b|Newswire|[Pp]ress release|announce|update|results|Report|Letter|treasury\."
)
_OWN_OFFICE = re.compile(r"Bitcoin Office|president")


def how_government(reporter: str, basis: str = "") -> HowKnown:
    """How a government's figure is known, by who reports it and on what ``basis``.

    >>> how_government("Arkham via press"), how_government("Bitcoin Office", "on-chain, page")
    ('attributed', 'on chain')
    """
    if basis.startswith("on-chain"):
        return "on chain"
    if basis.startswith("press estimate"):
        return "attributed"
    return "announced" if _OWN_OFFICE.search(reporter) else "attributed"


def how_company(stated_in: str) -> HowKnown:
    """How a company's figure is known, by what it was stated in.

    >>> how_company("FY2025 10-K (53,822 BTC)"), how_company("press"), how_company("Q1 2024")
    ('filed', 'attributed', 'not stated')
    """
    if "BitcoinTreasuries" in stated_in or _PRESS.match(stated_in):
        return "attributed"
    if _FILED.search(stated_in):
        return "filed"
    return "announced" if _ANNOUNCED.search(stated_in) else "not stated"
