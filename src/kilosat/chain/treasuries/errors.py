"""What the table of treasuries refuses."""

from kilosat.chain.errors import ChainError

__all__ = ["TreasuryError"]


class TreasuryError(ChainError):
    """A holder, kind or day that has no report, or evidence that does not fit; it says which."""
