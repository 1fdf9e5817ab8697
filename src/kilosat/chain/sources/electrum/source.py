"""The Electrum protocol as a ``ChainSource``."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kilosat.chain.address import Network
from kilosat.chain.header import Header
from kilosat.chain.sources.electrum.client import ElectrumClient
from kilosat.chain.sources.electrum.connection import parse_endpoint
from kilosat.chain.sources.electrum.index import ElectrumIndex
from kilosat.chain.sources.port import BlockRef, FoundBlock, SourceStatus, Unspent, Watched
from kilosat.chain.sources.script_index import find
from kilosat.chain.sources.script_index.blame import once_more, truthful
from kilosat.chain.sources.script_index.coins import confirmed_coins

__all__ = ["ElectrumSource", "electrum_source"]

_NOTES = (
    "One server's word: it proves that what it lists is in the chain, not that it lists all. Its "
    "histories, balances and unspent coins are held against each other; what it leaves out of all "
    "three is not noticed. Compare it with another source.",
    "The server learns which scripts are asked for.",
)
_PLAIN = "The connection is not encrypted: anyone on the way can read and change it."


class ElectrumSource:
    """One Electrum server; ``close`` it at the end."""

    def __init__(self, index: ElectrumIndex, encrypted: bool) -> None:
        self._index = index
        self._notes = _NOTES if encrypted else (*_NOTES, _PLAIN)

    def status(self) -> SourceStatus:
        """What the server says of itself."""
        with truthful(self._index):
            tip = self._index.tip()
        return SourceStatus(
            "electrum",
            self._index.name,
            self._index.client.software,
            self._index.network,
            tip,
            route="histories of the scripts, with Merkle proofs and linked headers",
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
            UntruthError: they are not what it states as balances.
            ReorganisedError: blocks came all the time while it was asked.
        """
        asked = tuple(dict.fromkeys(scripts))
        return confirmed_coins(self._index, asked, lambda: self._index.holdings(asked))

    def close(self) -> None:
        """Close the connection."""
        self._index.client.close()


def electrum_source(
    address: str,
    network: Network,
    *,
    ca_file: Path | None = None,
    timeout_seconds: float = 30.0,
    attempts: int = 6,
) -> ElectrumSource:
    """A source for ``ssl://host:port`` or ``tcp://host:port``.

    Certificates are verified; ``ca_file`` (PEM) replaces those of the system, and may hold the
    server's own certificate. ``timeout_seconds`` holds for each answer. Nothing is sent yet.

    Raises:
        SourceError: the address is not one.
    """
    endpoint = parse_endpoint(address, ca_file)
    client = ElectrumClient(endpoint, timeout_seconds, attempts)
    return ElectrumSource(ElectrumIndex(client, network), endpoint.scheme == "ssl")
