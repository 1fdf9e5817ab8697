"""JSON in one form only, so that the same facts are the same bytes.

Keys sorted, no spaces, ASCII with escapes, no fractions: ``json.dumps(value, sort_keys=True,
separators=(",", ":"))`` of integers, texts, lists and objects. That other bytes are refused is
``encoding``'s to see to: it writes again what was read.
"""

import json
from typing import Any, NoReturn

from kilosat.chain.archive.errors import ArchiveError

__all__ = ["read_json", "write_json"]


def write_json(value: Any) -> bytes:
    """The bytes of a value.

    >>> write_json({"b": [1, "ü"], "a": True})
    b'{"a":true,"b":[1,"\\\\u00fc"]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def read_json(raw: bytes, what: str) -> Any:
    """The value; ``what`` names it in messages.

    Raises:
        ArchiveError: it is no JSON, or holds a fraction.
    """
    try:
        return json.loads(raw.decode("ascii"), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ArchiveError(f"the {what} do not read as JSON of whole numbers and texts") from None


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
