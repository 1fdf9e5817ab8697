"""An archive as bytes, and bytes as an archive: one form only, so that reading undoes writing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from kilosat.chain.archive.container import pack, unpack
from kilosat.chain.archive.errors import ArchiveError
from kilosat.chain.archive.model import Archive, ArchivedTransaction, Statement
from kilosat.chain.archive.records import (
    headers_bytes,
    parents_bytes,
    read_headers,
    read_parents,
    read_transactions,
    transactions_bytes,
)
from kilosat.chain.archive.statements import (
    controls_bytes,
    meta_bytes,
    read_controls_section,
    read_meta,
    read_statement,
    statement_bytes,
)
from kilosat.chain.errors import ChainError
from kilosat.chain.header import Header
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.transaction import OutPoint

__all__ = ["archive_bytes", "read_archive_bytes"]


def archive_bytes(archive: Archive) -> bytes:
    """The file of an archive: the same bytes for the same contents.

    Raises:
        ArchiveError: the contents do not hold together or are larger than the format allows.
    """
    _check_consistency(archive)
    return pack({name: write(archive) for name, write in _SECTIONS.items()})


def read_archive_bytes(raw: bytes) -> Archive:
    """Read the bytes of an archive; what it claims of the chain is not checked here.

    Raises:
        ArchiveError: it is none, a byte of it was altered, it is not in the one form that the
            format has, or its parts do not belong together.
    """
    contents = unpack(raw)
    try:
        archive = _assembled(contents)
    except ArchiveError:
        raise
    except ChainError as problem:
        raise ArchiveError(f"a record cannot be read: {problem}") from None
    _check_consistency(archive)
    if any(_SECTIONS[name](archive) != content for name, content in contents.items()):
        raise ArchiveError("the records are not in the order and form that the format has")
    return replace(archive, fingerprint=sha256(raw).hexdigest())


_SECTIONS: dict[str, Callable[[Archive], bytes]] = {
    "meta": meta_bytes,
    "head": lambda archive: headers_bytes(archive.first_height, archive.headers),
    "txns": lambda archive: transactions_bytes(archive.transactions),
    "prnt": lambda archive: parents_bytes(archive.parents),
    "said": lambda archive: statement_bytes(archive.said),
    "regi": lambda archive: archive.register,
    "labl": lambda archive: archive.labels,
    "depo": lambda archive: archive.deposits,
    "paym": lambda archive: archive.payments,
    "ctrl": lambda archive: controls_bytes(archive.controls),
}


def _assembled(contents: dict[str, bytes]) -> Archive:
    meta, said = read_meta(contents["meta"]), read_statement(contents["said"])
    first, headers = read_headers(contents["head"])
    return Archive(
        network=meta.network,
        as_of=meta.tip,
        first_height=first,
        headers=headers,
        transactions=tuple(_transactions(contents["txns"], first, headers, said)),
        parents=read_parents(contents["prnt"]),
        said=said,
        register=contents["regi"],
        labels=contents["labl"],
        deposits=contents["depo"],
        payments=contents["paym"],
        controls=read_controls_section(contents["ctrl"]),
    )


def _transactions(
    raw: bytes, first: int, headers: tuple[Header, ...], said: Statement
) -> Iterator[ArchivedTransaction]:
    for record in read_transactions(raw):
        place = record.height - first
        count = said.counts.get(record.height)
        if not 0 <= place < len(headers) or count is None:
            raise ArchiveError(f"a transaction is at height {record.height}, which has no header")
        position, txid = record.position, record.transaction.txid
        proof = MerkleProof(headers[place], count, position, txid, record.siblings)
        yield ArchivedTransaction(record.height, proof, record.raw)


def _check_consistency(archive: Archive) -> None:
    """Every part is there because another needs it, and nothing is there twice."""
    if archive.as_of.height != archive.first_height + len(archive.headers) - 1:
        raise ArchiveError("the headers do not end at the height that the archive is as of")
    heights = {one.height for one in archive.transactions}
    if heights != set(archive.said.counts):
        raise ArchiveError("the blocks whose transactions are counted are not those of the proofs")
    txids = {one.transaction.txid for one in archive.transactions}
    if len(txids) != len(archive.transactions):
        raise ArchiveError("a transaction is there twice")
    if len({*archive.said.scripts}) != len(archive.said.scripts):
        raise ArchiveError("a watched script is there twice")
    if len({*archive.controls}) != len(archive.controls):
        raise ArchiveError("a signature of control is there twice")
    spent = _spent_outside(archive, txids)
    if not archive.parents.keys() <= {coin.txid for coin in spent}:
        raise ArchiveError("a parent is there that no input needs")
    if not archive.said.spent.keys() <= {c for c in spent if c.txid not in archive.parents}:
        raise ArchiveError("a coin is stated that no input needs")


def _spent_outside(archive: Archive, txids: set[bytes]) -> set[OutPoint]:
    """Coins that are spent here and whose transaction is not among those with a proof."""
    return {
        one.outpoint
        for archived in archive.transactions
        if not archived.transaction.is_coinbase
        for one in archived.transaction.inputs
        if one.outpoint.txid not in txids
    }
