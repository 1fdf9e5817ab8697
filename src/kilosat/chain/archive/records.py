"""The binary sections: headers, transactions with their proofs, parents.

Numbers are little-endian. ``head``: height of the first header (4 bytes), then 80 bytes each.
``txns``: height (4), position in the block (4), number of siblings (1), siblings of the Merkle path
from the leaf up (32 each), length (4), the transaction without witness; ordered by height and
position. ``prnt``: length (4) and transaction without witness; ordered by id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kilosat.chain.archive.errors import ArchiveError
from kilosat.chain.archive.model import ArchivedTransaction
from kilosat.chain.header import HEADER_BYTES, Header, parse_header
from kilosat.chain.transaction import ByteReader, Transaction, parse_transaction

__all__ = [
    "TransactionRecord",
    "headers_bytes",
    "parents_bytes",
    "read_headers",
    "read_parents",
    "read_transactions",
    "transactions_bytes",
]

_HASH_BYTES = 32


@dataclass(frozen=True)
class TransactionRecord:
    """A record of ``txns``, before the count of its block makes a proof of it."""

    height: int
    position: int
    siblings: tuple[bytes, ...]
    raw: bytes
    transaction: Transaction


def headers_bytes(first_height: int, headers: Sequence[Header]) -> bytes:
    """The section ``head``."""
    return _number(first_height) + b"".join(header.to_bytes() for header in headers)


def read_headers(raw: bytes) -> tuple[int, tuple[Header, ...]]:
    """First height and headers of the section ``head``."""
    if len(raw) < 4 + HEADER_BYTES or (len(raw) - 4) % HEADER_BYTES:
        raise ArchiveError("the headers are not a height and a run of 80 bytes each")
    starts = range(4, len(raw), HEADER_BYTES)
    headers = tuple(parse_header(raw[start : start + HEADER_BYTES]) for start in starts)
    return int.from_bytes(raw[:4], "little"), headers


def transactions_bytes(transactions: Sequence[ArchivedTransaction]) -> bytes:
    """The section ``txns``."""
    ordered = sorted(transactions, key=lambda one: (one.height, one.proof.position))
    return b"".join(_record(one) for one in ordered)


def read_transactions(raw: bytes) -> Iterator[TransactionRecord]:
    """Records of the section ``txns``.

    Raises:
        MalformedError: a record or transaction cannot be read.
    """
    reader = ByteReader(raw)
    while reader.left:
        height, position = reader.number(4), reader.number(4)
        siblings = tuple(reader.take(_HASH_BYTES) for _ in range(reader.number(1)))
        body = reader.take(reader.number(4))
        yield TransactionRecord(height, position, siblings, body, _without_witness(body))


def parents_bytes(parents: Mapping[bytes, bytes]) -> bytes:
    """The section ``prnt``."""
    return b"".join(_number(len(raw)) + raw for _, raw in sorted(parents.items()))


def read_parents(raw: bytes) -> dict[bytes, bytes]:
    """Raw transactions by id.

    Raises:
        MalformedError: one of them cannot be read.
    """
    reader, found = ByteReader(raw), {}
    while reader.left:
        body = reader.take(reader.number(4))
        found[_without_witness(body).txid] = body
    return found


def _record(one: ArchivedTransaction) -> bytes:
    siblings = one.proof.siblings
    place = _number(one.height) + _number(one.proof.position) + bytes([len(siblings)])
    return place + b"".join(siblings) + _number(len(one.raw)) + one.raw


def _without_witness(raw: bytes) -> Transaction:
    read = parse_transaction(raw)
    if read.has_witness:
        raise ArchiveError("a transaction has its witness, which no proof here covers")
    return read


def _number(value: int) -> bytes:
    try:
        return value.to_bytes(4, "little")
    except OverflowError:
        raise ArchiveError(f"{value} does not fit into four bytes") from None
