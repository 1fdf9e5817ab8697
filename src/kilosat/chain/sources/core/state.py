"""What a node says of itself: its network, how far it has come, what it keeps and offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kilosat.chain.address import Network
from kilosat.chain.errors import MalformedError
from kilosat.chain.header import hash_of_hex
from kilosat.chain.sources.core.rpc import NodeRpc, RefusedError
from kilosat.chain.sources.errors import UntruthError, WrongNetworkError
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.sources.printable import printable

__all__ = ["NodeState", "field_of", "filter_height", "hash_field", "read_state"]

# Names of ``-chain`` and first blocks, as in Bitcoin Core's chainparams.cpp.
_CHAINS: Mapping[str, tuple[Network, str]] = {
    "main": ("mainnet", "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
    "test": ("testnet", "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"),
    "testnet4": ("testnet", "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"),
    "signet": ("signet", "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"),
    "regtest": ("regtest", "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
}
_ON_THEIR_WAY = 3
"""Blocks whose headers are known before them on a node that is not behind."""
_FILTERS = "basic block filter index"


@dataclass(frozen=True)
class NodeState:
    """A node at one moment.

    ``filters_to`` is the height up to which it has block filters, -1 where it makes none;
    ``known_headers`` the height of the best header it has seen.
    """

    software: str
    network: Network
    tip: BlockRef
    first_block: int
    known_headers: int
    is_syncing: bool
    filters_to: int


def read_state(rpc: NodeRpc, expected: Network | None = None) -> NodeState:
    """Ask a node for its state.

    Raises:
        WrongNetworkError: it is on another network than ``expected``.
        UntruthError: its first block is not that of the network it claims.
        SourceError: it cannot be asked, or its answers lack what is needed.
    """
    name = rpc.address.name
    told, about, genesis, indexes = rpc.replies(
        [
            ("getblockchaininfo", []),
            ("getnetworkinfo", []),
            ("getblockhash", [0]),
            ("getindexinfo", []),
        ]
    )
    for one in (told, about, genesis):
        if isinstance(one, RefusedError):
            raise one
    network = _network(name, field_of(name, told, "chain", str), genesis, expected)
    height = field_of(name, told, "blocks", int)
    first = field_of(name, told, "pruneheight", int) if told.get("pruned") else 0
    headers = field_of(name, told, "headers", int)
    return NodeState(
        printable(field_of(name, about, "subversion", str)),
        network,
        BlockRef(height, hash_field(name, told, "bestblockhash")),
        first,
        headers,
        bool(told.get("initialblockdownload")) or headers > height + _ON_THEIR_WAY,
        filter_height(indexes),
    )


def _network(name: str, chain: str, genesis: object, expected: Network | None) -> Network:
    if chain not in _CHAINS:
        raise WrongNetworkError(f"{name} is on a network that is not known: {printable(chain)}")
    network, first = _CHAINS[chain]
    if genesis != first:
        raise UntruthError(f"{name} says it is on {network}, and its first block is another")
    if expected is not None and network != expected:
        raise WrongNetworkError(f"{name} is on {network}, and {expected} is what is asked for")
    return network


def filter_height(indexes: object) -> int:
    """Height that the filters have reached, from ``getindexinfo``; -1 where none are made."""
    found = indexes.get(_FILTERS) if isinstance(indexes, dict) else None
    height = found.get("best_block_height") if isinstance(found, dict) else None
    return height if isinstance(height, int) else -1


def field_of(name: str, answer: object, key: str, kind: type[Any]) -> Any:
    """A field of a JSON object.

    Raises:
        UntruthError: the object has no such field, or one of another kind.
    """
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UntruthError(f"{name} gave an answer without a proper '{key}'")
    return value


def hash_field(name: str, answer: object, key: str) -> bytes:
    """A hash in a JSON object, in the order of the wire.

    Raises:
        UntruthError: there is none.
    """
    try:
        return hash_of_hex(field_of(name, answer, key, str))
    except MalformedError:
        raise UntruthError(f"{name} gave an answer whose '{key}' is no hash") from None
