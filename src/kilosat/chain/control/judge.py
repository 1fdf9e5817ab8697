"""Signatures of control, each judged: whether it is valid, and after which block it was made."""

from collections.abc import Callable

from kilosat.chain.address import Network, script_from_address
from kilosat.chain.control.message import BLOCK_MENTION, named_blocks
from kilosat.chain.control.model import Control, JudgedControl

__all__ = ["judge"]

_MOST_BLOCKS = 10
"""A message names one block; a source is not asked for more of them than this."""


def judge(
    control: Control, network: Network, hash_at: Callable[[int], bytes | None]
) -> JudgedControl:
    """What a signature is worth for coins of ``network``.

    ``hash_at`` tells the hash of the block at a height, or nothing where it is not known.

    Raises:
        AddressError: the address is none (``read_controls`` has seen to that).
    """
    # Imported late: btclib takes a moment to load.
    from kilosat.chain.control.signature import verify_signature

    verdict = verify_signature(control.message, control.address, control.signature)
    named = {int(height) for height, _ in BLOCK_MENTION.findall(control.message)[:_MOST_BLOCKS]}
    heights = {digest: height for height in named if (digest := hash_at(height)) is not None}
    scripts = {script_from_address(control.address, network)}
    scripts |= {coin.script for coin in verdict.coins}
    return JudgedControl(
        control, verdict, named_blocks(control.message, heights), frozenset(scripts)
    )
