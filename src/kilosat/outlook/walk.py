"""The geometric random walk, the naive reference: independent normal log returns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kilosat.outlook.paths import MINIMUM_RETURNS, OutlookError
from kilosat.outlook.streams import Floats

__all__ = ["FittedWalk", "RandomWalk"]


@dataclass(frozen=True)
class RandomWalk:
    """Independent normal log returns with the volatility of the whole past.

    ``drifting``: with the mean return of the whole past; otherwise with no drift of the log price.
    """

    drifting: bool

    @property
    def name(self) -> str:
        """``random-walk`` or ``driftless-walk``."""
        return "random-walk" if self.drifting else "driftless-walk"

    @property
    def assumption(self) -> str:
        """Its drift in words."""
        drift = "the mean of the whole past" if self.drifting else "zero: the median stays put"
        return f"drift of the log price: {drift}; volatility of the whole past, for ever"

    def fit(self, log_returns: Floats) -> "FittedWalk":
        """Mean and standard deviation.

        Raises:
            OutlookError: fewer than a year of returns.
        """
        if len(log_returns) < MINIMUM_RETURNS:
            raise OutlookError(f"{len(log_returns)} daily returns are too few to fit a price model")
        drift = float(log_returns.mean()) if self.drifting else 0.0
        return FittedWalk(drift, float(log_returns.std(ddof=1)))


@dataclass(frozen=True)
class FittedWalk:
    """Drift and volatility of the log price, a day."""

    drift: float
    volatility: float

    def block(self, rng: np.random.Generator, paths: int, days: Sequence[int]) -> Floats:
        """Exact normal steps from one asked day to the next: no day in between is needed."""
        steps = np.diff(np.asarray(days, dtype=float), prepend=0.0)
        noise = rng.standard_normal((paths, len(steps)))
        moves: Floats = self.drift * steps + self.volatility * np.sqrt(steps) * noise
        return np.cumsum(moves, axis=1)

    def record(self) -> str:
        """Parameters in one line."""
        return f"drift {self.drift:.5f}, volatility {self.volatility:.4f} a day"
