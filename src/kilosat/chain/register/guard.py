"""No secret enters: a register file is searched before it is read, and again as it was read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kilosat.chain.register.schema import CHOICES, FIELDS
from kilosat.chain.secrets import SecretFound, find_secrets
from kilosat.definitions.findings import Finding, Report, file_label
from kilosat.definitions.text_file import TomlFile
from kilosat.definitions.toml_lines import TomlPath

__all__ = [
    "joined",
    "report_found",
    "report_secrets_of_file",
    "report_secrets_of_values",
    "safe_label",
    "without_long_words",
]

_REMEDY = (
    "the whole file is refused: kilosat is watch-only. Write the address, the descriptor of public "
    "keys or the xpub instead; if others may have seen this file, move the coins"
)
_TRANSACTION = "; a transaction goes into txids = [...] and nowhere else, not even into an address"
_FIELD = re.compile(rf"^[ \t#]*(?:{'|'.join(sorted(FIELDS - {'txids'}))})[ \t]*(?==)", re.MULTILINE)
"""Names of fields, also of those that are commented out: several are words of seeds."""
_LONG_WORD = re.compile(r"[0-9A-Za-z]{20,}")


def report_secrets_of_file(path: Path, report: Report) -> bool:
    """Search a file as it lies there, whatever its encoding; whether there is a secret in it."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError):
        return False
    texts = [data.decode("utf-8", errors="replace")]
    if b"\0" in data:
        texts += [data.decode(code, errors="replace") for code in ("utf-16-le", "utf-16-be")]
    found = {secret for text in texts for secret in find_secrets(_FIELD.sub("_", text))}
    report_found(safe_label(path), found, report)
    return bool(found)


def report_secrets_of_values(file: TomlFile, report: Report) -> bool:
    """Search keys and values as read: escapes are undone, words spread over fields are together."""
    keys, values = list(_keys(file.raw, ())), list(_values(file.raw, ()))
    found = {
        replace(secret, line=file.line(*path))
        for path, text in keys + values
        for secret in find_secrets(text, hex_is_public="txids" in path[:-1])
    }
    if not found:
        found = {
            replace(secret, line=file.line(*path))
            for path, text in _together(keys, values)
            for secret in find_secrets(text, hex_is_public=True)
        }
    report_found(file.label, found, report)
    return bool(found)


def safe_label(path: Path) -> str:
    """How the file is named in findings; a secret in its very name is not repeated."""
    label = file_label(path)
    return "the register" if find_secrets(label) else label


def without_long_words(finding: Finding) -> Finding:
    """The finding without words that could be a key too mangled to be known as one."""
    return replace(
        finding,
        message=_LONG_WORD.sub("\N{HORIZONTAL ELLIPSIS}", finding.message),
        remedy=_LONG_WORD.sub("\N{HORIZONTAL ELLIPSIS}", finding.remedy),
    )


def report_found(label: str, found: set[SecretFound], report: Report) -> None:
    """Report what was found in a file: kind and line, and what to do."""
    for secret in sorted(found, key=lambda secret: (secret.line, secret.kind)):
        hint = _TRANSACTION if "hex" in secret.kind else ""
        report.error(label, secret.line, f"here stands {secret.kind}", _REMEDY + hint)


def _together(
    keys: list[tuple[TomlPath, str]], values: list[tuple[TomlPath, str]]
) -> Iterator[tuple[TomlPath, str]]:
    """Neighbours as one text: names in a section, values of a section or list, and of a column."""
    groups: dict[tuple[str, TomlPath], list[tuple[TomlPath, str]]] = {}
    for path, text in keys:
        if text not in FIELDS:
            groups.setdefault(("names", path[:-1]), []).append((path, text))
    for path, text in values:
        groups.setdefault(("values", path[:-1]), []).append((path, text))
        if path[-1] not in CHOICES:
            groups.setdefault(("column", path[-1:]), []).append((path, text))
    for group in groups.values():
        yield group[0][0], joined(text for _, text in group)


def joined(texts: Iterable[str]) -> str:
    """Neighbours as one text, without those that say the same again.

    Many coins have one label, and "exchange" in a row of twelve is no seed.
    """
    kept: list[str] = []
    seen: set[str] = set()
    for text in texts:
        # Single words are dropped only next to each other: seeds repeat theirs now and then.
        if text not in (seen if " " in text else kept[-1:]):
            kept.append(text)
            seen.add(text)
    return " ".join(kept)


def _keys(raw: Any, path: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    """Each key, in the order of the file."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield (*path, key), key
            yield from _keys(value, (*path, key))
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _keys(value, (*path, number))


def _values(raw: Any, path: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    """Each value, in the order of the file."""
    if isinstance(raw, dict | list):
        for key, value in raw.items() if isinstance(raw, dict) else enumerate(raw):
            yield from _values(value, (*path, key))
    else:
        yield path, str(raw)
