"""Files beside a register: labels, client deposits, payments. No secret enters by them either."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kilosat.chain.register.guard import joined, report_found, safe_label
from kilosat.chain.secrets import SecretFound, find_secrets
from kilosat.definitions.findings import Report

__all__ = ["Cell", "Companion", "companion_path", "read_companion", "report_secrets_of_cells"]


@dataclass(frozen=True)
class Companion:
    """A file as text, with what it is called in findings."""

    label: str
    text: str


@dataclass(frozen=True)
class Cell:
    """A text of a file: where it stands, and in which run of texts (a row, a column).

    ``hex_is_public`` where a transaction is due; ``is_choice`` where one of a few words stands.
    """

    text: str
    line: int
    groups: tuple[str, ...]
    hex_is_public: bool = False
    is_choice: bool = False


def companion_path(register: Path, written: str) -> Path | None:
    """The file that a register names; nothing where a relative name leads out of its folder.

    An absolute name is the user's own choice of another place.
    """
    given = Path(written)
    if given.is_absolute():
        return given
    folder = register.absolute().parent
    try:
        place = (folder / given).resolve()
        inside = place.is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return None
    return folder / given if inside else None


def read_companion(path: Path, report: Report) -> Companion | None:
    """The text of a file, if it can be read and no secret stands in it as it lies there."""
    label = safe_label(path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as problem:
        reason = (getattr(problem, "strerror", None) or "no such name").lower()
        report.error(label, 0, f"cannot be read ({reason})", "check name, folder and permissions")
        return None
    texts = [data.decode("utf-8-sig", errors="replace")]
    if b"\0" in data:
        texts += [data.decode(code, errors="replace") for code in ("utf-16-le", "utf-16-be")]
    found = {secret for text in texts for secret in find_secrets(text, hex_is_public=True)}
    if found:
        report_found(label, found, report)
        return None
    if not data.strip():
        report.error(label, 0, "the file is empty", "fill it, or take its name out of the register")
        return None
    try:
        return Companion(label, data.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        report.error(label, line, "the text is not UTF-8", "save the file with UTF-8 encoding")
        return None


def report_secrets_of_cells(label: str, cells: Iterable[Cell], report: Report) -> bool:
    """Search each text as read, then its row and column as one text; whether there is a secret."""
    together: dict[str, list[Cell]] = {}
    found: set[SecretFound] = set()
    for cell in cells:
        secrets = find_secrets(cell.text, hex_is_public=cell.hex_is_public)
        found |= {replace(secret, line=cell.line) for secret in secrets}
        for group in cell.groups if not cell.is_choice else ():
            together.setdefault(group, []).append(cell)
    if not found:
        for run in together.values():
            secrets = find_secrets(joined(cell.text for cell in run), hex_is_public=True)
            found |= {replace(secret, line=run[0].line) for secret in secrets}
    report_found(label, found, report)
    return bool(found)
