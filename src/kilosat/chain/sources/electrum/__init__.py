"""Servers of the Electrum protocol as a source of the chain, over TCP or TLS."""

from kilosat.chain.sources.electrum.source import electrum_source

__all__ = ["electrum_source"]
