"""Servers of the Esplora HTTP interface as a source of the chain."""

from kilosat.chain.sources.esplora.source import EsploraSource, esplora_source

__all__ = ["EsploraSource", "esplora_source"]
