"""The catalogue: what is known about each printed figure, one flat entry a name."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from kilosat.figures import Explanation, Graph
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
        if key and base in self.graph.sweeps:
            row = key.split(",")[0].strip()
            notes = {v.label: v.reason for v in self.graph.sweeps[base].variations}
            return _with_note(found, notes.get(row, ""))
        return found

    def _from(self, known: Explanation, name: str) -> Entry:
        return Entry(
            name=name,
            label=_sentence(self.graph.label(name)),
            value=self.graph.value(name),
            unit=self.graph.unit(name),
            quality=known.quality,
            formula=known.formula,
            meaning=known.meaning,
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


def _with_note(entry: Entry, note: str) -> Entry:
    return Entry(**{**entry.__dict__, "note": note})


def _sentence(label: str) -> str:
    return label[:1].upper() + label[1:]
