"""Sentences of a verdict, in which every number is a figure of the graph."""

import re
from dataclasses import dataclass

from kilosat.figures import Graph
from kilosat.quantities import SATS_PER_BTC

__all__ = ["Fact", "coins_text", "counted", "said"]

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Fact:
    """A sentence of the verdict: ``{figure}`` stands for a figure of the graph, never a digit.

    ``about`` is a short key by which pages and tests find it.
    """

    about: str
    text: str

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures in it, in order."""
        return tuple(_PLACE.findall(self.text))


def said(fact: Fact, graph: Graph) -> str:
    """The sentence with its figures filled in, as people read them."""
    return _PLACE.sub(lambda place: _shown(place[1], graph), fact.text)


def coins_text(sats: int) -> str:
    """Satoshis as BTC, exact, without trailing noughts.

    >>> coins_text(123_456_789_000), coins_text(-100_000_000), coins_text(5)
    ('1,234.56789 BTC', '-1 BTC', '0.00000005 BTC')
    """
    whole, part = divmod(abs(sats), SATS_PER_BTC)
    decimals = f".{part:08d}".rstrip("0") if part else ""
    return f"{'-' if sats < 0 else ''}{whole:,}{decimals} BTC"


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "day"), counted(2, "day")
    ('1 day', '2 days')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(name: str, graph: Graph) -> str:
    if name not in graph:  # braces of a title, which is a user's text
        return f"{{{name}}}"
    value, unit = graph.value(name), graph.unit(name)
    if unit == "sat":
        return coins_text(int(value))
    if unit == "%":
        return f"{value:.1f} %"
    number = f"{value:,.0f}" if isinstance(value, (int, float)) else str(value)
    return number if unit in ("", "1") else f"{number} {unit}"
