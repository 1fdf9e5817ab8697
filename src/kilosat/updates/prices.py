"""Prices that come after those that are there: from a file, and held against what they continue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pandas as pd

from kilosat.definitions.history import HistoryError, read_prices
from kilosat.updates.errors import Problems, UpdateError
from kilosat.updates.tables import Base, Rows

__all__ = ["OVERLAP_DAYS", "PriceSeries", "price_rows", "read_price_file"]

OVERLAP_DAYS = 30
"""So many of the last known days are compared, fewer where the new series has fewer of them."""
_FEWEST_DAYS = 14
_LARGEST_MOVE = 2.0
_DAY_APART = 0.01
"""Of 2,049 days the shipped closes and CoinDesk's differ by at most 0.54 % (README of the data);
twice that, rounded down."""
_MEDIAN_APART = 0.0025
"""The median difference from Bitstamp is at most 0.12 % in every year from 2018; twice that. A
series that is one day off fails both limits in each of the 2,950 fortnights since 2018, but not in
every single week: hence fourteen days at least."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PriceSeries:
    """Closes in USD/BTC by day, and in words where they are from."""

    closes: Mapping[date, float]
    source: str


def read_price_file(path: Path) -> PriceSeries:
    """Daily closes of a CSV with the columns ``date`` and ``close`` (or ``close_usd``).

    Raises:
        UpdateError: all that is wrong with the file, gaps among it.
    """
    try:
        closes = read_prices(path).value
    except HistoryError as error:
        raise UpdateError(str(error).splitlines()) from None
    return PriceSeries(
        dict(zip(closes.index, map(float, closes), strict=True)), f"file {path.name}"
    )


def price_rows(series: PriceSeries, base: Base, now: datetime) -> Rows:
    """The rows that a series adds to the table of closes; none where it has nothing new.

    A day that is not over at ``now`` is not taken.

    Raises:
        UpdateError: all that does not fit: a first day after the table's end, days missing or yet
            to come, too few days in common, days in common that differ.
    """
    today = now.astimezone(UTC).date()
    problems = Problems()
    closes = {day: close for day, close in sorted(series.closes.items()) if day != today}
    if ahead := [day for day in closes if day > today]:
        problems.add("ahead", f"{series.source}: {ahead[0]} has not come yet (today is {today})")
    if not closes:
        raise UpdateError([f"{series.source}: there is no day that is over"])
    _check_gaps(closes, series.source, problems)
    _check_jumps(closes, series.source, problems)
    _compare(closes, base.closes, series.source, problems)
    problems.raise_any()
    last = base.last_price
    return {str(d): (str(d), f"{close:.10g}") for d, close in closes.items() if d > last}


def _check_gaps(closes: Mapping[date, float], source: str, problems: Problems) -> None:
    for before, day in pairwise(closes):
        if missing := (day - before).days - 1:
            many = f", {missing:,} days in all" if missing > 1 else ""
            problems.add("gap", f"{source}: {before + _DAY} is missing{many}")


def _check_jumps(closes: Mapping[date, float], source: str, problems: Problems) -> None:
    """A slip of the keyboard; since 2011 no close has halved or doubled within a day."""
    for (before, was), (day, now) in pairwise(closes.items()):
        if not 1.0 / _LARGEST_MOVE < now / was < _LARGEST_MOVE:
            text = f"{source}: from {was:,.10g} on {before} to {now:,.10g} on {day}"
            problems.add("jump", f"{text}: no close has halved or doubled in a day; check it")


def _compare(
    closes: Mapping[date, float], known: "pd.Series[float]", source: str, problems: Problems
) -> None:
    last, first = known.index[-1], min(closes)
    if first > last + _DAY:
        problems.add("start", f"{source}: it starts on {first}, so {last + _DAY} is missing")
        return
    common = [day for day in known.index[-OVERLAP_DAYS:] if day in closes]
    if len(common) < min(_FEWEST_DAYS, len(known)):
        need = f"at least {_FEWEST_DAYS} of the last {OVERLAP_DAYS} days up to {last}"
        problems.add("few", f"{source}: it has {len(common)} of the days to compare with, {need}")
        return
    apart = {day: abs(closes[day] / float(known[day]) - 1) for day in common}
    for day, share in apart.items():
        if share > _DAY_APART:
            pair = f"{closes[day]:,.10g} here, {float(known[day]):,.10g} in the table"
            limit = f"more than {_DAY_APART:.0%} apart"
            problems.add("apart", f"{source}: the closes of {day} are {limit} ({pair})")
    middle = median(apart.values())
    if middle > _MEDIAN_APART:
        text = f"{len(common)} days in common differ by {middle:.2%} in the middle"
        hint = "is each close that of 24:00 UTC of its day?"
        problems.add("median", f"{source}: {text}, more than {_MEDIAN_APART:.2%}; {hint}")
