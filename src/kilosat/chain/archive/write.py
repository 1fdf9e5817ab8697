"""Packing a ledger into an archive."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from kilosat.chain.address import Network
from kilosat.chain.archive.enclosed import named_files
from kilosat.chain.archive.encoding import archive_bytes, read_archive_bytes
from kilosat.chain.archive.errors import ArchiveError
from kilosat.chain.archive.files import save
from kilosat.chain.archive.model import Archive, ArchivedTransaction, SourceNote, Statement
from kilosat.chain.control import Control
from kilosat.chain.control.file import mask_public_hashes
from kilosat.chain.header import Header, hex_of_hash
from kilosat.chain.ledger import Ledger
from kilosat.chain.ledger.records import SourceRecord
from kilosat.chain.register import read_register
from kilosat.chain.register.companions import companion_path
from kilosat.chain.scan.settle import RECENT_BLOCKS
from kilosat.chain.secrets import SecretError, find_secrets
from kilosat.chain.sources.port import BlockRef, Unspent
from kilosat.chain.transaction import OutPoint, TxOutput, parse_transaction

__all__ = ["HeaderSource", "archive_of", "write_archive"]

_HEADERS_AT_ONCE = 2_000


class HeaderSource(Protocol):
    """Whatever brings headers: any ``ChainSource``."""

    def headers(self, first: int, count: int) -> Sequence[Header]:
        """Headers of the heights from ``first`` on, exactly ``count`` of them."""
        ...


def write_archive(
    path: Path,
    ledger: Ledger,
    source: HeaderSource,
    register_file: Path,
    controls: Sequence[Control] = (),
    *,
    labels_file: Path | None = None,
    with_books: bool = False,
    parents: Mapping[bytes, bytes] | None = None,
    unspent: Unspent | None = None,
) -> Archive:
    """Pack a ledger, up to its tip, into one file; the same ledger gives the same bytes.

    ``source`` brings the headers from the lowest block with an entry, or of the last day, to the
    tip. Without ``labels_file`` the one that the register names is packed, if it names one;
    ``with_books`` packs its client deposits and payments too, which may not be meant for all.
    ``parents`` are raw transactions by id whose outputs the entries spend, where the amounts of
    foreign inputs shall be proven and not only stated; those that no input needs are left out.
    ``unspent`` is a source's own word on what is unspent.

    Raises:
        ArchiveError: the ledger is empty, the chain has changed since, a check of ``verify``
            fails, or the file cannot be written.
        DefinitionError: the register cannot be used.
        SecretError: labels or signatures hold a private key.
        SourceError: the source fails.
    """
    network = read_register(register_file).network
    if network != ledger.network:
        raise ArchiveError(f"the register is for {network} and the ledger of {ledger.network}")
    labels_file = labels_file or _beside(register_file, "labels_file")
    _refuse_secrets(controls, labels_file, network)
    archive = replace(
        archive_of(ledger, source, parents or {}, unspent),
        register=register_file.read_bytes(),
        labels=_bytes(labels_file),
        deposits=_bytes(_beside(register_file, "deposits") if with_books else None),
        payments=_bytes(_beside(register_file, "payments") if with_books else None),
        controls=tuple(map(_covered, controls)),
    )
    raw = archive_bytes(archive)
    read = read_archive_bytes(raw)
    _refuse_untrue(path, read)
    save(path, raw)
    return read


def archive_of(
    ledger: Ledger,
    source: HeaderSource,
    parents: Mapping[bytes, bytes],
    unspent: Unspent | None = None,
) -> Archive:
    """The archive of a ledger, without register, labels and signatures.

    Raises:
        ArchiveError: nothing is searched yet, or the chain has changed since.
    """
    tip = ledger.tip()
    if tip is None:
        raise ArchiveError(f"{ledger.label}: nothing is searched yet; scan before archiving")
    transactions, spent = _entries(ledger)
    # A scan looks at the last day of headers, also one that reads the archive.
    recent = max(tip.height - RECENT_BLOCKS + 1, 0)
    first = min([recent, *(one.height for one in transactions)])
    txids = {one.transaction.txid for one in transactions}
    outside = {coin: held for coin, held in spent.items() if coin.txid not in txids}
    needed = {coin.txid for coin in outside}
    known = {txid: _stripped(raw) for txid, raw in parents.items() if txid in needed}
    said = Statement(
        scripts=tuple(sorted(ledger.scripts())),
        counts={one.height: one.proof.count for one in transactions},
        spent={c: held for c, held in outside.items() if held and c.txid not in known},
        sources=_source_notes(ledger),
        unspent=unspent,
        ledger=ledger.fingerprint(),
    )
    headers = _headers(source, first, tip)
    return Archive(ledger.network, tip, first, headers, transactions, known, said, register=b"")


def _entries(
    ledger: Ledger,
) -> tuple[tuple[ArchivedTransaction, ...], dict[OutPoint, TxOutput | None]]:
    """Transactions with their proofs, and what their inputs spend as far as it is known."""
    found, spent = [], {}
    for entry in ledger.entries():
        raw, proof = _stripped(ledger.raw_transaction(entry.txid)), ledger.proof(entry.txid)
        if proof.header.hash != entry.block.hash:
            raise ArchiveError(
                f"{ledger.label}: the proof of transaction {hex_of_hash(entry.txid)} is of another "
                "block than its entry; scan anew"
            )
        found.append(ArchivedTransaction(entry.block.height, proof, raw))
        for leg in entry.inputs:
            known = leg.script is not None and leg.sats is not None
            spent[leg.outpoint] = TxOutput(leg.sats or 0, leg.script or b"") if known else None
    return tuple(found), spent


def _stripped(raw: bytes) -> bytes:
    return parse_transaction(raw).to_bytes(witness=False)


def _headers(source: HeaderSource, first: int, tip: BlockRef) -> tuple[Header, ...]:
    found: list[Header] = []
    for start in range(first, tip.height + 1, _HEADERS_AT_ONCE):
        found += source.headers(start, min(_HEADERS_AT_ONCE, tip.height + 1 - start))
    if len(found) != tip.height + 1 - first or found[-1].hash != tip.hash:
        raise ArchiveError(
            f"the chain no longer has the block at height {tip.height} up to which the ledger is "
            "searched; scan again, then archive"
        )
    return tuple(found)


def _source_notes(ledger: Ledger) -> tuple[SourceNote, ...]:
    return tuple(
        sorted(
            {
                SourceNote(one.kind, _public_name(one), one.software, one.route, tuple(one.notes))
                for one in ledger.sources()
            }
        )
    )


def _public_name(source: SourceRecord) -> str:
    """Where in whose network a node stands is no part of what is published."""
    return "a node of the auditor" if source.kind == "core" else source.name


def _beside(register_file: Path, field: str) -> Path | None:
    named = named_files(register_file.read_bytes()).get(field)
    return companion_path(register_file, named) if named else None


def _bytes(path: Path | None) -> bytes:
    return path.read_bytes() if path else b""


def _covered(control: Control) -> Control:
    """Without bytes that its signature does not cover; one that is not valid stays as it is."""
    # Imported late, as in _refuse_untrue: btclib takes a moment to load.
    from kilosat.chain.control.signature import covered_form

    covered = covered_form(control.message, control.address, control.signature)
    return replace(control, signature=covered or control.signature)


def _refuse_untrue(path: Path, archive: Archive) -> None:
    """Nobody shall publish a file that ``verify`` calls untrue."""
    from kilosat.chain.archive.verify import verify_archive

    for check in verify_archive(archive).failed:
        raise ArchiveError(
            f"{path.name} is not written, since it would not hold: {check.title}: {check.detail}"
        )


def _refuse_secrets(
    controls: Sequence[Control], labels_file: Path | None, network: Network
) -> None:
    texts = [text for one in controls for text in (one.message, one.signature, one.address)]
    found = [secret for text in texts for secret in find_secrets(mask_public_hashes(text, network))]
    where = "a signature of control"
    if labels_file and not found:
        text = labels_file.read_bytes().decode("utf-8", errors="replace")
        # Labels name transactions by their ids (BIP 329).
        found, where = find_secrets(text, hex_is_public=True), labels_file.name
    if found:
        raise SecretError(f"{where} holds {found[0].kind}; an archive is public: take it out")
