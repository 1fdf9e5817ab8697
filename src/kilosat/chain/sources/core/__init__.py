"""A Bitcoin node (Bitcoin Core, Knots) as a source of the chain, over JSON-RPC and REST.

``rpc`` holds the list of all methods that are ever called: none changes the node.
"""

from kilosat.chain.sources.core.adapter import CoreSource, core_source
from kilosat.chain.sources.core.address import NodeAddress, node_address
from kilosat.chain.sources.core.rpc import READING_METHODS

__all__ = ["READING_METHODS", "CoreSource", "NodeAddress", "core_source", "node_address"]
