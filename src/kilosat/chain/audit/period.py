"""The two moments of an audit: 00:00 UTC of two days, turned into heights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kilosat.chain.errors import ChainError
from kilosat.chain.flows.book import Line

__all__ = ["AuditError", "Period", "period_of"]

_FIRST_BLOCK = date(2009, 1, 3)


class AuditError(ChainError):
    """An audit that cannot be made as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Period:
    """From 00:00 UTC of ``start`` up to, without, 00:00 UTC of ``end``.

    A block lies before a moment if no header up to and including its own has a time at or after it.
    ``start_height`` and ``end_height`` are the last such blocks.
    """

    start: date
    end: date
    start_height: int
    end_height: int

    def is_before(self, height: int) -> bool:
        """Whether a block lies before the audit."""
        return height <= self.start_height

    def is_within(self, height: int) -> bool:
        """Whether a block lies between the two moments."""
        return self.start_height < height <= self.end_height


def period_of(
    start: date, end: date, lines: Iterable[Line], heights: Mapping[date, int] | None = None
) -> Period:
    """The period, with heights as told (``heights``: the last block before 00:00 UTC of a day).

    Where they are not told they are the last that touch the register, which gives the same sums:
    no other block changes them.

    Raises:
        AuditError: the end is not after the start, or the start before the first block ever.
    """
    if end <= start:
        raise AuditError(f"the audit ends on {end}, which is not after {start}: give a later end")
    if start < _FIRST_BLOCK:
        raise AuditError(f"the audit starts on {start}, before the first block, {_FIRST_BLOCK}")
    told = heights or {}
    known = [(line.entry.block.height, line.day) for line in lines]

    def last_before(day: date) -> int:
        if day in told:
            return told[day]
        return max((height for height, of_day in known if of_day < day), default=-1)

    return Period(start, end, last_before(start), last_before(end))
