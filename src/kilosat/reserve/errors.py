"""What the reserve refuses."""

__all__ = ["ReserveError"]


class ReserveError(ValueError):
    """A purchase, sale, rule or date that cannot be; the message says what to do."""
