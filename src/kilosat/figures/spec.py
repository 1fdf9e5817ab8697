"""What a figure is: a pure function with a label, a unit, a formula and a meaning."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, TypeVar

import pandas as pd

__all__ = ["FigureSpec", "collect", "element", "figure", "node", "spec_of"]

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "__kilosat_figure__"


@dataclass(frozen=True)
class FigureSpec:
    """A figure's label; the function itself stays plain.

    ``unit`` may hold ``{currency}``, filled by the graph with the country's currency. For tables
    ``column_units`` gives units of columns that differ from ``unit``. A *node* is a calculation
    (a dispatch, a grid) whose value is an object and is not printed itself; ``modelled`` says
    that an economic or technical model stands between the inputs and the value.
    """

    name: str
    function: Callable[..., Any]
    unit: str
    label: str
    formula: str
    meaning: str
    reference: str = ""
    is_node: bool = False
    modelled: bool = False
    column_units: Mapping[str, str] = field(default_factory=dict)
    row_formulas: Mapping[str, str] = field(default_factory=dict)

    def formula_of(self, key: str) -> str:
        """The formula, or that of the row of a table where rows differ (labels may hold commas)."""
        fitting = [row for row in self.row_formulas if key == row or key.startswith(f"{row},")]
        return self.row_formulas[max(fitting, key=len)] if fitting else self.formula

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the figures and inputs that it needs."""
        return tuple(inspect.signature(self.function).parameters)

    @property
    def place(self) -> str:
        """File and line of the function, for messages."""
        code = inspect.unwrap(self.function).__code__
        return f"{code.co_filename}:{code.co_firstlineno}"


def figure(
    *,
    unit: str,
    formula: str,
    label: str = "",
    reference: str = "",
    modelled: bool = False,
    column_units: Mapping[str, str] | None = None,
    row_formulas: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """Label a pure function as a figure and return it unchanged.

    Its docstring's first paragraph is its meaning. Raises ``TypeError`` when there is none.
    """

    def mark(function: F) -> F:
        spec = _spec(function, formula, label, reference)
        units, rows = column_units or {}, row_formulas or {}
        spec = replace(spec, unit=unit, modelled=modelled, column_units=units, row_formulas=rows)
        setattr(function, _MARK, spec)
        return function

    return mark


def node(*, formula: str, label: str = "", reference: str = "") -> Callable[[F], F]:
    """Label a pure function as a calculation node: a model run whose value is an object."""

    def mark(function: F) -> F:
        spec = _spec(function, formula, label, reference)
        setattr(function, _MARK, replace(spec, is_node=True, modelled=True))
        return function

    return mark


def _spec(function: Callable[..., Any], formula: str, label: str, reference: str) -> FigureSpec:
    """What every figure has; raises ``TypeError`` without a docstring or with a default."""
    doc = inspect.getdoc(function)
    if not doc:
        raise TypeError(f"figure '{function.__name__}' needs a docstring that says what it means")
    defaults = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    ]
    if defaults:
        raise TypeError(f"figure '{function.__name__}' has a default for {defaults}: name an input")
    return FigureSpec(
        name=function.__name__,
        function=function,
        unit="",
        label=label or function.__name__.replace("_", " "),
        formula=formula,
        meaning=" ".join(doc.split("\n\n")[0].split()),
        reference=reference,
    )


def spec_of(function: Callable[..., Any]) -> FigureSpec:
    """The label of a figure; raises ``TypeError`` for a function that is none."""
    spec = getattr(function, _MARK, None)
    if not isinstance(spec, FigureSpec):
        raise TypeError(f"'{function.__name__}' is not a figure: decorate it with @figure")
    return spec


def collect(modules: Iterable[ModuleType]) -> list[Callable[..., Any]]:
    """All figures defined (not merely imported) in the given modules, in order of definition."""
    return [
        value
        for module in modules
        for value in vars(module).values()
        if hasattr(value, _MARK) and value.__module__ == module.__name__
    ]


def element(value: Any, key: str) -> Any:
    """One cell of a table or series: ``"row"`` or ``"row,column"``.

    Raises:
        KeyError: there is no such row or column; the message lists some that there are.
    """
    if not key:
        return value
    if isinstance(value, pd.Series):
        return value.iloc[_label(value.index, key.strip())]
    if isinstance(value, pd.DataFrame) and "," in key:
        row, column = _row_and_column(value, key)
        return value.iloc[_label(value.index, row), _label(value.columns, column)]
    kind = "a table: name a row and a column" if isinstance(value, pd.DataFrame) else "one number"
    raise KeyError(f"[{key}] does not fit: this is {kind}")


def _row_and_column(table: pd.DataFrame, key: str) -> tuple[str, str]:
    """Split at the comma that leaves a known row and column: labels may hold commas themselves."""
    rows, columns = ({str(name) for name in axis} for axis in (table.index, table.columns))
    commas = [place for place, letter in enumerate(key) if letter == ","]
    pairs = [(key[:place].strip(), key[place + 1 :].strip()) for place in commas]
    known = [(row, column) for row, column in pairs if row in rows and column in columns]
    return next(iter(known), pairs[-1])


def _label(index: "pd.Index[Any]", text: str) -> int:
    names = [str(name) for name in index]
    if text not in names:
        some = ", ".join(names[:12])
        raise KeyError(f"'{text}' is none of its rows or columns: {some}")
    return names.index(text)
