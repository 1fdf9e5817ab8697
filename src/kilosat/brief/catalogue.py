"""The catalogue: what is known about each printed figure, one flat entry a name."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from kilosat.brief.numbers import as_number, decimals_for, is_whole
from kilosat.definitions import BLUEPRINT_VALUES, COUNTRY_VALUES, TABLES
from kilosat.definitions.value_specs import ECONOMY_VALUES, PLAN_VALUES
from kilosat.figures import Explanation, Graph, Sweep
from kilosat.figures.graph import split_key
from kilosat.provenance import Quality, Source

__all__ = ["Catalogue", "Entry", "base_of"]


@dataclass(frozen=True)
class Entry:
    """A figure, an input or a cell of one: its value and where it comes from.

    ``inputs`` names what it is calculated from; ``sources`` are keys of the catalogue's sources.
    """

    name: str
    label: str
    value: Any
    unit: str
    quality: Quality
    formula: str
    meaning: str
    reference: str
    assumption: str
    note: str
    place: str
    record: str
    inputs: tuple[str, ...]
    sources: tuple[str, ...]


_VALUES = (*ECONOMY_VALUES, *PLAN_VALUES, *COUNTRY_VALUES, *BLUEPRINT_VALUES)
_MEANINGS = {spec.name: spec.meaning for spec in _VALUES} | {
    spec.name: spec.meaning for spec in TABLES
}


def base_of(name: str) -> str:
    """The figure that a cell belongs to."""
    return split_key(name)[0]


class Catalogue:
    """Entries of a graph; it remembers the names that were printed."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.sources: dict[str, Source] = {}
        self.printed: dict[str, None] = {}
        self._keys: dict[Source, str] = {}
        self._entries: dict[str, Entry] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._explain = cache(graph.explain)

    def print(self, name: str) -> Entry:
        """The entry of a name, noted as printed.

        Raises:
            FigureError: there is no such figure, input or cell.
        """
        self.printed[name] = None
        return self.entry(name)

    def entry(self, name: str) -> Entry:
        """The entry of a figure, an input, or a cell of one."""
        if name not in self._entries:
            self._entries[name] = self._entry(name)
        return self._entries[name]

    def places(self, name: str) -> int:
        """Decimals of a figure; the cells of a table that share a unit share them."""
        base, key = split_key(name)
        unit = self.graph.unit(name)
        value = as_number(self.entry(name).value)
        if not key or value is None:
            # A round tariff is written round, except in a column of others.
            whole = value is not None and is_whole(value) and unit.endswith("/kWh")
            return 0 if whole else decimals_for(value or 0.0, unit)
        return self._table_places(base, unit)

    def _table_places(self, base: str, unit: str) -> int:
        if (base, unit) not in self._places:
            cells = _numbers(self.graph, base, unit)
            largest = max((abs(cell) for cell in cells), default=0.0)
            whole = all(is_whole(cell) for cell in cells) and unit.endswith("/kWh")
            places = 0 if whole else decimals_for(largest, unit)
            listed = isinstance(self.graph.value(base), pd.Series) or base in self.graph.sweeps
            if unit == "%" and listed:
                # A chance that is not nought must not read as nought among larger ones.
                places = max([places, *(decimals_for(abs(cell), unit) for cell in cells)])
            self._places[base, unit] = places
        return self._places[base, unit]

    def below(self, name: str) -> list[Entry]:
        """All that a figure rests on, itself first, each once."""
        found: dict[str, Entry] = {}
        stack = [name]
        while stack:
            one = stack.pop()
            if one not in found:
                found[one] = self.entry(one)
                stack.extend(reversed(found[one].inputs))
        return list(found.values())

    def sources_below(self, name: str) -> list[str]:
        """Keys of all sources that a figure rests on."""
        return list(dict.fromkeys(key for one in self.below(name) for key in one.sources))

    def assumed_below(self, name: str) -> list[str]:
        """Names of the assumed inputs that a figure rests on."""
        return [one.name for one in self.below(name) if one.assumption]

    def _entry(self, name: str) -> Entry:
        base, key = split_key(name)
        if base in self.graph.inputs:
            return self._from(self._explain(name), name)
        found = self._from(self._explain(base), name)
        if base in self.graph.sweeps:
            return _of_sweep(found, self.graph.sweeps[base], key)
        rows = self.graph.specs[base].row_formulas
        own = [row for row in rows if f"{key},".startswith(f"{row},")]
        return replace(found, formula=rows[max(own, key=len)]) if own else found

    def _from(self, known: Explanation, name: str) -> Entry:
        return Entry(
            name=name,
            label=_sentence(self.graph.label(name)),
            value=self.graph.value(name),
            unit=self.graph.unit(name),
            quality=known.quality,
            formula=known.formula,
            meaning=known.meaning or _MEANINGS.get(base_of(name), ""),
            reference=known.reference,
            assumption=known.assumption,
            note=known.note,
            place=known.place,
            record=known.record,
            inputs=tuple(dict.fromkeys(child.name for child in known.inputs)),
            sources=tuple(self._key(source) for source in known.sources),
        )

    def _key(self, source: Source) -> str:
        """A key of its own: a country and a blueprint may use the same one for other documents."""
        if source not in self._keys:
            key = source.key
            while key in self.sources:
                key += "-also"
            self.sources[key] = source
            self._keys[source] = key
        return self._keys[source]


def _numbers(graph: Graph, base: str, unit: str) -> list[float]:
    """The numbers of a table in columns of ``unit``."""
    table = graph.value(base)
    if isinstance(table, pd.Series):
        cells = list(table)
    else:
        row = table.index[0]
        columns = [c for c in table.columns if graph.unit(f"{base}[{row},{c}]") == unit]
        cells = [cell for column in columns for cell in table[column]]
    return [number for cell in cells if (number := as_number(cell)) is not None]


def _of_sweep(entry: Entry, sweep: Sweep, key: str) -> Entry:
    """A cell of a sweep: what was changed, and what was looked at."""
    row, _, column = (part.strip() for part in key.partition(","))
    chosen = [change for change in sweep.variations if row in ("", change.label)]
    changed = [name for change in chosen for name in change.replacements]
    targets = [column] if column else list(sweep.targets)
    note = chosen[0].reason if row and chosen else ""
    return replace(entry, note=note, inputs=tuple(dict.fromkeys([*targets, *changed])))


def _sentence(label: str) -> str:
    text = f"{label[:1].upper()}{label[1:]}"
    return text.replace("Ai ", "AI ")
