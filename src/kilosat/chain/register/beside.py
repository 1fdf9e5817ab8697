"""What lies beside a register: its label file, its client deposits, its payments."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kilosat.chain.flows.records import Liability, PaymentRecord
from kilosat.chain.register.books import Known, read_deposits, read_payments
from kilosat.chain.register.companions import companion_path
from kilosat.chain.register.label_file import read_label_file
from kilosat.chain.register.label_import import ImportedLabels, import_labels
from kilosat.chain.register.model import Label, Wallet
from kilosat.chain.register.schema import RegisterHeader
from kilosat.chain.register.tables import Reading

__all__ = ["Beside", "read_beside"]


@dataclass(frozen=True)
class Beside:
    """All that the files beside a register say; empty where it names none."""

    labels: ImportedLabels = field(default_factory=ImportedLabels)
    liabilities: tuple[Liability, ...] = ()
    payments: tuple[PaymentRecord, ...] = ()


def read_beside(
    register: Path,
    header: RegisterHeader,
    entities: Collection[str],
    wallets: Mapping[str, Wallet],
    stated: Collection[Label],
    reading: Reading,
) -> Beside:
    """Read the files that ``header`` names; all findings go into the register's own report."""
    labels = ImportedLabels(outside={label.script: label for label in stated})
    liabilities: tuple[Liability, ...] = ()
    payments: tuple[PaymentRecord, ...] = ()
    report = reading.report
    known = Known(entities, reading.book.entries, reading.book.used)
    if place := _place(register, "labels_file", header.labels_file, reading):
        file, records = read_label_file(place, report)
        labels = import_labels(file, records, wallets, stated, reading)
    if place := _place(register, "deposits", header.deposits, reading):
        liabilities = read_deposits(place, known, report)
    if place := _place(register, "payments", header.payments, reading):
        payments = read_payments(place, known, report)
    return Beside(labels, liabilities, payments)


def _place(register: Path, field_name: str, written: str, reading: Reading) -> Path | None:
    if not written:
        return None
    place = companion_path(register, written)
    if place is None:
        message = f"{field_name} leads out of the folder of the register"
        remedy = "put the file beside the register, or write its whole path from the root on"
        reading.error(("register", field_name), message, remedy)
    return place
