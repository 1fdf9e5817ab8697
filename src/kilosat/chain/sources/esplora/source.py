"""The Esplora interface as a ``ChainSource``."""

import time
from collections.abc import Callable
from pathlib import Path

from kilosat.chain.address import Network
from kilosat.chain.sources.esplora.asking import Asking
from kilosat.chain.sources.esplora.http import HttpClient, parse_base
from kilosat.chain.sources.esplora.index import EsploraIndex
from kilosat.chain.sources.script_index.source import IndexSource

__all__ = ["esplora_source"]

_ROUTE = "histories of the scripts, all pages, with Merkle proofs"
_HEIGHTS = (
    "A search asks for the headers of the blocks that it finds, not for all in between: that their "
    "heights are true is proven by their coinbases (BIP 34) from block 227,931 on."
)


def esplora_source(
    address: str,
    network: Network,
    *,
    ca_file: Path | None = None,
    timeout_seconds: float = 30.0,
    attempts: int = 6,
    sleep: Callable[[float], object] = time.sleep,
) -> IndexSource:
    """A source for an address such as ``https://host/api``.

    Certificates are verified; ``ca_file`` (PEM) replaces those of the system.
    ``timeout_seconds`` is how long the server may be silent. Nothing is sent yet.

    Raises:
        SourceError: the address is not one, or the file holds no certificates.
    """
    base = parse_base(address)
    client = HttpClient(base, timeout_seconds, attempts, ca_file, sleep)
    index = EsploraIndex(Asking(client), network)
    return IndexSource("esplora", index, _ROUTE, encrypted=base.secure, notes=(_HEIGHTS,))
