"""Assumptions by weight: how far the room for a tariff moves when an input is changed."""

from dataclasses import dataclass

from kilosat.brief.catalogue import Catalogue, Entry
from kilosat.scenarios import BASE_CASE, SENSITIVITY

__all__ = ["Weighed", "weighed_inputs"]

_TARGET = "reference_room"
_HEADLINES = (
    "full_incremental_cost",
    "subsidy_verdicts",
    "reference_room",
    "miners_verdicts",
    "change_of_others_bill",
    "unserved_with_load",
    "window_largest_power",
    "headroom_curve",
    "generation_check",
    "mine_npv",
    "break_even_tariff_local",
    "public_result",
    "price_fan",
)
"""Those that a graph does not have are passed over."""


@dataclass(frozen=True)
class Weighed:
    """An input and the cells of the sensitivity table that show its weight, if it was varied."""

    entry: Entry
    low: str = ""
    high: str = ""
    swing: float = 0.0


def weighed_inputs(catalogue: Catalogue) -> tuple[tuple[Weighed, ...], tuple[Entry, ...]]:
    """Inputs that were varied, heaviest first; and the assumed ones that were not."""
    headlines = [name for name in _HEADLINES if name in catalogue.graph]
    known = {e.name: e for name in headlines for e in catalogue.below(name) if not e.formula}
    varied = [_weigh(catalogue, entry) for entry in known.values()]
    heavy = sorted((w for w in varied if w.low), key=lambda w: -w.swing)
    names = {w.entry.name for w in heavy}
    rest = tuple(e for e in known.values() if e.assumption and e.name not in names)
    return tuple(heavy), rest


def _weigh(catalogue: Catalogue, entry: Entry) -> Weighed:
    graph = catalogue.graph
    room = graph.value(SENSITIVITY)[_TARGET]
    # A change of several inputs at once says little about one of them, unless it names it.
    rows = [
        change.label
        for change in graph.sweeps[SENSITIVITY].variations
        if next(iter(change.replacements), None) == entry.name
    ]
    if not rows:
        return Weighed(entry)
    rows = sorted(rows, key=lambda row: room[row])
    values = [room[BASE_CASE], *(room[row] for row in rows)]
    low = rows[0] if room[rows[0]] <= room[BASE_CASE] else BASE_CASE
    high = rows[-1] if room[rows[-1]] >= room[BASE_CASE] else BASE_CASE
    cells = [f"{SENSITIVITY}[{row},{_TARGET}]" for row in (low, high)]
    return Weighed(entry, cells[0], cells[1], float(max(values) - min(values)))
