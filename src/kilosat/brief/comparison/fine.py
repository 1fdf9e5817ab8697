"""The catalogue of a comparison: decimals that let numbers of every size be told apart."""

from math import floor, log10

from kilosat.brief.catalogue import Catalogue, base_of
from kilosat.brief.comparison.trust import POINTS
from kilosat.brief.numbers import as_number, decimals_for, is_whole

__all__ = ["FineCatalogue", "fine_places"]

_DIGITS = 2
_MOST = 6


class FineCatalogue(Catalogue):
    """A catalogue in which small shares and amounts keep two digits."""

    def places(self, name: str) -> int:
        """Decimals of a figure or a cell, by its own size."""
        value = as_number(self.entry(name).value) or 0.0
        # A chosen level such as 95 % is written as it was chosen.
        if base_of(name) in self.graph.inputs and is_whole(value):
            return 0
        return fine_places(value, self.graph.unit(name))


def fine_places(value: float, unit: str) -> int:
    """Decimals that suit a value and its unit.

    >>> fine_places(0.00312, "%"), fine_places(43.6, "%"), fine_places(0.0312, "bn PKR")
    (4, 1, 3)
    >>> fine_places(945.49, "m USD"), fine_places(0.0, "%"), fine_places(3650.0, "BTC")
    (0, 0, 0)
    """
    size = abs(value)
    if unit == POINTS:
        return 1
    if not size:
        return 0
    amount = unit == "%" or unit.startswith(("m ", "bn "))
    if amount and size < 1.0:
        return min(_MOST, _DIGITS - 1 - floor(log10(size)))
    if unit.startswith(("m ", "bn ")):
        return 0 if size >= 100.0 else 1
    if unit in ("BTC", "day", "USD/BTC"):
        return 0 if size >= 10.0 or float(value).is_integer() else 1
    if unit == "year":
        return 0 if float(value).is_integer() else 1
    return decimals_for(value, unit)
