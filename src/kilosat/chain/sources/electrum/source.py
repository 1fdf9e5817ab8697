"""The Electrum protocol as a ``ChainSource``."""

from pathlib import Path

from kilosat.chain.address import Network
from kilosat.chain.sources.electrum.client import ElectrumClient
from kilosat.chain.sources.electrum.connection import parse_endpoint
from kilosat.chain.sources.electrum.index import ElectrumIndex
from kilosat.chain.sources.script_index.source import IndexSource

__all__ = ["electrum_source"]

_ROUTE = "histories of the scripts, with Merkle proofs and linked headers"


def electrum_source(
    address: str,
    network: Network,
    *,
    ca_file: Path | None = None,
    timeout_seconds: float = 30.0,
    attempts: int = 6,
) -> IndexSource:
    """A source for ``ssl://host:port`` or ``tcp://host:port``.

    Certificates are verified; ``ca_file`` (PEM) replaces those of the system, and may hold the
    server's own certificate. ``timeout_seconds`` holds for each answer. Nothing is sent yet.

    Raises:
        SourceError: the address is not one.
    """
    endpoint = parse_endpoint(address, ca_file)
    client = ElectrumClient(endpoint, timeout_seconds, attempts)
    index = ElectrumIndex(client, network)
    return IndexSource("electrum", index, _ROUTE, encrypted=endpoint.scheme == "ssl")
