"""The stationary bootstrap of daily returns: the past in another order, recent days more often."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kilosat.compiling import compiled
from kilosat.outlook.paths import Window, window_of
from kilosat.outlook.streams import Floats, kernel_state, next_unit

__all__ = ["BlockBootstrap", "FittedBootstrap"]


@dataclass(frozen=True)
class BlockBootstrap:
    """Blocks of past returns of geometric length (Politis and Romano, JASA 89, 1994).

    Blocks keep the clustering of volatility within them. They start on recent days more often,
    by weights that halve every ``half_life_days``. Returns are demeaned and the drift is put back
    as ``window_of`` shrinks it, drawn anew for every path with its standard error.
    """

    window_days: int = 1461
    half_life_days: float = 730.0
    block_days: float = 10.0
    drift_trust: float = 0.5

    @property
    def name(self) -> str:
        """``bootstrap``."""
        return "bootstrap"

    @property
    def assumption(self) -> str:
        """Its drift in words."""
        return (
            f"drift of the log price: {self.drift_trust:.0%} of the mean of the last "
            f"{self.window_days:,} days, uncertain by path; returns resampled in blocks of about "
            f"{self.block_days:.0f} days, recent ones more often"
        )

    def fit(self, log_returns: Floats) -> "FittedBootstrap":
        """Keep the window with its weights.

        Raises:
            OutlookError: fewer than a year of returns.
        """
        window = window_of(log_returns, self.window_days, self.half_life_days, self.drift_trust)
        centre = float(np.sum(window.weights * window.log_returns))
        return FittedBootstrap(window, window.log_returns - centre, self.block_days)


@dataclass(frozen=True, eq=False)
class FittedBootstrap:
    """Demeaned returns of the window, and the weights with which blocks start."""

    window: Window
    centred: Floats
    block_days: float

    def block(self, rng: np.random.Generator, paths: int, days: Sequence[int]) -> Floats:
        """Log returns to the asked days, by path."""
        state = kernel_state(rng)
        drifts = self.window.drift + self.window.drift_error * rng.standard_normal(paths)
        reached = np.cumsum(self.window.weights)
        reached[-1] = 1.0
        asked = np.asarray(days, dtype=np.int64)
        out = np.empty((paths, len(asked)))
        _resample(state, self.centred, reached, 1.0 / self.block_days, drifts, asked, out)
        return out

    def record(self) -> str:
        """Parameters in one line."""
        return (
            f"{len(self.centred):,} past days, volatility {np.sqrt(self.window.variance):.4f}, "
            f"drift {self.window.drift:.5f} +- {self.window.drift_error:.5f} a day"
        )


@compiled
def _resample(
    state: npt.NDArray[np.uint64],
    centred: Floats,
    reached: Floats,
    leave: float,
    drifts: Floats,
    asked: npt.NDArray[np.int64],
    out: Floats,
) -> None:
    """Walk along the past, leaving for a new weighted start with probability ``leave`` a day."""
    last = len(centred)
    for path in range(out.shape[0]):
        total = 0.0
        place = last
        day = 0
        for column in range(len(asked)):
            while day < asked[column]:
                # A block that meets the end of the past starts anew: the newest day has no next.
                if place >= last or next_unit(state) < leave:
                    place = np.searchsorted(reached, next_unit(state), side="right")
                total += centred[place]
                place += 1
                day += 1
            out[path, column] = total + drifts[path] * day
