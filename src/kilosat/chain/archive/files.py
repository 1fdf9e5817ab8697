"""Archives on disk."""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from kilosat.chain.archive.container import MAGIC, MOST_BYTES
from kilosat.chain.archive.encoding import read_archive_bytes
from kilosat.chain.archive.errors import ArchiveError
from kilosat.chain.archive.model import Archive

__all__ = ["is_archive", "read_archive", "save"]


def read_archive(path: Path) -> Archive:
    """Read an archive; ``verify`` checks what it claims.

    Raises:
        ArchiveError: the file cannot be read, is no archive or was altered; the message names it.
    """
    name = path.name or f"{path}"
    try:
        return replace(read_archive_bytes(_read(path)), name=name)
    except ArchiveError as problem:
        raise ArchiveError(f"{name}: {problem}") from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "the name is none of a file"
        raise ArchiveError(f"{name}: it cannot be read ({why.lower()})") from None


def is_archive(path: Path) -> bool:
    """Whether a file begins as an archive does; not where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _read(path: Path) -> bytes:
    """The bytes of a file that begins as an archive does; of a pipe or device no more than that."""
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
        rest = file.read(MOST_BYTES) if start == MAGIC else b""
    if len(rest) == MOST_BYTES:
        raise ArchiveError(f"it has more than the {MOST_BYTES:,} bytes of the largest archive")
    return start + rest


def save(path: Path, raw: bytes) -> None:
    """Write a file as a whole or not at all.

    Raises:
        ArchiveError: it cannot be written; the message names it.
    """
    temporary = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as problem:
        if temporary:
            with suppress(OSError):
                temporary.unlink()
        why = (problem.strerror or "the disk refuses").lower()
        raise ArchiveError(f"{path.name}: it cannot be written ({why})") from None
