"""The graphs of all columns as one: what they share is named once, the rest by its column.

``public_result`` of the column ``none`` is ``none/public_result``; an input or figure that is the
same in all columns keeps its own name, so that it is explained once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from kilosat.definitions import BLUEPRINT_VALUES, COUNTRY_VALUES, ECONOMY_VALUES, PLAN_VALUES
from kilosat.definitions.table_specs import TABLES
from kilosat.figures import Explanation, FigureError, Graph
from kilosat.figures.graph import split_key
from kilosat.figures.spec import element
from kilosat.provenance import Sourced

__all__ = ["JoinedGraph"]

_SPECS = (*COUNTRY_VALUES, *BLUEPRINT_VALUES, *ECONOMY_VALUES, *PLAN_VALUES)
_MEANINGS = {spec.name: spec.meaning for spec in _SPECS} | {t.name: t.meaning for t in TABLES}
_TEXTS = ("unit", "quality", "source", "assumption", "as_of", "note")


class JoinedGraph(Graph):
    """A graph over several graphs with equal rules.

    Args:
        graphs: the graph of each column by its key; keys hold no slash and no bracket.
        page: inputs of the page itself.
    """

    def __init__(self, graphs: Mapping[str, Graph], page: Mapping[str, Sourced]) -> None:
        self.graphs = dict(graphs)
        self.first = next(iter(self.graphs))
        self.currency = self.graphs[self.first].currency
        self.sweeps = {}
        self._values = {}
        self._explained: dict[str, Explanation] = {}
        self.shared = _shared(list(self.graphs.values())) if len(self.graphs) > 1 else set()
        self.inputs = dict(page)
        self.specs = {}
        self._homes: dict[str, tuple[str, str]] = {}
        for key, graph in self.graphs.items():
            for name in (*graph.inputs, *graph.specs):
                own = self.of(key, name)
                self._homes.setdefault(own, (key, name))
                if name in graph.inputs:
                    self.inputs.setdefault(own, graph.inputs[name])
                else:
                    self.specs.setdefault(own, graph.specs[name])

    def of(self, column: str, name: str) -> str:
        """The name under which a column's figure, or a cell of it, is found here."""
        return name if split_key(name)[0] in self.shared else f"{column}/{name}"

    def common(self, name: str) -> str:
        """A figure whose numbers are the same in all columns, under the name of the first."""
        return self.of(self.first, name)

    def value(self, name: str) -> Any:
        """The value of a name or a cell; a name without a column means the first one's."""
        base, key = split_key(name)
        if base in self._homes:
            column, own = self._homes[base]
            return self.graphs[column].value(f"{own}[{key}]" if key else own)
        if base in self.inputs:
            try:
                return element(self.inputs[base].value, key)
            except KeyError as error:
                raise FigureError(f"{base}: {error.args[0]}") from None
        return self.graphs[self.first].value(name)

    def unit(self, name: str) -> str:
        """The unit of a figure, an input, or a column of a table."""
        base, key = split_key(name)
        if base in self.inputs:
            return self.inputs[base].unit
        column, own = self._homes.get(base, (self.first, base))
        return self.graphs[column].unit(f"{own}[{key}]" if key else own)

    def label(self, name: str) -> str:
        """A short name for people, with the column that it belongs to."""
        base, key = split_key(name)
        column, own = self._homes.get(base, ("", base))
        known = self.specs.get(base)
        text = known.label if known else own.replace("_", " ")
        text = f"{text} [{key}]" if key else text
        return f"{text} ({column})" if base.startswith(f"{column}/") else text

    def explain(self, name: str) -> Explanation:
        """The tree of a figure; what several figures rest on is made once."""
        if name not in self._explained:
            self._explained[name] = self._tree(name)
        return self._explained[name]

    def _tree(self, name: str) -> Explanation:
        base, key = split_key(name)
        value = self.value(name)
        if base in self.inputs:
            _, own = self._homes.get(base, ("", base))
            known = Explanation.of_input(name, self.label(name), value, self.inputs[base], key)
            return replace(known, meaning=known.meaning or _MEANINGS.get(own, ""))
        if base not in self.specs:
            raise FigureError(f"'{base}' is neither a figure nor an input of any column")
        spec, (column, _) = self.specs[base], self._homes[base]
        children = tuple(self.explain(self.of(column, one)) for one in spec.parameters)
        return Explanation.of_figure(name, value, self.unit(name), spec, key, children)


def _shared(graphs: list[Graph]) -> set[str]:
    """Names that mean the same in all graphs: equal inputs, and figures that rest on such alone."""
    first, *others = graphs
    shared = {
        name
        for name, known in first.inputs.items()
        if all(name in graph.inputs and _equal(known, graph.inputs[name]) for graph in others)
    }
    waiting = {
        name: spec
        for name, spec in first.specs.items()
        if all(name in g.specs and g.specs[name].function is spec.function for g in others)
    }
    grown = True
    while grown:
        more = {name for name, spec in waiting.items() if shared.issuperset(spec.parameters)}
        grown = bool(more - shared)
        shared |= more
    return shared


def _equal(one: Sourced, other: Sourced) -> bool:
    if one is other:
        return True
    if any(getattr(one, field) != getattr(other, field) for field in _TEXTS):
        return False
    a, b = one.value, other.value
    if isinstance(a, pd.DataFrame):
        return isinstance(b, pd.DataFrame) and bool(a.equals(b))
    if isinstance(a, pd.Series):
        return isinstance(b, pd.Series) and bool(a.equals(b))
    return a is b or bool(a == b)
