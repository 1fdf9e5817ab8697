"""What the arithmetic of the chain refuses."""

__all__ = ["BitcoinError"]


class BitcoinError(ValueError):
    """A height, time, target or difficulty that the chain's rules do not allow."""
