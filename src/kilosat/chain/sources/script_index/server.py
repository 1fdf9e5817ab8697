"""What a server that indexes by script is asked, and the types it answers in."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kilosat.chain.header import Header
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = ["Claim", "ContradictionError", "Listing", "Place", "ScriptIndex"]


class ContradictionError(Exception):
    """What the server says does not fit together; ``walk`` finds out whether a reorganisation did
    it, and says which server it was."""


@dataclass(frozen=True)
class Listing:
    """The confirmed transactions that a server lists for a script.

    ``entries`` are height and txid from the first height asked for up to the last one, lowest
    first. ``total`` is how many there are at all and ``highest`` the height of the last of them (0
    for none); ``stamp`` is the same as long as nothing up to the last height asked for changed.
    """

    entries: tuple[tuple[int, bytes], ...]
    total: int
    highest: int
    stamp: Hashable


@dataclass(frozen=True)
class Claim:
    """What a server says that a script holds, confirmed, in satoshis.

    ``received_sats`` is what it ever received, ``None`` if not told. ``coins`` are the unspent
    outputs, ``None`` where the server lists none because there are too many; coins that a waiting
    transaction spends are left out of it, and ``unconfirmed`` warns of that. ``highest`` and
    ``stamp`` are those of a listing made after the rest.
    """

    balance_sats: int
    received_sats: int | None
    coins: Mapping[OutPoint, TxOutput] | None
    unconfirmed: bool
    highest: int
    stamp: Hashable


@dataclass(frozen=True)
class Place:
    """Where a transaction should be: a height, the header there, and its id."""

    height: int
    header: Header
    txid: bytes


class ScriptIndex(Protocol):
    """A server that lists transactions by script. Any method may raise ``SourceError`` where it
    cannot be reached, and ``ContradictionError`` where what it says is impossible."""

    @property
    def name(self) -> str:
        """How messages call the server."""
        ...

    def tip(self) -> BlockRef:
        """The last block that the server has."""
        ...

    def block_hash(self, height: int) -> bytes:
        """The hash of the block at a height up to the tip."""
        ...

    def listings(self, scripts: Sequence[bytes], first: int, last: int) -> Iterator[Listing]:
        """The histories of the scripts, in their order."""
        ...

    def headers_at(self, heights: Sequence[int], last: BlockRef) -> Iterator[tuple[int, Header]]:
        """Headers with their work at ascending heights, the last one of which is ``last``'s."""
        ...

    def proofs(self, places: Sequence[Place]) -> Iterator[MerkleProof]:
        """Merkle proofs, in the order of the places; not checked yet."""
        ...

    def raw_transactions(self, txids: Iterable[bytes]) -> Iterator[bytes | None]:
        """Transactions by their ids, not checked yet; ``None`` for one that it does not have."""
        ...

    def claims(
        self, scripts: Sequence[bytes], listings: Sequence[Listing], last: int
    ) -> Iterator[Claim]:
        """What the scripts hold by the server's own account, in their order."""
        ...
