"""Rolling-origin backtest: what earlier forecasts were worth, refitted on the past of each day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kilosat.definitions.price_history import PriceHistory
from kilosat.outlook.catalogue import MODELS
from kilosat.outlook.paths import MINIMUM_RETURNS, OutlookError, PriceModel, simulate
from kilosat.outlook.scores import pinball, rank
from kilosat.scoring import crps, independent_windows

__all__ = [
    "HORIZONS",
    "NAIVE",
    "backtest",
    "calibration_gap",
    "choose_default",
    "forecasts",
    "monthly_origins",
    "rescored",
    "summary",
]

HORIZONS = (30, 90, 365, 1460)
PATHS, SEED = 2000, 1
"""Of the shipped table."""
NAIVE = "random-walk"
"""The reference of the skill columns."""

_CENTRAL = {"cover_50": 0.5, "cover_80": 0.8, "cover_95": 0.95}
_YEAR = 365


def monthly_origins(
    history: PriceHistory, first: date = date(2014, 1, 1), every: int = 1
) -> list[date]:
    """First days of every ``every``-th month from ``first``, a year of prices left out."""
    earliest = max(first, history.first + timedelta(days=MINIMUM_RETURNS))
    starts = pd.date_range(earliest, history.last, freq=f"{every}MS")
    return [start.date() for start in starts]


def forecasts(
    history: PriceHistory,
    models: Iterable[PriceModel],
    origins: Sequence[date],
    horizons: Sequence[int],
    paths: int,
    seed: int,
    threads: int = 1,
) -> pd.DataFrame:
    """One row per model, origin and horizon whose end is known: rank, CRPS, quantile loss.

    A model is refitted at each origin on the closes up to that day and on nothing after it. Scores
    are on the log return from origin to end.
    """
    log_close = np.log(history.closes.to_numpy(dtype=np.float64))
    rows = []
    for model in models:
        for origin in origins:
            start = history.place(origin)
            known = [days for days in horizons if start + days < len(log_close)]
            if not known:
                continue
            fitted = model.fit(history.log_returns(origin))
            moves = simulate(fitted, _seed(seed, origin), paths, known, threads)
            for column, days in enumerate(known):
                sample, came = moves[:, column], log_close[start + days] - log_close[start]
                scores = (rank(sample, came), crps(sample, came), pinball(sample, came))
                width = float(np.diff(np.quantile(sample, (0.1, 0.9)))[0])
                rows.append((model.name, origin, days, came, *scores, width))
    columns = ["model", "origin", "horizon_days", "came", "rank", "crps", "pinball", "width_80"]
    return pd.DataFrame(rows, columns=columns)


def summary(scored: pd.DataFrame, naive: str = NAIVE) -> pd.DataFrame:
    """The backtest table from scored forecasts: one row per model and horizon.

    ``cover_*`` in percent; ``crps`` and ``pinball`` in log points, ``*_vs_naive`` as a ratio below
    1 where better; ``windows`` counts those that do not overlap: all that is independent.
    """
    rows = []
    for (model, days), group in scored.groupby(["model", "horizon_days"], sort=False):
        off = 2.0 * (group["rank"] - 0.5).abs()
        row: dict[str, object] = {"model": model, "horizon_days": days, "origins": len(group)}
        row["windows"] = independent_windows(group["origin"], int(str(days)))
        row |= {name: 100.0 * float((off <= level).mean()) for name, level in _CENTRAL.items()}
        row |= {name: float(group[name].mean()) for name in ("crps", "pinball", "width_80")}
        row |= {"rank_mean": float(group["rank"].mean()), "rank_ks": _ks(group["rank"])}
        rows.append(row)
    table = pd.DataFrame(rows)
    for score in ("crps", "pinball"):
        reference = table[table["model"] == naive].set_index("horizon_days")[score]
        table[f"{score}_vs_naive"] = table[score] / table["horizon_days"].map(reference)
    return table


def backtest(
    history: PriceHistory,
    models: Iterable[PriceModel],
    origins: Sequence[date],
    horizons: Sequence[int] = HORIZONS,
    paths: int = 2000,
    seed: int = 1,
    threads: int = 1,
) -> pd.DataFrame:
    """Forecast, score and sum up: the table that chooses the default model.

    Raises:
        OutlookError: no origin has an end that is known.
        DefinitionError: an origin is outside the history.
    """
    scored = forecasts(history, models, origins, horizons, paths, seed, threads)
    if scored.empty:
        raise OutlookError(
            "no forecast of the backtest has come due: choose earlier origins or shorter horizons"
        )
    return summary(scored)


def rescored(history: PriceHistory, every: int = 1, threads: int = 2) -> pd.DataFrame:
    """The table that ships, made anew: all models, monthly origins, 2,000 paths, seed 1.

    Raises:
        OutlookError: the history is too short for any forecast to have come due.
    """
    origins = monthly_origins(history, every=every)
    table = backtest(history, MODELS.values(), origins, HORIZONS, PATHS, SEED, threads)
    return table.round(6)


def calibration_gap(table: pd.DataFrame) -> "pd.Series[float]":
    """Mean distance of the three coverages from what they should be, in points, by row."""
    gaps = [(table[name] - 100.0 * level).abs() for name, level in _CENTRAL.items()]
    return (gaps[0] + gaps[1] + gaps[2]) / len(gaps)


def choose_default(table: pd.DataFrame, horizon_days: int = _YEAR) -> str:
    """The model whose coverages at a year are nearest to 50, 80 and 95 %; then the lower CRPS.

    Raises:
        OutlookError: the table has no row at that horizon.
    """
    rows = table[table["horizon_days"] == horizon_days]
    if rows.empty:
        raise OutlookError(f"the backtest table has no horizon of {horizon_days} days")
    ordered = rows.assign(gap=calibration_gap(rows).round(6)).sort_values(["gap", "crps"])
    return str(ordered["model"].iloc[0])


def _ks(ranks: "pd.Series[float]") -> float:
    """Kolmogorov's distance of the ranks from an even spread."""
    ordered = np.sort(ranks.to_numpy())
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max(np.max(steps[1:] - ordered), np.max(ordered - steps[:-1])))


def _seed(seed: int, origin: date) -> int:
    """A seed for each origin, so that a part of the table can be made again on its own."""
    return int(np.random.SeedSequence([seed, origin.toordinal()]).generate_state(1)[0])
