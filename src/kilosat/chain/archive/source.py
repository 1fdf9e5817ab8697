"""An archive as a source of the chain, so that its audit can be repeated without a network."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kilosat.chain.archive.chain_checks import check_chain
from kilosat.chain.archive.container import VERSION
from kilosat.chain.archive.errors import ArchiveError
from kilosat.chain.archive.files import read_archive
from kilosat.chain.archive.mainnet import check_mainnet
from kilosat.chain.archive.model import Archive
from kilosat.chain.archive.verification import Check
from kilosat.chain.header import Header
from kilosat.chain.mainnet_difficulty import read_mainnet_epochs
from kilosat.chain.sources.errors import BlocksMissingError, ReorganisedError
from kilosat.chain.sources.port import (
    BlockRef,
    FoundBlock,
    FoundTransaction,
    SourceStatus,
    Unspent,
    Watched,
)
from kilosat.chain.sources.printable import printable

__all__ = ["ArchiveSource"]

_MOST_SOURCES = 10
_NOTE = (
    "from an archive: what it holds is proven as `kilosat verify` says; that nothing was left out "
    "rests on the source that it was made from"
)


class ArchiveSource:
    """Answers from an archive, whose headers, proofs and transactions it checks first.

    Raises:
        ArchiveError: they do not prove what the archive says, or are not of the main network
            though it says so.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._name = archive.name
        mainnet = _mainnet(archive)
        for check in (*check_chain(archive).checks, mainnet):
            if check.outcome == "failed":
                raise ArchiveError(f"{self._name}: {check.title}: {check.detail}")
        shown = f"not shown to be the main network: {mainnet.detail}"
        self._open = () if mainnet.outcome == "proven" else (shown,)

    @classmethod
    def open(cls, path: Path) -> "ArchiveSource":
        """Read an archive and check it.

        Raises:
            ArchiveError: it cannot be read, was altered, or its chain does not prove what it says.
        """
        return cls(read_archive(path))

    def status(self) -> SourceStatus:
        """What the archive is of."""
        made_from = (
            f"made from {printable(one.kind)} {printable(one.name)}"
            for one in self.archive.said.sources[:_MOST_SOURCES]
        )
        return SourceStatus(
            kind="archive",
            name=self._name,
            software=f"kilosat archive, format {VERSION}",
            network=self.archive.network,
            tip=self.archive.as_of,
            route="what was found when the archive was made",
            notes=(_NOTE, *self._open, *made_from),
        )

    def headers(self, first: int, count: int) -> Sequence[Header]:
        """Headers of the run that the archive has.

        Raises:
            BlocksMissingError: it does not reach as far.
        """
        start = first - self.archive.first_height
        if start < 0 or count < 0 or start + count > len(self.archive.headers):
            upto = self.archive.as_of.height
            raise BlocksMissingError(
                f"{self._name} has headers from {self.archive.first_height} to {upto}; ask a node "
                "for others"
            )
        return self.archive.headers[start : start + count]

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        """What touches ``watched`` among the transactions of the archive.

        Raises:
            BlocksMissingError: the archive was made for other scripts or heights.
            ReorganisedError: ``last`` is not in its chain.
        """
        self._check_reach(watched, last)
        scripts, blocks = frozenset(watched.scripts), dict[int, list[FoundTransaction]]()
        for one in self.archive.transactions:
            if first <= one.height <= last.height:
                spent = self.archive.spent_outputs(one)
                paid = {output.script for output in one.transaction.outputs}
                if not scripts.isdisjoint(paid | {held.script for held in spent if held}):
                    found = FoundTransaction(one.raw, one.proof, spent)
                    blocks.setdefault(one.height, []).append(found)
        for height in sorted({*blocks, last.height}):
            header = self.archive.header(height)
            yield FoundBlock(height, header, tuple(blocks.get(height, ())))

    def unspent(self, scripts: Sequence[bytes]) -> Unspent | None:
        """What the first source stated, if the archive has it."""
        stated = self.archive.said.unspent
        if stated is None or not set(scripts) <= set(self.archive.said.scripts):
            return None
        wanted = set(scripts)
        coins = {coin: held for coin, held in stated.coins.items() if held.script in wanted}
        return Unspent(stated.tip, coins)

    def close(self) -> None:
        """Nothing to let go of."""

    def _check_reach(self, watched: Watched, last: BlockRef) -> None:
        run, upto = self.archive.first_height, self.archive.as_of.height
        if not run <= last.height <= upto:
            raise BlocksMissingError(
                f"{self._name} has headers from {run} to {upto}, and was asked for what was found "
                f"up to block {last.height}"
            )
        if self.archive.header(last.height).hash != last.hash:
            raise ReorganisedError(f"{self._name} has another block at height {last.height}")
        strangers = set(watched.scripts) - set(self.archive.said.scripts)
        if strangers:
            raise BlocksMissingError(
                f"{self._name} was made for other wallets: {len(strangers):,} of the scripts asked "
                "for were not searched then; use the register that is in the archive, or a node"
            )


def _mainnet(archive: Archive) -> Check:
    return check_mainnet(archive, read_mainnet_epochs())
