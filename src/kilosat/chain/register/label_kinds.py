"""The kind of a holder before its label, as a label file (BIP 329) carries it."""

import re
from typing import get_args

from kilosat.chain.register.schema import HolderKind

__all__ = ["kind_and_label", "with_kind"]

_KINDS: dict[str, HolderKind] = {kind: kind for kind in get_args(HolderKind)}
_PREFIXED = re.compile(rf"\s*({'|'.join(_KINDS)}):\s*(\S.*)", re.IGNORECASE)


def kind_and_label(text: str) -> tuple[HolderKind | None, str]:
    """The kind that a label begins with, and the rest; nothing is guessed from other words.

    BIP 329 has no field for it.

    >>> kind_and_label("Exchange: Binfinex")
    ('exchange', 'Binfinex')
    >>> kind_and_label("an exchange")
    (None, 'an exchange')
    """
    found = _PREFIXED.fullmatch(text)
    return (_KINDS[found[1].lower()], found[2]) if found else (None, text)


def with_kind(kind: HolderKind, label: str) -> str:
    """The label with its kind before it, where a reader would not take it for that kind anyway.

    >>> with_kind("exchange", "Binfinex"), with_kind("other", "a shop")
    ('exchange: Binfinex', 'a shop')
    """
    is_plain = kind == "other" and kind_and_label(label)[0] is None
    return label if is_plain else f"{kind}: {label}"
