"""Which block a day begins after, by the headers of the whole chain and not of some of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from kilosat.chain.sources.errors import BlocksMissingError
from kilosat.chain.sources.port import ChainSource

__all__ = ["blocks_before"]

_AROUND = 144
"""Header times may run back, by some two hours at most: the first block of a day is near any block
at which the times pass midnight."""
_CHEAP = ("core", "electrum", "archive")
"""An Esplora server tells headers one by one, which are too many requests for a public one."""


def blocks_before(source: ChainSource, days: Iterable[date], tip: int) -> dict[date, int]:
    """Height of the last block before 00:00 UTC of each day; without those that cannot be told.

    A block lies before a moment if no header up to and including its own has a time at or after
    it. ``tip`` is the last block that is looked at.
    """
    if source.status().kind not in _CHEAP:
        return {}
    found = {}
    for day in days:
        moment = int(datetime.combine(day, time(), UTC).timestamp())
        try:
            found[day] = _last_before(source, moment, tip)
        except BlocksMissingError:  # an archive begins with its first transaction
            continue
    return found


def _last_before(source: ChainSource, moment: int, tip: int) -> int:
    low, high = 0, tip + 1
    while low < high:
        middle = (low + high) // 2
        if source.headers(middle, 1)[0].time < moment:
            low = middle + 1
        else:
            high = middle
    first = max(low - _AROUND, 0)
    headers = source.headers(first, min(low + _AROUND, tip + 1) - first)
    late = (first + number for number, one in enumerate(headers) if one.time >= moment)
    return next(late, tip + 1) - 1
