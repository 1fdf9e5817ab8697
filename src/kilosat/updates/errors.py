"""Why an update is refused: all reasons at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Problems", "UpdateError", "printable"]

_SHOWN_PER_KIND = 3


class UpdateError(ValueError):
    """An update that is refused; ``problems`` holds every reason, nothing was written."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass
class Problems:
    """Collects what is wrong; like ones are counted after a few."""

    _kinds: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, message: str) -> None:
        """One thing that is wrong."""
        self._kinds.setdefault(kind, []).append(printable(message))

    def raise_any(self) -> None:
        """Raise ``UpdateError`` where anything is wrong."""
        lines: list[str] = []
        for found in self._kinds.values():
            lines += found[:_SHOWN_PER_KIND]
            if rest := len(found) - _SHOWN_PER_KIND:
                lines += [f"... and {rest:,} more like the last"] if rest > 0 else []
        if lines:
            raise UpdateError(lines)


def printable(text: str) -> str:
    """What a server answers must not steer the terminal that shows it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
