"""A table of the brief: cells are marked texts, so that every number in them can be explained."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kilosat.brief.labels import VERDICT_WORDS
from kilosat.brief.marks import fig, quoted
from kilosat.figures import Graph

__all__ = ["Cell", "Table", "head", "label", "number", "of_frame", "of_series", "verdict", "words"]

_TONES = {
    "holds": "good",
    "invest": "good",
    "fails": "bad",
    "stay away": "bad",
    "run": "mid",
    "run in part": "mid",
    "invest in part": "good",
    "unknown": "mid",
}

_SHORT = 12


@dataclass(frozen=True)
class Cell:
    """One cell: marked text, how it is set, and the figure behind a verdict."""

    text: str
    kind: str = "text"
    tone: str = ""
    about: str = ""

    @property
    def short(self) -> bool:
        """Whether the text is too short to be broken over lines."""
        return len(self.text) <= _SHORT


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first column holds the row heads."""

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    wide: bool = False


def words(text: str) -> Cell:
    """A cell of our own words."""
    return Cell(text)


def label(text: object) -> Cell:
    """A cell with a label from data."""
    return Cell(quoted(text))


def head(text: object) -> Cell:
    """A row head from data."""
    return Cell(quoted(text), "head")


def number(name: str, *, bare: bool = True, signed: bool = False) -> Cell:
    """A cell with a figure; its unit stands in the column's head unless told otherwise."""
    return Cell(fig(name, bare=bare, signed=signed), "number")


def verdict(graph: Graph, name: str) -> Cell:
    """A cell with an outcome in words, with symbol and colour."""
    outcome = str(graph.value(name))
    text, symbol = VERDICT_WORDS.get(outcome, (outcome, ""))
    return Cell(f"{symbol} {text}".strip(), "verdict", _TONES.get(outcome, ""), name)


def of_series(
    graph: Graph,
    name: str,
    caption: str,
    row_title: str,
    value_title: str,
    row_label: Callable[[str], str] = str,
    note: str = "",
) -> Table:
    """A series as a table of two columns, with units in the head."""
    keys = [str(key) for key in graph.value(name).index]
    unit = graph.unit(name)
    rows = tuple((head(row_label(key)), number(f"{name}[{key}]")) for key in keys)
    return Table(name, caption, (row_title, _with_unit(value_title, unit)), rows, note)


def of_frame(
    graph: Graph,
    name: str,
    caption: str,
    row_title: str,
    row_label: Callable[[str], str] = str,
    columns: Mapping[str, str] | None = None,
    signed: Sequence[str] = (),
    note: str = "",
    wide: bool = False,
) -> Table:
    """A table of figures, with units in the heads; ``columns`` chooses and names columns.

    Columns that are not named carry their key, as a label from data.
    """
    frame = graph.value(name)
    keys = list(columns) if columns else [str(key) for key in frame.columns]
    named = columns or {key: quoted(key) for key in keys}
    first = str(frame.index[0]) if len(frame) else ""
    units = [graph.unit(f"{name}[{first},{k}]") for k in keys]
    if len(set(units)) == 1:
        caption, units = _with_unit(caption, units[0]), [""] * len(units)
    heads = [_with_unit(named[k], unit) for k, unit in zip(keys, units, strict=True)]
    rows = tuple(
        (
            head(row_label(str(row))),
            *(number(f"{name}[{row},{key}]", signed=key in signed) for key in keys),
        )
        for row in frame.index
    )
    return Table(name, caption, (row_title, *heads), rows, note, wide)


def _with_unit(title: str, unit: str) -> str:
    return f"{title}, {unit}" if unit and unit != "1" else title
