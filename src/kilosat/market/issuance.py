"""Issuance by height, in whole satoshis.

What the rules allow, which is what is meant by "supply" in print. The coins that exist are a
little fewer: the first block's 50 BTC cannot be spent, and some miners claimed less than their due.
"""

from kilosat.market.errors import BitcoinError
from kilosat.quantities import SATS_PER_BTC

__all__ = [
    "BLOCKS_PER_HALVING",
    "FIRST_SUBSIDY_SATS",
    "LAST_SUBSIDY_HEIGHT",
    "final_supply_sats",
    "halving_height",
    "issued_sats",
    "subsidy_sats",
    "supply_sats",
]

BLOCKS_PER_HALVING = 210_000
FIRST_SUBSIDY_SATS = 50 * SATS_PER_BTC
LAST_SUBSIDY_HEIGHT = 33 * BLOCKS_PER_HALVING - 1
"""The last block that issues anything: one satoshi; 2^33 is above the first subsidy."""


def subsidy_sats(height: int) -> int:
    """New coins that the block at ``height`` may issue: halved, rounded down, every 210,000 blocks.

    Raises:
        BitcoinError: the height is no whole number of at least zero.

    >>> subsidy_sats(839_999), subsidy_sats(840_000)
    (625000000, 312500000)
    """
    return FIRST_SUBSIDY_SATS >> (_checked(height) // BLOCKS_PER_HALVING)


def supply_sats(height: int) -> int:
    """All coins issued up to the block at ``height``, that block included.

    >>> supply_sats(0)
    5000000000
    """
    eras, blocks = divmod(_checked(height) + 1, BLOCKS_PER_HALVING)
    full = sum(
        FIRST_SUBSIDY_SATS >> era for era in range(min(eras, FIRST_SUBSIDY_SATS.bit_length()))
    )
    return full * BLOCKS_PER_HALVING + blocks * (FIRST_SUBSIDY_SATS >> eras)


def issued_sats(first_height: int, last_height: int) -> int:
    """Coins issued by the blocks from ``first_height`` to ``last_height``, both included.

    Raises:
        BitcoinError: the last height is below the first.

    >>> issued_sats(839_999, 840_000)
    937500000
    """
    if last_height < first_height:
        raise BitcoinError(f"heights run upward: {last_height} is below {first_height}")
    before = supply_sats(first_height - 1) if first_height else 0
    return supply_sats(last_height) - before


def final_supply_sats() -> int:
    """All coins that will ever be issued.

    >>> final_supply_sats()
    2099999997690000
    """
    return supply_sats(LAST_SUBSIDY_HEIGHT)


def halving_height(number: int) -> int:
    """Height of the halving ``number``: the first was at 210,000.

    Raises:
        BitcoinError: there is no such halving (they are 1 to 33; the last ends issuance).

    >>> halving_height(4)
    840000
    """
    last = FIRST_SUBSIDY_SATS.bit_length()
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= last:
        raise BitcoinError(f"halvings are numbered 1 to {last}: there is no {number!r}")
    return number * BLOCKS_PER_HALVING


def _checked(height: int) -> int:
    if isinstance(height, bool) or not isinstance(height, int) or height < 0:
        raise BitcoinError(f"a height is a whole number of at least zero, not {height!r}")
    return height
