"""Days of the network from a node's blocks: sums, mean difficulty, agreement with the table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd

from kilosat.quantities import btc_from_sats
from kilosat.updates.epochs import Epoch
from kilosat.updates.errors import Problems, UpdateError
from kilosat.updates.node import Block, Node, Tip
from kilosat.updates.tables import Base, btc_text, difficulty_text

__all__ = [
    "Totals",
    "compare_days",
    "day_of",
    "day_row",
    "days_of",
    "mean_difficulty",
    "read_blocks_since",
    "start_of",
]

_BLOCKS_APART = 5
"""Some shipped counts cut their days at a slightly different moment, which moves a few blocks from
a day to its neighbour; the sum over many days must agree as well, as what one day loses the next
one gains. Counts from per-block data agreed on 398 of 398 days."""
_FEES_APART = 0.05
"""One block more or less in a day, with the fees of several."""
_DIFFICULTY_APART = 1e-6
"""Printed difficulties have ten digits or more."""
_DAY = timedelta(days=1)


def day_of(time: int) -> date:
    """The day (UTC) of a time in Unix seconds."""
    return datetime.fromtimestamp(time, UTC).date()


def start_of(day: date) -> int:
    """The first second of a day (UTC), in Unix seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def read_blocks_since(
    node: Node, base: Base, tip: Tip, since: date, progress: Callable[[str], None]
) -> list[Block]:
    """All blocks that may fall on a day from ``since`` on.

    A block may be dated up to two hours ahead, so heights begin a day before.
    """
    begin = start_of(since) - 86400
    started = base.epochs["start_time"].to_numpy() < begin - 86400
    below = int(base.epochs["start_height"][started].iloc[-1]) if started.any() else 0
    height = node.first_height_after(begin, below, tip.height)
    if height < tip.first_kept:
        raise UpdateError(
            [
                f"{node.name} is pruned: it keeps blocks from height {tip.first_kept:,} on, but "
                f"those from {height:,} ({since - _DAY}) on are needed"
            ]
        )
    return node.blocks(range(height, tip.height + 1), progress)


@dataclass(frozen=True)
class Totals:
    """A day: blocks, mean difficulty, subsidy and fees in satoshis."""

    blocks: int
    difficulty: float
    subsidy_sats: int
    fees_sats: int


def days_of(
    blocks: Sequence[Block], epochs: Sequence[Epoch], since: date, last: date, problems: Problems
) -> dict[date, Totals]:
    """Totals of the days from ``since`` to ``last``, by the times of the blocks."""
    sums = {since + n * _DAY: [0, 0, 0] for n in range((last - since).days + 1)}
    for block in blocks:
        if (total := sums.get(day_of(block.time))) is not None:
            total[0] += 1
            total[1] += block.subsidy_sats
            total[2] += block.fees_sats
    days = {}
    for day, (count, subsidy, fees) in sums.items():
        if not count:
            problems.add("empty", f"{day}: the node has no block of that day")
        days[day] = Totals(count, mean_difficulty(epochs, start_of(day)), subsidy, fees)
    return days


def mean_difficulty(epochs: Sequence[Epoch], start: int) -> float:
    """Difficulty over a day, each epoch weighed by its seconds in it."""
    end, total = start + 86400, Fraction(0)
    ends = [epoch.start for epoch in epochs[1:]] + [end]
    for epoch, over in zip(epochs, ends, strict=True):
        seconds = min(max(over, start), end) - max(min(epoch.start, end), start)
        total += epoch.difficulty * max(seconds, 0)
    return float(total / 86400)


def compare_days(
    known: pd.DataFrame, days: dict[date, Totals], first: date, problems: Problems
) -> None:
    """Hold days against the table: block counts where it has them, all before ``first``."""
    apart, compared = 0, 0
    rows: dict[Any, Any] = known.to_dict("index")
    for day in [day for day in days if day in rows]:
        before, now = rows[day], days[day]
        if pd.notna(before["blocks"]):
            gap = now.blocks - int(before["blocks"])
            apart, compared = apart + gap, compared + 1
            if abs(gap) > _BLOCKS_APART:
                text = f"{day}: {now.blocks} blocks by the node, {before['blocks']:g} before"
                problems.add("blocks", text)
        if day >= first:
            continue
        if _apart(now.difficulty, before["difficulty_mean"]) > _DIFFICULTY_APART:
            problems.add("mean", f"{day}: mean difficulty differs from the table's")
        if _apart(btc_from_sats(now.fees_sats), before["fees_btc"]) > _FEES_APART:
            text = f"{btc_text(now.fees_sats)} BTC by the node, {before['fees_btc']:g} before"
            problems.add("fees", f"{day}: fees are {text}")
    if abs(apart) > _BLOCKS_APART:
        problems.add("sum", f"{compared} days in common: {apart:+} blocks by the node in all")
    if not compared:
        problems.add("overlap", "no day in common with the table: nothing to compare with")


def _apart(now: float, before: float) -> float:
    """How far two numbers are apart, as a share; zero where one is not known."""
    return abs(now / before - 1) if pd.notna(before) and before else 0.0


def day_row(day: date, one: Totals) -> tuple[str, ...]:
    """A day as a row of ``network_history.csv``."""
    difficulty = difficulty_text(one.difficulty)
    sums = (btc_text(one.subsidy_sats), btc_text(one.fees_sats))
    return (str(day), str(one.blocks), difficulty, *sums)
