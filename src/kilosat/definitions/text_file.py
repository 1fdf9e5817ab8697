"""Reading a user's files as text and as TOML; whatever the bytes, the answer is a finding."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kilosat.definitions.findings import Report, file_label
from kilosat.definitions.toml_lines import TomlPath, line_numbers, line_of

__all__ = ["TomlFile", "read_text", "read_toml"]

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_WRITTEN_TWICE = re.compile(r"Cannot (?:overwrite|declare|mutate|define|replace)|[Dd]uplicate")


@dataclass(frozen=True)
class TomlFile:
    """A TOML document with the line of each of its keys."""

    label: str
    raw: Mapping[str, Any]
    lines: Mapping[TomlPath, int]

    def line(self, *path: str | int) -> int:
        """Line of a key, or of what stands around it."""
        return line_of(self.lines, path)


def read_text(path: Path, report: Report) -> str | None:
    """The text of a UTF-8 file, or a finding and nothing."""
    label = file_label(path)
    try:
        if not path.is_file():
            message = "is a folder, not a file" if path.is_dir() else "there is no such file"
            report.error(label, 0, message, "write the name of a file that exists")
            return None
        data = path.read_bytes()
    except (OSError, ValueError) as problem:
        report.error(label, 0, f"cannot be read ({_reason(problem)})", "check name and permissions")
        return None
    if not data.strip():
        remedy = "fill it, or start from one that `kilosat new` writes"
        report.error(label, 0, "the file is empty", remedy)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        report.error(label, line, "the text is not UTF-8", "save the file with UTF-8 encoding")
        return None


def read_toml(path: Path, report: Report) -> TomlFile | None:
    """A TOML document, or a finding and nothing."""
    text = read_text(path, report)
    if text is None:
        return None
    label = file_label(path)
    try:
        return TomlFile(label, tomllib.loads(text), line_numbers(text))
    except RecursionError:
        report.error(label, 1, "brackets are nested too deeply", "this is no definition file")
    except ValueError as problem:
        _report_syntax(label, text, str(problem), report)
    return None


def _report_syntax(label: str, text: str, problem: str, report: Report) -> None:
    place = _PLACE.search(problem)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1 if place else 1
    reason = _PLACE.sub("", problem)
    if _WRITTEN_TWICE.search(reason):
        report.error(label, line, "this key or section is written twice", "keep one of them")
        return
    remedy = "texts stand in quotes, dates and numbers do not, each section starts with [name]"
    report.error(label, line, f"this is not TOML ({reason[:1].lower()}{reason[1:]})", remedy)


def _reason(problem: Exception) -> str:
    return (getattr(problem, "strerror", None) or str(problem)).lower()
