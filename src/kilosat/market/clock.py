"""Height and time: read from the epochs that happened, extrapolated at ten minutes after them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from kilosat.market.difficulty import SECONDS_PER_BLOCK
from kilosat.market.errors import BitcoinError
from kilosat.provenance import Quality

__all__ = ["At", "How", "height_at_time", "time_at_height"]

How = Literal["header", "interpolated", "interpolated from targets", "extrapolated"]
_QUALITY: dict[How, Quality] = {
    "header": "reported",
    "interpolated": "derived",
    "interpolated from targets": "derived",
    "extrapolated": "modelled",
}


@dataclass(frozen=True)
class At:
    """A height and its time in UTC, and how the one follows from the other.

    ``header``: the block's own header; ``interpolated``: between two headers, good to some hours
    (blocks come by chance: one standard deviation is at most 600 s x sqrt(2016 / 4) = 3.7 h);
    ``interpolated from targets``: an end is itself derived from difficulty; ``extrapolated``: at
    ten minutes a block after the last known epoch.
    """

    height: int
    time: datetime
    how: How

    @property
    def quality(self) -> Quality:
        """The quality of the number, as sources have it."""
        return _QUALITY[self.how]


def time_at_height(epochs: pd.DataFrame, height: int) -> At:
    """When the block at ``height`` came, or will come.

    Args:
        epochs: table of ``definitions.history.read_epochs``.
        height: whole number of at least zero.

    Raises:
        BitcoinError: no such height, or a time beyond the calendar.
    """
    if isinstance(height, bool) or not isinstance(height, (int, np.integer)) or height < 0:
        raise BitcoinError(f"a height is a whole number of at least zero, not {height!r}")
    heights, times = _columns(epochs)
    if height > heights[-1]:
        seconds = float(times[-1]) + float(height - heights[-1]) * SECONDS_PER_BLOCK
    else:
        seconds = float(np.interp(height, heights, times))
    return At(int(height), _time(seconds), _how(epochs, int(height)))


def height_at_time(epochs: pd.DataFrame, time: datetime) -> At:
    """Height of the last block at ``time`` (UTC).

    Raises:
        BitcoinError: the time is before the first block, or has no time zone.
    """
    if time.tzinfo is None:
        raise BitcoinError(f"{time} has no time zone: Bitcoin's times are UTC")
    heights, times = _columns(epochs)
    seconds = time.timestamp()
    if seconds < times[0]:
        raise BitcoinError(
            f"{time:%Y-%m-%d %H:%M} UTC is before the first block, {_time(times[0])}"
        )
    if seconds > times[-1]:
        height = int(heights[-1]) + int((seconds - times[-1]) // SECONDS_PER_BLOCK)
    else:
        height = int(np.floor(np.interp(seconds, times, heights) + 1e-9))
    return At(height, time, _how(epochs, height))


def _columns(epochs: pd.DataFrame) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return epochs["start_height"].to_numpy(), epochs["start_time"].to_numpy()


def _how(epochs: pd.DataFrame, height: int) -> How:
    heights, sources = epochs["start_height"].to_numpy(), epochs["time_source"].to_numpy()
    place = int(np.searchsorted(heights, height, side="right")) - 1
    exact = heights[place] == height
    if not exact and place == len(heights) - 1:
        return "extrapolated"
    ends = sources[place : place + 1] if exact else sources[place : place + 2]
    if (ends != "header").any():
        return "interpolated from targets"
    return "header" if exact else "interpolated"


def _time(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError):
        raise BitcoinError("that height comes after the year 9999") from None
