"""The register inside an archive and the files that it names, read as those beside a ledger are.

A stranger wrote them: no file outside the archive is opened, and a private key in them is refused.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kilosat.chain.archive.model import Archive
from kilosat.chain.archive.reach import MOST_KEYS, goes_too_far, keys_asked_for
from kilosat.chain.archive.verification import Check
from kilosat.chain.register import Register, read_register
from kilosat.chain.register.guard import report_secrets_of_file
from kilosat.chain.register.label_file import read_label_file
from kilosat.definitions.findings import DefinitionError, Finding, Report
from kilosat.definitions.toml_lines import line_numbers

__all__ = ["check_books", "check_labels", "named_files", "register_of", "unpacked"]

_REGISTER = "register.toml"
_LABELS = "labels.jsonl"
_BESIDE = {"labels_file": _LABELS, "deposits": "deposits.csv", "payments": "payments.csv"}
"""Fields of ``[register]`` that name files beside it, and what those are called when unpacked."""
_MOST_DOTS = 100
"""A key ``a.b.c`` of many parts takes memory with their square."""


def register_of(archive: Archive) -> tuple[Register | None, Check]:
    """The register in the archive by itself; nothing and why, if it cannot be used."""
    title = "Register"
    try:
        with unpacked(replace(archive, labels=b"", deposits=b"", payments=b"")) as (register, _):
            pass
    except DefinitionError as problem:
        return None, Check("register", title, "failed", _refused("register", problem.findings))
    if register.network != archive.network:
        detail = f"the register is for {register.network}, the archive for {archive.network}"
        return None, Check("register", title, "failed", detail)
    paid = {output.script for one in archive.transactions for output in one.transaction.outputs}
    if goes_too_far(register, paid, archive.said.scripts):
        detail = (
            f"with the addresses that were paid it asks for more than {MOST_KEYS:,} keys, and for "
            "more than the scripts that the archive lists can need"
        )
        return None, Check("register", title, "failed", detail)
    detail = (
        f"wallets: {len(register.wallets):,}, of {len(register.entities):,} holders, all of public "
        "keys and addresses; whose they are is the register's word"
    )
    return register, Check("register", title, "not proven", detail)


def check_labels(archive: Archive) -> Check:
    """Whether the label file can be read and holds no private key."""
    title = "Labels"
    if not archive.labels:
        return Check("labels", title, "not proven", "the archive has none")
    report = Report()
    with TemporaryDirectory() as folder:
        path = Path(folder) / _LABELS
        path.write_bytes(archive.labels)
        _, records = read_label_file(path, report)
    if report.has_errors:
        return Check("labels", title, "failed", _refused("label file", report.findings()))
    detail = f"{len(records):,} labels, which are the word of whoever wrote them"
    return Check("labels", title, "not proven", detail)


def check_books(archive: Archive) -> Check:
    """Whether client deposits and payments can be read and hold no private key."""
    title = "Client deposits and payments"
    if not archive.deposits and not archive.payments:
        return Check("books", title, "not proven", "the archive has none")
    try:
        with unpacked(replace(archive, labels=b"")) as (register, _):
            owed, paid = len(register.liabilities), len(register.payments)
    except DefinitionError as problem:
        return Check("books", title, "failed", _refused("books", problem.findings))
    detail = f"{owed:,} balances owed to clients and {paid:,} payments, on the keeper's own word"
    return Check("books", title, "not proven", detail)


def named_files(register: bytes) -> dict[str, str]:
    """The files that a register names, by the field that names them."""
    return {field: name for field, name in _beside(register).items() if isinstance(name, str)}


@contextmanager
def unpacked(archive: Archive) -> Iterator[tuple[Register, Path]]:
    """The register as read, and as a file in a folder of its own that is gone afterwards.

    Beside it lie the files that it names, if they are in the archive; ``absent`` of the register
    holds the fields of the others, whose lines are taken out.

    Raises:
        DefinitionError: the register or a file beside it cannot be used.
    """
    with TemporaryDirectory() as temporary:
        # Findings name the folder of a file: so they name the archive.
        folder = Path(temporary) / (Path(archive.name).name or "archive")
        folder.mkdir()
        path, absent = _laid_out(archive, folder)
        try:
            register = read_register(path)
        except RecursionError:
            raise _error("its sections are nested too deeply") from None
        yield replace(register, file=archive.name, absent=absent), path


def _laid_out(archive: Archive, folder: Path) -> tuple[Path, tuple[str, ...]]:
    path, raw, report = folder / _REGISTER, archive.register, Report()
    for line, text in enumerate(raw.split(b"\n"), start=1):
        if text.count(b".") > _MOST_DOTS:
            raise _error("too many dots for one line", line)
    _refuse_too_many_keys(raw)
    path.write_bytes(raw)
    # Before the lines with names of files are gone, in which a key might stand.
    if report_secrets_of_file(path, report):
        raise DefinitionError(report.findings())
    contents = {
        "labels_file": archive.labels,
        "deposits": archive.deposits,
        "payments": archive.payments,
    }
    named = _beside(raw)
    for field in ("deposits", "payments"):
        if contents[field] and not named.get(field):
            raise _error(f"{field} are in the archive, and the register names no such file")
    kept = {field: _BESIDE[field] for field in named if contents[field]}
    path.write_bytes(_naming(raw, named, kept))
    for field, name in kept.items():
        (folder / name).write_bytes(contents[field])
    return path, tuple(field for field, name in named.items() if name and field not in kept)


def _refuse_too_many_keys(raw: bytes) -> None:
    """Before anything is derived: a stranger's gap limits are not to keep the reader busy."""
    asked = keys_asked_for(_read(raw))
    if asked > MOST_KEYS:
        raise _error(
            f"its wallets ask for {asked:,} keys (those of each descriptor times gap_limit), and "
            f"{MOST_KEYS:,} is the most in an archive: lower gap_limit, or archive fewer wallets"
        )


def _naming(raw: bytes, named: Mapping[str, object], kept: Mapping[str, str]) -> bytes:
    """The register with other names of files, each line at its place; those not kept are blank."""
    if not named:
        return raw
    text = raw.decode("utf-8-sig")
    lines, places = text.split("\n"), line_numbers(text)
    for field in named:
        if place := places.get(("register", field)):
            lines[place - 1] = f'{field} = "{kept[field]}"' if field in kept else ""
    changed = "\n".join(lines).encode()
    if _beside(changed) != kept:
        raise _error("it names files beside it in a way that cannot be set aside")
    return changed


def _beside(raw: bytes) -> dict[str, object]:
    """What ``[register]`` says of files beside it."""
    header = _read(raw).get("register")
    return {k: v for k, v in header.items() if k in _BESIDE} if isinstance(header, dict) else {}


def _read(raw: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}  # no register: the reader says why


def _error(message: str, line: int = 0) -> DefinitionError:
    return DefinitionError([Finding(_REGISTER, line, message)])


def _refused(what: str, findings: "tuple[Finding, ...] | list[Finding]") -> str:
    errors = [one for one in findings if one.severity == "error"]
    first = errors[0]
    place = f"line {first.line}: " if first.line else ""
    more = f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else ""
    return f"the {what} in the archive cannot be used: {place}{first.message}{more}"
