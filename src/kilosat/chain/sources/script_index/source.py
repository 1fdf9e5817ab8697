"""A server that indexes the chain by script as a ``ChainSource``."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from kilosat.chain.address import Network
from kilosat.chain.header import Header
from kilosat.chain.sources.port import BlockRef, FoundBlock, SourceStatus, Unspent, Watched
from kilosat.chain.sources.script_index.blame import once_more, truthful
from kilosat.chain.sources.script_index.coins import Holdings, confirmed_coins
from kilosat.chain.sources.script_index.server import ScriptIndex
from kilosat.chain.sources.script_index.walk import find

__all__ = ["IndexSource", "ServerIndex"]

_NOTES = (
    "One server's word: it shows that what it lists is in blocks of much work, not that others "
    "have these blocks too, nor that it lists all. Its histories, balances and unspent coins are "
    "held against each other; what it leaves out of all three is not noticed. Compare it with "
    "another source.",
    "The server learns which scripts are asked for.",
)
_PLAIN = "The connection is not encrypted: anyone on the way can read and change it."


class ServerIndex(ScriptIndex, Protocol):
    """What a source needs of a server besides the search."""

    network: Network

    @property
    def software(self) -> str:
        """What the server says that it is."""
        ...

    def check_network(self) -> None:
        """Check once that the server has the network's first block."""
        ...

    def headers(self, first: int, count: int) -> Sequence[Header]:
        """Headers from a height on, linked and with their work."""
        ...

    def holdings(self, scripts: Sequence[bytes]) -> Holdings:
        """What the scripts hold by the server's own account."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class IndexSource:
    """One server; ``close`` it at the end. ``route`` says how it is searched."""

    def __init__(
        self,
        kind: Literal["electrum", "esplora"],
        index: ServerIndex,
        route: str,
        encrypted: bool,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._kind: Literal["electrum", "esplora"] = kind
        self._index = index
        self._route = route
        self._notes = (*_NOTES, *notes, *(() if encrypted else (_PLAIN,)))

    def status(self) -> SourceStatus:
        """What the server says of itself."""
        index = self._index
        with truthful(index):
            tip = index.tip()
        return SourceStatus(
            self._kind,
            index.name,
            index.software,
            index.network,
            tip,
            route=self._route,
            notes=self._notes,
        )

    def headers(self, first: int, count: int) -> Sequence[Header]:
        """Headers from a height on, linked and with their work."""
        with truthful(self._index):
            self._index.check_network()
            return once_more(lambda: self._index.headers(first, count))

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        """Everything that touches ``watched``; the first block comes when all is checked."""
        return find(self._index, watched, first, last)

    def unspent(self, scripts: Sequence[bytes]) -> Unspent:
        """Coins that the server lists, and those that a waiting transaction spends.

        Raises:
            SourceError: a script has more coins or waiting transactions than the server lists.
            UntruthError: they are not what it states as balances.
            ReorganisedError: blocks came all the time while it was asked.
        """
        asked = tuple(dict.fromkeys(scripts))
        return confirmed_coins(self._index, asked, lambda: self._index.holdings(asked))

    def close(self) -> None:
        """Close the connection."""
        self._index.close()
