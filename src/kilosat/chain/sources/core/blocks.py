"""Whole blocks from a node, a few ahead of the one that is read, each checked against its hash."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from kilosat.chain.block import Block, parse_block
from kilosat.chain.errors import MalformedError, ProofError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.core.rest import NodeRest
from kilosat.chain.sources.core.rpc import NodeRpc, RefusedError
from kilosat.chain.sources.errors import BlocksMissingError, SourceError, UntruthError
from kilosat.chain.sources.port import BlockRef

__all__ = ["BlockBringer", "RestBlocks", "RpcBlocks", "checked_block"]

CONNECTIONS = 3
_AHEAD = 2 * CONNECTIONS
"""Blocks in memory beyond the one that is read: of at most 4 MB each."""
_PER_BATCH = 4
_NOT_FOUND = -5


class BlockBringer(Protocol):
    """A way to whole blocks."""

    def bring(self, wanted: Iterable[BlockRef]) -> Iterator[tuple[BlockRef, Block]]:
        """The blocks in the order in which they are wanted."""
        ...


class RestBlocks:
    """Blocks over REST, several connections at once."""

    def __init__(self, rest: NodeRest, name: str) -> None:
        self._rest = rest
        self._name = name

    def bring(self, wanted: Iterable[BlockRef]) -> Iterator[tuple[BlockRef, Block]]:
        """The blocks in the order in which they are wanted.

        Raises:
            BlocksMissingError: the node does not have one of them.
            UntruthError: what came is another block.
        """
        waiting: deque[tuple[BlockRef, Future[Block]]] = deque()
        with ThreadPoolExecutor(CONNECTIONS, "blocks") as pool:
            try:
                for ref in wanted:
                    waiting.append((ref, pool.submit(self._one, ref)))
                    if len(waiting) > _AHEAD:
                        first, coming = waiting.popleft()
                        yield first, coming.result()
                while waiting:
                    first, coming = waiting.popleft()
                    yield first, coming.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, ref: BlockRef) -> Block:
        raw = self._rest.block(ref.hash)
        if raw is None:
            raise BlocksMissingError(f"{self._name} does not have block {ref.height:,} any more")
        return checked_block(self._name, ref, raw)


class RpcBlocks:
    """Blocks by ``getblock``, for a node without REST: twice the bytes, as text."""

    def __init__(self, rpc: NodeRpc) -> None:
        self._rpc = rpc

    def bring(self, wanted: Iterable[BlockRef]) -> Iterator[tuple[BlockRef, Block]]:
        """As ``RestBlocks.bring``."""
        batch: list[BlockRef] = []
        for ref in wanted:
            batch.append(ref)
            if len(batch) == _PER_BATCH:
                yield from self._several(batch)
                batch = []
        yield from self._several(batch)

    def _several(self, refs: list[BlockRef]) -> Iterator[tuple[BlockRef, Block]]:
        if not refs:
            return
        name = self._rpc.address.name
        calls = [("getblock", [hex_of_hash(ref.hash), 0]) for ref in refs]
        for ref, text in zip(refs, self._rpc.replies(calls), strict=True):
            if isinstance(text, RefusedError):
                if text.code in {-1, _NOT_FOUND}:
                    message = f"{name} does not have block {ref.height:,} any more"
                    raise BlocksMissingError(message)
                raise text
            try:
                raw = bytes.fromhex(text)
            except (TypeError, ValueError):
                raise SourceError(f"{name} sent a block {ref.height:,} that is no bytes") from None
            yield ref, checked_block(name, ref, raw)


def checked_block(name: str, ref: BlockRef, raw: bytes) -> Block:
    """Read a block and check that it is the one that was asked for, with all its transactions.

    Raises:
        UntruthError: it is another one, is cut short, or its transactions are not its header's.
    """
    which = f"block {ref.height:,} ({hex_of_hash(ref.hash)})"
    try:
        block = parse_block(raw)
    except MalformedError as error:
        raise UntruthError(f"{name} sent a broken {which}: {error}") from None
    if block.hash != ref.hash:
        raise UntruthError(f"{name} was asked for {which} and sent another one")
    try:
        block.check_merkle_root()
    except ProofError as error:
        raise UntruthError(f"{name} sent a false {which}: {error}") from None
    return block
