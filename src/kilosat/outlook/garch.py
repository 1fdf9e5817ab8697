"""GARCH with Student-t shocks: volatility that clusters and returns to a recent average."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from kilosat.compiling import compiled
from kilosat.outlook.paths import window_of
from kilosat.outlook.streams import Floats, kernel_state
from kilosat.outlook.student import fill_student, ziggurat

__all__ = ["FittedGarch", "GarchT", "estimate"]

_PERCENT = 100.0
_FREEDOM = (4.0, 50.0)
"""Degrees of freedom are held in this range: below, the variance of a year hardly settles; above,
the shocks are normal."""
_USUAL = (0.08, 0.90)
"""Shock and memory where the optimiser gives up: RiskMetrics-like values."""


@dataclass(frozen=True)
class GarchT:
    """GARCH(1,1) with Student-t shocks (Bollerslev, Rev. Econ. Stat. 69, 1987).

    Shock and memory are fitted by quasi-maximum likelihood (package ``arch``) on the window, the
    degrees of freedom afterwards on what the fit leaves. The level to which variance returns is
    not fitted: it is the recency-weighted variance (variance targeting, Francq, Horvath and
    Zakoian, J. Financ. Econometrics 9, 2011), because a fit close to the unit root leaves it open.
    ``persistence_cap`` keeps every fit from exploding: a rise of variance then halves in at most
    14 days. Drift as in ``window_of``, drawn anew for every path.
    """

    window_days: int = 1461
    half_life_days: float = 730.0
    drift_trust: float = 0.5
    persistence_cap: float = 0.95

    @property
    def name(self) -> str:
        """``garch-t``."""
        return "garch-t"

    @property
    def assumption(self) -> str:
        """Its drift in words."""
        return (
            f"drift of the log price: {self.drift_trust:.0%} of the mean of the last "
            f"{self.window_days:,} days, uncertain by path; volatility returns to its average "
            f"over those days, weights halving every {self.half_life_days:.0f} days"
        )

    def fit(self, log_returns: Floats) -> "FittedGarch":
        """Estimate on the window.

        Raises:
            OutlookError: fewer than a year of returns.
        """
        window = window_of(log_returns, self.window_days, self.half_life_days, self.drift_trust)
        shocks = window.log_returns - np.sum(window.weights * window.log_returns)
        shock, memory = estimate(shocks)
        persistence = shock + memory
        if persistence > self.persistence_cap:
            shock *= self.persistence_cap / persistence
            memory *= self.persistence_cap / persistence
        constant = (1.0 - shock - memory) * window.variance
        variances = _filtered(shocks, constant, shock, memory, float(shocks.var()))
        return FittedGarch(
            constant=constant,
            shock=shock,
            memory=memory,
            freedom=freedom_of(shocks / np.sqrt(variances[:-1])),
            variance_next=float(variances[-1]),
            drift=window.drift,
            drift_error=window.drift_error,
        )


def estimate(shocks: Floats) -> tuple[float, float]:
    """Shock and memory by normal quasi-maximum likelihood; usual ones if the search fails.

    Quasi-likelihood keeps the scale of the shocks right where a t-likelihood near infinite
    variance would not (Fan, Qi and Xiu, J. Bus. Econ. Stat. 32, 2014, on its bias).
    """
    from arch.univariate import GARCH, ZeroMean

    model = ZeroMean(shocks * _PERCENT, volatility=GARCH(1, 0, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = model.fit(disp="off", show_warning=False)
    if found.convergence_flag != 0 or not np.all(np.isfinite(found.params)):
        return _USUAL
    # Rounded: what the optimiser leaves beyond its tolerance is no information.
    return round(float(found.params["alpha[1]"]), 6), round(float(found.params["beta[1]"]), 6)


def freedom_of(residuals: Floats) -> float:
    """Degrees of freedom of a Student t of the residuals' own variance, by maximum likelihood."""
    unit = residuals / residuals.std()

    def misfit(freedom: float) -> float:
        scale = np.sqrt((freedom - 2.0) / freedom)
        return -float(np.sum(stats.t.logpdf(unit / scale, freedom)) - len(unit) * np.log(scale))

    found = optimize.minimize_scalar(misfit, bounds=_FREEDOM, method="bounded")
    return round(float(found.x), 3)


@dataclass(frozen=True)
class FittedGarch:
    """s2' = constant + shock x e^2 + memory x s2, with the variance of the first day to come."""

    constant: float
    shock: float
    memory: float
    freedom: float
    variance_next: float
    drift: float
    drift_error: float

    def block(self, rng: np.random.Generator, paths: int, days: Sequence[int]) -> Floats:
        """Log returns to the asked days, by path."""
        state = kernel_state(rng)
        drifts = self.drift + self.drift_error * rng.standard_normal(paths)
        edges, densities = ziggurat(self.freedom)
        asked = np.asarray(days, dtype=np.int64)
        out = np.empty((paths, len(asked)))
        rule = (self.constant, self.shock, self.memory, self.freedom, self.variance_next)
        _walk(state, rule, edges, densities, drifts, asked, out)
        return out

    def record(self) -> str:
        """Parameters in one line."""
        level = self.constant / (1.0 - self.shock - self.memory)
        return (
            f"shock {self.shock:.3f}, memory {self.memory:.3f}, {self.freedom:.1f} degrees of "
            f"freedom, volatility {np.sqrt(self.variance_next):.4f} now and {np.sqrt(level):.4f} "
            f"in the long run, drift {self.drift:.5f} +- {self.drift_error:.5f} a day"
        )


@compiled
def _filtered(shocks: Floats, constant: float, shock: float, memory: float, start: float) -> Floats:
    """Variance of every day of the past, and of the day after it."""
    variances = np.empty(len(shocks) + 1)
    variances[0] = start
    for day in range(len(shocks)):
        variances[day + 1] = constant + shock * shocks[day] ** 2 + memory * variances[day]
    return variances


@compiled
def _walk(
    state: npt.NDArray[np.uint64],
    rule: tuple[float, float, float, float, float],
    edges: Floats,
    densities: Floats,
    drifts: Floats,
    asked: npt.NDArray[np.int64],
    out: Floats,
) -> None:
    """Day by day along each path; only the asked days are kept."""
    constant, shock, memory, freedom, variance_next = rule
    to_unit = (freedom - 2.0) / freedom
    draws = np.empty(asked[-1])
    for path in range(out.shape[0]):
        fill_student(state, freedom, edges, densities, draws)
        total = 0.0
        variance = variance_next
        day = 0
        for column in range(len(asked)):
            while day < asked[column]:
                draw = draws[day]
                total += np.sqrt(variance * to_unit) * draw
                # Equal to shock x move^2, but the next day need not wait for the square root.
                variance = constant + variance * (memory + shock * to_unit * draw * draw)
                day += 1
            out[path, column] = total + drifts[path] * day
