"""Sentences of a verdict, in which every number is a figure of the graph."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kilosat.chain.sources.printable import printable
from kilosat.figures import Graph
from kilosat.quantities import SATS_PER_BTC

__all__ = ["Fact", "coins_text", "counted", "filled", "said"]

_PLACE = re.compile(r"\{(\w+)\}|\{'(\w+)'\}")
_SHOWN_OF_NAME = 300


@dataclass(frozen=True)
class Fact:
    """A sentence of the verdict: ``{figure}`` stands for a figure of the graph, never a digit.

    ``{'key'}`` stands for a text of ``names``, which is a user's and never part of ``text``.
    ``about`` is a short key by which pages and tests find it.
    """

    about: str
    text: str
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures in it, in order."""
        return tuple(figure for figure, _ in _PLACE.findall(self.text) if figure)


def filled(fact: Fact, figure: Callable[[str], str], name: Callable[[str], str]) -> str:
    """The sentence with each figure written by its name, and each user's text by what it says.

    What is filled in is not looked at again, whatever it looks like.
    """
    return _PLACE.sub(
        lambda place: figure(place[1]) if place[1] else name(fact.names[place[2]]), fact.text
    )


def said(fact: Fact, graph: Graph) -> str:
    """The sentence with its figures filled in, as people read them."""
    return filled(
        fact, lambda figure: _shown(figure, graph), lambda name: printable(name, _SHOWN_OF_NAME)
    )


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
    value, unit = graph.value(name), graph.unit(name)
    if unit == "sat":
        return coins_text(int(value))
    if unit == "%":
        return f"{value:.1f} %"
    number = f"{value:,.0f}" if isinstance(value, (int, float)) else str(value)
    return number if unit in ("", "1") else f"{number} {unit}"
