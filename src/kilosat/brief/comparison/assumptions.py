"""Assumed inputs of all columns, those first on which most of the comparison rests."""

from collections.abc import Sequence
from dataclasses import dataclass

from kilosat.brief.catalogue import Entry
from kilosat.brief.comparison.cells import Section
from kilosat.brief.comparison.columns import Column
from kilosat.brief.comparison.fine import FineCatalogue

__all__ = ["Assumed", "assumed_inputs"]

ALL = "all"


@dataclass(frozen=True)
class Assumed:
    """An assumption, the plans that make it, and how many cells of the table rest on it."""

    entry: Entry
    plans: tuple[str, ...]
    cells: int


def assumed_inputs(
    catalogue: FineCatalogue,
    columns: Sequence[Column],
    table: Sequence[Section],
) -> tuple[Assumed, ...]:
    """All assumptions below the table; the same one in several plans is listed once."""
    judged = [column.plan.name for column in columns if column.graph is not None]
    found: dict[tuple[str, str, str], Assumed] = {}
    for name, cells in _counted(catalogue, table).items():
        entry = catalogue.entry(name)
        own = name.rpartition("/")[2]
        holder, _, _ = name.rpartition("/")
        plans = [one.plan.name for one in columns if one.key == holder] or [ALL]
        key = (own, str(entry.value), entry.assumption)
        known = found.get(key)
        if known is not None:
            found[key] = Assumed(known.entry, (*known.plans, *plans), known.cells + cells)
        else:
            found[key] = Assumed(entry, tuple(plans), cells)
    every = {tuple(judged): (ALL,)}
    merged = [Assumed(a.entry, every.get(a.plans, a.plans), a.cells) for a in found.values()]
    return tuple(sorted(merged, key=lambda one: -one.cells))


def _counted(catalogue: FineCatalogue, table: Sequence[Section]) -> dict[str, int]:
    """How many printed cells rest on each assumed input."""
    counts: dict[str, int] = {}
    for section in table:
        for line in section.lines:
            for slot in line.slots:
                for name in slot.figures:
                    for assumed in catalogue.assumed_below(name):
                        counts[assumed] = counts.get(assumed, 0) + 1
    return counts
