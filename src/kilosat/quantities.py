"""Units: what a unit text means, and the only conversion factors in the package.

A unit is written as people print it: ``MW``, ``GWh``, ``PKR/kWh``, ``bn PKR``, ``%``,
``USD/PH/s/day``, ``J/TH``, ``t/MWh``. Currencies are ISO 4217 codes in capitals; they are kept
apart from each other and never converted without an exchange rate.

>>> convert(22.98, "PKR/kWh", "PKR/MWh")
22980.0
>>> round(convert(2.6, "%", "1"), 6)
0.026
>>> convert(1.0, "MW", "MWh")
Traceback (most recent call last):
...
kilosat.quantities.UnitError: 'MW' cannot be turned into 'MWh': they measure different things
"""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

__all__ = [
    "BILLION",
    "BLOCKS_PER_DAY",
    "DAYS_PER_YEAR",
    "FINAL_SUPPLY_SATS",
    "HOURS_PER_DAY",
    "HOURS_PER_YEAR",
    "JOULES_PER_MWH",
    "KWH_PER_MWH",
    "MILLION",
    "MWH_PER_GWH",
    "MWH_PER_TWH",
    "SATS_PER_BTC",
    "SECONDS_PER_DAY",
    "SECONDS_PER_HOUR",
    "TERAHASHES_PER_PHS_DAY",
    "Unit",
    "UnitError",
    "btc_from_sats",
    "convert",
    "parse_unit",
    "sats_from_btc",
]

DAYS_PER_YEAR = 365
HOURS_PER_DAY = 24
HOURS_PER_YEAR = 8760
"""Hours of a common year, the base on which annual rates are spread over hours."""
SECONDS_PER_HOUR = 3600
SECONDS_PER_DAY = 86_400
BLOCKS_PER_DAY = 144
"""At ten minutes a block."""
JOULES_PER_MWH = 3.6e9
TERAHASHES_PER_PHS_DAY = 8.64e7
"""Hashes of a PH/s in a day, in TH."""
KWH_PER_MWH = 1000.0
MWH_PER_GWH = 1000.0
MWH_PER_TWH = 1e6
MILLION = 1e6
BILLION = 1e9
SATS_PER_BTC = 100_000_000
FINAL_SUPPLY_SATS = 2_099_999_997_690_000
"""All satoshis that the rules will ever issue (``market.issuance`` derives it)."""

# atom -> (dimension, factor to the base of that dimension). Bases: MWh, hour, hash, tonne, 1.
_ATOMS: dict[str, tuple[dict[str, int], float]] = {
    "1": ({}, 1.0),
    "%": ({}, 0.01),
    "W": ({"energy": 1, "time": -1}, 1e-6),
    "kW": ({"energy": 1, "time": -1}, 1e-3),
    "MW": ({"energy": 1, "time": -1}, 1.0),
    "GW": ({"energy": 1, "time": -1}, 1e3),
    "J": ({"energy": 1}, 1.0 / 3.6e9),
    "GJ": ({"energy": 1}, 1.0 / 3.6),
    "kWh": ({"energy": 1}, 1e-3),
    "MWh": ({"energy": 1}, 1.0),
    "GWh": ({"energy": 1}, 1e3),
    "TWh": ({"energy": 1}, 1e6),
    "s": ({"time": 1}, 1.0 / 3600.0),
    "h": ({"time": 1}, 1.0),
    "day": ({"time": 1}, 24.0),
    "month": ({"time": 1}, 730.0),
    "year": ({"time": 1}, 8760.0),
    "TH": ({"hash": 1}, 1e12),
    "PH": ({"hash": 1}, 1e15),
    "EH": ({"hash": 1}, 1e18),
    "kg": ({"mass": 1}, 1e-3),
    "t": ({"mass": 1}, 1.0),
    "Mt": ({"mass": 1}, 1e6),
    "BTC": ({"coin": 1}, 1e8),
    "sat": ({"coin": 1}, 1.0),
    "job": ({"job": 1}, 1.0),
    "unit": ({"unit": 1}, 1.0),
}
_SCALES = {"k": 1e3, "m": 1e6, "bn": 1e9, "trn": 1e12}
_CURRENCY = re.compile(r"[A-Z]{3}")


class UnitError(ValueError):
    """A unit that is not known, two units that do not measure the same thing, or no amount."""


@dataclass(frozen=True)
class Unit:
    """A unit: its text, what it measures, and its factor to the base of that dimension."""

    text: str
    dimension: tuple[tuple[str, int], ...]
    factor: float


@lru_cache(maxsize=512)
def parse_unit(text: str) -> Unit:
    """Read a unit such as ``bn PKR`` or ``USD/PH/s/day``.

    Raises:
        UnitError: an atom is not known; the message names the nearest one.

    >>> parse_unit("bn PKR").factor
    1000000000.0
    >>> parse_unit("PKR/kwh")
    Traceback (most recent call last):
    ...
    kilosat.quantities.UnitError: 'kwh' in 'PKR/kwh' is not a unit; did you mean 'kWh'?
    """
    dimension: Counter[str] = Counter()
    factor = 1.0
    for position, part in enumerate(text.split("/")):
        sign = 1 if position == 0 else -1
        words = part.split()
        if len(words) == 2 and words[0] in _SCALES:
            factor *= _SCALES[words[0]] ** sign
            words = words[1:]
        if len(words) != 1:
            raise UnitError(f"'{text}' is not a unit; write for example 'MW', 'PKR/kWh', 'bn PKR'")
        powers, scale = _atom(words[0], text)
        factor *= scale**sign
        for name, power in powers.items():
            dimension[name] += sign * power
    nonzero = tuple(sorted((name, power) for name, power in dimension.items() if power))
    return Unit(text, nonzero, factor)


def _atom(word: str, text: str) -> tuple[dict[str, int], float]:
    if word in _ATOMS:
        return _ATOMS[word]
    if _CURRENCY.fullmatch(word):
        return {f"money {word}": 1}, 1.0
    folded = {atom.lower(): atom for atom in _ATOMS}
    near = folded.get(word.lower()) or next(
        iter(difflib.get_close_matches(word, _ATOMS, n=1, cutoff=0.5)), None
    )
    hint = f"; did you mean '{near}'?" if near else ""
    raise UnitError(f"'{word}' in '{text}' is not a unit{hint}")


def convert(value: float, source: str, target: str) -> float:
    """Turn ``value`` from the unit ``source`` into the unit ``target``.

    Raises:
        UnitError: a unit is not known, or the two measure different things (so also two
            different currencies).
    """
    here, there = parse_unit(source), parse_unit(target)
    if here.dimension != there.dimension:
        raise UnitError(
            f"'{source}' cannot be turned into '{target}': they measure different things"
        )
    return value if source == target else value * here.factor / there.factor


def sats_from_btc(coins: Decimal | int | str) -> int:
    """Whole satoshis of an amount in BTC, exact.

    Raises:
        UnitError: it is no number, or has more than eight decimals.

    >>> sats_from_btc("5689.68")
    568968000000
    """
    try:
        sats = Decimal(coins) * SATS_PER_BTC
    except InvalidOperation:
        raise UnitError(f"'{coins}' is not an amount of BTC") from None
    if not sats.is_finite() or sats != sats.to_integral_value():
        raise UnitError(f"{coins} BTC is not a whole number of satoshis")
    return int(sats)


def btc_from_sats(sats: int) -> float:
    """BTC for printing; sums are made in satoshis.

    >>> btc_from_sats(568_968_000_000)
    5689.68
    """
    return int(sats) / SATS_PER_BTC
