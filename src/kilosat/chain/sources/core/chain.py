"""The node's chain of headers: read in bulk, each linked to the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass

from kilosat.chain.errors import MalformedError
from kilosat.chain.header import (
    HEADER_BYTES,
    Header,
    double_sha256,
    hash_of_hex,
    hex_of_hash,
    parse_header,
)
from kilosat.chain.sources.core.rest import MOST_HEADERS, NodeRest
from kilosat.chain.sources.core.rpc import NodeRpc, RefusedError
from kilosat.chain.sources.errors import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    UntruthError,
)
from kilosat.chain.sources.port import BlockRef

__all__ = ["HeaderChain", "Stretch"]

_PER_BATCH = 500
_OUT_OF_RANGE = -8


@dataclass(frozen=True)
class Stretch:
    """Headers of the heights from ``first`` on, and their hashes."""

    first: int
    headers: tuple[Header, ...]
    hashes: tuple[bytes, ...]

    @property
    def last(self) -> int:
        """The last height."""
        return self.first + len(self.headers) - 1


class HeaderChain:
    """Headers by height, from REST where the node has it, else from RPC."""

    def __init__(self, rpc: NodeRpc, rest: NodeRest | None) -> None:
        self._rpc = rpc
        self._rest = rest

    def read(self, first: int, count: int) -> Stretch:
        """Exactly ``count`` headers that follow each other.

        Raises:
            BlocksMissingError: the node's chain is shorter.
            ReorganisedError: the chain changed while it was read.
        """
        parts = [
            self._some(start, min(MOST_HEADERS, first + count - start))
            for start in range(first, first + count, MOST_HEADERS)
        ]
        headers = tuple(header for part in parts for header in part.headers)
        hashes = tuple(one for part in parts for one in part.hashes)
        for header, previous in zip(headers[1:], hashes, strict=False):
            if header.previous_hash != previous:
                raise self._changed()
        return Stretch(first, headers, hashes)

    def stretches(self, first: int, last: BlockRef, length: int) -> Iterator[Stretch]:
        """The chain from ``first`` to ``last``, in stretches that follow each other.

        What comes is one chain and ends in ``last``: if it did not, an error comes instead.

        Raises:
            ReorganisedError: ``last`` is not in the chain, or the chain changed in between.
        """
        previous = None
        for start in range(first, last.height + 1, length):
            stretch = self.read(start, min(length, last.height + 1 - start))
            if previous is not None and stretch.headers[0].previous_hash != previous:
                raise self._changed()
            if stretch.last == last.height and stretch.hashes[-1] != last.hash:
                raise self._gone(last)
            previous = stretch.hashes[-1]
            yield stretch

    def check_holds(self, block: BlockRef) -> None:
        """Check that a block is in the node's chain.

        Raises:
            BlocksMissingError: the node has not come so far.
            ReorganisedError: another block is at its height.
        """
        if self._hash_at(block.height) != block.hash:
            raise self._gone(block)

    def _some(self, first: int, count: int) -> Stretch:
        asked = self._hash_at(first)
        raw = self._rest.headers(asked, count) if self._rest is not None else None
        if raw is None:
            raw = self._by_rpc(first, count)
        places = range(0, len(raw), HEADER_BYTES)
        try:
            headers = tuple(parse_header(raw[at : at + HEADER_BYTES]) for at in places)
        except MalformedError as error:
            raise SourceError(f"{self._name} sent broken headers: {error}") from None
        hashes = tuple(double_sha256(raw[at : at + HEADER_BYTES]) for at in places)
        if hashes and hashes[0] != asked:
            raise UntruthError(f"{self._name} sent the header of another block than {first:,}")
        if len(headers) != count:
            # Asked by a hash that has left the chain in between, or beyond the tip.
            self._hash_at(first + count - 1)
            raise self._changed()
        return Stretch(first, headers, hashes)

    def _by_rpc(self, first: int, count: int) -> bytes:
        parts: list[bytes] = []
        for start in range(first, first + count, _PER_BATCH):
            heights = range(start, min(start + _PER_BATCH, first + count))
            hashes = self._batch([("getblockhash", [height]) for height in heights], heights[-1])
            texts = self._batch([("getblockheader", [one, False]) for one in hashes], heights[-1])
            try:
                parts += [bytes.fromhex(text) for text in texts]
            except (TypeError, ValueError):
                raise SourceError(f"{self._name} sent headers that are no bytes") from None
        return b"".join(parts)

    def _hash_at(self, height: int) -> bytes:
        (text,) = self._batch([("getblockhash", [height])], height)
        try:
            return hash_of_hex(text)
        except (MalformedError, TypeError):
            raise UntruthError(f"{self._name} gave no hash for block {height:,}") from None

    def _batch(self, calls: list[tuple[str, list[object]]], height: int) -> list[str]:
        try:
            return self._rpc.batch(calls)
        except RefusedError as error:
            if error.code != _OUT_OF_RANGE:
                raise
            message = f"{self._name} has not come as far as block {height:,}: wait until it has"
            raise BlocksMissingError(message) from None

    @property
    def _name(self) -> str:
        return self._rpc.address.name

    def _changed(self) -> ReorganisedError:
        return ReorganisedError(
            f"the chain of {self._name} changed while it was read: run it again"
        )

    def _gone(self, block: BlockRef) -> ReorganisedError:
        return ReorganisedError(
            f"block {block.height:,} ({hex_of_hash(block.hash)}) is not in the chain of "
            f"{self._name} any more"
        )
