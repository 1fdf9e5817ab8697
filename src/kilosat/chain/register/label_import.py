"""What a label file (BIP 329) means in a register: names inside, labels outside, marked coins."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from kilosat.chain.address import AddressError, address_from_script, script_from_address
from kilosat.chain.hd_public import ExtendedKeyError, ExtendedPublicKey, is_point
from kilosat.chain.register.label_file import LabelRecord
from kilosat.chain.register.label_kinds import kind_and_label
from kilosat.chain.register.model import Label, TransactionLabel, Wallet
from kilosat.chain.register.named_txids import NamedTxid, scripts_of_key
from kilosat.chain.register.tables import Reading, with_remedy
from kilosat.provenance import Source

__all__ = ["ImportedLabels", "import_labels"]

_COPY = "export the labels again, or take the line out"


@dataclass
class ImportedLabels:
    """Labels by what they are attached to; scripts are those of outputs."""

    outside: dict[bytes, Label] = field(default_factory=dict)
    names: dict[bytes, str] = field(default_factory=dict)
    wallet_names: dict[str, str] = field(default_factory=dict)
    transactions: list[TransactionLabel] = field(default_factory=list)


@dataclass(frozen=True)
class _Importer:
    file: str
    watched: Collection[bytes]
    wallets: Mapping[str, Wallet]
    reading: Reading
    found: ImportedLabels
    source: Source

    def error(self, record: LabelRecord, message: str, remedy: str) -> None:
        """Report what is wrong with a record."""
        self.reading.report.error(self.file, record.line, message, remedy)

    def note(self, record: LabelRecord, message: str, remedy: str) -> None:
        """Report what is worth knowing about a record."""
        self.reading.report.note(self.file, record.line, message, remedy)

    def take(self, record: LabelRecord) -> None:
        """Attach one record to what it is about."""
        if record.type == "tx" or record.type == "input" or record.type == "output":
            self._transaction(record, record.type)
        elif record.type == "addr":
            self._address(record)
        elif record.type == "pubkey":
            self._public_key(record)
        else:
            self._extended_key(record)

    def _transaction(self, record: LabelRecord, side: Literal["tx", "input", "output"]) -> None:
        txid = NamedTxid(record.txid)
        fields = (txid, record.label or "", record.index, record.spendable, record.origin)
        self.found.transactions.append(TransactionLabel(side, *fields, self.source))

    def _address(self, record: LabelRecord) -> None:
        try:
            script = self.reading.on_network(partial(script_from_address, record.ref))
        except AddressError as problem:
            message, remedy = with_remedy(problem, _COPY)
            self.error(record, f"ref: {message}", remedy)
            return
        self._script(script, record.ref, record)

    def _public_key(self, record: LabelRecord) -> None:
        try:
            key = bytes.fromhex(record.ref)
        except ValueError:
            key = b""
        if len(key) == 32:
            message = "ref: a public key of 64 hex digits looks like a private key"
            remedy = "write it with its first byte, as 02 and 64 digits; if it is private, move its"
            self.error(record, message, f"{remedy} coins")
            return
        if len(key) not in (33, 65) or not is_point(key):
            self.error(record, "ref: this is no public key", _COPY)
            return
        scripts = list(scripts_of_key(key))
        inside = [script for script in scripts if script in self.watched]
        for script in inside or scripts:
            address = address_from_script(script, self.reading.network) or ""
            self._script(script, address, record)

    def _extended_key(self, record: LabelRecord) -> None:
        try:
            key = ExtendedPublicKey.from_text(record.ref).standard()
        except ExtendedKeyError as problem:
            message, remedy = with_remedy(problem, _COPY)
            self.error(record, f"ref: {message}", remedy)
            return
        owners = [name for name, wallet in self.wallets.items() if _holds(wallet, key.text)]
        if not owners:
            message = "this extended key is of no wallet here; its label is left out"
            self.note(record, message, "add it as a wallet, with xpub = ...")
        for name in owners:
            if record.label:
                self.found.wallet_names.setdefault(name, record.label)

    def _script(self, script: bytes, address: str, record: LabelRecord) -> None:
        if not record.label:
            return
        if script in self.watched:
            stays = self.found.names.setdefault(script, record.label) != record.label
        else:
            kind, text = kind_and_label(record.label)
            label = Label(script, address, text, kind or "other", self.source)
            known = self.found.outside.setdefault(script, label)
            stays = known.label != text or kind not in (None, known.kind)
        if stays:
            message = "another label is attached to the same script; it stays"
            self.note(record, message, "keep one of them")


def import_labels(
    file: str,
    records: Collection[LabelRecord],
    wallets: Mapping[str, Wallet],
    stated: Collection[Label],
    reading: Reading,
) -> ImportedLabels:
    """Labels of a file; those that the register itself ``stated`` stay as they are."""
    watched = {found.script for wallet in wallets.values() for found in wallet.watched()}
    found = ImportedLabels(outside={label.script: label for label in stated})
    source = Source(file, "labels (BIP 329)", "the register's keeper")
    importer = _Importer(file, watched, wallets, reading, found, source)
    for record in records:
        importer.take(record)
    return found


def _holds(wallet: Wallet, xpub: str) -> bool:
    return any(xpub in branch.body for branch in wallet.branches)
