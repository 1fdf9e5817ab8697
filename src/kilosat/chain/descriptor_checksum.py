"""The checksum behind a descriptor (BIP 380): eight characters after ``#``."""

from kilosat.chain.errors import ChainError

__all__ = ["DescriptorChecksumError", "checked_descriptor", "descriptor_checksum"]

_INPUT = (
    "0123456789()[],'/*abcdefgh@:$%{}"
    "IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~"
    'ijklmnopqrstuvwxyzABCDEFGH`#"\\ '
)
_VALUE = {character: value for value, character in enumerate(_INPUT)}
_OUTPUT = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0xF5DEE51989, 0xA9FDCA3312, 0x1BAB10E32D, 0x3706B1677A, 0x644D626FFD)
_LENGTH = 8


class DescriptorChecksumError(ChainError):
    """A checksum that is wrong or malformed, or a character that cannot have one."""


def descriptor_checksum(body: str) -> str:
    """The eight characters that belong behind ``body`` and ``#``.

    Raises:
        DescriptorChecksumError: a character that cannot stand in a descriptor, by its position.

    >>> descriptor_checksum("raw(deadbeef)")
    '89f8spxm'
    """
    checksum = 1
    for symbol in [*_symbols(body), *[0] * _LENGTH]:
        checksum = _step(checksum, symbol)
    checksum ^= 1
    return "".join(_OUTPUT[checksum >> 5 * (_LENGTH - 1 - i) & 31] for i in range(_LENGTH))


def checked_descriptor(text: str) -> tuple[str, bool]:
    """The descriptor without its checksum, and whether it had one.

    Raises:
        DescriptorChecksumError: it has one that is not right.
    """
    body, mark, checksum = text.partition("#")
    expected = descriptor_checksum(body)
    if not mark:
        return body, False
    if len(checksum) != _LENGTH:
        raise DescriptorChecksumError(
            f"the checksum behind '#' has {len(checksum)} characters instead of {_LENGTH}"
        )
    if checksum != expected:
        raise DescriptorChecksumError(
            "the checksum does not fit: descriptor or checksum is mistyped; copy both again"
        )
    return body, True


def _symbols(body: str) -> list[int]:
    symbols: list[int] = []
    group, count = 0, 0
    for place, character in enumerate(body, start=1):
        if character not in _VALUE:
            raise DescriptorChecksumError(f"character {place} cannot stand in a descriptor")
        value = _VALUE[character]
        symbols.append(value & 31)
        group, count = group * 3 + (value >> 5), count + 1
        if count == 3:
            symbols.append(group)
            group, count = 0, 0
    return [*symbols, group] if count else symbols


def _step(checksum: int, symbol: int) -> int:
    top = checksum >> 35
    checksum = (checksum & 0x7FFFFFFFF) << 5 ^ symbol
    for bit, term in enumerate(_GENERATOR):
        if top >> bit & 1:
            checksum ^= term
    return checksum
