"""One report of how many coins a holder had on a day."""

import re
from dataclasses import dataclass
from datetime import date

from kilosat.chain.treasuries.kinds import HolderKind, HowKnown
from kilosat.provenance import Quality, Source

__all__ = ["HoldingReport", "holder_key"]

_IN_BRACKETS = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True)
class HoldingReport:
    """Coins of a holder by one reporter; ``series`` names the way of counting.

    Figures of two series are never one history. ``confidence`` is that of the list that it was
    taken from (high, medium, low), empty where the list does not grade.
    """

    holder: str
    kind: HolderKind
    day: date
    sats: int
    how: HowKnown
    reporter: str
    source: Source
    confidence: str = ""
    quality: Quality = "reported"
    series: str = ""
    note: str = ""
    file: str = ""
    line: int = 0

    @property
    def key(self) -> str:
        """The holder's name as it is written in files and on the command line."""
        return holder_key(self.holder)

    @property
    def names(self) -> frozenset[str]:
        """What the holder may be called, in small letters: its name, its key, its ticker."""
        inside = {text.casefold() for text in _IN_BRACKETS.findall(self.holder)}
        return frozenset({self.key, self.holder.casefold(), *inside})

    @property
    def counted_by(self) -> str:
        """Who counted, without the way by which it was read."""
        return self.reporter.partition(" via ")[0].partition(" (")[0]


def holder_key(name: str) -> str:
    """A holder's name in small letters and dashes, without what stands in brackets.

    >>> holder_key("El Salvador"), holder_key("UAE (Royal Group, Citadel)")
    ('el-salvador', 'uae')
    """
    plain = _IN_BRACKETS.sub("", name).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
