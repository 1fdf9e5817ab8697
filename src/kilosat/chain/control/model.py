"""A statement that somebody controls a wallet, and what its signature proves."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kilosat.chain.control.message import NamedBlock
from kilosat.chain.transaction import OutPoint

__all__ = [
    "MOST_CHARACTERS",
    "MOST_MESSAGE",
    "Control",
    "JudgedControl",
    "Outcome",
    "ShownCoin",
    "SignatureVerdict",
    "Variant",
]

MOST_CHARACTERS = 100_000
"""Longest signature that is looked at; a proof of funds for a hundred coins is shorter."""

MOST_MESSAGE = 4_000
"""Longest message (characters): what is longer nobody reads before believing it."""

Variant = Literal["simple", "full", "proof of funds", "legacy"]
"""``legacy`` is the older message signature of addresses that are the hash of one key (P2PKH)."""

Outcome = Literal["valid", "invalid", "inconclusive"]
"""``inconclusive`` (BIP 322): the rules of today cannot judge it, so it proves nothing today."""


@dataclass(frozen=True)
class Control:
    """A message signed for an address of a wallet; nothing in it is secret.

    ``day`` is when the signer says to have signed; ``None`` where the source does not tell.
    """

    wallet: str
    address: str
    message: str
    signature: str
    day: date | None = None


@dataclass(frozen=True)
class ShownCoin:
    """A coin that a proof of funds signs for; whether it exists is the chain's to say."""

    outpoint: OutPoint
    sats: int
    script: bytes


@dataclass(frozen=True)
class SignatureVerdict:
    """What a signature is worth.

    ``reason`` says why it is not valid. A spend with ``lock_time`` or ``sequence`` is one that the
    key can make only from that time or age on.
    """

    outcome: Outcome
    variant: Variant | None = None
    reason: str = ""
    lock_time: int = 0
    sequence: int = 0
    coins: tuple[ShownCoin, ...] = ()


@dataclass(frozen=True)
class JudgedControl:
    """A signature with its verdict, the blocks that its message names, and the scripts that it
    speaks for: of its address, and of the coins that a proof of funds shows.
    """

    control: Control
    verdict: SignatureVerdict
    blocks: tuple[NamedBlock, ...]
    scripts: frozenset[bytes]

    @property
    def is_valid(self) -> bool:
        """Whether somebody could sign for the address when it was made."""
        return self.verdict.outcome == "valid"
