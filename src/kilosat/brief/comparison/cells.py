"""The comparison table: marked texts by measure and column."""

from collections.abc import Sequence
from dataclasses import dataclass

from kilosat.brief.comparison.columns import Column
from kilosat.brief.comparison.joined import JoinedGraph
from kilosat.brief.comparison.measures import Group, Measure, full_labels
from kilosat.brief.marks import fig
from kilosat.brief.numbers import as_number, unit_words

__all__ = ["ABSENT", "REFUSED", "Line", "Section", "Slot", "sections", "unit_of"]

ABSENT = "not part of this plan"
REFUSED = "cannot be judged"
EQUAL = "the same at both ends"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Slot:
    """One cell: ``kind`` is ``span``, ``single``, ``absent`` or ``refused``; texts are marked."""

    kind: str
    middle: str = ""
    ends: str = ""
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row of the table with its unit in words; ``full`` reads without the row above it."""

    measure: Measure
    full: str
    unit: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Section:
    """A group of rows that any column has."""

    group: Group
    lines: tuple[Line, ...]


def sections(
    graph: JoinedGraph, columns: Sequence[Column], groups: Sequence[Group]
) -> tuple[Section, ...]:
    """The table; a group that no plan has is left out, and the page says that it is."""
    return tuple(
        Section(group, tuple(_line(graph, columns, group, one) for one in group.measures))
        for group in groups
        if any(column.graph is not None and group.belongs_to(column) for column in columns)
    )


def unit_of(graph: JoinedGraph, columns: Sequence[Column], measure: Measure) -> str:
    """The unit of a measure, found where it is calculated."""
    for column in columns:
        if column.graph is not None and measure.figure in column.graph:
            return graph.unit(graph.of(column.key, measure.names()[0]))
    return ""


def _line(graph: JoinedGraph, columns: Sequence[Column], group: Group, measure: Measure) -> Line:
    slots = tuple(_slot(graph, column, group, measure) for column in columns)
    unit = unit_words(unit_of(graph, columns, measure))
    return Line(measure, full_labels(group)[measure.key], unit, slots)


def _slot(graph: JoinedGraph, column: Column, group: Group, measure: Measure) -> Slot:
    if column.graph is None:
        return Slot("refused")
    if not group.belongs_to(column):
        return Slot("absent")
    names = tuple(graph.of(column.key, name) for name in measure.names())
    texts = [fig(name, bare=True) for name in names]
    if len(names) == 1:
        return Slot("single", texts[0], figures=names)
    middle, low, high = texts
    return Slot("span", middle, EQUAL if _equal(graph, names) else f"{low} to {high}", names)


def _equal(graph: JoinedGraph, names: Sequence[str]) -> bool:
    """Whether all quantiles are one number, or none of them is a number."""
    numbers = [as_number(graph.value(name)) for name in names]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return not known
    return max(known) - min(known) <= _ROUNDING * max(abs(number) for number in known)
