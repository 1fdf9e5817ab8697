"""Reading a file of signatures: all findings at once, and nothing of it if it holds a secret.

format = 1

[[control]]
wallet = "treasury"                # of the register; its address where it has only one
address = "bc1q..."
date = 2026-11-24
message = "Proof of control of the treasury on 2026-11-24, after block 951552 0000..."
signature = "smp..."
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kilosat.chain.address import (
    AddressError,
    Network,
    address_from_script,
    script_from_address,
)
from kilosat.chain.control.message import BLOCK_MENTION
from kilosat.chain.control.model import MOST_CHARACTERS, MOST_MESSAGE, Control
from kilosat.chain.register.guard import safe_label, without_long_words
from kilosat.chain.register.model import Register
from kilosat.chain.register.tables import Reading, listed
from kilosat.chain.secrets import SecretFound, find_secrets
from kilosat.definitions.findings import DefinitionError, Finding, Report
from kilosat.definitions.sections import report_keys
from kilosat.definitions.text_file import TomlFile, read_toml
from kilosat.definitions.toml_lines import TomlPath
from kilosat.definitions.values import SourceBook

__all__ = ["check_controls", "mask_public_hashes", "read_controls"]

_FORMAT = 1
_HASH = re.compile(r"(?<![0-9a-fA-F])0{8}[0-9a-f]{56}(?![0-9a-fA-F])")
"""A hash with the zeros of work before it: no private key begins like that."""
_LITTLE_WORK: tuple[Network, ...] = ("regtest", "signet")
"""Where hashes need not begin like that, and coins are worth nothing."""
_NAMES = re.compile(
    r"^[ \t]*(?:format|wallet|address|date|message|signature)[ \t]*(?==)", re.MULTILINE
)
_REMEDY = (
    "the whole file is refused: a signature and its message are public. If others may have seen "
    "this file, move the coins. A block is named as: block HEIGHT HASH"
)


class _ControlEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    wallet: str = ""
    address: str = ""
    date: date
    message: Annotated[str, Field(min_length=1, max_length=MOST_MESSAGE)]
    signature: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]


def read_controls(
    path: Path, register: Register, scripts: Mapping[bytes, str] | None = None
) -> tuple[Control, ...]:
    """The signatures of a file, in its order; whether they are valid is not looked at.

    ``scripts`` maps output scripts to keys of wallets; without it they are those of the register
    within the gap limit.

    Raises:
        DefinitionError: it cannot be used; it holds all findings, and no part of a secret that the
            file may hold.
    """
    controls, findings = _examined(path, register, scripts)
    if any(finding.severity == "error" for finding in findings):
        raise DefinitionError(findings)
    return controls


def check_controls(
    path: Path, register: Register, scripts: Mapping[bytes, str] | None = None
) -> tuple[Finding, ...]:
    """All findings about a file of signatures; never raises."""
    return _examined(path, register, scripts)[1]


def mask_public_hashes(text: str, network: Network) -> str:
    """The text with the hashes of blocks taken out, which look as private keys do."""
    masked = BLOCK_MENTION.sub("block", text) if network in _LITTLE_WORK else text
    return _HASH.sub("block", masked)


def _examined(
    path: Path, register: Register, scripts: Mapping[bytes, str] | None
) -> tuple[tuple[Control, ...], tuple[Finding, ...]]:
    report = Report()
    controls: tuple[Control, ...] = ()
    if not _holds_secrets(path, register.network, report):
        file = read_toml(path, report)
        if file and not _values_hold_secrets(file, register.network, report):
            file = TomlFile(safe_label(path), file.raw, file.lines)
            known = _scripts(register) if scripts is None else scripts
            controls = _controls(file, register, known, report)
    return controls, tuple(map(without_long_words, report.findings()))


def _holds_secrets(path: Path, network: Network, report: Report) -> bool:
    """Search the file as it lies there."""
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except (OSError, ValueError):
        return False
    plain = mask_public_hashes(_NAMES.sub("_", text), network)
    return _report(safe_label(path), find_secrets(plain), report)


def _values_hold_secrets(file: TomlFile, network: Network, report: Report) -> bool:
    """Search what was read: escapes are undone, and words spread over entries are together."""
    texts = list(_texts(file.raw, ()))
    columns: dict[object, list[str]] = {}
    for path, text in texts:
        columns.setdefault(path[-1], []).append(text)
    found = [
        replace(secret, line=file.line(*path))
        for path, text in texts
        for secret in find_secrets(mask_public_hashes(text, network))
    ]
    for name, column in columns.items():
        if name != "wallet":
            found += find_secrets(mask_public_hashes(" ".join(column), network))
    return _report(file.label, found[:1], report)


def _report(label: str, found: list[SecretFound], report: Report) -> bool:
    for secret in found:
        report.error(label, secret.line, f"here stands {secret.kind}", _REMEDY)
    return bool(found)


def _texts(raw: object, path: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            yield (*path, "key"), key if key not in _ControlEntry.model_fields else "_"
            yield from _texts(value, (*path, key))
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _texts(value, (*path, number))
    elif isinstance(raw, str):
        yield path, raw


def _controls(
    file: TomlFile, register: Register, scripts: Mapping[bytes, str], report: Report
) -> tuple[Control, ...]:
    report_keys(file.raw, ("format", "control"), ("format", "control"), file, report)
    if "format" in file.raw and file.raw["format"] != _FORMAT:
        message = "this format is not known here"
        report.error(file.label, file.line("format"), message, f"write format = {_FORMAT}")
    reading = Reading(file, report, SourceBook(file, {}), register.network)
    found = []
    for number, entry in listed("control", _ControlEntry, reading):
        wallet, address = _whose(entry, ("control", number), register, scripts, reading)
        if entry.date.isoformat() not in entry.message:
            words = "the message does not name the date, so that nothing signed bears it out"
            reading.note(("control", number, "message"), words, "sign a message that names it")
        found.append(Control(wallet, address, entry.message, entry.signature.strip(), entry.date))
    return tuple(found)


def _whose(
    entry: _ControlEntry,
    path: tuple[str, int],
    register: Register,
    scripts: Mapping[bytes, str],
    reading: Reading,
) -> tuple[str, str]:
    """Wallet and address of an entry that names one of them or both."""
    if entry.wallet and not reading.known(entry.wallet, register.wallets, (*path, "wallet")):
        return "", ""
    if entry.address:
        return _wallet_of(entry, path, scripts, reading), entry.address
    own = [script for script, wallet in scripts.items() if wallet == entry.wallet]
    address = address_from_script(own[0], register.network) if len(own) == 1 else None
    if address is None:
        remedy = "write address = with the one that the signature is for"
        reading.error(path, "the wallet alone does not tell the address", remedy)
    return entry.wallet, address or ""


def _wallet_of(
    entry: _ControlEntry,
    path: tuple[str, int],
    scripts: Mapping[bytes, str],
    reading: Reading,
) -> str:
    try:
        wallet = scripts.get(script_from_address(entry.address, reading.network))
    except AddressError as problem:
        remedy = "copy it again from where it was published"
        reading.error((*path, "address"), f"address: {problem}", remedy)
        return entry.wallet
    if wallet is None:
        remedy = "add it to a wallet of the register, or leave the signature out"
        reading.error((*path, "address"), "this address is of no wallet of the register", remedy)
    elif entry.wallet and entry.wallet != wallet:
        remedy = f"write wallet = '{wallet}', or the address of the wallet that is meant"
        reading.error((*path, "wallet"), "the address is of another wallet", remedy)
    return wallet or entry.wallet


def _scripts(register: Register) -> Mapping[bytes, str]:
    return {
        watched.script: wallet.key
        for wallet in register.wallets.values()
        for watched in wallet.watched()
    }
