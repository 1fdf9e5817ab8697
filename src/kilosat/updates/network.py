"""The network's series from a node: difficulty epochs and days, held against what is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from kilosat.updates.blocks import check_blocks
from kilosat.updates.days import compare_days, day_of, day_row, days_of, read_blocks_since
from kilosat.updates.epochs import all_epochs, epoch_rows, read_epochs_of
from kilosat.updates.errors import Problems, UpdateError
from kilosat.updates.node import Node
from kilosat.updates.tables import Base, Rows

__all__ = ["NetworkRows", "read_network_rows"]

OVERLAP_DAYS = 14
"""Days before the first new one that are read again and compared."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NetworkRows:
    """New rows of ``difficulty_epochs.csv`` and ``network_history.csv``; they replace those of the
    same epoch or day. Both are empty where the node knows no further day.
    """

    epochs: Rows
    days: Rows


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
    first, last = _first_unknown(base.network), day_of(tip.median_time) - _DAY
    if last < first:
        return NetworkRows({}, {})
    if tip.height < int(base.epochs["start_height"].iloc[-1]):
        known = int(base.epochs["start_height"].iloc[-1])
        raise UpdateError(
            [f"{node.name} ends at height {tip.height:,}, but {known:,} is known: let it sync"]
        )
    problems = Problems()
    epochs = read_epochs_of(node, base, tip, now, problems)
    problems.raise_any()  # days are weighed with epochs: without them nothing more can be said
    since = max(first - OVERLAP_DAYS * _DAY, base.network.index[0])
    blocks = read_blocks_since(node, base, tip, since, progress)
    check_blocks(blocks, now, problems)
    days = days_of(blocks, all_epochs(base, epochs), since, last, problems)
    compare_days(base.network, days, first, problems)
    if node.headers([blocks[-1].height])[0].hash != blocks[-1].hash:
        problems.add("fork", "the chain changed while it was read: run the update again")
    problems.raise_any()
    new = {day: row for day, row in days.items() if day >= first}
    return NetworkRows(epoch_rows(epochs, base), {str(day): day_row(day, new[day]) for day in new})


def _first_unknown(network: pd.DataFrame) -> date:
    known = network[["blocks", "subsidy_btc", "fees_btc"]].notna().all(axis=1)
    days: list[date] = list(network.index)
    full = [day for day, is_known in zip(days, known, strict=True) if is_known]
    return full[-1] + _DAY if full else days[0]
