"""Options that name sources of the chain, and the sources that they stand for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kilosat.cli.app import refuse

if TYPE_CHECKING:
    from kilosat.chain.address import Network
    from kilosat.chain.sources import ChainSource

__all__ = [
    "CaFile",
    "Cookie",
    "Datadir",
    "Electrum",
    "Esplora",
    "FromArchive",
    "Named",
    "Node",
    "opened",
]

Node = Annotated[str | None, typer.Option(help="your node: http://user:password@127.0.0.1:8332")]
Cookie = Annotated[
    Path | None, typer.Option(help="your node's .cookie file in place of a password")
]
Datadir = Annotated[
    Path | None, typer.Option(help="your node's own folder, in which its cookie lies")
]
Electrum = Annotated[
    str | None, typer.Option(help="an Electrum server: ssl://host:50002, or tcp://host:port")
]
CaFile = Annotated[
    Path | None,
    typer.Option(help="certificate (PEM) that the Electrum or Esplora server is held to"),
]
Esplora = Annotated[str | None, typer.Option(help="an Esplora server: https://host/api")]
FromArchive = Annotated[
    Path | None, typer.Option(help="an archive that an earlier audit wrote: no network at all")
]


@dataclass(frozen=True)
class Named:
    """Sources as the options name them."""

    node: str | None = None
    cookie: Path | None = None
    datadir: Path | None = None
    electrum: str | None = None
    ca_file: Path | None = None
    esplora: str | None = None
    archive: Path | None = None
    patience_seconds: float = 120.0
    """How long a node that has answered may be away."""

    @property
    def has_node(self) -> bool:
        """Whether a node is named in one way or another."""
        return bool(self.node or self.cookie or self.datadir)

    def or_archive(self, archive: Path | None, several: bool) -> "Named":
        """With the archive too that the register is in: by itself, or as the second source."""
        if archive is None or self.archive or self.count() > (1 if several else 0):
            return self
        return replace(self, archive=archive)

    def count(self) -> int:
        """How many sources are named."""
        return sum(map(bool, (self.has_node, self.electrum, self.esplora, self.archive)))


@contextmanager
def opened(named: Named, network: "Network", several: bool) -> "Iterator[list[ChainSource]]":
    """The sources, the one to read from first: node, Electrum, Esplora, archive.

    Only with ``several`` may there be more than one, and then there must be.
    """
    count = named.count()
    if not count:
        refuse(
            "say where to read the chain: --datadir, --node, --cookie, --electrum, --esplora or"
            " --from-archive"
        )
    if several and count < 2:
        refuse("--cross-check compares two sources: name a second one beside the first")
    if count > 1 and not several:
        refuse("several sources are named: keep one, or add --cross-check to compare them")
    if named.ca_file and not (named.electrum or named.esplora):
        refuse("--ca-file is for --electrum or --esplora, and neither is given")
    with ExitStack() as stack:
        sources = list(_sources(named, network))
        for source in sources:
            stack.callback(source.close)
        yield sources


def _sources(named: Named, network: "Network") -> "Iterator[ChainSource]":
    if named.has_node:
        from kilosat.chain.sources.core.adapter import core_source

        yield core_source(named.node, named.cookie, named.datadir, network, named.patience_seconds)
    if named.electrum:
        from kilosat.chain.sources.electrum import electrum_source

        yield electrum_source(named.electrum, network, ca_file=named.ca_file)
    if named.esplora:
        from kilosat.chain.sources.esplora import esplora_source

        yield esplora_source(named.esplora, network, ca_file=named.ca_file)
    if named.archive:
        from kilosat.chain.archive.source import ArchiveSource

        yield ArchiveSource.open(named.archive)
