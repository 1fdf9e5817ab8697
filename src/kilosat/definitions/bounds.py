"""Bounds of numbers, written as in mathematics: ``[0, 0.5)``, ``(0, inf)``."""

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Bounds", "parse_bounds"]

_INTERVAL = re.compile(r"([\[(])\s*([^,\s]+)\s*,\s*([^,\s]+)\s*([\])])")


@dataclass(frozen=True)
class Bounds:
    """An interval; an open end does not belong to it."""

    low: float
    high: float
    low_open: bool
    high_open: bool

    def holds(self, value: float) -> bool:
        """Whether ``value`` is a finite number inside.

        >>> parse_bounds("[0, 0.5)").holds(0.5)
        False
        """
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below and abs(value) != float("inf")

    def words(self, unit: str = "", scale: float = 1.0) -> str:
        """The interval in words, its ends multiplied by ``scale`` and followed by ``unit``.

        >>> parse_bounds("[0, 0.5)").words(" %", 100.0)
        'at least 0 and below 50 %'
        >>> parse_bounds("(0, inf)").words(" MW")
        'above 0 MW'
        """
        parts = []
        if self.low != float("-inf"):
            parts.append(f"{'above' if self.low_open else 'at least'} {self.low * scale:,.10g}")
        if self.high != float("inf"):
            parts.append(f"{'below' if self.high_open else 'at most'} {self.high * scale:,.10g}")
        return f"{' and '.join(parts)}{unit}" if parts else "any number"


@lru_cache(maxsize=256)
def parse_bounds(text: str) -> Bounds:
    """Read an interval such as ``[0, 0.5)``.

    Raises:
        ValueError: the text is no interval.
    """
    found = _INTERVAL.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not an interval; write for example '[0, 0.5)'")
    opening, low, high, closing = found.groups()
    return Bounds(float(low), float(high), opening == "(", closing == ")")
