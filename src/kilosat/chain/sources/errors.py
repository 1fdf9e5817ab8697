"""How a source of the chain fails; each message is one a user can act on, and holds no password."""

from kilosat.chain.errors import ChainError

__all__ = [
    "BlocksMissingError",
    "ReorganisedError",
    "SourceError",
    "UntruthError",
    "WrongNetworkError",
]


class SourceError(ChainError):
    """The source cannot be reached, refuses, is too slow, or answers what cannot be read.

    What was committed before stays; the same command goes on where it stopped.
    """


class WrongNetworkError(SourceError):
    """The source serves another network than the register is for."""


class BlocksMissingError(SourceError):
    """The source no longer has (pruned), or has not yet (syncing), the blocks that are needed."""


class ReorganisedError(SourceError):
    """The chain changed while it was read: the block that was the tip is no longer in it."""


class UntruthError(SourceError):
    """What the source says contradicts itself, the headers' work or what it said before."""
