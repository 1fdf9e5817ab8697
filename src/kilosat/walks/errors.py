"""What a walk refuses."""

__all__ = ["WalkError"]


class WalkError(ValueError):
    """A walk that cannot be had as asked; the message says why and what to do."""
