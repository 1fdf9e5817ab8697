"""Where the chain is read from: a node, an Electrum or Esplora server, an archive; one port.

``port`` says what each of them must be able to do, in kilosat's own types. Whatever a source
brings is checked by ``kilosat.chain.scan`` before it enters the ledger: none of them is trusted.
"""

from kilosat.chain.sources.errors import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    UntruthError,
    WrongNetworkError,
)
from kilosat.chain.sources.port import (
    BlockRef,
    ChainSource,
    FoundBlock,
    FoundTransaction,
    SourceKind,
    SourceStatus,
    Unspent,
    Watched,
)

__all__ = [
    "BlockRef",
    "BlocksMissingError",
    "ChainSource",
    "FoundBlock",
    "FoundTransaction",
    "ReorganisedError",
    "SourceError",
    "SourceKind",
    "SourceStatus",
    "Unspent",
    "UntruthError",
    "Watched",
    "WrongNetworkError",
]
