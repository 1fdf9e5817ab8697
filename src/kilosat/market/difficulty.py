"""Difficulty: compact bits, target, difficulty, the 2,016-block rule, hashrate.

Targets are whole numbers and difficulties fractions, so nothing is lost on the way; only hashrate
is a float. The rule is that of Bitcoin Core, ``CalculateNextWorkRequired`` in ``pow.cpp``.
"""

from decimal import Decimal
from fractions import Fraction

from kilosat.market.errors import BitcoinError

__all__ = [
    "BLOCKS_PER_EPOCH",
    "EPOCH_SECONDS",
    "HIGHEST_TARGET",
    "SECONDS_PER_BLOCK",
    "bits_of_target",
    "compact_target_near",
    "difficulty_of_hashrate",
    "difficulty_of_target",
    "hashes_per_block",
    "hashrate_ehs",
    "next_bits",
    "target_of_bits",
    "target_of_difficulty",
]

BLOCKS_PER_EPOCH = 2016
SECONDS_PER_BLOCK = 600
EPOCH_SECONDS = BLOCKS_PER_EPOCH * SECONDS_PER_BLOCK
HIGHEST_TARGET = 0xFFFF << 208
"""Target of difficulty one."""
_LIMIT = (1 << 224) - 1
_LARGEST_CHANGE = 4
_HASHES = 1 << 256
_HASHES_PER_DIFFICULTY = 2.0**32
_HASHES_PER_EH = 1e18


def target_of_bits(bits: int) -> int:
    """The target that a header's four bytes stand for: mantissa x 256^(exponent - 3).

    Raises:
        BitcoinError: the sign bit is set, or the target is zero or above the highest.

    >>> f"{target_of_bits(0x1B0404CB):#x}"
    '0x404cb000000000000000000000000000000000000000000000000'
    """
    exponent, mantissa = bits >> 24, bits & 0xFFFFFF
    shift = 8 * (exponent - 3)
    target = mantissa << shift if shift >= 0 else mantissa >> -shift
    if mantissa & 0x800000 or not 0 < target <= HIGHEST_TARGET or not 0 <= bits < 1 << 32:
        raise BitcoinError(f"{bits:#010x} stands for no target between one and the highest")
    return target


def bits_of_target(target: int) -> int:
    """The four bytes for a target, which keep its three highest bytes and drop the rest.

    >>> f"{bits_of_target(HIGHEST_TARGET):#x}"
    '0x1d00ffff'
    """
    size = (_checked(target).bit_length() + 7) // 8
    mantissa = target >> 8 * (size - 3) if size > 3 else target << 8 * (3 - size)
    if mantissa & 0x800000:
        mantissa, size = mantissa >> 8, size + 1
    return size << 24 | mantissa


def difficulty_of_target(target: int) -> Fraction:
    """How many times harder than the highest target, exact.

    >>> float(difficulty_of_target(target_of_bits(0x1B0404CB)))
    16307.420938523983
    """
    return Fraction(HIGHEST_TARGET, _checked(target))


def target_of_difficulty(difficulty: Fraction | Decimal | int) -> int:
    """The nearest target of a difficulty.

    Raises:
        BitcoinError: the difficulty is below one or not finite.
    """
    if isinstance(difficulty, Decimal) and not difficulty.is_finite():
        raise BitcoinError(f"a difficulty is at least one, not {difficulty}")
    exact = Fraction(difficulty)
    if exact < 1:
        raise BitcoinError(f"a difficulty is at least one, not {difficulty}")
    return _checked(round(HIGHEST_TARGET / exact))


def compact_target_near(difficulty: Fraction | Decimal | int) -> int:
    """The target of a difficulty as a header can hold it: the nearest that four bytes can write.

    A printed difficulty has more digits than the three bytes of a mantissa, so the target that a
    header really held is found again.
    """
    target = target_of_difficulty(difficulty)
    below = target_of_bits(bits_of_target(target))
    size = bits_of_target(target) >> 24
    above = below + (1 << 8 * max(size - 3, 0))
    nearest = below if target - below <= above - target else above
    return min(nearest, HIGHEST_TARGET)


def next_bits(bits: int, first_time: int, last_time: int) -> int:
    """The bits of the next epoch, from the header times of this one's first and last block.

    Between these two lie 2,015 intervals, yet the time is held against 2,016 times ten minutes:
    the rule's off-by-one, by which blocks come 0.05 % slower than meant. The time counts no less
    than a quarter and no more than four times two weeks.

    >>> f"{next_bits(0x1D00FFFF, 1261130161, 1262152739):#x}"  # the first change, at height 32,256
    '0x1d00d86a'
    """
    shortest, longest = EPOCH_SECONDS // _LARGEST_CHANGE, EPOCH_SECONDS * _LARGEST_CHANGE
    seconds = min(max(last_time - first_time, shortest), longest)
    return bits_of_target(min(target_of_bits(bits) * seconds // EPOCH_SECONDS, _LIMIT))


def hashes_per_block(target: int) -> Fraction:
    """Hashes that it takes on average to meet a target: 2^256 / (target + 1), exact."""
    return Fraction(_HASHES, _checked(target) + 1)


def hashrate_ehs(difficulty: float, seconds_per_block: float = float(SECONDS_PER_BLOCK)) -> float:
    """Hashrate in EH/s that finds a block every ``seconds_per_block`` at a difficulty.

    By the usual convention of 2^32 hashes per unit of difficulty, 0.0015 % below the exact.

    Raises:
        BitcoinError: the difficulty or the interval is not above zero.

    >>> round(hashrate_ehs(100e12), 1)
    715.8
    """
    if not (difficulty > 0 and seconds_per_block > 0):
        raise BitcoinError("hashrate needs a difficulty and an interval above zero")
    return difficulty * _HASHES_PER_DIFFICULTY / seconds_per_block / _HASHES_PER_EH


def difficulty_of_hashrate(hashrate: float) -> float:
    """Difficulty at which a hashrate (EH/s) finds a block every ten minutes.

    >>> round(difficulty_of_hashrate(hashrate_ehs(5e13)) / 5e13, 12)
    1.0
    """
    if not hashrate > 0:
        raise BitcoinError(f"a hashrate must be above zero, not {hashrate}")
    return hashrate * _HASHES_PER_EH * SECONDS_PER_BLOCK / _HASHES_PER_DIFFICULTY


def _checked(target: int) -> int:
    if not 0 < target < _HASHES:
        raise BitcoinError(f"a target is a whole number of 256 bits above zero, not {target}")
    return target
