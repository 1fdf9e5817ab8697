"""Before and after a search: is what the ledger has still in the chain of the source?"""

from kilosat.chain.header import hex_of_hash
from kilosat.chain.ledger.ledger import Ledger
from kilosat.chain.ledger.records import SeenBlock
from kilosat.chain.scan.headers import block_at, linked_blocks, work_of
from kilosat.chain.scan.networks import GENESIS
from kilosat.chain.sources.errors import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    WrongNetworkError,
)
from kilosat.chain.sources.port import BlockRef, ChainSource, SourceStatus

__all__ = ["FEW_BLOCKS", "RECENT_BLOCKS", "recent_blocks", "settle"]

RECENT_BLOCKS = 144
"""A day of blocks below the tip is remembered, so that a fork among them is found exactly."""
FEW_BLOCKS = 6
"""A source that is so many blocks behind the ledger is late; one that is more is still syncing."""


def settle(
    source: ChainSource, status: SourceStatus, ledger: Ledger, seen: int, accept_less_work: bool
) -> None:
    """Compare the chains; retract what is no longer in that of the source.

    Raises:
        WrongNetworkError: the chains have no block in common.
        BlocksMissingError: the source is far behind the ledger.
        SourceError: the source's chain has less work than the one that the ledger has seen.
    """
    known = ledger.known_blocks()
    if not known:
        _begin(source, ledger)
        return
    within = [one for one in known if one[0] <= status.tip.height]
    fork = _highest_common(source, within)
    if within and fork is None:
        raise WrongNetworkError(
            f"{status.name} and {ledger.label} have no block in common: they are of two chains"
        )
    if fork is None or fork == BlockRef(*within[-1]):
        _check_not_behind(status, BlockRef(*known[-1]))
    else:
        _reorganise(source, status, ledger, fork, seen, accept_less_work)


def recent_blocks(source: ChainSource, ledger: Ledger, target: BlockRef) -> tuple[SeenBlock, ...]:
    """The blocks below a target that the ledger has not seen yet, a day's at most.

    Raises:
        ReorganisedError: they are not of the chain that the ledger has seen.
    """
    first = max(target.height - RECENT_BLOCKS + 1, 0)
    before = None
    while first <= target.height and (header := ledger.header(first)) is not None:
        first, before = first + 1, header.hash
    blocks = tuple(linked_blocks(source, ledger.network, first, target, before))
    for block in blocks:
        if ledger.header(block.height) not in (None, block.header):
            raise ReorganisedError(f"block {block.height} is another than a moment ago")
    return blocks


def _begin(source: ChainSource, ledger: Ledger) -> None:
    """The first block tells one chain from another; an archive may not have it."""
    try:
        genesis = block_at(source, 0)
    except BlocksMissingError:
        return
    wanted = GENESIS.get(ledger.network, genesis.ref.hash)
    if genesis.ref.hash != wanted:
        name = hex_of_hash(genesis.ref.hash)
        raise WrongNetworkError(f"the chain that begins with block {name} is not {ledger.network}")
    with ledger.transaction():
        ledger.remember([genesis])


def _highest_common(source: ChainSource, known: list[tuple[int, bytes]]) -> BlockRef | None:
    """The highest of these blocks that is in the source's chain; with it are all below it."""
    if not known:
        return None
    low, high = -1, len(known) - 1
    middle = high  # most often nothing has changed
    while low < high:
        height, name = known[middle]
        if block_at(source, height).ref.hash == name:
            low = middle
        else:
            high = middle - 1
        middle = (low + high + 1) // 2
    return BlockRef(*known[low]) if low >= 0 else None


def _check_not_behind(status: SourceStatus, known: BlockRef) -> None:
    behind = known.height - status.tip.height
    if behind > FEW_BLOCKS:
        raise BlocksMissingError(
            f"{status.name} is at block {status.tip.height}, {behind} behind what the ledger has"
            " seen: wait until it has caught up, or ask another source"
        )


def _reorganise(
    source: ChainSource,
    status: SourceStatus,
    ledger: Ledger,
    fork: BlockRef,
    seen: int,
    accept_less_work: bool,
) -> None:
    reached = max((one.height for one in ledger.coverage()), default=-1)
    old = ledger.headers_above(fork.height)
    new = linked_blocks(source, ledger.network, fork.height + 1, status.tip, fork.hash)
    work = sum(work_of(block, ledger.network) for block in new)
    lost_work = _work_of_known(old, fork, ledger)
    if work < lost_work and not accept_less_work:
        raise SourceError(
            f"{status.name} is on another chain since block {fork.height}, and on one with less"
            f" work than the ledger has seen (up to block {old[-1].height}): it has not caught up,"
            " or it follows a wrong chain; ask another source"
        )
    lost = old[-1].ref if reached > fork.height else None
    with ledger.transaction():
        ledger.retract_above(fork, lost, seen)


def _work_of_known(blocks: tuple[SeenBlock, ...], fork: BlockRef, ledger: Ledger) -> int:
    """Work above the fork; a block that was not seen itself counts as the next one that was."""
    work, below = 0, fork.height
    for block in blocks:
        work += (block.height - below) * work_of(block, ledger.network)
        below = block.height
    return work
