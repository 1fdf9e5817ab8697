"""What a user's own node knows of the chain: its tip, headers, and blocks with their fees."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kilosat.chain.sources.core.address import node_address
from kilosat.chain.sources.core.http import Connections
from kilosat.chain.sources.core.rpc import Call, NodeRpc
from kilosat.chain.sources.errors import SourceError
from kilosat.updates.errors import UpdateError

__all__ = ["Block", "Header", "Node", "Tip", "connected"]

_MAIN = "main"
_BATCH = 50
_STATS = ["blockhash", "height", "time", "mediantime", "subsidy", "totalfee"]
_BEHIND = 6
"""So many headers ahead of its blocks a node in step may be for a moment."""


@dataclass(frozen=True)
class Tip:
    """The last block: height, median time past (Unix seconds), first height kept if pruned."""

    height: int
    median_time: int
    first_kept: int


@dataclass(frozen=True)
class Header:
    """A block's header: time and median time past in Unix seconds, compact target."""

    height: int
    hash: str
    time: int
    median_time: int
    bits: int


@dataclass(frozen=True)
class Block:
    """A block: time and median time past in Unix seconds, subsidy and fees in satoshis."""

    height: int
    hash: str
    time: int
    median_time: int
    subsidy_sats: int
    fees_sats: int


class Node:
    """Reads a node by ``getblockchaininfo``, ``getblockhash``, ``getblockheader`` and
    ``getblockstats`` (Bitcoin Core 0.17 and later), in batches.
    """

    def __init__(self, connections: Connections, *, chain: str = _MAIN) -> None:
        self._rpc = NodeRpc(connections)
        self._chain = chain

    @property
    def name(self) -> str:
        """How messages call it."""
        return self._rpc.address.name

    @property
    def place(self) -> str:
        """Host and port."""
        return self._rpc.address.place

    def tip(self) -> Tip:
        """The last block of a node that is in step with the chain.

        Raises:
            UpdateError: the node is on another chain or still syncing.
        """
        info = self._object(self._call([("getblockchaininfo", [])])[0])
        if info.get("chain") != self._chain:
            chain = str(info.get("chain"))[:20]
            raise UpdateError([f"{self.name} is on the chain '{chain}', not on '{self._chain}'"])
        height, headers = self._whole(info, "blocks"), self._whole(info, "headers")
        if info.get("initialblockdownload") is True or headers - height > _BEHIND:
            state = f"block {height:,} of {headers:,}"
            raise UpdateError(
                [f"{self.name} is still syncing ({state}): try again when it is done"]
            )
        kept = self._whole(info, "pruneheight") if info.get("pruned") is True else 0
        return Tip(height, self._whole(info, "mediantime"), kept)

    def headers(self, heights: Sequence[int]) -> list[Header]:
        """Headers at some heights, in that order (pruned nodes have them all)."""
        hashes = self._calls(("getblockhash", [height]) for height in heights)
        found = map(self._object, self._calls(("getblockheader", [one]) for one in hashes))
        return [
            Header(
                self._whole(one, "height"),
                self._text(one, "hash"),
                self._whole(one, "time"),
                self._whole(one, "mediantime"),
                self._bits(one),
            )
            for one in found
        ]

    def blocks(self, heights: range, progress: Callable[[str], None]) -> list[Block]:
        """Blocks at some heights, in that order."""
        found: list[Block] = []
        for some in (heights[at : at + _BATCH] for at in range(0, len(heights), _BATCH)):
            progress(f"block {some[-1]:,} of {heights[-1]:,}")
            answers = self._call([("getblockstats", [height, _STATS]) for height in some])
            found += map(self._block, answers)
        return found

    def first_height_after(self, time: int, low: int, high: int) -> int:
        """The first height from ``low`` to ``high`` whose median time past is not before ``time``.

        Median time past never falls from block to block, so halving the range finds it. The answer
        is ``high`` where none is.
        """
        while low < high:
            middle = (low + high) // 2
            if self.headers([middle])[0].median_time >= time:
                high = middle
            else:
                low = middle + 1
        return low

    def _calls(self, calls: Iterable[Call]) -> list[Any]:
        due, found = list(calls), list[Any]()
        for at in range(0, len(due), _BATCH):
            found += self._call(due[at : at + _BATCH])
        return found

    def _call(self, calls: Sequence[Call]) -> list[Any]:
        try:
            return self._rpc.batch(calls)
        except SourceError as error:
            told = str(error)
            hint = "; a node with prune=0 has it" if "pruned" in told.lower() else ""
            raise UpdateError([told + hint]) from None

    def _block(self, answer: Any) -> Block:
        one = self._object(answer)
        numbers = ("time", "mediantime", "subsidy", "totalfee")
        return Block(
            self._whole(one, "height"),
            self._text(one, "blockhash"),
            *(self._whole(one, name) for name in numbers),
        )

    def _bits(self, one: dict[str, Any]) -> int:
        try:
            return int(self._text(one, "bits"), 16)
        except ValueError:
            raise self._strange("bits") from None

    def _object(self, answer: Any) -> dict[str, Any]:
        if not isinstance(answer, dict):
            raise self._strange("an object")
        return answer

    def _whole(self, one: dict[str, Any], name: str) -> int:
        value = one.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
            raise self._strange(name)
        return value

    def _text(self, one: dict[str, Any], name: str) -> str:
        value = one.get(name)
        if not isinstance(value, str):
            raise self._strange(name)
        return value

    def _strange(self, name: str) -> UpdateError:
        return UpdateError([f"{self.name} answers without a usable '{name}': is it Bitcoin Core?"])


@contextmanager
def connected(
    url: str | None = None, cookie: Path | None = None, datadir: Path | None = None
) -> Iterator[Node]:
    """The user's node of the main chain, at an address as ``chain.sources`` reads it.

    Raises:
        UpdateError: the URL is none, or no login is given.
    """
    try:
        connections = Connections(node_address(url, cookie, datadir))
    except SourceError as error:
        raise UpdateError([str(error)]) from None
    with closing(connections):
        yield Node(connections)
