"""The graph: inputs and figures wired by name, evaluated once each when asked for."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from kilosat.figures.explain import Explanation, plain
from kilosat.figures.spec import FigureSpec, element, spec_of
from kilosat.figures.sweep import Sweep
from kilosat.provenance import Sourced

__all__ = ["FigureError", "Graph"]


class FigureError(ValueError):
    """Figures and inputs do not fit together: missing, unused, duplicate or circular names."""


class Graph:
    """Inputs and figures, wired by parameter name.

    Args:
        functions: figures (see ``figure``).
        inputs: name to sourced value.
        currency: ISO code that fills ``{currency}`` in units.
        sweeps: figures under changed inputs.

    Raises:
        FigureError: a name is missing, unused, defined twice or needs itself.
    """

    def __init__(
        self,
        functions: Iterable[Callable[..., Any]],
        inputs: Mapping[str, Sourced],
        currency: str = "",
        sweeps: Iterable[Sweep] = (),
    ) -> None:
        self.inputs = dict(inputs)
        self.currency = currency
        self.specs: dict[str, FigureSpec] = {}
        self.sweeps = {sweep.name: sweep for sweep in sweeps}
        self._values: dict[str, Any] = {}
        for function in functions:
            spec = spec_of(function)
            if spec.name in self.specs:
                other = self.specs[spec.name].place
                raise FigureError(f"{spec.place}: figure '{spec.name}' is also defined at {other}")
            self.specs[spec.name] = spec
        self._check()

    @classmethod
    def using(
        cls,
        functions: Iterable[Callable[..., Any]],
        inputs: Mapping[str, Sourced],
        currency: str = "",
    ) -> "Graph":
        """A graph of those inputs that the figures need; the others are left aside.

        Raises:
            FigureError: as the constructor, but for unused inputs.
        """
        chosen = list(functions)
        needed = {name for function in chosen for name in spec_of(function).parameters}
        return cls(chosen, {k: v for k, v in inputs.items() if k in needed}, currency)

    def _check(self) -> None:
        for name in self.inputs:
            if name in self.specs:
                raise FigureError(f"'{name}' is an input and also a figure: rename one of them")
        known = [*self.specs, *self.inputs]
        needed: set[str] = set()
        for spec in self.specs.values():
            for parameter in spec.parameters:
                needed.add(parameter)
                if parameter not in known:
                    raise FigureError(_missing(f"{spec.place}: '{spec.name}'", parameter, known))
        for sweep in self.sweeps.values():
            changed = [name for change in sweep.variations for name in change.replacements]
            for name in (*sweep.targets, *changed):
                if name not in known:
                    raise FigureError(_missing(f"sweep '{sweep.name}'", name, known))
        unused = [name for name in self.inputs if name not in needed]
        if unused:
            raise FigureError(f"no figure uses the inputs: {', '.join(unused)}")
        self._order()

    def _order(self) -> None:
        state: dict[str, bool] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in self.inputs or state.get(name):
                return
            if name in path:
                raise FigureError("circular: " + " needs ".join([*path[path.index(name) :], name]))
            for parameter in self.specs[name].parameters:
                visit(parameter, (*path, name))
            state[name] = True

        for name in self.specs:
            visit(name, ())

    def names(self) -> list[str]:
        """All names that can be asked for: inputs, figures and sweeps."""
        return [*self.inputs, *self.specs, *self.sweeps]

    def __contains__(self, name: str) -> bool:
        return name in self.inputs or name in self.specs or name in self.sweeps

    def value(self, name: str) -> Any:
        """The value of ``name``, or of a cell of it: ``name[row]`` or ``name[row,column]``.

        Raises:
            FigureError: no such figure, input or cell; the message names the nearest.
        """
        base, key = split_key(name)
        if base not in self:
            raise FigureError(_missing("kilosat", base, self.names()))
        if base not in self._values:
            self._values[base] = self._evaluate(base)
        try:
            return element(self._values[base], key)
        except KeyError as error:
            raise FigureError(f"{base}: {error.args[0]}") from None

    def _evaluate(self, name: str) -> Any:
        if name in self.inputs:
            return self.inputs[name].value
        if name in self.sweeps:
            return self._sweep(self.sweeps[name])
        spec = self.specs[name]
        return spec.function(**{p: self.value(p) for p in spec.parameters})

    def _sweep(self, sweep: Sweep) -> pd.DataFrame:
        rows = {}
        for change in sweep.variations:
            varied = self.with_values(change.replacements, change.reason)
            rows[change.label] = [varied.value(target) for target in sweep.targets]
        return pd.DataFrame.from_dict(rows, orient="index", columns=list(sweep.targets))

    def with_values(self, replacements: Mapping[str, Any], reason: str) -> "Graph":
        """The same graph with other values of some inputs; what they do not reach is not redone.

        A replacement that can be called is given the base value.
        """
        other = object.__new__(Graph)
        other.specs, other.currency, other.sweeps = self.specs, self.currency, self.sweeps
        other.inputs = dict(self.inputs)
        for name, new in replacements.items():
            base = self.inputs[name]
            other.inputs[name] = base.replaced(new(base.value) if callable(new) else new, reason)
        reached = self._reached(set(replacements))
        other._values = {n: v for n, v in self._values.items() if n not in reached}
        return other

    def _reached(self, names: set[str]) -> set[str]:
        reached = set(names) | set(self.sweeps)
        grown = True
        while grown:
            more = {
                name
                for name, spec in self.specs.items()
                if name not in reached and reached.intersection(spec.parameters)
            }
            grown = bool(more)
            reached |= more
        return reached

    def unit(self, name: str) -> str:
        """The unit of a figure, an input, or a column of a table."""
        base, key = split_key(name)
        if base in self.inputs:
            return self.inputs[base].unit
        column = key.split(",")[-1].strip() if key else ""
        if base in self.sweeps:
            return self.unit(column) if column in self else ""
        spec = self.specs[base]
        return spec.column_units.get(column, spec.unit).replace("{currency}", self.currency)

    def label(self, name: str) -> str:
        """A short name for people."""
        base, key = split_key(name)
        if base in self.specs:
            text = self.specs[base].label
        elif base in self.sweeps:
            text = self.sweeps[base].label
        else:
            text = base.replace("_", " ")
        return f"{text} [{key}]" if key else text

    def _explain_sweep(self, name: str, value: Any, key: str) -> Explanation:
        """A row of a sweep is explained by the graph that made it, with the changed inputs."""
        sweep = self.sweeps[split_key(name)[0]]
        row, _, column = (part.strip() for part in key.partition(","))
        chosen = [change for change in sweep.variations if change.label == row]
        graph = self.with_values(chosen[0].replacements, chosen[0].reason) if chosen else self
        targets = [column] if column in sweep.targets else list(sweep.targets)
        children = tuple(graph.explain(target) for target in targets)
        changes = [
            f"{label}: {plain(self.inputs[label].value)} -> {plain(graph.inputs[label].value)}"
            for change in chosen
            for label in change.replacements
            if not hasattr(self.inputs[label].value, "columns")
        ]
        note = "; ".join([*(change.reason for change in chosen), *changes])
        return Explanation.of_sweep(name, value, self.unit(name), sweep, note, children)

    def explain(self, name: str) -> Explanation:
        """The tree of a figure: value, unit, formula, inputs down to their sources."""
        base, key = split_key(name)
        value = self.value(name)
        if base in self.inputs:
            return Explanation.of_input(name, self.label(name), value, self.inputs[base], key)
        if base in self.sweeps:
            return self._explain_sweep(name, value, key)
        spec = self.specs[base]
        children = tuple(self.explain(parameter) for parameter in spec.parameters)
        return Explanation.of_figure(name, value, self.unit(name), spec, key, children)


def split_key(name: str) -> tuple[str, str]:
    """``"table[row,column]"`` into ``("table", "row,column")``."""
    if name.endswith("]") and "[" in name:
        base, key = name[:-1].split("[", 1)
        return base, key
    return name, ""


def _missing(who: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return f"{who} needs '{name}', which is neither a figure nor an input{hint}"
