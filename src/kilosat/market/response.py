"""How the world's hashrate answers to revenue: the model, its fit, and a plain simulation.

Per difficulty epoch: growth of log difficulty = intercept + response x mean log revenue per MWh of
a frontier machine over the last epochs + memory x growth before + noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kilosat.market.difficulty import BLOCKS_PER_EPOCH, SECONDS_PER_BLOCK, difficulty_of_hashrate
from kilosat.market.efficiency import Floats, best_efficiency, efficiency_decline
from kilosat.market.errors import BitcoinError
from kilosat.market.hashprice import hashprice_usd_per_phs_day
from kilosat.quantities import JOULES_PER_MWH, SECONDS_PER_DAY, TERAHASHES_PER_PHS_DAY

__all__ = [
    "EPOCH_DAYS",
    "FIRST_EPOCH",
    "LONGEST_LAG",
    "MINIMUM_EPOCHS",
    "FitChoices",
    "HashrateResponse",
    "fit",
    "known_epochs",
    "log_revenue_per_mwh",
    "simulate_epochs",
]

EPOCH_DAYS = BLOCKS_PER_EPOCH * SECONDS_PER_BLOCK / SECONDS_PER_DAY
"""An epoch at ten minutes a block: 14 days."""
FIRST_EPOCH = date(2016, 1, 1)
"""Epochs that begin before it are not fitted."""
LONGEST_LAG = 13
"""Epochs; half a year."""
MINIMUM_EPOCHS = 26

_LARGEST_CHANGE = float(np.log(4.0))
_BAN = (np.datetime64("2021-05-01"), np.datetime64("2021-08-01"))


@dataclass(frozen=True)
class HashrateResponse:
    """Parameters of the response, per epoch of 2,016 blocks (about 14 days).

    ``intercept``, ``memory`` and ``noise`` (a standard deviation) are in log difficulty per epoch,
    ``response`` in log difficulty per epoch and unit of log USD/MWh; ``lag_epochs`` counts the
    epochs over which log revenue is averaged, the present one included. ``efficiency_now`` is that
    of the best machine (J/TH), ``efficiency_decline`` how fast its log falls per year.
    """

    intercept: float
    response: float
    lag_epochs: int
    memory: float
    noise: float
    efficiency_now: float
    efficiency_decline: float

    def equilibrium_revenue(self) -> float:
        """Revenue of a frontier machine (USD/MWh) at which difficulty neither grows nor falls.

        Raises:
            BitcoinError: the fitted response is not above zero, so there is no such revenue.
        """
        if not self.response > 0:
            raise BitcoinError(f"a response of {self.response:g} has no equilibrium")
        return float(np.exp(-self.intercept / self.response))

    def record(self) -> str:
        """All parameters in one line."""
        return (
            f"growth of log difficulty per epoch = {self.intercept:+.5f} {self.response:+.5f} x"
            f" mean log USD/MWh of {self.lag_epochs} epochs {self.memory:+.5f} x growth before,"
            f" noise {self.noise:.5f}; best machine {self.efficiency_now:g} J/TH, its log falling"
            f" {self.efficiency_decline:.4f} a year"
        )


@dataclass(frozen=True)
class FitChoices:
    """What a fit may use; the defaults are those that the backtest was won by.

    ``memory`` fits the growth of the epoch before; ``leave_out_ban`` drops the epochs that began
    in May to July 2021, when China banned mining, as one dummy for each would.
    """

    memory: bool = False
    leave_out_ban: bool = False
    longest_lag: int = LONGEST_LAG


def log_revenue_per_mwh(
    log_usd_per_block: Floats | float, log_difficulty: Floats | float, efficiency: Floats | float
) -> Floats:
    """Log of what a machine of an efficiency (J/TH) earns with one MWh, in USD.

    >>> round(float(np.exp(log_revenue_per_mwh(np.log(3.125 * 60e3), np.log(100e12), 15.0))), 1)
    104.8
    """
    per_phs_day = hashprice_usd_per_phs_day(1.0, 1.0, 1.0)
    scale = np.log(per_phs_day * JOULES_PER_MWH / TERAHASHES_PER_PHS_DAY)
    return np.asarray(scale + log_usd_per_block - log_difficulty - np.log(efficiency))


def known_epochs(epochs: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The epochs of a table whose growth was known at the end (24:00 UTC) of a day."""
    return epochs[epochs["known_from"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)]


