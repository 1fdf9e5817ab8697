"""Reading a register file: all findings at once, and nothing of it if it holds a secret."""

from collections.abc import Collection, Mapping
from datetime import date
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
from kilosat.chain.register.tables import Reading, read_partly
from kilosat.chain.register.wallets import read_wallets, report_keys_of_wallets
from kilosat.definitions.findings import DefinitionError, Finding, Report
from kilosat.definitions.sections import report_keys
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


def read_register(path: Path, today: date | None = None) -> Register:
    """Read a register of wallets; announcements dated after ``today`` are noted, if it is given.

    Raises:
        DefinitionError: it cannot be used; it holds all findings. No part of a private key or seed
            that the file may hold is in the error, its causes or the frames that it went through.
    """
    register, findings = _examined(path, today)
    if register is None:
        raise DefinitionError(findings)
    return register


def check_register(path: Path, today: date | None = None) -> tuple[Finding, ...]:
    """All findings about a register file, as ``read_register`` has them; never raises."""
    return _examined(path, today)[1]


def _examined(path: Path, today: date | None) -> tuple[Register | None, tuple[Finding, ...]]:
    report = Report()
    if report_secrets_of_file(path, report):
        return None, tuple(report.findings())
    register = None
    try:
        file = read_toml(path, report)
        if file and not report_secrets_of_values(file, report):
            file = TomlFile(safe_label(path), file.raw, file.lines)
            register = _register(path, file, today, report)
    except RecursionError:
        message = "tables are nested too deeply"
        report.error(safe_label(path), 0, message, "a register has two levels of tables")
    return register, tuple(map(without_long_words, report.findings()))


def _register(path: Path, file: TomlFile, today: date | None, report: Report) -> Register | None:
    report_keys(file.raw, _SECTIONS, _REQUIRED, file, report)
    if "format" in file.raw and file.raw["format"] != _FORMAT:
        message = "this format is not known here"
        report.error(file.label, file.line("format"), message, f"write format = {_FORMAT}")
    header, is_network_known = _header(file, report)
    reading = Reading(
        file, report, read_sources(file, report), header.network, is_network_known, today
    )
    groups = read_groups(reading)
    entities = read_entities(_keys(file, "groups"), reading)
    wallets = read_wallets(_keys(file, "entities"), reading)
    holders = {wallet.entity for wallet in wallets.values()}
    if holders <= entities.keys() and wallets.keys() == _keys(file, "wallets").keys():
        report_hidden_coins(entities, holders, reading)
    perimeters = read_perimeters(
        _keys(file, "groups"), _keys(file, "entities"), _keys(file, "wallets"), reading
    )
    scripts = {watched.script for wallet in wallets.values() for watched in wallet.watched()}
    labels = read_labels(scripts, reading)
    announcements = read_announcements(_keys(file, "entities"), reading)
    beside = _beside(path, header, wallets, labels, reading)
    named = [txid for announcement in announcements for txid in announcement.txids]
    named += [payment.txid for payment in beside.payments if payment.txid]
    named += [label.txid for label in beside.labels.transactions]
    report_keys_of_wallets(named, wallets, {*scripts, *beside.labels.outside}, reading)
    reading.book.report_unused(report)
    if report.has_errors:
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


def _header(file: TomlFile, report: Report) -> tuple[RegisterHeader, bool]:
    """The header as far as it is right, and whether it tells the network."""
    blanks = {"name": "", "title": ""}
    nothing = RegisterHeader.model_construct(None, **blanks)
    if "register" not in file.raw:
        return nothing, False
    found = read_partly(RegisterHeader, file.raw["register"], blanks, file, ("register",), report)
    if found is None:
        return nothing, False
    header, wrong = found
    # A field that nobody knows may be what was meant to name the network.
    told = "network" in header.model_fields_set or wrong <= RegisterHeader.model_fields.keys()
    return header, told and "network" not in wrong


def _beside(
    path: Path,
    header: RegisterHeader,
    wallets: Mapping[str, Wallet],
    labels: Collection[Label],
    reading: Reading,
) -> "Beside":
    # Imported late: books build on flows' records, and flows builds on the register.
    from kilosat.chain.register.beside import read_beside

    entities = _keys(reading.file, "entities")
    return read_beside(path, header, entities, wallets, labels, reading)


def _keys(file: TomlFile, section: str) -> Mapping[str, object]:
    """Names that may be referred to, also those whose own entry is faulty."""
    raw = file.raw.get(section, {})
    return raw if isinstance(raw, dict) else {}
