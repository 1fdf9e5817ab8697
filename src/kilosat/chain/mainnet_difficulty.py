"""What difficulty a header of the main network must have at its height.

Anybody can make headers of little difficulty. The shipped series of epochs
(``difficulty_epochs.csv``) says what real ones had; above it, no epoch of 2,016 blocks is easier
than a quarter of the one before (Bitcoin Core, ``pow.cpp``).
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from kilosat.chain.address import Network
from kilosat.chain.errors import ProofError
from kilosat.chain.header import MAINNET_LIMIT, Header, target_of_bits

__all__ = [
    "PERIOD_BLOCKS",
    "Epochs",
    "check_difficulty",
    "difference",
    "difficulty_of_bits",
    "least_difficulty",
    "read_mainnet_epochs",
]

PERIOD_BLOCKS = 2_016
_MOST_CHANGE = 4
_TIMES_OFF_SECONDS = 24 * 3600
"""Clocks of miners may be two hours off, and starts that the series derives half a day."""
_SAME = 1e-9
_ROUNDED = 0.01
"""The series is printed with two decimals."""
_CUT_OFF = 0.999
"""The compact form of a target cuts off less than a part in 2^15."""
_DIFFICULTY_ONE = 0xFFFF << 208


@dataclass(frozen=True)
class Epochs:
    """Difficulty of the main network by epoch of 2,016 blocks, and when each began (Unix)."""

    difficulty: tuple[float, ...]
    start: tuple[int, ...]

    @property
    def end_height(self) -> int:
        """The first height that the series no longer tells of."""
        return len(self.difficulty) * PERIOD_BLOCKS


def difficulty_of_bits(bits: int, limit: int) -> float:
    """How much harder a target is than the easiest of the main network.

    >>> difficulty_of_bits(0x1B0404CB, 1 << 224)  # the example of the Bitcoin wiki
    16307.420938523983
    """
    return _DIFFICULTY_ONE / target_of_bits(bits, limit)


def read_mainnet_epochs() -> Epochs:
    """The shipped series, or the user's own where ``KILOSAT_DATA`` names one."""
    return _read(os.environ.get("KILOSAT_DATA", ""))


@lru_cache(maxsize=4)
def _read(_folder: str) -> Epochs:
    # Imported late: tables take a moment to load, and only the main network needs this one.
    from kilosat.definitions.history import read_epochs

    table = read_epochs().value
    return Epochs(
        tuple(float(text) for text in table["difficulty"]), tuple(map(int, table["start_time"]))
    )


def least_difficulty(height: int, epochs: Epochs) -> float:
    """The easiest that a block of this height can be; within the series, what it had."""
    epoch, last = height // PERIOD_BLOCKS, len(epochs.difficulty) - 1
    if epoch <= last:
        return epochs.difficulty[epoch]
    return max(epochs.difficulty[last] / float(_MOST_CHANGE) ** (epoch - last), 1.0)


def check_difficulty(header: Header, height: int, network: Network) -> None:
    """Check that a header of the main network has, or can have, the difficulty of its height.

    Other networks have no such series.

    Raises:
        ProofError: it has not.
    """
    if network == "mainnet" and (wrong := difference(header, height, read_mainnet_epochs())):
        raise ProofError(wrong)


def difference(header: Header, height: int, epochs: Epochs) -> str:
    """How a header differs from what the main network had, or can have, at its height.

    Empty if it does not.

    Raises:
        ProofError: its target is none.
    """
    difficulty, epoch = difficulty_of_bits(header.bits, MAINNET_LIMIT), height // PERIOD_BLOCKS
    wanted = least_difficulty(height, epochs)
    if epoch < len(epochs.difficulty) and abs(difficulty - wanted) > _SAME * wanted + _ROUNDED:
        return (
            f"at height {height:,} the difficulty was {wanted:,.2f}, and the header has "
            f"{difficulty:,.2f}"
        )
    if difficulty < wanted * _CUT_OFF - _ROUNDED:
        return (
            f"at height {height:,} the difficulty is at least {wanted:,.2f}, and the header has "
            f"{difficulty:,.2f}"
        )
    begins = epochs.start[min(epoch, len(epochs.start) - 1)] - _TIMES_OFF_SECONDS
    if header.time < begins or (
        epoch + 1 < len(epochs.start) and header.time > epochs.start[epoch + 1] + _TIMES_OFF_SECONDS
    ):
        day = datetime.fromtimestamp(header.time, UTC).date().isoformat()
        return f"the header says {day}, when height {height:,} was not being mined"
    return ""
