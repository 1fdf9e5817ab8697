"""What counts as a match, as dust, as built like a coinjoin: stated, and to be changed by hand."""

from dataclasses import dataclass

__all__ = ["Rules"]


@dataclass(frozen=True)
class Rules:
    """Limits by which flows are matched and named; all are choices, none is a law.

    Args:
        window_days: an announcement or record fits a flow at most so many days away, either way.
        tolerance_sats: amounts may differ by so much (a fee of an exchange), or by
        tolerance_share: this part of the amount, whichever is more, but never by more than
        largest_share: this part of it.
        most_together: at most so many flows, or announcements, are summed up to fit one of the
            other.
        dust_sats: a transaction that brings at most this much is dust.
        coinjoin_equal: so many equal outputs to different scripts, with at least as many different
            scripts among the inputs, make a transaction look like a coinjoin.
    """

    window_days: int = 7
    tolerance_sats: int = 50_000
    tolerance_share: float = 0.001
    largest_share: float = 0.02
    most_together: int = 10
    dust_sats: int = 10_000
    coinjoin_equal: int = 3

    def tolerance(self, sats: int) -> int:
        """By how much an amount may differ from one that is stated, in satoshis."""
        wished = max(self.tolerance_sats, int(sats * self.tolerance_share))
        return min(wished, int(sats * self.largest_share))

    def tolerance_of_sum(self, sats: int) -> int:
        """The same where several amounts are summed up: never more than ``tolerance_sats``."""
        return min(self.tolerance_sats, self.tolerance(sats))
