"""How many keys a stranger's register makes its reader derive: reckoned before, and bounded.

A key takes some thirty microseconds, so that a small file could keep its reader busy for days.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kilosat.chain.descriptor import Descriptor
from kilosat.chain.descriptor_expand import Fragment
from kilosat.chain.register import Register

__all__ = ["MOST_KEYS", "goes_too_far", "keys_asked_for"]

MOST_KEYS = 200_000
"""Keys that the register of an archive may need, one for each key of each script."""
_KEYS_FOR_LISTED = 5
"""Allowed instead for each script that the archive lists as searched for, if that is more."""
_USUAL_GAP, _LARGEST_GAP = 20, 10_000
_CHOICES = re.compile(r"<([^<>]*)>")
_LETTERS_READ_AS_A_KEY = 100
"""Reading so much of a descriptor again for each of its paths takes about as long as a key."""


def keys_asked_for(register: Mapping[str, Any]) -> int:
    """The most keys that a register needs before any address was used, from its bare TOML.

    What cannot be read as it should counts as much as it might.
    """
    wallets = register.get("wallets")
    several = wallets.values() if isinstance(wallets, dict) else ()
    return sum(sum(_of_wallet(one)) for one in several if isinstance(one, dict))


def goes_too_far(register: Register, paid: Collection[bytes], listed: Collection[bytes]) -> bool:
    """Whether more keys are needed once ``paid`` scripts count as used, see ``scripts_to_watch``.

    Each payment to a late child has as many searched again behind it: a few dozen of them would
    otherwise ask for billions. ``listed`` are the scripts that the archive says were searched for.
    """
    used, left = frozenset(paid), max(MOST_KEYS, _KEYS_FOR_LISTED * len(listed))
    for wallet in register.wallets.values():
        for branch in wallet.branches:
            left -= _keys_of_branch(branch, wallet.gap_limit, used, left)
            if left < 0:
                return True
    return False


def _of_wallet(wallet: Mapping[str, Any]) -> Iterator[int]:
    gap = wallet.get("gap_limit", _USUAL_GAP)
    if type(gap) is not int or not 1 <= gap <= _LARGEST_GAP:
        gap = _LARGEST_GAP
    for form in ("addresses", "descriptors"):
        texts = wallet.get(form)
        for text in texts if isinstance(texts, list) else ():
            if isinstance(text, str):
                yield _of_text(text, gap)
    if wallet.get("xpub"):
        yield 2 * gap


def _of_text(text: str, gap: int) -> int:
    """Of an address or a descriptor: for each of its paths, its keys times its children."""
    paths = max((found.count(";") + 1 for found in _CHOICES.findall(text)), default=1)
    children = gap if "*" in text else 1
    reading = text.count("/") + len(text) // _LETTERS_READ_AS_A_KEY
    return paths * (children * (text.count(",") + 1) + reading)


def _keys_of_branch(branch: Descriptor, gap: int, used: frozenset[bytes], most: int) -> int:
    """Keys up to the gap limit behind the last used child, or the first number above ``most``."""
    keys, needed, index, end = _keys(branch.fragment), 0, 0, gap
    while branch.is_ranged and index < end and needed <= most:
        needed += keys
        if not used.isdisjoint(branch.at(index)):
            end = 2 * (index + 1) + gap
        index += 1
    return needed


def _keys(fragment: Fragment) -> int:
    return len(fragment.keys) + sum(map(_keys, fragment.parts))