def fit(
    epochs: pd.DataFrame,
    machines: pd.DataFrame,
    as_of: date,
    choices: FitChoices = FitChoices(),
) -> HashrateResponse:
    """Least squares on the epochs whose growth was known on the as-of date, and nothing later.

    ``lag_epochs`` is the one of lowest BIC (Schwarz, Annals of Statistics 6, 1978), all lags held
    against the same epochs.

    Args:
        epochs: table of ``response_epochs.epoch_table``.
        machines: as for ``best_efficiency``.
        as_of: the last day that may be used.
        choices: what to fit.

    Raises:
        BitcoinError: fewer than ``MINIMUM_EPOCHS`` epochs are known.
    """
    known = known_epochs(epochs, as_of)
    growth, revenue = known["growth"].to_numpy(), known["log_revenue_per_mwh"]
    before = known["growth"].shift(1).to_numpy()
    begin = known["start"].to_numpy()
    means = {lag: revenue.rolling(lag).mean().to_numpy() for lag in _lags(choices)}
    usable = np.isfinite(growth) & np.isfinite(before) & (begin >= np.datetime64(FIRST_EPOCH))
    for mean in means.values():
        usable &= np.isfinite(mean)
    if choices.leave_out_ban:
        usable &= (begin < _BAN[0]) | (begin >= _BAN[1])
    count = int(usable.sum())
    if count < MINIMUM_EPOCHS:
        raise BitcoinError(
            f"{count} epochs are known on {as_of}: the hashrate response needs {MINIMUM_EPOCHS}; "
            "choose a later day"
        )
    memory = [before[usable]] if choices.memory else []
    fits = {
        lag: _least_squares(growth[usable], [mean[usable], *memory]) for lag, mean in means.items()
    }
    # All lags have the same epochs and number of parameters: lowest BIC is least squares.
    lag = min(fits, key=lambda one: fits[one][1])
    coefficients, squares = fits[lag]
    return HashrateResponse(
        intercept=float(coefficients[0]),
        response=float(coefficients[1]),
        lag_epochs=lag,
        memory=float(coefficients[2]) if choices.memory else 0.0,
        noise=float(np.sqrt(squares / (count - len(coefficients)))),
        efficiency_now=float(best_efficiency(machines, [as_of])[0]),
        efficiency_decline=efficiency_decline(machines, as_of),
    )


def simulate_epochs(
    response: HashrateResponse,
    start_log_difficulty: float,
    log_usd_per_block: Floats,
    efficiency: Floats,
    rng: np.random.Generator,
    paths: int,
    *,
    own_hashrate: Floats | None = None,
    past_log_revenue: Sequence[float] = (),
    last_growth: float = 0.0,
) -> Floats:
    """Log difficulty at the start of each epoch and after the last: (paths, epochs + 1).

    The others' hashrate follows the response; difficulty is theirs plus one's own, found one epoch
    later as the chain finds it, and changes by a factor of four at most. What a bound change leaves
    over is caught up in the epochs after it. Hashprice, and so the others' growth, is that of the
    whole difficulty.

    Args:
        response: the fitted parameters.
        start_log_difficulty: of the first epoch, the others' alone.
        log_usd_per_block: log of price x coins per block, by epoch or by path and epoch.
        efficiency: of the best machine, J/TH, by epoch or by path and epoch.
        rng: draws ``standard_normal((paths, epochs))`` once.
        paths: how many.
        own_hashrate: EH/s that run in each epoch on top of the others'; none if not given.
        past_log_revenue: log USD/MWh of the epochs before the first, oldest first; with fewer than
            ``lag_epochs`` - 1 the mean is over those that there are.
        last_growth: of the others in the epoch before the first, for ``memory``.
    """
    epochs = np.shape(efficiency)[-1]
    shocks = rng.standard_normal((paths, epochs))
    drivers = np.broadcast_to(log_usd_per_block, (paths, epochs))
    machines = np.broadcast_to(efficiency, (paths, epochs))
    own = np.zeros(epochs) if own_hashrate is None else np.asarray(own_hashrate, dtype=np.float64)
    own_difficulty = difficulty_of_hashrate(1.0) * own
    seen = [np.full(paths, value) for value in past_log_revenue]
    others = np.full(paths, start_log_difficulty)
    growth = np.full(paths, last_growth)
    whole = np.empty((paths, epochs + 1))
    whole[:, 0] = others
    for epoch in range(epochs):
        now = whole[:, epoch]
        seen.append(log_revenue_per_mwh(drivers[:, epoch], now, machines[:, epoch]))
        mean = np.mean(seen[-response.lag_epochs :], axis=0)
        growth = (
            response.intercept
            + response.response * mean
            + response.memory * growth
            + response.noise * shocks[:, epoch]
        )
        others = others + growth
        due = np.log(np.exp(others) + own_difficulty[epoch])
        whole[:, epoch + 1] = np.clip(due, now - _LARGEST_CHANGE, now + _LARGEST_CHANGE)
    return whole


def _lags(choices: FitChoices) -> range:
    return range(1, choices.longest_lag + 1)


def _least_squares(growth: Floats, columns: list[Floats]) -> tuple[Floats, float]:
    """Coefficients, that of the constant first, and the sum of squares that is left."""
    design = np.column_stack([np.ones(len(growth)), *columns])
    coefficients = np.asarray(np.linalg.lstsq(design, growth, rcond=None)[0], dtype=np.float64)
    return coefficients, float(np.sum((growth - design @ coefficients) ** 2))
