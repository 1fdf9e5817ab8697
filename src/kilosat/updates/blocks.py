"""Whether blocks that a node names can be blocks of the chain, one after the other."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from kilosat.market.issuance import subsidy_sats
from kilosat.quantities import FINAL_SUPPLY_SATS
from kilosat.updates.errors import Problems
from kilosat.updates.node import Block

__all__ = ["check_blocks"]

_MEDIAN_SPAN = 11
"""Median time past is that of a block and the ten before it (BIP 113)."""
_AHEAD_SECONDS = 7200
"""A block may be dated two hours ahead of the network's clock."""


def check_blocks(blocks: Sequence[Block], now: datetime, problems: Problems) -> None:
    """Check heights, times and amounts of blocks that should follow each other.

    Each height is one above the last; a block's time is above the median time past before it and
    not far in the future; median time past is the median of eleven times; the subsidy is that of
    the height. What is not so is added to ``problems``.
    """
    latest = now.timestamp() + _AHEAD_SECONDS
    for place, block in enumerate(blocks):
        where = f"block {block.height:,}"
        if block.subsidy_sats != subsidy_sats(block.height):
            what = f"{block.subsidy_sats} satoshis are not the subsidy of its height"
            problems.add("subsidy", f"{where}: {what}")
        if block.fees_sats > FINAL_SUPPLY_SATS:
            problems.add("fees", f"{where}: more fees than there can be coins")
        if block.time > latest:
            problems.add("future", f"{where}: dated more than two hours from now")
        if place:
            _check_pair(blocks[place - 1], block, problems)
        span = blocks[max(place + 1 - _MEDIAN_SPAN, 0) : place + 1]
        if len(span) == _MEDIAN_SPAN and median(one.time for one in span) != block.median_time:
            problems.add("median", f"{where}: its median time is not that of the eleven times")


def _check_pair(before: Block, block: Block, problems: Problems) -> None:
    if block.height != before.height + 1:
        problems.add("height", f"height {block.height:,} comes after {before.height:,}")
    if block.hash == before.hash:
        problems.add("hash", f"block {block.height:,} has the hash of the block before it")
    if block.time <= before.median_time:
        problems.add("time", f"block {block.height:,} is dated before the median of those before")
