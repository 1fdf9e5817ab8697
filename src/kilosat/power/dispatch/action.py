"""What water and storage do together, and at which values."""

from dataclasses import dataclass

from kilosat.power.dispatch.arrays import FloatArray
from kilosat.power.dispatch.fleet import Release
from kilosat.power.dispatch.trading import Trades


@dataclass(frozen=True, eq=False)
class Action:
    """A release of water and, with a storage, its trades.

    `left_mw` (T,) is what they leave to the ladder. `water_value` (R, P) and the `margin` (T,) are
    currency per MWh: the margin is the price at which neither water nor storage wants to change
    what it does in the hour.
    """

    release: Release
    trades: Trades | None
    left_mw: FloatArray
    water_value: FloatArray
    margin: FloatArray
