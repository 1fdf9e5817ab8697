"""Proof of control: messages signed for addresses of a wallet (BIP 322 and its forerunner).

``signature`` loads btclib, which takes a moment, so it is imported by its name and not from here.
"""

from kilosat.chain.control.message import NamedBlock, control_message, named_blocks, when_signed
from kilosat.chain.control.model import (
    MOST_CHARACTERS,
    MOST_MESSAGE,
    Control,
    JudgedControl,
    Outcome,
    ShownCoin,
    SignatureVerdict,
    Variant,
)

__all__ = [
    "MOST_CHARACTERS",
    "MOST_MESSAGE",
    "Control",
    "JudgedControl",
    "NamedBlock",
    "Outcome",
    "ShownCoin",
    "SignatureVerdict",
    "Variant",
    "control_message",
    "named_blocks",
    "when_signed",
]
