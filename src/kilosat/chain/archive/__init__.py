"""Proof that travels: a ledger as one file that anybody can check without a node.

``write_archive`` packs, ``read_archive`` reads, ``ArchiveSource`` repeats the audit from it,
``verify.verify`` says what it proves and what it does not, and ``text`` puts that into words. The
format is in ``docs/archive-format.md``.

``verify`` loads btclib and pandas, which takes a moment, so it is imported by its name and not from
here.
"""

from kilosat.chain.archive.errors import ArchiveError
from kilosat.chain.archive.files import read_archive
from kilosat.chain.archive.model import Archive, ArchivedTransaction, SourceNote, Statement
from kilosat.chain.archive.source import ArchiveSource
from kilosat.chain.archive.write import write_archive

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchiveSource",
    "ArchivedTransaction",
    "SourceNote",
    "Statement",
    "read_archive",
    "write_archive",
]
