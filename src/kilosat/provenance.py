"""Where a number comes from: sources, qualities, and values that carry both.

A value without a source must state an assumption; one with neither cannot be built.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, get_args

from kilosat.quantities import parse_unit

__all__ = ["QUALITIES", "ProvenanceError", "Quality", "Source", "Sourced", "worst_quality"]

Quality = Literal["reported", "derived", "modelled", "assumed"]
QUALITIES: tuple[Quality, ...] = get_args(Quality)
"""From the best known to the least: printed in a source; computed from printed numbers; result
of a model; nobody's number but the author's."""


class ProvenanceError(ValueError):
    """A value without a source and without a stated assumption, or with a contradiction."""


@dataclass(frozen=True)
class Source:
    """A document that a value was taken from, listed once and referred to by ``key``."""

    key: str
    document: str
    publisher: str
    address: str = ""
    as_of: date | None = None
    where: str = ""
    licence: str = ""
    note: str = ""

    def citation(self) -> str:
        """One line: publisher, document, place in it, date.

        >>> Source("pp", "Power purchase price", "NEPRA", as_of=date(2025, 6, 24)).citation()
        'NEPRA, Power purchase price (2025-06-24)'
        """
        text = f"{self.publisher}, {self.document}"
        if self.where:
            text += f", {self.where}"
        return f"{text} ({self.as_of.isoformat()})" if self.as_of else text


@dataclass(frozen=True, eq=False)
class Sourced:
    """A value with its unit and where it comes from.

    ``value`` is a number, a text, or a table (``pandas`` Series or DataFrame; its unit is that of
    all cells, or empty where columns carry their unit in their name). ``row_sources`` lists the
    sources of single rows of a table where they differ; ``file`` and ``line`` say where the user
    wrote it.

    Raises:
        ProvenanceError: neither ``source`` nor ``assumption``; quality ``assumed`` without an
            assumption in words; another quality without a source.
    """

    value: Any
    unit: str
    quality: Quality
    source: Source | None = None
    assumption: str = ""
    as_of: date | None = None
    where: str = ""
    note: str = ""
    file: str = ""
    line: int = 0
    row_sources: tuple[Source, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.unit:
            parse_unit(self.unit)
        if self.quality not in QUALITIES:
            raise ProvenanceError(f"quality '{self.quality}' is none of {', '.join(QUALITIES)}")
        if self.source is None and not self.assumption:
            raise ProvenanceError("a value needs a source or a stated assumption")
        if self.quality == "assumed" and not self.assumption:
            raise ProvenanceError("an assumed value must say in words what is assumed")
        if self.quality != "assumed" and self.source is None:
            raise ProvenanceError(f"a value of quality '{self.quality}' needs a source")

    def replaced(self, value: Any, assumption: str) -> "Sourced":
        """The same quantity with another value, for a sensitivity: it becomes an assumption."""
        return replace(self, value=value, quality="assumed", assumption=assumption)

    def sources(self) -> tuple[Source, ...]:
        """All sources that this value rests on, without repeats."""
        own = (self.source,) if self.source else ()
        return tuple(dict.fromkeys(own + self.row_sources))


def worst_quality(qualities: list[Quality]) -> Quality:
    """The least known of several qualities.

    >>> worst_quality(["reported", "assumed", "derived"])
    'assumed'
    """
    return max(qualities, key=QUALITIES.index, default="reported")
