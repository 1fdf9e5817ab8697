"""What the sections that look forward are made of, put together once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kilosat.brief.ahead.drawings import ahead_charts
from kilosat.brief.ahead.levels import has_reserve, looks_ahead
from kilosat.brief.ahead.prose import ahead_words, missing_words
from kilosat.brief.ahead.tables import ahead_tables
from kilosat.brief.ahead.weighing import WEIGHED
from kilosat.brief.backtests import hashrate_backtest, price_backtest
from kilosat.brief.charts.chart import Chart
from kilosat.brief.table import Table
from kilosat.study import Study

__all__ = ["Ahead", "ahead_of"]

_SECTIONS = (
    ("price-ahead", "What bitcoin may do"),
    ("hash-ahead", "What a hash may earn"),
    ("investment", "Mining as an investment"),
    ("state", "What the state keeps and risks"),
)
_NO_SECTIONS = (("ahead", "The years ahead"),)


@dataclass(frozen=True, eq=False)
class Ahead:
    """Passages, tables and charts of the look forward.

    ``missing`` says why there is none; the rest is then empty.
    """

    missing: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    charts: Mapping[str, Chart] = field(default_factory=dict)
    has_reserve: bool = False

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Address and title of its sections."""
        return _NO_SECTIONS if self.missing else _SECTIONS


def ahead_of(study: Study, missing: tuple[str, ...], progress: Callable[[str], None]) -> Ahead:
    """Walk the paths and put the parts together; ``missing`` names values the country lacks."""
    graph = study.graph
    if not looks_ahead(graph):
        return Ahead(missing=missing_words(study.country, missing))
    progress("walking the plan along simulated prices")
    graph.value("outcome")
    progress("searching for the mine's break-even points")
    graph.value("break_even_tariff")
    progress("walking again under changed assumptions")
    graph.value(WEIGHED)
    default = str(graph.value("default_price_model"))
    backtests = (
        price_backtest(graph, "price_backtest", default),
        hashrate_backtest(graph, "hashrate_backtest"),
    )
    return Ahead(
        words=ahead_words(graph),
        tables=ahead_tables(graph) | {table.key: table for table in backtests},
        charts=ahead_charts(graph),
        has_reserve=has_reserve(graph),
    )
