"""Servers of the Esplora HTTP interface as a source of the chain."""

from kilosat.chain.sources.esplora.source import esplora_source

__all__ = ["esplora_source"]
