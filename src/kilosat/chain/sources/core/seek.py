"""Which blocks may hold something of ours: told by block filters, or every block."""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from kilosat.chain.errors import MalformedError
from kilosat.chain.filters import Scripts, parse_filter
from kilosat.chain.sources.core.blocks import CONNECTIONS
from kilosat.chain.sources.core.chain import HeaderChain, Stretch
from kilosat.chain.sources.core.rest import MOST_HEADERS, NodeRest
from kilosat.chain.sources.errors import SourceError, UntruthError
from kilosat.chain.sources.port import BlockRef

__all__ = ["EveryBlock", "RestFilters", "Seeker", "filter_lacks", "filters_tell", "one_ahead"]

_OP_RETURN = 0x6A
_HEADER_BYTES = 32
_Item = TypeVar("_Item")


class Seeker(Protocol):
    """A way to the heights that are worth a look."""

    def seek(self, first: int, last: BlockRef) -> Iterator[tuple[Stretch, Sequence[int]]]:
        """The chain in stretches, with the heights in each that may hold something, ascending."""
        ...

    def stop(self) -> None:
        """Leave off, whatever another thread is doing with it."""
        ...


class EveryBlock:
    """No filters: every block is looked at."""

    def __init__(self, chain: HeaderChain) -> None:
        self._chain = chain

    def seek(self, first: int, last: BlockRef) -> Iterator[tuple[Stretch, Sequence[int]]]:
        """All heights."""
        for stretch in self._chain.stretches(first, last, MOST_HEADERS):
            yield stretch, range(stretch.first, stretch.last + 1)

    def stop(self) -> None:
        """Nothing goes on between two stretches."""


class RestFilters:
    """Filters over REST, matched here.

    Each is held against its header (BIP 157), which the node keeps elsewhere: a filter that was
    damaged on the disk does not hide a block.
    """

    def __init__(self, chain: HeaderChain, rest: NodeRest, name: str, scripts: Sequence[bytes]):
        self._chain = chain
        self._rest = rest
        self._name = name
        self._scripts = Scripts(scripts)

    def seek(self, first: int, last: BlockRef) -> Iterator[tuple[Stretch, Sequence[int]]]:
        """Heights whose filters match.

        Raises:
            UntruthError: a filter does not read.
            SourceError: the node lacks one.
        """
        before = self._header_before(first)
        for stretch in self._chain.stretches(first, last, MOST_HEADERS):
            headers = self._headers(stretch.hashes[0], len(stretch.hashes))
            with ThreadPoolExecutor(CONNECTIONS, "filters") as pool:
                told = list(pool.map(self._matches, stretch.hashes, [before, *headers], headers))
            yield stretch, [stretch.first + place for place, one in enumerate(told) if one]
            before = headers[-1]

    def stop(self) -> None:
        """A stretch is short: it ends by itself."""

    def _header_before(self, first: int) -> bytes:
        """The filter header below a height: all noughts below the first block."""
        if not first:
            return bytes(_HEADER_BYTES)
        return self._headers(self._chain.read(first - 1, 1).hashes[0], 1)[0]

    def _headers(self, first: bytes, count: int) -> list[bytes]:
        raw = self._rest.filter_headers(first, count)
        if raw is None or len(raw) != _HEADER_BYTES * count:
            raise filter_lacks(self._name)
        return [raw[at : at + _HEADER_BYTES] for at in range(0, len(raw), _HEADER_BYTES)]

    def _matches(self, block_hash: bytes, before: bytes, header: bytes) -> bool:
        raw = self._rest.block_filter(block_hash)
        if raw is None:
            raise filter_lacks(self._name)
        try:
            found = parse_filter(raw, block_hash)
            if found.header(before) != header:
                raise filter_lacks(self._name)
            return len(found.matching(self._scripts)) > 0
        except MalformedError as error:
            raise UntruthError(f"{self._name} sent a broken block filter: {error}") from None


def filter_lacks(name: str) -> SourceError:
    """The error for a filter that the node cannot bring."""
    return SourceError(
        f"{name} has not made all block filters yet, or some are damaged: wait until "
        "getindexinfo says that they are synced; if it does, stop the node, remove its folder "
        "indexes/blockfilter, and start it again"
    )


def filters_tell(scripts: Sequence[bytes]) -> bool:
    """Whether filters hold scripts like these: BIP 158 leaves out empty ones and OP_RETURN."""
    return bool(scripts) and all(one and one[0] != _OP_RETURN for one in scripts)


def one_ahead(items: Iterator[_Item]) -> Generator[_Item, None, None]:
    """The same items; the next is made in another thread while the last is looked at."""
    with ThreadPoolExecutor(1, "ahead") as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item
