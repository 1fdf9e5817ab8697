"""The port to the chain: what every source can do, and the types it answers in.

Hashes and transaction ids are ``bytes`` in the order of the wire, amounts satoshis, heights count
from the genesis block (0). A source reads; none changes the node or server that it reads from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from kilosat.chain.address import Network
from kilosat.chain.header import Header
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = [
    "BlockRef",
    "ChainSource",
    "FoundBlock",
    "FoundTransaction",
    "SourceKind",
    "SourceStatus",
    "Unspent",
    "Watched",
]

SourceKind = Literal["core", "electrum", "esplora", "archive"]


@dataclass(frozen=True, order=True)
class BlockRef:
    """A block by height and hash: the hash tells whether it is still the one at that height."""

    height: int
    hash: bytes


@dataclass(frozen=True)
class SourceStatus:
    """What a source says of itself.

    ``name`` is how messages call it and never holds a password; ``software`` is its own claim.
    ``first_block`` is the lowest height whose blocks it can bring (0 unless pruned). ``route`` says
    in words how it looks for transactions; ``notes`` are what a reader of the audit must know
    (still syncing, no filters, one server's word).
    """

    kind: SourceKind
    name: str
    software: str
    network: Network
    tip: BlockRef
    first_block: int = 0
    route: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watched:
    """What to look for: output scripts, and the coins of theirs unspent before the first block."""

    scripts: tuple[bytes, ...]
    coins: tuple[OutPoint, ...] = ()


@dataclass(frozen=True)
class FoundTransaction:
    """A transaction that pays or spends from a watched script.

    ``raw`` has its witness where the source brings it. ``spent`` holds what each input spends, in
    the order of the inputs, ``None`` where the source cannot tell; it is empty for a coinbase.
    ``proof`` says where in the block it is.
    """

    raw: bytes
    proof: MerkleProof
    spent: tuple[TxOutput | None, ...] = ()


@dataclass(frozen=True)
class FoundBlock:
    """A block with what was found in it, in the order of the block.

    Without transactions it tells only how far the search has come: everything up to ``height`` is
    searched.
    """

    height: int
    header: Header
    transactions: tuple[FoundTransaction, ...] = ()


@dataclass(frozen=True)
class Unspent:
    """What a source itself states to be unspent, with the tip at which it said so."""

    tip: BlockRef
    coins: Mapping[OutPoint, TxOutput]


class ChainSource(Protocol):
    """A source of the chain. Every method may raise ``SourceError`` and its kinds."""

    def status(self) -> SourceStatus:
        """What it is and how far it has come, asked anew each time."""
        ...

    def headers(self, first: int, count: int) -> Sequence[Header]:
        """Headers of the heights from ``first`` on, exactly ``count`` of them."""
        ...

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        """Everything that touches ``watched`` in the blocks from ``first`` to ``last``.

        Blocks come in ascending order, each at most once, each transaction once; coins that are
        made for a watched script in between count as watched from there on. Blocks without
        transactions come now and then as signs of progress; the last one is always ``last``.
        Memory does not grow with the length of the chain.

        Raises:
            ReorganisedError: ``last`` is not in the chain any more.
            BlocksMissingError: blocks in between cannot be had.
        """
        ...

    def unspent(self, scripts: Sequence[bytes]) -> Unspent | None:
        """Its own word on what these scripts hold now; ``None`` where it has none."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
