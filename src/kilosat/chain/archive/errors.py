"""What the reading and writing of archives refuses."""

from kilosat.chain.errors import ChainError

__all__ = ["ArchiveError"]


class ArchiveError(ChainError):
    """A file that is no archive, is damaged or altered, or cannot be made; the message says why."""
