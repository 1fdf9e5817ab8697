"""Daily closing prices of bitcoin: those shipped, or a user's CSV with ``date`` and ``close``."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from kilosat.definitions.findings import DefinitionError, Finding
from kilosat.definitions.history import HistoryError, read_prices
from kilosat.provenance import Source, Sourced

__all__ = ["PriceHistory", "read_price_history"]


@dataclass(frozen=True, eq=False)
class PriceHistory:
    """Closing prices in USD per BTC by day, without a gap, oldest first, and their source."""

    closes: "pd.Series[float]"
    source: Source
    label: str

    @property
    def first(self) -> date:
        """First day with a price."""
        return _day(self.closes.index[0])

    @property
    def last(self) -> date:
        """Last day with a price."""
        return _day(self.closes.index[-1])

    @property
    def record(self) -> str:
        """Its length and its ends in one line."""
        return f"{len(self.closes):,} daily closes, {self.first} to {self.last}"

    def place(self, day: date) -> int:
        """Where a day stands in ``closes``.

        Raises:
            DefinitionError: the day is outside the history; the message says what it has.
        """
        if not self.first <= day <= self.last:
            message = f"there is no price for {day.isoformat()}"
            remedy = f"choose a day from {self.first} to {self.last}, or give a longer history"
            raise DefinitionError([Finding(self.label, 0, message, remedy)])
        return (day - self.first).days

    def log_returns(self, until: date) -> npt.NDArray[np.float64]:
        """Daily log returns up to and including the day ``until``: nothing after it is touched.

        Raises:
            DefinitionError: the day is outside the history.
        """
        seen = self.closes.to_numpy(dtype=np.float64)[: self.place(until) + 1]
        return np.diff(np.log(seen))

    def by_day(self) -> dict[date, float]:
        """The closes by day."""
        return {
            _day(day): float(close)
            for day, close in zip(self.closes.index, self.closes, strict=True)
        }

    def sourced(self) -> Sourced:
        """The closes as an input of figures."""
        return Sourced(self.closes, "USD/BTC", "reported", source=self.source, as_of=self.last)


def read_price_history(path: Path | None = None) -> PriceHistory:
    """Read the shipped closes, or a user's CSV with the columns ``date`` and ``close``.

    Raises:
        DefinitionError: all that is wrong with the file, as ``history.read_prices`` finds it.
    """
    try:
        closes = read_prices(path)
    except HistoryError as error:
        raise DefinitionError(error.findings) from None
    assert closes.source
    series = pd.Series(
        closes.value.to_numpy(), pd.DatetimeIndex(closes.value.index), name="close_usd"
    )
    return PriceHistory(series, closes.source, closes.file)


def _day(stamp: pd.Timestamp) -> date:
    return stamp.date()
