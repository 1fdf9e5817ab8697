"""All parts of a brief, put together once and written three times."""

from collections.abc import Callable
from dataclasses import dataclass

from kilosat import __version__
from kilosat.brief.ahead import Ahead, ahead_of
from kilosat.brief.answer import Sentence, answer
from kilosat.brief.catalogue import Catalogue
from kilosat.brief.charts import Chart, all_charts
from kilosat.brief.gaps import GapReason, gap_reasons
from kilosat.brief.prose import money_words, window_words
from kilosat.brief.table import Table
from kilosat.brief.tables import all_tables
from kilosat.brief.writer import Writer
from kilosat.study import Study

__all__ = ["Contents", "contents_of"]


@dataclass(frozen=True, eq=False)
class Contents:
    """What a brief says, before it is set as HTML, JSON or XLSX."""

    study: Study
    version: str
    catalogue: Catalogue
    writer: Writer
    sentences: tuple[Sentence, ...]
    window_words: str
    money_words: str
    gaps: tuple[GapReason, ...]
    tables: dict[str, Table]
    charts: dict[str, Chart]
    ahead: Ahead


def contents_of(
    study: Study, progress: Callable[[str], None], missing: tuple[str, ...] = ()
) -> Contents:
    """Calculate the study and put the parts of its brief together.

    ``missing`` names the values without which the study does not look forward.
    """
    graph = study.graph
    progress("dispatching the year with and without the load")
    graph.value("load_run")
    ahead = ahead_of(study, missing, progress)
    sentences = answer(graph, study.market.day)
    progress("searching the window and trying the sensitivities")
    tables = all_tables(graph)
    charts = all_charts(graph, progress)
    catalogue = Catalogue(graph)
    return Contents(
        study=study,
        version=__version__,
        catalogue=catalogue,
        writer=Writer(catalogue),
        sentences=sentences,
        window_words=window_words(graph),
        money_words=money_words(graph),
        gaps=gap_reasons(graph),
        tables=tables | dict(ahead.tables),
        charts=charts | dict(ahead.charts),
        ahead=ahead,
    )
