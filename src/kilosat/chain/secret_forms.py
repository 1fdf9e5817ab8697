"""Further forms in which private keys and seeds are written down, each known by its shape.

Bytes as Base64, as a decimal number, as hex in groups or with their version byte; seeds as the
digits of a SeedQR, as ``ur:`` texts and on Armory's paper.
"""

import re
from collections.abc import Iterator

__all__ = ["find_written_forms"]

_BASE64 = "0-9A-Za-z+/_\\-"
_BECH32 = "02-9ac-hj-np-z"
_FORMS = (
    # 32 bytes have 43 characters and one '=', 64 bytes 86 and two. No signature of a message
    # (65 bytes or, by BIP 322, 66 and more) has these lengths.
    (
        "32 or 64 bytes in Base64, which may be a private key or a seed",
        re.compile(f"(?<![{_BASE64}])(?:[{_BASE64}]{{43}}=|[{_BASE64}]{{86}}==)(?![{_BASE64}=])"),
    ),
    (
        "a number of 76 to 78 digits, which may be a private key",
        re.compile(r"(?<![0-9.])[0-9]{76,78}(?![0-9])"),
    ),
    (
        "a private key with its version byte, in hex",
        re.compile(r"(?<![0-9a-fA-F])(?:80|[eE][fF])[0-9a-fA-F]{64}(?:01)?(?![0-9a-fA-F])"),
    ),
    (
        "an extended private key, in hex",
        re.compile(r"(?<![0-9a-fA-F])04(?:88[aA][dD][eE]4|358394)[0-9a-fA-F]{148}"),
    ),
    ("a seed (ur:)", re.compile(r"\bur:(?:crypto-)?(?:seed|bip39|sskr)/", re.IGNORECASE)),
    ("an encrypted private key (NIP 49)", re.compile(f"ncryptsec1[{_BECH32}]{{20,}}", re.I)),
    (
        "a seed (Armory)",
        re.compile(r"\b(?:[asdfghjkwertuion]{4}[\s-]+){8}[asdfghjkwertuion]{4}\b"),
    ),
)
_DIGITS = re.compile(r"(?<![0-9])(?:[0-9]{96}|[0-9]{84}|[0-9]{72}|[0-9]{60}|[0-9]{48})(?![0-9])")
_WORDS_OF_BIP39 = 2048
_GROUPS = tuple(
    re.compile(
        rf"(?<![0-9a-fA-F])(?:0x)?[0-9a-fA-F]{{{size}}}"
        rf"(?:[\s:,_-]{{1,2}}(?:0x)?[0-9a-fA-F]{{{size}}}){{{64 // size - 1}}}(?![0-9a-fA-F])"
    )
    for size in (2, 4, 8, 16, 32)
)
"""32 bytes in groups of one size, as hexdumps and fingerprints are written."""


def find_written_forms(text: str) -> Iterator[tuple[int, str]]:
    """Offset and kind of each such form in ``text``."""
    for kind, pattern in _FORMS:
        yield from ((found.start(), kind) for found in pattern.finditer(text))
    for found in _DIGITS.finditer(text):
        if _are_words(found.group()):
            yield found.start(), "seed words as digits (SeedQR)"
    for pattern in _GROUPS:
        for found in pattern.finditer(text):
            # Dates and amounts in a row have digits alone; of random bytes one in 10^13 has.
            if re.search("[a-fA-F]", found.group().replace("0x", "")):
                yield found.start(), "64 hex digits in groups, which may be a private key"


def _are_words(digits: str) -> bool:
    """Whether each four digits are the number of a word."""
    return all(int(digits[at : at + 4]) < _WORDS_OF_BIP39 for at in range(0, len(digits), 4))
