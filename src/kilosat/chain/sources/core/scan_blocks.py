"""Blocks that the node's own block filters point to: ``scanblocks`` over long stretches."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from kilosat.chain.errors import MalformedError
from kilosat.chain.filters import BasicFilter, Scripts, parse_filter
from kilosat.chain.header import hash_of_hex, hex_of_hash
from kilosat.chain.sources.core.chain import HeaderChain, Stretch
from kilosat.chain.sources.core.rpc import NodeRpc, RefusedError
from kilosat.chain.sources.core.scans import NodeScan, descriptors
from kilosat.chain.sources.core.seek import filter_lacks
from kilosat.chain.sources.core.sentinel import sentinel_of
from kilosat.chain.sources.core.state import field_of
from kilosat.chain.sources.errors import ReorganisedError, SourceError, UntruthError
from kilosat.chain.sources.port import BlockRef

__all__ = ["ScanBlocks"]

_STRETCH = 8000
"""Blocks of one scan: long against the reading of ten thousand descriptors (0.3 s), short enough
for a sign of progress every few seconds; below the 10,000 whose filters the node reads at once."""
_NOT_YET = -1
"""``RPC_MISC_ERROR``: filters are still being made."""
_UNKNOWN_BLOCK = -5
_PAUSE_SECONDS = 0.5


class ScanBlocks:
    """``scanblocks``, stretch by stretch. ``first_block`` is the lowest that the node keeps."""

    def __init__(
        self,
        chain: HeaderChain,
        rpc: NodeRpc,
        scripts: Sequence[bytes],
        wait_seconds: float,
        first_block: int = 0,
    ) -> None:
        self._chain = chain
        self._rpc = rpc
        self._name = rpc.address.name
        self._scripts = Scripts(scripts)
        self._scan = NodeScan(rpc, "scanblocks", wait_seconds)
        self._wait_seconds = wait_seconds
        self._first_block = first_block

    def seek(self, first: int, last: BlockRef) -> Iterator[tuple[Stretch, Sequence[int]]]:
        """Heights whose filters match.

        Raises:
            ReorganisedError: the chain changed in between.
            SourceError: another scan runs for too long, or filters are missing.
            UntruthError: the answer cannot be one to the question.
        """
        for stretch in self._chain.stretches(first, last, _STRETCH):
            yield stretch, self._heights(stretch)

    def stop(self) -> None:
        """End our own scan, if one runs."""
        self._scan.stop()

    def _heights(self, stretch: Stretch) -> list[int]:
        known = self._last_filter(stretch)
        if known is None:
            return []
        try:
            sentinel = sentinel_of(known)
        except MalformedError as error:
            raise self._broken(error) from None
        found = self._found(stretch, [*self._scripts.scripts, sentinel])
        if known.block_hash not in found:
            raise filter_lacks(self._name)
        # Below the first block that is kept, blocks that only the sentinel names cannot be read.
        doubtful = {one for one, height in found.items() if height < self._first_block}
        others = {one for one in doubtful | {known.block_hash} if not self._matches(one, known)}
        return sorted(height for one, height in found.items() if one not in others)

    def _matches(self, block_hash: bytes, known: BasicFilter) -> bool:
        one = known if block_hash == known.block_hash else self._filter(block_hash)
        try:
            return len(one.matching(self._scripts)) > 0
        except MalformedError as error:
            raise self._broken(error) from None

    def _last_filter(self, stretch: Stretch) -> BasicFilter | None:
        """The filter of the last block that has anything in its filter.

        The node makes them in the order of the chain: that of the last block comes last.
        """
        filters = (self._filter(one) for one in reversed(stretch.hashes))
        return next((one for one in filters if one.count), None)

    def _filter(self, block_hash: bytes) -> BasicFilter:
        end = time.monotonic() + self._wait_seconds
        while True:
            try:
                told = self._rpc.call("getblockfilter", hex_of_hash(block_hash))
                raw = bytes.fromhex(field_of(self._name, told, "filter", str))
                return parse_filter(raw, block_hash)
            except RefusedError as error:
                if error.code == _UNKNOWN_BLOCK:
                    raise self._changed() from None
                if error.code != _NOT_YET or time.monotonic() > end:
                    raise filter_lacks(self._name) from None
            except (MalformedError, ValueError) as error:
                raise self._broken(error) from None
            time.sleep(_PAUSE_SECONDS)

    def _found(self, stretch: Stretch, scripts: Sequence[bytes]) -> dict[bytes, int]:
        """Hashes and heights of the blocks that the scan names."""
        told = self._told(stretch, scripts)
        names = field_of(self._name, told, "relevant_blocks", list)
        bounds = [told.get("from_height"), told.get("to_height")]
        if told.get("completed") is not True or bounds != [stretch.first, stretch.last]:
            raise SourceError(f"the scan of {self._name} was ended before it was done")
        places = {one: stretch.first + place for place, one in enumerate(stretch.hashes)}
        try:
            return {one: places[one] for one in map(hash_of_hex, names)}
        except (KeyError, TypeError, MalformedError):
            message = f"{self._name} found something in blocks that were not searched"
            raise UntruthError(message) from None

    def _told(self, stretch: Stretch, scripts: Sequence[bytes]) -> dict[str, Any]:
        """The node's answer; it takes whatever chain it has by then."""
        here: list[tuple[str, list[Any]]] = [("getblockhash", [stretch.last])]
        asked = [descriptors(scripts), stretch.first, stretch.last]
        before, told, after = self._scan.run(asked, here, here)
        if {before, after} != {hex_of_hash(stretch.hashes[-1])}:
            raise self._changed()
        return told if isinstance(told, dict) else {}

    def _changed(self) -> ReorganisedError:
        return ReorganisedError(
            f"the chain of {self._name} changed while it was read: run it again"
        )

    def _broken(self, error: Exception) -> UntruthError:
        return UntruthError(f"{self._name} sent a broken block filter: {error}")
