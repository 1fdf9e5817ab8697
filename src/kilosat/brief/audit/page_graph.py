"""The audit's graph, and the tables whose rows the page prints: each cell has a name of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kilosat.brief.audit import page_figures
from kilosat.brief.audit.figure_words import FIGURE_WORDS
from kilosat.figures import Graph, collect
from kilosat.figures.graph import split_key
from kilosat.provenance import Sourced

__all__ = ["PageGraph", "PageTable", "row_and_column"]


@dataclass(frozen=True, eq=False)
class PageTable:
    """A table of chosen rows.

    ``sourced`` holds it, its rows named by numbers; ``made_of`` is the input of the audit that it
    is cut from. ``units`` and ``columns`` give unit and words of each column, ``rows`` the words of
    each row, and ``notes`` what more is known of one.
    """

    title: str
    sourced: Sourced
    made_of: str
    units: Mapping[str, str]
    columns: Mapping[str, str]
    rows: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)


class PageGraph(Graph):
    """The graph of an audit with the figures and the tables of the page."""

    def __init__(self, graph: Graph, tables: Mapping[str, PageTable]) -> None:
        functions = [spec.function for spec in graph.specs.values()]
        super().__init__([*functions, *collect([page_figures])], graph.inputs, "USD")
        self.tables = dict(tables)
        self.inputs |= {name: table.sourced for name, table in self.tables.items()}

    def unit(self, name: str) -> str:
        """The unit of a figure, an input, or a column of a table."""
        base, key = split_key(name)
        if base in self.tables:
            return self.tables[base].units.get(row_and_column(key)[1], "")
        return super().unit(name)

    def label(self, name: str) -> str:
        """A short name for people."""
        base, key = split_key(name)
        if base not in self.tables:
            return FIGURE_WORDS.get(name) or super().label(name).replace(" sats", "")
        table = self.tables[base]
        row, column = row_and_column(key)
        return f"{table.rows[row]}: {table.columns[column]}" if key else table.title


def row_and_column(key: str) -> tuple[str, str]:
    """The parts of ``"row,column"``."""
    row, _, column = key.rpartition(",")
    return row.strip(), column.strip()
