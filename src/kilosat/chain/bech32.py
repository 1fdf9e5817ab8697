"""Bech32 (BIP 173) and Bech32m (BIP 350): texts whose checksum can tell where an error is."""

from collections.abc import Iterable, Sequence
from typing import Literal

from kilosat.chain.errors import ChainError

__all__ = ["CHARSET", "Bech32Error", "Variant", "decode_bech32", "encode_bech32", "regroup"]

Variant = Literal["bech32", "bech32m"]

CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {character: value for value, character in enumerate(CHARSET)}
_CONSTANT: dict[Variant, int] = {"bech32": 1, "bech32m": 0x2BC830A3}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH = 6
_LONGEST = 90


class Bech32Error(ChainError):
    """A text that is not Bech32 or Bech32m; ``positions`` (from 1) where it can tell them."""

    def __init__(self, message: str, positions: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.positions = positions


def encode_bech32(prefix: str, values: Sequence[int], variant: Variant) -> str:
    """The text of five-bit ``values`` behind a lower-case ``prefix``.

    >>> encode_bech32("a", [], "bech32m")
    'a1lqfn3a'
    """
    expanded = [*_expanded(prefix), *values]
    checksum = _polymod([*expanded, *[0] * _CHECKSUM_LENGTH]) ^ _CONSTANT[variant]
    tail = [(checksum >> 5 * (_CHECKSUM_LENGTH - 1 - i)) & 31 for i in range(_CHECKSUM_LENGTH)]
    return f"{prefix}1{''.join(CHARSET[value] for value in [*values, *tail])}"


def decode_bech32(text: str) -> tuple[str, list[int], Variant]:
    """Prefix, five-bit values (without checksum) and variant.

    Raises:
        Bech32Error: mixed case, no prefix, a wrong character or a wrong checksum. Up to two
            mistyped characters are named by their positions; what they should be is never
            proposed, since a repaired address may be somebody else's.
    """
    lower = _one_case(text)
    prefix, separator, data = lower.rpartition("1")
    if not separator or not prefix:
        raise Bech32Error("there is no prefix before the separator '1'")
    if len(data) < _CHECKSUM_LENGTH:
        raise Bech32Error("it is too short to hold a checksum")
    start = len(prefix) + 2
    wrong = tuple(start + place for place, c in enumerate(data) if c not in _VALUE)
    if wrong:
        raise Bech32Error(f"{_named(wrong)} cannot stand in Bech32 (no 1, b, i, o)", wrong)
    values = [_VALUE[character] for character in data]
    residue = _polymod([*_expanded(prefix), *values])
    for variant, constant in _CONSTANT.items():
        if residue == constant:
            return prefix, values[:-_CHECKSUM_LENGTH], variant
    # The witness version says which checksum is meant, unless it is itself what is mistyped.
    meant: Variant = "bech32" if values[0] == 0 else "bech32m"
    other: Variant = "bech32m" if values[0] == 0 else "bech32"
    found = _located(residue ^ _CONSTANT[meant], len(values))
    found = found or _located(residue ^ _CONSTANT[other], len(values))
    positions = tuple(start + place for place in found)
    place = f"look at {_named(positions)}" if positions else "more than two characters are mistyped"
    raise Bech32Error(f"the checksum is wrong: {place}", positions)


def regroup(values: Iterable[int], old_bits: int, new_bits: int, *, pad: bool) -> list[int]:
    """The same bits in groups of another size.

    Raises:
        Bech32Error: without ``pad``, where more than four bits or a one are left over.
    """
    pending = bits = 0
    groups = []
    for value in values:
        pending = pending << old_bits | value
        bits += old_bits
        while bits >= new_bits:
            bits -= new_bits
            groups.append(pending >> bits & (1 << new_bits) - 1)
        pending &= (1 << bits) - 1
    if pad and bits:
        groups.append(pending << (new_bits - bits) & (1 << new_bits) - 1)
    elif not pad and (bits >= old_bits or pending):
        raise Bech32Error("the padding behind the last byte is not four zeros or fewer")
    return groups


def _one_case(text: str) -> str:
    if len(text) > _LONGEST:
        raise Bech32Error(f"it has {len(text)} characters; Bech32 has at most {_LONGEST}")
    strange = tuple(i for i, c in enumerate(text, start=1) if not "!" <= c <= "~")
    if strange:
        raise Bech32Error(f"{_named(strange)} cannot stand in Bech32", strange)
    if text != text.lower() and text != text.upper():
        raise Bech32Error("upper and lower case are mixed")
    return text.lower()


def _expanded(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: Iterable[int], start: int = 1) -> int:
    checksum = start
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                checksum ^= term
    return checksum


def _located(syndrome: int, length: int) -> tuple[int, ...]:
    """Places of the one or two wrong values that explain ``syndrome``; none where more are wrong.

    The code has distance five, so that there is at most one such explanation.
    """
    traces = {
        _polymod([error, *[0] * (length - 1 - place)], start=0): place
        for place in range(length)
        for error in range(1, 32)
    }
    if syndrome in traces:
        return (traces[syndrome],)
    for trace, place in traces.items():
        other = traces.get(syndrome ^ trace)
        if other is not None and other != place:
            return tuple(sorted((place, other)))
    return ()


def _named(positions: tuple[int, ...]) -> str:
    words = " and ".join(map(str, positions[:4]))
    return f"character {words}" if len(positions) == 1 else f"characters {words}"
