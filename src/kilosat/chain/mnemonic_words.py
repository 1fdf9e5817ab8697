"""Runs of words that are a seed: BIP 39 in its ten languages, the shares of SLIP 39, and the words
of Electrum before version 2.

A checksum is not asked for: a seed with one mistyped word is still nearly the seed, and Electrum's
seeds use the same words with another checksum.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files

__all__ = ["find_mnemonics"]

_SHORTEST = 12
_FORGIVEN = 1
"""So many of twelve words in a row may be strange: a misspelled one, or a comment's own."""
_LENGTHS = (12, 15, 18, 21, 24)
_CHINESE = ("chinese_simplified", "chinese_traditional")
_LISTS = (
    "english",
    "japanese",
    "korean",
    "spanish",
    *_CHINESE,
    "french",
    "italian",
    "czech",
    "portuguese",
    "slip39",
    "electrum_old",
)
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def find_mnemonics(text: str) -> list[int]:
    """Offsets in ``text`` at which runs of seed words begin."""
    words = [(found.start(), _folded(found.group())) for found in _words(text)]
    offsets: set[int] = set()
    if any(True for _ in _runs(words, _known_anywhere())):
        offsets = {offset for name in _LISTS for offset in _runs(words, _known(name))}
    return sorted(offsets | set(_written_together(text)))


def _words(text: str) -> Iterator[re.Match[str]]:
    # Decomposed text has its accents apart; composed, they are part of the word.
    return _WORD.finditer(text if text.isascii() else unicodedata.normalize("NFC", text))


def _runs(words: Sequence[tuple[int, str]], known: frozenset[str]) -> Iterator[int]:
    """Where twelve words in a row are nearly all known; one offset for each stretch of them."""
    hits = [word in known for _, word in words]
    inside = False
    for start in range(len(hits) - _SHORTEST + 1):
        found = hits[start] and sum(hits[start : start + _SHORTEST]) >= _SHORTEST - _FORGIVEN
        if found and not inside:
            yield words[start][0]
        inside = found


@cache
def _list(name: str) -> tuple[str, ...]:
    text = files("kilosat").joinpath("data", "bip39", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.split())


@cache
def _known(name: str) -> frozenset[str]:
    words = {_folded(word) for word in _list(name)}
    # The first four letters of an English word stand for it (BIP 39), and are what steel holds.
    return frozenset(words | ({word[:4] for word in words} if name == "english" else set()))


@cache
def _known_anywhere() -> frozenset[str]:
    return frozenset[str]().union(*map(_known, _LISTS))


def _folded(word: str) -> str:
    """Without case and accents, which are left out when seeds are typed."""
    # Never cached: the words of a user's file must not outlive its reading.
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def _written_together(text: str) -> Iterator[int]:
    """Chinese seeds without spaces; prose looks alike, so that here the checksum must be right."""
    for found in _HAN.finditer(text):
        if len(found.group()) in _LENGTHS and any(
            _checksum_fits(found.group(), name) for name in _CHINESE
        ):
            yield found.start()


def _checksum_fits(words: str, name: str) -> bool:
    place = {word: number for number, word in enumerate(_list(name))}
    if not all(word in place for word in words):
        return False
    bits = "".join(f"{place[word]:011b}" for word in words)
    entropy, checksum = bits[: len(bits) * 32 // 33], bits[len(bits) * 32 // 33 :]
    digest = sha256(int(entropy, 2).to_bytes(len(entropy) // 8, "big")).digest()
    return f"{digest[0]:08b}"[: len(checksum)] == checksum
