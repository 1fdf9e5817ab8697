"""What is written to a ledger and read from it, besides the entries."""

from dataclasses import dataclass

from kilosat.chain.header import Header
from kilosat.chain.sources.port import BlockRef, SourceKind
from kilosat.chain.transaction import OutPoint, Transaction, TxOutput

__all__ = ["Coverage", "KnownOutput", "NewTransaction", "SeenBlock", "SourceRecord"]


@dataclass(frozen=True)
class NewTransaction:
    """A transaction to be entered: checked already.

    ``raw`` are its bytes, ``proof`` the ``merkleblock``; ``spent`` as in ``FoundTransaction``.
    """

    transaction: Transaction
    raw: bytes
    position: int
    proof: bytes
    spent: tuple[TxOutput | None, ...]


@dataclass(frozen=True)
class SeenBlock:
    """A block that was seen in the chain."""

    height: int
    header: Header

    @property
    def ref(self) -> BlockRef:
        """Its height and hash."""
        return BlockRef(self.height, self.header.hash)


@dataclass(frozen=True)
class KnownOutput:
    """An output of an entry that stands, watched or not."""

    outpoint: OutPoint
    output: TxOutput
    height: int
    position: int
    watched: bool


@dataclass(frozen=True)
class Coverage:
    """How far scripts are searched: everything up to ``upto``; ``None`` where nothing is yet."""

    cohort: int
    scripts: int
    upto: BlockRef | None

    @property
    def height(self) -> int:
        """The last height that is searched, -1 for none."""
        return self.upto.height if self.upto else -1


@dataclass(frozen=True)
class SourceRecord:
    """Which source was asked, and what it said of itself; ``seen`` in seconds since 1970 (UTC)."""

    kind: SourceKind
    name: str
    software: str
    route: str
    notes: tuple[str, ...]
    tip: BlockRef
    seen: int
