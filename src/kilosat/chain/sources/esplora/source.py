"""The Esplora interface as a ``ChainSource``."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kilosat.chain.address import Network
from kilosat.chain.header import Header
from kilosat.chain.sources.esplora.asking import Asking
from kilosat.chain.sources.esplora.http import HttpClient, parse_base
from kilosat.chain.sources.esplora.index import EsploraIndex
from kilosat.chain.sources.port import BlockRef, FoundBlock, SourceStatus, Unspent, Watched
from kilosat.chain.sources.script_index import find
from kilosat.chain.sources.script_index.blame import once_more, truthful
from kilosat.chain.sources.script_index.coins import confirmed_coins

__all__ = ["EsploraSource", "esplora_source"]

_NOTES = (
    "One server's word: it proves that what it lists is in the chain, not that it lists all. Its "
    "histories, balances and unspent coins are held against each other; what it leaves out of all "
    "three is not noticed. Compare it with another source.",
    "The server learns which scripts are asked for.",
    "A search asks for the headers of the blocks that it finds, not for all in between: that their "
    "heights are true is proven by their coinbases (BIP 34) from block 227,931 on.",
)
_PLAIN = "The connection is not encrypted: anyone on the way can read and change it."


class EsploraSource:
    """One Esplora server; ``close`` it at the end."""

    def __init__(self, index: EsploraIndex, encrypted: bool) -> None:
        self._index = index
        self._notes = _NOTES if encrypted else (*_NOTES, _PLAIN)

    def status(self) -> SourceStatus:
        """What the server says of itself."""
        with truthful(self._index):
            tip = self._index.tip()
        return SourceStatus(
            "esplora",
            self._index.name,
            self._index.asking.software,
            self._index.network,
            tip,
            route="histories of the scripts, all pages, with Merkle proofs",
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
        self._index.asking.client.close()


def esplora_source(
    address: str,
    network: Network,
    *,
    ca_file: Path | None = None,
    timeout_seconds: float = 30.0,
    attempts: int = 6,
    sleep: Callable[[float], object] = time.sleep,
) -> EsploraSource:
    """A source for an address such as ``https://host/api``.

    Certificates are verified; ``ca_file`` (PEM) replaces those of the system.
    ``timeout_seconds`` is how long the server may be silent. Nothing is sent yet.

    Raises:
        SourceError: the address is not one, or the file holds no certificates.
    """
    base = parse_base(address)
    client = HttpClient(base, timeout_seconds, attempts, ca_file, sleep)
    return EsploraSource(EsploraIndex(Asking(client), network), base.secure)
