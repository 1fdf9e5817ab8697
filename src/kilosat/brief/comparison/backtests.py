"""Tables of the backtests of price and hashrate."""

from kilosat.brief.backtests import hashrate_backtest, price_backtest
from kilosat.brief.comparison.joined import JoinedGraph
from kilosat.brief.marks import quoted
from kilosat.brief.table import Table, of_frame

__all__ = ["BACKTESTS", "backtest_tables"]

BACKTESTS = ("price-off", "price-backtest", "hashrate-backtest")
_OFF = {
    "windows": "Windows apart",
    "narrow": f"{quoted('50 %')} interval off by",
    "middle": f"{quoted('80 %')} interval off by",
    "wide": f"{quoted('95 %')} interval off by",
}


def backtest_tables(graph: JoinedGraph) -> dict[str, Table]:
    """All tables by key."""
    default = str(graph.value(graph.common("default_price_model")))
    price = price_backtest(graph, graph.common("price_backtest"), default)
    off = of_frame(
        graph,
        graph.common("price_coverage_off"),
        "The chosen model: coverage less what was meant, in percentage points",
        "Days ahead",
        columns=_OFF,
        signed=("narrow", "middle", "wide"),
    )
    hashrate = hashrate_backtest(graph, graph.common("hashrate_backtest"))
    tables = (_bare_units(off), price, hashrate)
    return dict(zip(BACKTESTS, tables, strict=True))


def _bare_units(table: Table) -> Table:
    """The caption says the unit once: column heads need not."""
    columns = tuple(title.split(", percentage")[0] for title in table.columns)
    return Table(table.key, table.caption, columns, table.rows, table.note, table.wide)
