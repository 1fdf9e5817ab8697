"""Reading a register file: all findings at once, and nothing of it if it holds a secret."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from kilosat.chain.register.events import read_announcements, read_labels
from kilosat.chain.register.guard import (
    report_secrets_of_file,
    report_secrets_of_values,
    safe_label,
    without_long_words,
)
from kilosat.chain.register.model import Label, Register, Wallet
from kilosat.chain.register.nesting import (
    read_entities,
    read_groups,
    read_perimeters,
    report_hidden_coins,
)
from kilosat.chain.register.schema import RegisterHeader
from kilosat.chain.register.tables import Reading
from kilosat.chain.register.wallets import read_wallets, report_keys_of_wallets
from kilosat.definitions.findings import DefinitionError, Finding, Report
from kilosat.definitions.sections import read_section, report_keys
from kilosat.definitions.text_file import TomlFile, read_toml
from kilosat.definitions.values import read_sources

if TYPE_CHECKING:
    from kilosat.chain.register.beside import Beside

__all__ = ["check_register", "read_register"]

_FORMAT = 1
_SECTIONS = (
    "format",
    "register",
    "sources",
    "groups",
    "entities",
    "wallets",
    "labels",
    "announcements",
    "perimeters",
)
_REQUIRED = ("format", "register", "groups", "entities")


def read_register(path: Path) -> Register:
    """Read a register of wallets.

    Raises:
        DefinitionError: it cannot be used; it holds all findings. No part of a private key or seed
            that the file may hold is in the error, its causes or the frames that it went through.
    """
    register, findings = _examined(path)
    if register is None:
        raise DefinitionError(findings)
    return register


def check_register(path: Path) -> tuple[Finding, ...]:
    """All findings about a register file; never raises."""
    return _examined(path)[1]


def _examined(path: Path) -> tuple[Register | None, tuple[Finding, ...]]:
    report = Report()
    if report_secrets_of_file(path, report):
        return None, tuple(report.findings())
    register = None
    try:
        file = read_toml(path, report)
        if file and not report_secrets_of_values(file, report):
            file = TomlFile(safe_label(path), file.raw, file.lines)
            register = _register(path, file, report)
    except RecursionError:
        message = "tables are nested too deeply"
        report.error(safe_label(path), 0, message, "a register has two levels of tables")
    return register, tuple(map(without_long_words, report.findings()))


def _register(path: Path, file: TomlFile, report: Report) -> Register | None:
    report_keys(file.raw, _SECTIONS, _REQUIRED, file, report)
    if "format" in file.raw and file.raw["format"] != _FORMAT:
        message = "this format is not known here"
        report.error(file.label, file.line("format"), message, f"write format = {_FORMAT}")
    raw = file.raw.get("register", {})
    header = read_section(RegisterHeader, raw, file, ("register",), report)
    network = header.network if header else "mainnet"
    reading = Reading(file, report, read_sources(file, report), network)
    groups = read_groups(reading)
    entities = read_entities(_keys(file, "groups"), reading)
    wallets = read_wallets(_keys(file, "entities"), reading)
    if not report.has_errors:
        report_hidden_coins(entities, {wallet.entity for wallet in wallets.values()}, reading)
    perimeters = read_perimeters(
        _keys(file, "groups"), _keys(file, "entities"), _keys(file, "wallets"), reading
    )
    scripts = (
        set()
        if report.has_errors
        else {watched.script for wallet in wallets.values() for watched in wallet.watched()}
    )
    labels = read_labels(scripts, reading)
    announcements = read_announcements(_keys(file, "entities"), reading)
    beside = _beside(path, header, wallets, labels, reading)
    named = [txid for announcement in announcements for txid in announcement.txids]
    named += [payment.txid for payment in beside.payments if payment.txid]
    named += [label.txid for label in beside.labels.transactions]
    if not report.has_errors:
        report_keys_of_wallets(named, wallets, {*scripts, *beside.labels.outside}, reading)
    reading.book.report_unused(report)
    if report.has_errors or header is None:
        return None
    return Register(
        name=header.name,
        title=header.title,
        network=header.network,
        as_of=header.as_of,
        note=header.note,
        groups=MappingProxyType(groups),
        entities=MappingProxyType(entities),
        wallets=MappingProxyType(wallets),
        perimeters=MappingProxyType(perimeters),
        labels=tuple(beside.labels.outside.values()),
        announcements=announcements,
        sources=MappingProxyType(reading.book.sources),
        file=file.label,
        notes=tuple(map(without_long_words, report.findings())),
        names=MappingProxyType(beside.labels.names),
        wallet_names=MappingProxyType(beside.labels.wallet_names),
        transaction_labels=tuple(beside.labels.transactions),
        liabilities=beside.liabilities,
        payments=beside.payments,
    )


def _beside(
    path: Path,
    header: RegisterHeader | None,
    wallets: Mapping[str, Wallet],
    labels: Collection[Label],
    reading: Reading,
) -> "Beside":
    # Imported late: books build on flows' records, and flows builds on the register.
    from kilosat.chain.register.beside import Beside, read_beside

    if header is None:
        return Beside()
    entities = _keys(reading.file, "entities")
    return read_beside(path, header, entities, wallets, labels, reading)


def _keys(file: TomlFile, section: str) -> Mapping[str, object]:
    """Names that may be referred to, also those whose own entry is faulty."""
    raw = file.raw.get(section, {})
    return raw if isinstance(raw, dict) else {}
