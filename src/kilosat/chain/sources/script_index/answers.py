"""Reading what a server answered: each value has the type that the protocol says, or is refused."""

from typing import Any

from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.printable import printable
from kilosat.chain.transaction import MAX_MONEY_SATS

__all__ = ["Answers"]

_MOST_HEIGHT = 1 << 31


class Answers:
    """Reads the answers of one server, which every refusal names."""

    def __init__(self, server: str) -> None:
        self.server = server

    def refuse(self, what: str, value: object) -> SourceError:
        """The error for an answer that does not read as ``what``."""
        kind = "nothing" if value is None else f"'{printable(value, 60)}'"
        return SourceError(
            f"{self.server} answers {kind} where {what} should be; it does not speak the protocol "
            "as it should: ask another server or your own node"
        )

    def number(self, value: object, what: str, least: int = 0, most: int = _MOST_HEIGHT) -> int:
        """A whole number within bounds."""
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.refuse(what, value)
        return value

    def sats(self, value: object, what: str) -> int:
        """An amount: from nought to all the coins there are."""
        return self.number(value, what, 0, MAX_MONEY_SATS)

    def digest(self, value: object, what: str) -> bytes:
        """A hash of 32 bytes, printed last byte first."""
        raw = self.raw(value, what)
        if len(raw) != 32:
            raise self.refuse(what, value)
        return raw[::-1]

    def raw(self, value: object, what: str) -> bytes:
        """Bytes in hexadecimal."""
        try:
            # fromhex passes over white space, which the protocols do not have.
            if isinstance(value, str) and (raw := bytes.fromhex(value)).hex() == value.lower():
                return raw
        except ValueError:
            pass
        raise self.refuse(what, value)

    def items(self, value: object, what: str) -> list[Any]:
        """A list."""
        if not isinstance(value, list):
            raise self.refuse(what, value)
        return value

    def fields(self, value: object, what: str) -> dict[str, Any]:
        """An object with fields."""
        if not isinstance(value, dict):
            raise self.refuse(what, value)
        return value
