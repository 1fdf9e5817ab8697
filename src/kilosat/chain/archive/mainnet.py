"""Is it the main network? The headers' difficulty against what real ones are known to have had.

Anybody can make headers of little difficulty, on a genesis of their own or on any real block. The
shipped series of difficulty epochs (``difficulty_epochs.csv``) says what real ones had; and since
the difficulty of old blocks costs little today, the work that lies on the last transaction is
measured in blocks of today.
"""

from datetime import UTC, datetime
from itertools import pairwise

from kilosat.chain.archive.model import Archive
from kilosat.chain.archive.verification import Check
from kilosat.chain.errors import ChainError
from kilosat.chain.header import MAINNET_LIMIT
from kilosat.chain.mainnet_difficulty import (
    Epochs,
    difference,
    difficulty_of_bits,
)

__all__ = ["check_mainnet", "height_is_known"]

_TITLE = "Bitcoin's main network"
_LEAST_OF_LAST = 0.25
"""Above the series no header may be easier than a quarter of its last entry."""
_LEAST_BLOCKS = 6
"""So many blocks at the last known difficulty, an hour of the whole network, must lie on top."""
_LOOK_UP = "look up the hash of the last block in a node or an explorer that you trust"


def check_mainnet(archive: Archive, epochs: Epochs) -> Check:
    """Compare each header with the series by its height, and weigh the work on top.

    The headers' own work is checked before. Failed where a header is not what the main network had
    at its height; not proven on other networks, and where making such headers costs little today.
    """
    if archive.network != "mainnet":
        detail = (
            f"this is a chain of {archive.network}, a network for tests whose coins are worth "
            "nothing and whose blocks anybody can make"
        )
        return Check("mainnet", _TITLE, "not proven", detail)
    for place, header in enumerate(archive.headers):
        try:
            wrong = difference(header, archive.first_height + place, epochs)
        except ChainError as problem:
            wrong = f"{problem}"
        if wrong:
            return Check("mainnet", _TITLE, "failed", f"it is not: {wrong}")
    return _weighed(archive, epochs)


def height_is_known(archive: Archive, epochs: Epochs) -> bool:
    """Whether the difficulty changes where it did: once per 2,016 blocks, and each value once.

    Of headers that agree with the series and with the rule of difficulty.
    """
    return archive.network == "mainnet" and any(
        header.bits != before.bits and archive.first_height + place < epochs.end_height
        for place, (before, header) in enumerate(pairwise(archive.headers))
    )


def _weighed(archive: Archive, epochs: Epochs) -> Check:
    """The outcome for headers that differ in nothing from what is known."""
    last, today = epochs.difficulty[-1], _day(epochs.start[-1])
    known = max(min(epochs.end_height - archive.first_height, len(archive.headers)), 0)
    above = [difficulty_of_bits(one.bits, MAINNET_LIMIT) for one in archive.headers[known:]]
    on_top = _difficulty_on_top(archive) / last
    detail = f"headers with the difficulty and days that are known for their heights: {known:,}"
    if above:
        detail += (
            f"; above height {epochs.end_height - 1:,}, where no more is known: {len(above):,}, at "
            f"least {min(above) / last:.3g} times as difficult as the last known ones"
        )
    detail += (
        "; from the block of the last transaction on there is the work of "
        f"{on_top:,.3g} blocks at the difficulty of {today}"
    )
    if min(above, default=last) < _LEAST_OF_LAST * last:
        detail += f"; headers this easy anybody with some machines can make: {_LOOK_UP}"
        return Check("mainnet", _TITLE, "not proven", detail)
    if on_top < _LEAST_BLOCKS:
        detail += (
            f", and less than {_LEAST_BLOCKS} can be forged at a price: {_LOOK_UP}, or archive "
            "again when more blocks are on top"
        )
        return Check("mainnet", _TITLE, "not proven", detail)
    return Check("mainnet", _TITLE, "proven", detail)


def _difficulty_on_top(archive: Archive) -> float:
    """Sum of the difficulties from the block of the last transaction to the last block."""
    height = max((one.height for one in archive.transactions), default=archive.first_height)
    on_top = archive.headers[height - archive.first_height :]
    return sum(difficulty_of_bits(one.bits, MAINNET_LIMIT) for one in on_top)


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
