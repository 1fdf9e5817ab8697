"""What a price model is, and simulation of any of them in blocks of paths."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from kilosat.outlook.streams import Floats, block_generators

__all__ = ["FittedModel", "OutlookError", "PriceModel", "Window", "simulate", "window_of"]

MINIMUM_RETURNS = 365
"""Fewer daily returns than a year's are not fitted."""


class OutlookError(ValueError):
    """An outlook that cannot be had as asked; the message says why and what to do."""


class FittedModel(Protocol):
    """A model with its parameters."""

    def block(self, rng: np.random.Generator, paths: int, days: Sequence[int]) -> Floats:
        """Log return from today to each of ``days``, by path: an array (paths, days)."""
        ...

    def record(self) -> str:
        """Its parameters in one line, for people."""
        ...


class PriceModel(Protocol):
    """A model before it has seen data: a frozen choice of method and assumptions."""

    @property
    def name(self) -> str:
        """What it is called in tables and on the command line."""
        ...

    @property
    def assumption(self) -> str:
        """What it assumes, its drift above all, in words."""
        ...

    def fit(self, log_returns: Floats) -> FittedModel:
        """Estimate it from daily log returns, the newest last."""
        ...


@dataclass(frozen=True)
class Window:
    """What the recency-aware models take from the past.

    ``log_returns`` are those of the window, ``drift`` the expected log return a day, shrunk
    towards zero, with its standard error; ``variance`` is a day's, recent days counting more.
    """

    log_returns: Floats
    weights: Floats
    drift: float
    drift_error: float
    variance: float


def window_of(log_returns: Floats, window_days: int, half_life_days: float, trust: float) -> Window:
    """The last days of the past, with weights that halve every ``half_life_days``.

    Drift: the mean of the window has the standard error s/sqrt(n). A prior centred on zero with
    the variance ``trust / (1 - trust)`` x s^2/n gives the posterior mean ``trust`` x mean and the
    posterior variance ``trust`` x s^2/n (normal-normal, Gelman et al., Bayesian Data Analysis,
    section 2.5).

    Raises:
        OutlookError: fewer than a year of returns, or returns that are all the same.
    """
    if len(log_returns) < MINIMUM_RETURNS:
        raise OutlookError(
            f"{len(log_returns)} daily returns are too few to fit a price model: give at least "
            f"{MINIMUM_RETURNS}, or choose a later date"
        )
    used = log_returns[-window_days:]
    age = np.arange(len(used))[::-1]
    weights = 0.5 ** (age / half_life_days)
    weights /= weights.sum()
    centred = used - np.sum(weights * used)
    variance = float(np.sum(weights * centred**2))
    if variance == 0.0:
        raise OutlookError("the prices do not move: there is nothing to fit a price model to")
    error = float(np.sqrt(trust * used.var() / len(used)))
    return Window(used, weights, trust * float(used.mean()), error, variance)


def simulate(
    model: FittedModel, seed: int, paths: int, days: Sequence[int], threads: int = 1
) -> Floats:
    """Log return from today to each of ``days`` (rising, from 1), as an array (paths, days).

    The same to the bit for any number of threads; more paths leave the first ones as they are.

    Raises:
        OutlookError: no paths, or days that do not rise from 1.
    """
    if paths < 1:
        raise OutlookError(f"{paths} paths cannot be simulated: ask for at least 1")
    steps = list(days)
    if not steps or steps[0] < 1 or any(b <= a for a, b in pairwise(steps)):
        raise OutlookError("the days of an outlook must rise and start at 1 or later")
    blocks = block_generators(seed, paths)
    if threads == 1:
        done = [model.block(rng, size, steps) for rng, size in blocks]
    else:
        with ThreadPoolExecutor(threads) as pool:
            done = list(pool.map(lambda block: model.block(block[0], block[1], steps), blocks))
    return np.concatenate(done)
