"""Label files (BIP 329): one JSON object a line, with a type, a reference and a label."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from kilosat.chain.register.companions import (
    Cell,
    Companion,
    read_companion,
    report_secrets_of_cells,
)
from kilosat.chain.register.label_kinds import kind_and_label
from kilosat.definitions.findings import Report

__all__ = ["LABEL_TYPES", "LabelRecord", "LabelType", "read_label_file"]

LabelType = Literal["tx", "addr", "pubkey", "input", "output", "xpub"]
LABEL_TYPES: tuple[LabelType, ...] = get_args(LabelType)
_FIELDS = ("type", "ref", "label", "origin", "spendable")
_ADDITIONAL = ("height", "time", "fee", "value", "rate", "keypath", "fmv", "heights")
"""BIP 329, "Additional Fields": the chain says these itself, so they are not read."""
_TRANSACTION = re.compile(r"[0-9a-f]{64}(?::(?:0|[1-9][0-9]{0,9}))?")
_LONGEST = 255
"""What BIP 329 suggests as the longest label that every wallet keeps whole."""


@dataclass(frozen=True)
class LabelRecord:
    """A line of a label file; ``label`` is ``None`` where the file leaves it as it is."""

    type: LabelType
    ref: str
    label: str | None
    origin: str
    spendable: bool | None
    line: int

    @property
    def txid(self) -> str:
        """Of ``tx``, ``input`` and ``output``: the transaction, 64 hex digits."""
        return self.ref.partition(":")[0]

    @property
    def index(self) -> int | None:
        """Of ``input`` and ``output``: which one."""
        number = self.ref.partition(":")[2]
        return int(number) if number else None


def read_label_file(path: Path, report: Report) -> tuple[str, list[LabelRecord]]:
    """What the file is called in findings, and its records; none if a secret stands in it."""
    file = read_companion(path, report)
    if file is None:
        return "", []
    objects = list(_objects(file, report))
    cells = [cell for line, found in objects for cell in _cells(found, line)]
    if report_secrets_of_cells(file.label, cells, report):
        return file.label, []
    _note_fields(file.label, objects, report)
    records = [_record(file.label, found, line, report) for line, found in objects]
    return file.label, [record for record in records if record]


def _objects(file: Companion, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in enumerate(file.text.split("\n"), start=1):
        if not text.strip():
            continue
        try:
            found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        except (ValueError, RecursionError):
            remedy = "write one JSON object on each line, each of its keys once"
            report.error(file.label, line, "this line is not JSON", remedy)
            continue
        if isinstance(found, dict):
            yield line, found
        else:
            remedy = 'write {"type": ..., "ref": ..., "label": ...}'
            report.error(file.label, line, "this line is no JSON object", remedy)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that stands twice would hide its first value from every check."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(_: str) -> Any:
    raise ValueError


def _cells(found: dict[str, Any], line: int) -> Iterator[Cell]:
    kind = found.get("type")
    for key, value in found.items():
        if key not in (*_FIELDS, *_ADDITIONAL):
            yield Cell(key, line, ("keys", f"keys of line {line}"))
        public = key == "ref" and kind in ("tx", "input", "output")
        for text in _texts(value):
            is_txid = public and bool(_TRANSACTION.fullmatch(text))
            choice = key == "type" and text in LABEL_TYPES
            yield Cell(text, line, (f"line {line}",), hex_is_public=is_txid, is_choice=choice)
            # Kinds, again and again, are words of seeds as well.
            bare = kind_and_label(text)[1] if key == "label" else text
            yield Cell(bare, line, (f"field {key}",), hex_is_public=is_txid, is_choice=choice)


def _texts(value: Any) -> Iterator[str]:
    """All that a value holds, as text, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)


def _note_fields(label: str, objects: list[tuple[int, dict[str, Any]]], report: Report) -> None:
    """Say once of each field that it is not read, and on how many lines it stands."""
    lines: dict[str, list[int]] = {}
    for line, found in objects:
        for key in found:
            if key not in _FIELDS:
                lines.setdefault(key, []).append(line)
    for key, places in lines.items():
        known = key in _ADDITIONAL
        message = f"field '{key[:20]}' is not read ({len(places):,} of it, from this line on)"
        remedy = "the chain says it" if known else "BIP 329 does not know it"
        report.note(label, places[0], message, remedy)


def _record(label: str, found: dict[str, Any], line: int, report: Report) -> LabelRecord | None:
    kind, ref = found.get("type"), found.get("ref")
    if not isinstance(kind, str) or not isinstance(ref, str):
        message = "a label lacks its type or its ref, or one of them is no text"
        report.error(label, line, message, 'write "type": "addr", "ref": "bc1..."')
        return None
    known = next((one for one in LABEL_TYPES if one == kind), None)
    if known is None:
        message = f"type '{kind[:20]}' is not read"
        report.note(label, line, message, f"BIP 329 knows {', '.join(LABEL_TYPES)}")
        return None
    problems = list(_problems(found, known, ref))
    for message, remedy in problems:
        report.error(label, line, message, remedy)
    if problems:
        return None
    text = found.get("label")
    if text and len(text) > _LONGEST:
        message = f"the label has {len(text)} characters"
        report.note(label, line, message, f"other wallets may keep only {_LONGEST}")
    return LabelRecord(known, ref, text, found.get("origin", ""), found.get("spendable"), line)


def _problems(found: dict[str, Any], kind: str, ref: str) -> Iterator[tuple[str, str]]:
    for key in ("label", "origin"):
        if not isinstance(found.get(key, ""), str):
            yield f"{key} is no text", "write it in double quotes"
        elif re.search(r"[\r\n]", found.get(key, "")):
            yield f"{key} has more than one line", "BIP 329 allows one line"
    if "spendable" in found and not isinstance(found["spendable"], bool):
        yield "spendable is neither true nor false", "write true or false, without quotes"
    elif "spendable" in found and kind != "output":
        yield "only an output can be spendable", "remove it here"
    is_coin = kind in ("input", "output")
    if (is_coin or kind == "tx") and (not _TRANSACTION.fullmatch(ref) or (":" in ref) != is_coin):
        form = "64 hex digits, a colon and a number" if is_coin else "64 hex digits"
        yield f"ref: this names no {kind}", f"write {form}, in lower case"
