"""The network's series from a node: difficulty epochs and days, held against what is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd

from kilosat.market.difficulty import (
    BLOCKS_PER_EPOCH,
    difficulty_of_target,
    next_bits,
    target_of_bits,
)
from kilosat.market.errors import BitcoinError
from kilosat.updates.blocks import check_blocks
from kilosat.updates.errors import Problems, UpdateError
from kilosat.updates.node import Block, Header, Node, Tip
from kilosat.updates.tables import EPOCHS, Base, Rows, btc_text, difficulty_text

__all__ = ["NetworkRows", "read_network_rows"]

OVERLAP_DAYS = 14
"""Days before the first new one that are read again and compared."""
_BLOCKS_APART = 5
"""Some shipped counts cut their days at a slightly different moment, which moves a few blocks from
a day to its neighbour; the sum over many days must agree as well, as what one day loses the next
one gains. Counts from per-block data agreed on 398 of 398 days."""
_FEES_APART = 0.05
"""One block more or less in a day, with the fees of several."""
_DIFFICULTY_APART = 1e-6
"""Printed difficulties have ten digits or more."""
_HOURS_APART = 12
"""Shipped epochs without a header time are known to a few hours."""
_LARGEST_CHANGE = 4
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NetworkRows:
    """New rows of ``difficulty_epochs.csv`` and ``network_history.csv``; they replace those of the
    same epoch or day. Both are empty where the node knows no further day.
    """

    epochs: Rows
    days: Rows


@dataclass(frozen=True)
class _Epoch:
    number: int
    start: int
    difficulty: Fraction


def read_network_rows(
    node: Node, base: Base, now: datetime, progress: Callable[[str], None]
) -> NetworkRows:
    """Read from the node what comes after ``base``, and check that it continues it.

    From the first day at the end of which blocks or fees are not known, to the last that is over:
    the median time past has reached its end, so that no later block can fall into it.

    Raises:
        UpdateError: the node cannot serve, or all that does not fit.
    """
    tip = node.tip()
    first, last = _first_unknown(base.network), _day(tip.median_time) - _DAY
    if last < first:
        return NetworkRows({}, {})
    if tip.height < int(base.epochs["start_height"].iloc[-1]):
        known = int(base.epochs["start_height"].iloc[-1])
        raise UpdateError(
            [f"{node.name} ends at height {tip.height:,}, but {known:,} is known: let it sync"]
        )
    problems = Problems()
    epochs = _epochs(node, base, tip, now, problems)
    problems.raise_any()  # days are weighed with epochs: without them nothing more can be said
    since = max(first - OVERLAP_DAYS * _DAY, base.network.index[0])
    blocks = _blocks(node, base, tip, since, progress)
    check_blocks(blocks, now, problems)
    days = _days(blocks, _all_epochs(base, epochs), since, last, problems)
    _compare_days(base.network, days, first, problems)
    if node.headers([blocks[-1].height])[0].hash != blocks[-1].hash:
        problems.add("fork", "the chain changed while it was read: run the update again")
    problems.raise_any()
    new = {day: row for day, row in days.items() if day >= first}
    return NetworkRows(_epoch_rows(epochs, base), {str(day): _row(day, new[day]) for day in new})


def _first_unknown(network: pd.DataFrame) -> date:
    known = network[["blocks", "subsidy_btc", "fees_btc"]].notna().all(axis=1)
    days: list[date] = list(network.index)
    return max(d for d, is_known in zip(days, known, strict=True) if is_known) + _DAY


def _day(time: int) -> date:
    return datetime.fromtimestamp(time, UTC).date()


def _start_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


# --- epochs -----------------------------------------------------------------------------------


def _epochs(node: Node, base: Base, tip: Tip, now: datetime, problems: Problems) -> list[_Epoch]:
    """The epochs from the last one with a header time on, each checked by the rule of the chain."""
    with_header = (base.epochs["time_source"] == "header").to_numpy().nonzero()[0]
    begin = int(with_header[-1]) if len(with_header) else 0
    numbers = range(begin, tip.height // BLOCKS_PER_EPOCH + 1)
    starts = [number * BLOCKS_PER_EPOCH for number in numbers]
    ends = [start + BLOCKS_PER_EPOCH - 1 for start in starts[:-1]]
    headers = node.headers(starts + ends)
    for height, header in zip(starts + ends, headers, strict=True):
        if header.height != height:
            problems.add("height", f"asked for height {height:,}, got {header.height:,}")
        if header.time > now.timestamp() + 7200:
            problems.add("future", f"block {height:,} is dated more than two hours from now")
    firsts, lasts = headers[: len(starts)], headers[len(starts) :]
    for first, last, following in zip(firsts, lasts, firsts[1:], strict=False):
        _check_retarget(first, last, following, problems)
    epochs = []
    for number, header in zip(numbers, firsts, strict=True):
        try:
            difficulty = difficulty_of_target(target_of_bits(header.bits))
        except BitcoinError as error:
            problems.add("bits", f"epoch {number}: {error}")
            continue
        epochs.append(_Epoch(number, header.time, difficulty))
    _compare_epochs(base.epochs, epochs, problems)
    return epochs


def _check_retarget(first: Header, last: Header, following: Header, problems: Problems) -> None:
    where = f"epoch {following.height // BLOCKS_PER_EPOCH} at height {following.height:,}"
    if following.time <= first.time:
        problems.add("order", f"{where} does not start after the epoch before it")
    try:
        ratio = float(Fraction(target_of_bits(first.bits), target_of_bits(following.bits)))
        due = next_bits(first.bits, first.time, last.time)
    except BitcoinError as error:
        problems.add("bits", f"{where}: {error}")
        return
    # Targets keep three bytes, so a change by four may come out a hair above.
    if not 1 / _LARGEST_CHANGE / 1.001 <= ratio <= _LARGEST_CHANGE * 1.001:
        rule = f"the rules allow no more than a factor of {_LARGEST_CHANGE}"
        problems.add("factor", f"{where}: difficulty changes by a factor of {ratio:.4g}, {rule}")
    elif following.bits != due:
        problems.add(
            "retarget", f"{where}: difficulty does not follow from the times of the epoch before it"
        )


def _compare_epochs(known: pd.DataFrame, epochs: Sequence[_Epoch], problems: Problems) -> None:
    for epoch in epochs:
        if epoch.number >= len(known):
            continue
        row = known.iloc[epoch.number]
        before = float(row["difficulty"])
        where = f"epoch {epoch.number} at height {epoch.number * BLOCKS_PER_EPOCH:,}"
        if abs(float(epoch.difficulty) / before - 1) > _DIFFICULTY_APART:
            now = f"{difficulty_text(epoch.difficulty)} by the node, {row['difficulty']} before"
            problems.add("difficulty", f"{where}: difficulty is {now}")
        apart = abs(epoch.start - int(row["start_time"]))
        if apart > (0 if row["time_source"] == "header" else _HOURS_APART * 3600):
            problems.add("start", f"{where}: starts {apart / 3600:,.1f} hours apart from the table")


def _all_epochs(base: Base, epochs: Sequence[_Epoch]) -> list[_Epoch]:
    kept = base.epochs.iloc[: epochs[0].number]
    pairs = zip(kept["start_time"], kept["difficulty"], strict=True)
    before = [_Epoch(n, int(start), Fraction(text)) for n, (start, text) in enumerate(pairs)]
    return [*before, *epochs]


def _epoch_rows(epochs: Sequence[_Epoch], base: Base) -> Rows:
    rows: Rows = {}
    for epoch in epochs:
        time = f"{datetime.fromtimestamp(epoch.start, UTC):%Y-%m-%dT%H:%M:%SZ}"
        height = str(epoch.number * BLOCKS_PER_EPOCH)
        difficulty = difficulty_text(epoch.difficulty)
        rows[str(epoch.number)] = (str(epoch.number), height, time, "header", difficulty)
    old = base.rows[EPOCHS]
    return {key: row for key, row in rows.items() if key not in old or old[key][3] != "header"}


# --- days -------------------------------------------------------------------------------------


def _blocks(
    node: Node, base: Base, tip: Tip, since: date, progress: Callable[[str], None]
) -> list[Block]:
    """All blocks that may fall on a day from ``since`` on.

    A block may be dated up to two hours ahead, so heights begin a day before.
    """
    begin = _start_of(since) - 86400
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
class _Totals:
    blocks: int
    difficulty: float
    subsidy_sats: int
    fees_sats: int


def _days(
    blocks: Sequence[Block], epochs: Sequence[_Epoch], since: date, last: date, problems: Problems
) -> dict[date, _Totals]:
    sums = {since + n * _DAY: [0, 0, 0] for n in range((last - since).days + 1)}
    for block in blocks:
        if (total := sums.get(_day(block.time))) is not None:
            total[0] += 1
            total[1] += block.subsidy_sats
            total[2] += block.fees_sats
    days = {}
    for day, (count, subsidy, fees) in sums.items():
        if not count:
            problems.add("empty", f"{day}: the node has no block of that day")
        days[day] = _Totals(count, _mean_difficulty(epochs, _start_of(day)), subsidy, fees)
    return days


def _mean_difficulty(epochs: Sequence[_Epoch], start: int) -> float:
    """Difficulty over a day, each epoch weighed by its seconds in it."""
    end, total = start + 86400, Fraction(0)
    ends = [epoch.start for epoch in epochs[1:]] + [end]
    for epoch, over in zip(epochs, ends, strict=True):
        seconds = min(max(over, start), end) - max(min(epoch.start, end), start)
        total += epoch.difficulty * max(seconds, 0)
    return float(total / 86400)


def _compare_days(
    known: pd.DataFrame, days: dict[date, _Totals], first: date, problems: Problems
) -> None:
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
        if _apart(now.fees_sats / 1e8, before["fees_btc"]) > _FEES_APART:
            text = f"{btc_text(now.fees_sats)} BTC by the node, {before['fees_btc']:g} before"
            problems.add("fees", f"{day}: fees are {text}")
    if abs(apart) > _BLOCKS_APART:
        problems.add("sum", f"{compared} days in common: {apart:+} blocks by the node in all")
    if not compared:
        problems.add("overlap", "no day in common with the table: nothing to compare with")


def _apart(now: float, before: float) -> float:
    """How far two numbers are apart, as a share; zero where one is not known."""
    return abs(now / before - 1) if pd.notna(before) and before else 0.0


def _row(day: date, one: _Totals) -> tuple[str, ...]:
    difficulty = difficulty_text(one.difficulty)
    sums = (btc_text(one.subsidy_sats), btc_text(one.fees_sats))
    return (str(day), str(one.blocks), difficulty, *sums)
