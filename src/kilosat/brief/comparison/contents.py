"""All parts of a comparison, put together once and written three times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kilosat import __version__
from kilosat.brief.charts import Chart
from kilosat.brief.comparison.assumptions import Assumed, assumed_inputs
from kilosat.brief.comparison.backtests import backtest_tables
from kilosat.brief.comparison.cells import Section, sections
from kilosat.brief.comparison.columns import Column, Task
from kilosat.brief.comparison.drawings import charts
from kilosat.brief.comparison.fine import FineCatalogue
from kilosat.brief.comparison.joined import JoinedGraph
from kilosat.brief.comparison.levels import page_inputs
from kilosat.brief.comparison.measures import Group, measures
from kilosat.brief.comparison.prose import Judged, answers, hashrate_words, price_words
from kilosat.brief.table import Table
from kilosat.brief.writer import Writer

__all__ = ["Comparison", "comparison_of"]

_DOLLAR = "USD"


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison says, before it is set as HTML, JSON or XLSX."""

    task: Task
    columns: tuple[Column, ...]
    version: str
    graph: JoinedGraph
    catalogue: FineCatalogue
    writer: Writer
    answers: tuple[Judged, ...]
    price_words: str
    hashrate_words: str
    sections: tuple[Section, ...]
    tables: dict[str, Table]
    charts: dict[str, Chart]
    assumed: tuple[Assumed, ...]

    @property
    def synthetic(self) -> bool:
        """Whether a mine here runs on hours that nobody measured."""
        country = self.task.country
        dispatched = any(column.power == "dispatched" for column in self.columns)
        return dispatched and country is not None and country.hourly_is_synthetic

    @property
    def local(self) -> bool:
        """Whether local money is another than the dollar."""
        return self.graph.currency != _DOLLAR


def comparison_of(
    task: Task, columns: tuple[Column, ...], progress: Callable[[str], None]
) -> Comparison:
    """Put the parts together; at least one of the columns must have been judged."""
    graphs = {column.key: column.graph for column in columns if column.graph is not None}
    graph = JoinedGraph(graphs, page_inputs())
    groups = measures(graph.common, graph.currency != _DOLLAR)
    for column in columns:
        progress(f"quantiles and break-even points of {column.plan.name}")
        _calculate(column, groups)
    table = sections(graph, columns, groups)
    progress("tables and charts")
    catalogue = FineCatalogue(graph)
    return Comparison(
        task=task,
        columns=columns,
        version=__version__,
        graph=graph,
        catalogue=catalogue,
        writer=Writer(catalogue),
        answers=answers(graph, columns),
        price_words=price_words(graph),
        hashrate_words=hashrate_words(graph),
        sections=table,
        tables=backtest_tables(graph),
        charts=charts(graph, columns),
        assumed=assumed_inputs(catalogue, columns, table),
    )


def _calculate(column: Column, groups: Sequence[Group]) -> None:
    """Ask for all figures of a column; the graph keeps them."""
    if column.graph is None:
        return
    for group in groups:
        if group.belongs_to(column):
            for measure in group.measures:
                column.graph.value(measure.figure)
