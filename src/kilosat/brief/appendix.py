"""The appendix: everything that was printed and everything below it."""

from dataclasses import dataclass
from typing import Any

from kilosat.brief.catalogue import Catalogue, Entry, base_of
from kilosat.brief.numbers import as_number

__all__ = ["Listed", "listed_entries"]


@dataclass(frozen=True)
class Listed:
    """An entry of the appendix, with the cells that were printed."""

    entry: Entry
    is_scalar: bool
    cells: tuple[tuple[str, str], ...]
    rests_on: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.entry, name)


def listed_entries(catalogue: Catalogue) -> list[Listed]:
    """Everything printed so far and everything below it, each once."""
    cells: dict[str, list[tuple[str, str]]] = {}
    bases: dict[str, None] = {}
    for name in list(catalogue.printed):
        base = base_of(name)
        bases |= dict.fromkeys(entry.name for entry in catalogue.below(base))
        if name != base:
            cells.setdefault(base, []).append((name, name[len(base) + 1 : -1]))
    return [_listed(catalogue, base, tuple(cells.get(base, ()))) for base in bases]


def _listed(catalogue: Catalogue, name: str, cells: tuple[tuple[str, str], ...]) -> Listed:
    entry = catalogue.entry(name)
    scalar = as_number(entry.value) is not None or isinstance(entry.value, str)
    rests_on = tuple(catalogue.sources_below(name)) if entry.formula else ()
    return Listed(entry, scalar, cells, rests_on)
