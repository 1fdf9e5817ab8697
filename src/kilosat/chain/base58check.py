"""Base58Check: the text form of old addresses and of extended keys, with its four-byte checksum."""

from hashlib import sha256

from kilosat.chain.errors import ChainError

__all__ = ["ALPHABET", "Base58Error", "decode_base58check", "encode_base58check"]

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT = {character: value for value, character in enumerate(ALPHABET)}
_LONGEST = 200
"""An extended key has 111 characters; decoding takes quadratic time."""


class Base58Error(ChainError):
    """A text that is not Base58Check; the message does not repeat it."""


def encode_base58check(payload: bytes) -> str:
    """The text of ``payload`` (version and data) with its checksum.

    >>> encode_base58check(bytes(21))
    '1111111111111111111114oLvT2'
    """
    data = payload + _checksum(payload)
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def decode_base58check(text: str) -> bytes:
    """The payload (version and data) of a ``text`` whose checksum is right.

    Raises:
        Base58Error: a character outside the alphabet (with its position, from 1), too short or too
            long, or a wrong checksum (which cannot tell where the error is).
    """
    if len(text) > _LONGEST:
        raise Base58Error(f"it has {len(text)} characters, more than anything in Base58Check")
    number = 0
    for place, character in enumerate(text, start=1):
        if character not in _DIGIT:
            raise Base58Error(f"character {place} is not in the Base58 alphabet (no 0, O, I, l)")
        number = number * 58 + _DIGIT[character]
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(data) < 5:
        raise Base58Error("it is too short to hold a checksum")
    if _checksum(data[:-4]) != data[-4:]:
        raise Base58Error(
            "the checksum is wrong: a character is mistyped (Base58 cannot tell which)"
        )
    return data[:-4]


def _checksum(payload: bytes) -> bytes:
    return sha256(sha256(payload).digest()).digest()[:4]
