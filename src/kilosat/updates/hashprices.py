"""The hashprices that follow from new days of network and price."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd

from kilosat.market.issuance import subsidy_sats
from kilosat.quantities import SATS_PER_BTC
from kilosat.updates.tables import HASHPRICES, Base, Rows, difficulty_text

__all__ = ["hashprice_rows"]

_HASHES_PER_PHS_DAY = 1e15 * 86400
_HASHES_PER_DIFFICULTY = 2.0**32
_DAY = timedelta(days=1)


def hashprice_rows(before: Base, after: Base) -> Rows:
    """Rows of ``network_daily.csv`` for the days on which network or price are new.

    coins per PH/s and day = 1e15 x 86400 / (difficulty x 2^32) x (subsidy + fees per block), times
    the close. Where a day's blocks are not known, the subsidy is that of its epoch's first block.
    """
    listed = max(map(date.fromisoformat, before.rows[HASHPRICES]))
    changed = _first_new(before.network, after.network)
    first = min(changed, before.last_price + _DAY, listed + _DAY)
    rows: Rows = {}
    for day in after.closes.index[after.closes.index >= first]:
        if day in after.network.index:
            row = after.network.loc[day]
            rows[str(day)] = _row(day, row, float(after.closes[day]), after.epochs)
    old = before.rows[HASHPRICES]
    return {day: row for day, row in rows.items() if old.get(day) != row}


def _first_new(before: pd.DataFrame, after: pd.DataFrame) -> date:
    now = after.reindex(before.index)
    same = before.eq(now) | (before.isna() & now.isna())
    changed = before.index[~same.all(axis=1)]
    day: date = changed[0] if len(changed) else date.max
    after_last: date = before.index[-1] + _DAY
    return min(day, after_last)


def _row(day: date, row: "pd.Series[float]", close: float, epochs: pd.DataFrame) -> tuple[str, ...]:
    difficulty, blocks = float(row["difficulty_mean"]), float(row["blocks"])
    usd_per_coin = _HASHES_PER_PHS_DAY / (difficulty * _HASHES_PER_DIFFICULTY) * close
    known = blocks > 0
    subsidy = float(row["subsidy_btc"]) / blocks if known else _subsidy(day, epochs)
    full = usd_per_coin * (subsidy + float(row["fees_btc"]) / blocks) if known else float("nan")
    full_text = "" if pd.isna(full) else f"{full:.4f}"
    return (str(day), difficulty_text(difficulty), f"{usd_per_coin * subsidy:.4f}", full_text)


def _subsidy(day: date, epochs: pd.DataFrame) -> float:
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + _DAY
    begun = epochs[epochs["start_time"] < end.timestamp()]
    return subsidy_sats(int(begun["start_height"].iloc[-1])) / SATS_PER_BTC
