"""Inputs of the outlook's figures, each with its source or its assumption, and their stages."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pandas as pd

from kilosat.definitions.price_history import PriceHistory
from kilosat.outlook import fan
from kilosat.outlook.catalogue import model_named
from kilosat.outlook.fan import DEFAULT, OWN_PATHS
from kilosat.outlook.own_paths import OwnPaths
from kilosat.outlook.paths import OutlookError
from kilosat.provenance import Source, Sourced

__all__ = ["DAYS", "OUTLOOK_STAGES", "backtest_file", "outlook_inputs", "read_backtest"]

OUTLOOK_STAGES = (fan,)
"""The modules whose figures make the outlook."""

DAYS = (30, 90, 182, 365, 730, 1095, 1460)
"""Days after the as-of date at which the fan is drawn if none are asked for."""


def backtest_file() -> Path:
    """The backtest table inside the package."""
    return Path(str(files("kilosat"))) / "data" / "bitcoin" / "outlook_backtest.csv"


def read_backtest() -> pd.DataFrame:
    """The shipped backtest table."""
    return pd.read_csv(backtest_file())


def outlook_inputs(
    history: PriceHistory,
    as_of: date | None = None,
    model: str = DEFAULT,
    days: tuple[int, ...] | None = None,
    paths: int = 10_000,
    seed: int = 1,
    threshold_usd: float | None = None,
    own_paths: OwnPaths | None = None,
    table: pd.DataFrame | None = None,
) -> dict[str, Sourced]:
    """Inputs by name for a graph of ``OUTLOOK_STAGES``.

    Args:
        history: closing prices.
        as_of: day from which to look ahead; the last with a price if not given.
        model: a name from ``MODELS``, ``default`` or ``own-paths``.
        days: days after ``as_of``, rising from 1; ``DAYS``, or those of own paths, if not given.
        paths: how many to simulate.
        seed: of the random numbers.
        threshold_usd: price for ``chance_price_below``; half the price of the day if not given.
        own_paths: the user's paths, if any.
        table: a backtest table; the shipped one if not given.

    Raises:
        OutlookError: the model is unknown, or the threshold is not above zero.
        DefinitionError: the day has no price.
    """
    if model not in (DEFAULT, OWN_PATHS):
        model_named(model)
    day = history.last if as_of is None else as_of
    close = float(history.closes.iloc[history.place(day)])
    threshold = close / 2.0 if threshold_usd is None else threshold_usd
    if not 0.0 < threshold < float("inf"):
        raise OutlookError(f"a price threshold of {threshold:g} is impossible: it must be above 0")
    half = "half the price of the day" if threshold_usd is None else "asked for"
    asked = DAYS if days is None else tuple(days)
    if days is None and own_paths and model == OWN_PATHS:
        asked = tuple(day for day in DAYS if day in own_paths.days) or own_paths.days
    scores = read_backtest() if table is None else table
    shipped = Source(
        key="backtest",
        document="outlook_backtest.csv, written by `python -m kilosat.outlook --backtest --write`",
        publisher="kilosat",
        note=f"computed from: {history.source.citation()}",
    )
    return {
        "daily_closes": Sourced(
            history, "USD/BTC", "reported", source=history.source, as_of=history.last
        ),
        "outlook_backtest": Sourced(scores, "", "derived", source=shipped),
        "price_model": _chosen(model, "" if model == DEFAULT else "asked for"),
        "own_paths": _chosen(own_paths or "none", "the user's own"),
        "outlook_as_of": _chosen(
            day.isoformat(), "the last day with a price" if as_of is None else ""
        ),
        "outlook_days": _chosen(asked, ""),
        "outlook_paths": _chosen(paths, ""),
        "outlook_seed": _chosen(seed, ""),
        "price_threshold": _chosen(threshold, half, "USD/BTC"),
    }


def _chosen(value: object, why: str, unit: str = "") -> Sourced:
    return Sourced(value, unit, "assumed", assumption=why or "a setting of the run")
