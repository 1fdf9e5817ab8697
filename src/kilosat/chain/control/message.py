"""The message to sign: it names a block, so that its signature cannot be older than that block.

Nobody knows the hash of a block before it is mined. A signature over it was made afterwards, and
one that was made for another occasion names another block.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kilosat.chain.header import hash_of_hex, hex_of_hash
from kilosat.chain.sources.port import BlockRef

__all__ = [
    "BLOCK_MENTION",
    "_MOST_TITLE",
    "NamedBlock",
    "control_message",
    "named_blocks",
    "when_signed",
]

BLOCK_MENTION = re.compile(r"(?i)\bblock (\d{1,8}) ([0-9a-f]{64})(?![0-9a-f])")
_MOST_TITLE = 120
"""With date, height and hash, the message stays below the 330 characters of hardware signers."""


@dataclass(frozen=True)
class NamedBlock:
    """A block that a message names; ``height`` is where the chain has it, ``None`` if nowhere."""

    stated_height: int
    hash: bytes
    height: int | None

    @property
    def is_true(self) -> bool:
        """Whether the chain has the block at the height that the message states."""
        return self.height == self.stated_height


def control_message(title: str, day: date, block: BlockRef) -> str:
    """The message to sign for a wallet with this title, on a day, after a block.

    >>> control_message("the treasury", date(2009, 1, 10), BlockRef(1, hash_of_hex(64 * "0")))
    ... # doctest: +ELLIPSIS
    'Proof of control of the treasury on 2009-01-10, after block 1 000000...'
    """
    moment = f"on {day.isoformat()}, after block {block.height} {hex_of_hash(block.hash)}"
    return f"{_of_wallet(title)} {moment}"


def is_for(message: str, title: str) -> bool:
    """Whether a message is that of ``control_message`` for a wallet with this title.

    >>> is_for("Proof of control of the vault on 2024-05-06, after block 1 00", "the vault")
    True
    >>> is_for("Proof of reserves of the vault", "the vault")
    False
    """
    return message.startswith(f"{_of_wallet(title)} on ")


def _of_wallet(title: str) -> str:
    plain = " ".join(title.split())[:_MOST_TITLE]
    return f"Proof of control of {plain}"


def named_blocks(message: str, heights: Mapping[bytes, int]) -> tuple[NamedBlock, ...]:
    """Blocks that a message names as ``block HEIGHT HASH``, looked up in a chain by their hash."""
    return tuple(
        NamedBlock(int(height), digest, heights.get(digest))
        for height, text in BLOCK_MENTION.findall(message)
        for digest in [hash_of_hex(text)]
    )


def when_signed(blocks: tuple[NamedBlock, ...]) -> str:
    """How old a signature may be, by the blocks that its message names."""
    true = [block.height for block in blocks if block.is_true and block.height is not None]
    if true:
        return f"made after block {max(true):,}, which it names"
    if any(block.height is not None for block in blocks):
        return "it names a block at a height where the chain has another: when it was made is open"
    if blocks:
        return "the block that it names is not among the headers here: when it was made is open"
    return "it names no block, so it may be old and made for another occasion"
