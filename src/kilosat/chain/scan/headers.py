"""Headers from a source, each with its work, each following from the one before it."""

from collections.abc import Iterator

from kilosat.chain.address import Network
from kilosat.chain.errors import ChainError
from kilosat.chain.header import check_proof_of_work
from kilosat.chain.ledger.records import SeenBlock
from kilosat.chain.mainnet_difficulty import check_difficulty
from kilosat.chain.scan.networks import WORK_LIMIT
from kilosat.chain.sources.errors import ReorganisedError, SourceError, UntruthError
from kilosat.chain.sources.port import BlockRef, ChainSource

__all__ = ["block_at", "linked_blocks", "work_of"]

_PAGE = 2000


def block_at(source: ChainSource, height: int) -> SeenBlock:
    """The block that the source has at a height now."""
    return _page(source, height, 1)[0]


def linked_blocks(
    source: ChainSource, network: Network, first: int, last: BlockRef, before: bytes | None = None
) -> Iterator[SeenBlock]:
    """The blocks from ``first`` to ``last``, the first on top of ``before`` if that is given.

    Raises:
        UntruthError: a header has not the work that it claims.
        ReorganisedError: they do not follow from each other, or the last one is another.
    """
    previous = before
    for start in range(first, last.height + 1, _PAGE):
        for block in _page(source, start, min(_PAGE, last.height + 1 - start)):
            if previous is not None and block.header.previous_hash != previous:
                raise ReorganisedError(f"block {block.height} does not follow from the one before")
            work_of(block, network)
            previous = block.ref.hash
            yield block
    if last.height >= first and previous != last.hash:
        raise ReorganisedError(f"block {last.height} is another than a moment ago")


def work_of(block: SeenBlock, network: Network) -> int:
    """The work (hashes) of a block; on the main network it has the difficulty of its height.

    Raises:
        UntruthError: it has not the work that it claims, or claims too little.
    """
    try:
        work = check_proof_of_work(block.header, WORK_LIMIT[network])
        check_difficulty(block.header, block.height, network)
    except ChainError as error:
        raise UntruthError(f"the header at height {block.height} is no block's: {error}") from None
    return work


def _page(source: ChainSource, first: int, count: int) -> list[SeenBlock]:
    headers = source.headers(first, count)
    if len(headers) != count:
        raise SourceError(
            f"{count} headers from height {first} on were asked for, {len(headers)} came"
        )
    return [SeenBlock(first + number, header) for number, header in enumerate(headers)]
