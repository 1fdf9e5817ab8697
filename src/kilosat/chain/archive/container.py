"""The container of an archive: named sections, their lengths and their hashes, nothing else.

    8 bytes   magic
    2 bytes   version of the format (numbers are little-endian)
    2 bytes   number of sections
    44 bytes  for each section: name (4), length in bytes (8), SHA-256 of the content (32)
    32 bytes  SHA-256 of all bytes before
    ...       the contents, in the same order, without gaps, up to the end of the file

Nothing is compressed and nothing names a path, so a hostile file can be no larger than it is and
can write nowhere. Every byte is under a hash: the contents under those of the table, the table
under its own. That shows damage; whoever alters a file on purpose makes these hashes anew, and is
met by the checks of ``verify``.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from kilosat.chain.archive.errors import ArchiveError

__all__ = [
    "MAGIC",
    "MOST_BYTES",
    "SECTIONS",
    "VERSION",
    "SectionSpec",
    "pack",
    "section_bounds",
    "unpack",
]

MAGIC = b"\x89KSAR\r\n\x1a"
"""Not text, and altered where a transfer alters line ends, as in PNG's."""
VERSION = 1
_START = struct.Struct("<8sHH")
_ENTRY = struct.Struct("<4sQ32s")
_HASH_BYTES = 32
_DAMAGED = "the file is damaged or altered; fetch it again from its publisher"


@dataclass(frozen=True)
class SectionSpec:
    """A section: its name in the table, what it holds, and the most bytes that it may have."""

    name: str
    title: str
    most_bytes: int


_MIB = 1 << 20
SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec("meta", "what the archive is about", 4096),
    SectionSpec("head", "headers", 96 * _MIB),
    SectionSpec("txns", "transactions with Merkle proofs", 128 * _MIB),
    SectionSpec("prnt", "parents of inputs", 64 * _MIB),
    SectionSpec("said", "statements of the source", 32 * _MIB),
    SectionSpec("regi", "register of wallets", 4 * _MIB),
    SectionSpec("labl", "labels", 8 * _MIB),
    SectionSpec("depo", "client deposits", 4 * _MIB),
    SectionSpec("paym", "payments", 4 * _MIB),
    SectionSpec("ctrl", "signatures of control", 4 * _MIB),
)
"""Version 1 has exactly these, in this order; a section may be empty.

The limits bound the memory that a hostile file can take. Headers of 30 years fit, and hundreds of
thousands of transactions.
"""
_TABLE_BYTES = _START.size + len(SECTIONS) * _ENTRY.size
_CONTENT = _TABLE_BYTES + _HASH_BYTES
MOST_BYTES = _CONTENT + sum(spec.most_bytes for spec in SECTIONS)
"""No archive is larger."""


def pack(contents: Mapping[str, bytes]) -> bytes:
    """The bytes of an archive with these sections, each given by its name.

    Raises:
        ArchiveError: a section is larger than the format allows.
    """
    table = [_START.pack(MAGIC, VERSION, len(SECTIONS))]
    for spec in SECTIONS:
        content = contents[spec.name]
        if len(content) > spec.most_bytes:
            raise ArchiveError(
                f"the {spec.title} take {len(content):,} bytes and an archive holds at most "
                f"{spec.most_bytes:,}; archive fewer wallets or a shorter time"
            )
        table.append(_ENTRY.pack(spec.name.encode(), len(content), sha256(content).digest()))
    head = b"".join(table)
    return b"".join([head, sha256(head).digest(), *(contents[spec.name] for spec in SECTIONS)])


def unpack(raw: bytes) -> dict[str, bytes]:
    """The contents of the sections by name, each checked against its hash.

    Raises:
        ArchiveError: it is no archive, is of another version, cut short or too long, or a byte of
            it is not the one that was written.
    """
    entries = _entries(raw)
    contents, position = {}, _CONTENT
    for spec, (length, digest) in zip(SECTIONS, entries, strict=True):
        content = raw[position : position + length]
        if len(content) != length:
            raise ArchiveError(
                f"the file ends within the {spec.title}: {len(content):,} of {length:,} bytes are "
                "there; fetch it again"
            )
        if sha256(content).digest() != digest:
            raise ArchiveError(f"the {spec.title} are not the bytes that were written: {_DAMAGED}")
        contents[spec.name] = content
        position += length
    if position != len(raw):
        raise ArchiveError(f"{len(raw) - position:,} bytes stand behind the end of the archive")
    return contents


def section_bounds(raw: bytes) -> dict[str, tuple[int, int]]:
    """Where in the file the content of each section begins and ends.

    Raises:
        ArchiveError: the table cannot be read.
    """
    bounds, position = {}, _CONTENT
    for spec, (length, _) in zip(SECTIONS, _entries(raw), strict=True):
        bounds[spec.name] = (position, position + length)
        position += length
    return bounds


def _entries(raw: bytes) -> list[tuple[int, bytes]]:
    """Length and hash of each section, from a table that is as it was written."""
    if raw[: len(MAGIC)] != MAGIC:
        raise ArchiveError("the file does not begin as an archive of kilosat does")
    if len(raw) < _CONTENT:
        raise ArchiveError("the file ends within its table of sections; fetch it again")
    _, version, count = _START.unpack_from(raw)
    if version != VERSION:
        raise ArchiveError(
            f"the archive is of version {version}, and this program reads version {VERSION}; "
            "use the program that wrote it or a later one"
        )
    if count != len(SECTIONS):
        raise ArchiveError(f"the archive has {count} sections where version 1 has {len(SECTIONS)}")
    if sha256(raw[:_TABLE_BYTES]).digest() != raw[_TABLE_BYTES:_CONTENT]:
        raise ArchiveError(f"the table of sections is not the one that was written: {_DAMAGED}")
    found = []
    for number, spec in enumerate(SECTIONS):
        name, length, digest = _ENTRY.unpack_from(raw, _START.size + number * _ENTRY.size)
        if name != spec.name.encode():
            raise ArchiveError(f"section {number + 1} is not the {spec.title}")
        if length > spec.most_bytes:
            limit = f"more than the {spec.most_bytes:,} that the format allows"
            raise ArchiveError(f"the {spec.title} claim {length:,} bytes, {limit}")
        found.append((length, digest))
    return found
