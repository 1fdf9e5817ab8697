"""How a number is written: decimals by unit, thousands, a true minus sign, units in words."""

from typing import Any

import numpy as np

__all__ = ["NO_VALUE", "as_number", "decimals_for", "is_whole", "shown", "unit_words"]

NO_VALUE = "none"
_ROUNDING = 1e-9
_MINUS = "\u2212"
_DECIMALS = {
    "USD/PH/s/day": 1,
    "%": 1,
    "Mt": 1,
    "TWh": 1,
    "h": 0,
    "J/TH": 1,
    "year": 0,
}
_UNIT_WORDS = {
    "1": "",
    "1/MW": "per MW",
    "1/year": "per year",
    "year": "years",
    "day": "days",
    "h": "hours",
}


def decimals_for(value: float, unit: str) -> int:
    """Decimals that suit a value and its unit.

    >>> decimals_for(17.0765, "PKR/kWh"), decimals_for(17072.04, "GWh"), decimals_for(392.6, "bn X")
    (2, 0, 1)
    >>> decimals_for(99.96, "%"), decimals_for(100.0, "%"), decimals_for(0.01, "%")
    (2, 1, 2)
    """
    if unit.endswith("/kWh") or unit == "t/MWh":
        return 2
    if unit == "%" and 0.001 < 100.0 - value < 0.05:
        return 2  # a share just short of the whole must not read as the whole
    if unit == "%" and 0.001 < value < 0.05:
        return 2  # nor one just above nought as nought
    if unit == "year" and not float(value).is_integer():
        return 1
    if unit in _DECIMALS:
        return _DECIMALS[unit]
    size = abs(value)
    if unit in ("MW", "GWh"):
        return 0 if size >= 100 or float(value).is_integer() else 1 if size >= 10 else 2
    if unit.startswith(("bn ", "m ")):
        return 0 if size >= 1000 else 1 if size >= 10 or not size else 2
    if size >= 1000 or float(value).is_integer():
        return 0
    return 1 if size >= 10 else 2


def shown(value: Any, unit: str, decimals: int | None = None, signed: bool = False) -> str:
    """A value as people read it; texts stay as they are. A pure number is a share in per cent
    unless it is an integer: that is a count.

    >>> shown(-0.0000003, "%"), shown(-9.028, "PKR/kWh"), shown(17072.04, "GWh")
    ('0.0', '−9.03', '17,072')
    >>> shown(float("nan"), "MW"), shown(0.026, "1"), shown(2.0, "MW", signed=True)
    ('none', '2.6 %', '+2')
    >>> shown(1.0, "1"), shown(1, "1")
    ('100 %', '1')
    """
    number = as_number(value)
    if number is None:
        return NO_VALUE if isinstance(value, float | np.floating) else _text(value)
    if unit == "1" and 0 < abs(number) < 1e-5:
        return f"{number:.1e}".replace("-", _MINUS)
    is_share = unit == "1" and not isinstance(value, int | np.integer)
    if is_share and abs(number) <= 1.5:
        number, ending = 100.0 * number, " %"
        places = 1 if decimals is None else decimals
        places = 0 if decimals is None and abs(number - round(number)) < 1e-9 else places
    else:
        ending = ""
        places = decimals_for(number, unit) if decimals is None else decimals
    text = f"{abs(number):,.{places}f}"
    if not any(digit in text for digit in "123456789"):
        return text + ending
    sign = _MINUS if number < 0 else ("+" if signed else "")
    return sign + text + ending


def as_number(value: Any) -> float | None:
    """A finite number, or nothing."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return None
    return float(value) if np.isfinite(value) else None


def is_whole(value: float) -> bool:
    """Whether a value is whole, but for rounding.

    >>> is_whole(22.999999999999996), is_whole(22.98)
    (True, False)
    """
    return abs(value - round(value)) < _ROUNDING


def unit_words(unit: str) -> str:
    """A unit for print; a pure number has none."""
    return _UNIT_WORDS.get(unit, unit)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(
            f"{item:g}" if as_number(item) is not None else str(item) for item in value
        )
    return str(value)
