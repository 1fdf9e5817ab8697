"""Difficulty epochs from a node: each follows from the one before it and agrees with the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

import pandas as pd

from kilosat.market.difficulty import (
    BLOCKS_PER_EPOCH,
    difficulty_of_target,
    next_bits,
    target_of_bits,
)
from kilosat.market.errors import BitcoinError
from kilosat.updates.errors import Problems
from kilosat.updates.node import Header, Node, Tip
from kilosat.updates.tables import EPOCHS, Base, Rows, difficulty_text

__all__ = ["Epoch", "all_epochs", "epoch_rows", "read_epochs_of"]

_DIFFICULTY_APART = 1e-6
"""Printed difficulties have ten digits or more."""
_HOURS_APART = 12
"""Shipped epochs without a header time are known to a few hours."""
_LARGEST_CHANGE = 4


@dataclass(frozen=True)
class Epoch:
    """An epoch: number, time of its first block (Unix seconds), exact difficulty."""

    number: int
    start: int
    difficulty: Fraction


def read_epochs_of(
    node: Node, base: Base, tip: Tip, now: datetime, problems: Problems
) -> list[Epoch]:
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
        epochs.append(Epoch(number, header.time, difficulty))
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


def _compare_epochs(known: pd.DataFrame, epochs: Sequence[Epoch], problems: Problems) -> None:
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


def all_epochs(base: Base, epochs: Sequence[Epoch]) -> list[Epoch]:
    """The epochs of the table, with those of the node in place of the last."""
    kept = base.epochs.iloc[: epochs[0].number]
    pairs = zip(kept["start_time"], kept["difficulty"], strict=True)
    before = [Epoch(n, int(start), Fraction(text)) for n, (start, text) in enumerate(pairs)]
    return [*before, *epochs]


def epoch_rows(epochs: Sequence[Epoch], base: Base) -> Rows:
    """Rows of epochs that the table does not have with a header time."""
    rows: Rows = {}
    for epoch in epochs:
        time = f"{datetime.fromtimestamp(epoch.start, UTC):%Y-%m-%dT%H:%M:%SZ}"
        height = str(epoch.number * BLOCKS_PER_EPOCH)
        difficulty = difficulty_text(epoch.difficulty)
        rows[str(epoch.number)] = (str(epoch.number), height, time, "header", difficulty)
    old = base.rows[EPOCHS]
    return {key: row for key, row in rows.items() if key not in old or old[key][3] != "header"}
