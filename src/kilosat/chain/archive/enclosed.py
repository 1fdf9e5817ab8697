"""The register and the labels inside an archive, read as those beside a ledger are.

A stranger wrote them: no file that they name is opened, and a private key in them is refused.
"""

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from kilosat.chain.archive.model import Archive
from kilosat.chain.archive.verification import Check
from kilosat.chain.register import Register, read_register
from kilosat.chain.register.guard import report_secrets_of_file
from kilosat.chain.register.label_file import read_label_file
from kilosat.definitions.findings import DefinitionError, Finding, Report
from kilosat.definitions.toml_lines import line_numbers

__all__ = ["check_labels", "named_labels", "register_of"]

_LABELS = "labels_file"
_BESIDE = (_LABELS, "deposits", "payments")
"""Fields of ``[register]`` that name files beside it; none of these holds wallets."""
_MOST_DOTS = 100
"""A key ``a.b.c`` of many parts takes memory with their square."""


def register_of(archive: Archive) -> tuple[Register | None, Check]:
    """The register in the archive; nothing and why, if it cannot be used."""
    title = "Register"
    try:
        register = _read(archive.register)
    except DefinitionError as problem:
        return None, Check("register", title, "failed", _refused("register", problem.findings))
    except RecursionError:
        return None, Check("register", title, "failed", "its sections are nested too deeply")
    if register.network != archive.network:
        detail = f"the register is for {register.network}, the archive for {archive.network}"
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
        path = Path(folder) / "labels.jsonl"
        path.write_bytes(archive.labels)
        _, records = read_label_file(path, report)
    if report.has_errors:
        return Check("labels", title, "failed", _refused("label file", report.findings()))
    detail = f"{len(records):,} labels, which are the word of whoever wrote them"
    return Check("labels", title, "not proven", detail)


def named_labels(register: bytes) -> str:
    """The label file that a register names, as it is written there; empty if it names none."""
    named = _beside(register).get(_LABELS, "")
    return named if isinstance(named, str) else ""


def _read(raw: bytes) -> Register:
    for line, text in enumerate(raw.split(b"\n"), start=1):
        if text.count(b".") > _MOST_DOTS:
            raise DefinitionError([Finding("register.toml", line, "too many dots for one line")])
    with TemporaryDirectory() as folder:
        path, report = Path(folder) / "register.toml", Report()
        path.write_bytes(raw)
        # Before the lines with names of files are gone, in which a key might stand.
        if report_secrets_of_file(path, report):
            raise DefinitionError(report.findings())
        alone = _alone(raw)
        if _beside(alone):
            message = "it names files beside it in a way that cannot be set aside"
            raise DefinitionError([Finding("register.toml", 0, message)])
        path.write_bytes(alone)
        return read_register(path)


def _alone(raw: bytes) -> bytes:
    """The register without the lines that name other files, all others at their place."""
    named = _beside(raw)
    if not named:
        return raw
    text = raw.decode("utf-8-sig")
    lines, places = text.split("\n"), line_numbers(text)
    for field in named:
        if place := places.get(("register", field)):
            lines[place - 1] = ""
    return "\n".join(lines).encode()


def _beside(raw: bytes) -> dict[str, object]:
    """What ``[register]`` says of files beside it."""
    try:
        header = tomllib.loads(raw.decode("utf-8-sig")).get("register")
    except (ValueError, RecursionError):
        return {}  # no register: the reader says why
    return {k: v for k, v in header.items() if k in _BESIDE} if isinstance(header, dict) else {}


def _refused(what: str, findings: "tuple[Finding, ...] | list[Finding]") -> str:
    errors = [one for one in findings if one.severity == "error"]
    first = errors[0]
    place = f"line {first.line}: " if first.line else ""
    more = f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else ""
    return f"the {what} in the archive cannot be used: {place}{first.message}{more}"
