"""Rolling-origin backtest of the hashrate response, given the price path that came.

The price, and with it what a block earned, is taken as it happened, so that hashrate is judged and
not the price; efficiency after the origin is the trend fitted before it, and the calendar is epochs
of two weeks. Everything else is refitted on the past of each origin.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kilosat.market.efficiency import DAYS_PER_YEAR, Floats, efficiency_path
from kilosat.market.response import EPOCH_DAYS, FitChoices, fit, known_epochs, simulate_epochs
from kilosat.market.response_epochs import (
    epoch_table,
    mean_log_revenue,
    nominal_epochs,
    state_at,
)
from kilosat.scoring import crps, independent_windows

__all__ = [
    "HORIZONS",
    "MODEL",
    "VARIANTS",
    "forecasts",
    "hashrate_backtest_table",
    "hashrate_markdown",
    "quarterly_origins",
    "summary",
]

HORIZONS = (90, 365, 730)
PATHS, SEED = 2000, 1
"""Of the shipped table."""
MODEL = "response"
VARIANTS: Mapping[str, FitChoices] = {
    MODEL: FitChoices(),
    "with memory": FitChoices(memory=True),
    "without the ban": FitChoices(leave_out_ban=True),
    "memory, without the ban": FitChoices(memory=True, leave_out_ban=True),
    "lag of one epoch": FitChoices(longest_lag=1),
    "lag of up to a year": FitChoices(longest_lag=26),
}
_STAYS, _GROWS = "difficulty stays", "grows as in two years"
_CENTRAL = {"cover_50": 0.5, "cover_80": 0.8, "cover_95": 0.95}
_HEADINGS = {
    "model": "model",
    "horizon_days": "days",
    "origins": "origins",
    "windows": "windows",
    "cover_50": "50 %",
    "cover_80": "80 %",
    "cover_95": "95 %",
    "crps": "CRPS",
    "crps_vs_stays": "CRPS to staying",
    "crps_vs_grows": "CRPS to growing",
    "width_80": "80 % width",
    "bias": "median - came",
}
_WHOLE, _TENTHS = ("horizon_days", "origins", "windows"), tuple(_CENTRAL)


def quarterly_origins(last: date, first: date = date(2018, 1, 1)) -> list[date]:
    """First days of the quarters from ``first`` to ``last``."""
    return [start.date() for start in pd.date_range(first, last, freq="QS")]


def forecasts(
    difficulty_epochs: pd.DataFrame,
    revenue: "pd.Series[float]",
    machines: pd.DataFrame,
    origins: Sequence[date],
    horizons: Sequence[int] = HORIZONS,
    choices: Mapping[str, FitChoices] | None = None,
    naive: bool = True,
) -> pd.DataFrame:
    """One row per model, origin and horizon whose end and prices are known, with its scores.

    Args:
        difficulty_epochs: table of ``definitions.history.read_epochs``.
        revenue: USD per block by day, from ``response_epochs.block_revenue``.
        machines: as for ``efficiency.best_efficiency``.
        origins: days of the forecasts; the past of each ends at its 24:00 UTC.
        horizons: days ahead.
        choices: models by name; the shipped one if not given.
        naive: whether the two naive references are scored too.
    """
    table = epoch_table(difficulty_epochs, revenue, machines)
    last = revenue.index[-1]
    rows: list[tuple[object, ...]] = []
    for origin in origins:
        known = [days for days in horizons if origin + timedelta(days=days) <= last]
        if not known:
            continue
        came = np.array([_in_force(table, origin + timedelta(days=days)) for days in known])
        now = _in_force(table, origin)
        samples = {}
        for name, choice in (choices or {MODEL: FitChoices()}).items():
            samples[name] = _simulated(table, revenue, machines, origin, known, choice)
        if naive:
            samples |= _naive(table, origin, known, now)
        for name, sample in samples.items():
            for column, days in enumerate(known):
                scores = _scores(sample[:, column], float(came[column]))
                rows.append((name, origin, days, float(came[column]) - now, *scores))
    columns = ["model", "origin", "horizon_days", "came", "rank", "crps", "width_80", "bias"]
    return pd.DataFrame(rows, columns=columns)


def summary(scored: pd.DataFrame) -> pd.DataFrame:
    """One row per model and horizon.

    ``cover_*`` in percent; ``crps``, ``width_80`` and ``bias`` (median less what came) in log
    difficulty; ``crps_vs_*`` as ratios, below 1 where better; ``windows`` counts those that do not
    overlap. A reference that is one number has no intervals.
    """
    rows = []
    for (model, days), group in scored.groupby(["model", "horizon_days"], sort=False):
        off = 2.0 * (group["rank"] - 0.5).abs()
        row: dict[str, object] = {"model": model, "horizon_days": days, "origins": len(group)}
        row["windows"] = independent_windows(group["origin"], int(str(days)))
        for name, level in _CENTRAL.items():
            row[name] = float("nan") if model == _STAYS else 100.0 * float((off <= level).mean())
        row |= {name: float(group[name].mean()) for name in ("crps", "width_80", "bias")}
        rows.append(row)
    table = pd.DataFrame(rows)
    for column, model in (("crps_vs_stays", _STAYS), ("crps_vs_grows", _GROWS)):
        reference = table[table["model"] == model].set_index("horizon_days")["crps"]
        table[column] = table["crps"] / table["horizon_days"].map(reference)
    return table[list(_HEADINGS)]


def hashrate_backtest_table(
    difficulty_epochs: pd.DataFrame,
    revenue: "pd.Series[float]",
    machines: pd.DataFrame,
    choices: Mapping[str, FitChoices] | None = None,
) -> pd.DataFrame:
    """The table that ships: quarterly origins from 2018 on, 2,000 paths, seed 1."""
    origins = quarterly_origins(revenue.index[-1])
    scored = forecasts(difficulty_epochs, revenue, machines, origins, HORIZONS, choices)
    return summary(scored).sort_values(["horizon_days"], kind="stable").round(6)


def hashrate_markdown(table: pd.DataFrame) -> str:
    """The backtest table as Markdown."""
    lines = ["| " + " | ".join(_HEADINGS.values()) + " |"]
    lines.append("|---|" + "---:|" * (len(_HEADINGS) - 1))
    rows = [[_cell(name, row[name]) for name in _HEADINGS] for row in table.to_dict("records")]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _simulated(
    table: pd.DataFrame,
    revenue: "pd.Series[float]",
    machines: pd.DataFrame,
    origin: date,
    horizons: Sequence[int],
    choice: FitChoices,
) -> Floats:
    """Log difficulty in force after each horizon, by path."""
    response = fit(table, machines, origin, choice)
    state = state_at(table, origin, response.lag_epochs)
    places = [_place(state.start, origin, days) for days in horizons]
    edges = nominal_epochs(state.start, max(places))
    years = (edges[:-1] - np.datetime64(origin)).astype(np.float64) / DAYS_PER_YEAR
    simulated = simulate_epochs(
        response,
        state.log_difficulty,
        mean_log_revenue(revenue, edges),
        efficiency_path(response.efficiency_now, response.efficiency_decline, years),
        np.random.default_rng([SEED, origin.toordinal()]),
        PATHS,
        past_log_revenue=state.past_log_revenue,
        last_growth=state.last_growth,
    )
    return simulated[:, places]


def _naive(
    table: pd.DataFrame, origin: date, horizons: Sequence[int], now: float
) -> dict[str, Floats]:
    """Difficulty that stays, and one that grows at the mean rate of the last two years."""
    known = known_epochs(table, origin)
    growth = known["growth"].to_numpy()[-round(2.0 * DAYS_PER_YEAR / EPOCH_DAYS) :]
    start = known["known_from"].iloc[-1].date()
    epochs = np.array([_place(start, origin, days) for days in horizons])
    rng = np.random.default_rng([SEED, origin.toordinal()])
    steps = rng.standard_normal((PATHS, int(epochs.max())))
    walks = np.cumsum(growth.mean() + growth.std(ddof=1) * steps, axis=1)
    return {_STAYS: np.full((1, len(epochs)), now), _GROWS: now + walks[:, epochs - 1]}


def _place(start: date, origin: date, days: int) -> int:
    """How many epochs of two weeks have ended between a start and a day after the origin."""
    return int(((origin - start).days + days) // EPOCH_DAYS)


def _in_force(table: pd.DataFrame, day: date) -> float:
    ended = known_epochs(table, day).iloc[-1]
    return float(ended["log_difficulty"] + ended["growth"])


def _scores(sample: Floats, came: float) -> tuple[float, float, float, float]:
    """Rank of what came, CRPS of the sample, width of its 80 % interval, median less what came."""
    low, middle, high = np.quantile(sample, (0.1, 0.5, 0.9))
    rank = float(np.mean(sample < came))
    return rank, crps(sample, came), float(high - low), float(middle - came)


def _cell(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    number = float(str(value))
    if np.isnan(number):
        return "none"
    return f"{number:,.0f}" if name in _WHOLE else f"{number:.{1 if name in _TENTHS else 3}f}"
