"""Tables of the backtests of price and hashrate."""

from kilosat.brief.comparison.joined import JoinedGraph
from kilosat.brief.marks import quoted
from kilosat.brief.table import Table, of_frame

__all__ = ["BACKTESTS", "backtest_tables"]

BACKTESTS = ("price-off", "price-backtest", "hashrate-backtest")
_HELD = {
    "cover_50": f"Held by the {quoted('50 %')} interval",
    "cover_80": f"Held by the {quoted('80 %')} interval",
    "cover_95": f"Held by the {quoted('95 %')} interval",
}
_OFF = {
    "windows": "Windows apart",
    "narrow": f"{quoted('50 %')} interval off by",
    "middle": f"{quoted('80 %')} interval off by",
    "wide": f"{quoted('95 %')} interval off by",
}


def backtest_tables(graph: JoinedGraph) -> dict[str, Table]:
    """All tables by key."""
    counts = {"origins": "Forecasts", "windows": "Windows that do not overlap"}
    price = of_frame(
        graph,
        graph.common("price_backtest"),
        "Earlier forecasts of the price, by model and horizon",
        "Model and horizon",
        columns=counts | _HELD | {"crps_vs_naive": "Score against a random walk"},
    )
    off = of_frame(
        graph,
        graph.common("price_coverage_off"),
        "The chosen model: coverage less what was meant, in percentage points",
        "Days ahead",
        columns=_OFF,
        signed=("narrow", "middle", "wide"),
    )
    hashrate = of_frame(
        graph,
        graph.common("hashrate_backtest"),
        "Earlier forecasts of hashrate, given the price that came",
        "Model and horizon",
        columns=counts | _HELD | {"crps_vs_stays": "Score against staying"},
    )
    tables = (_bare_units(off), price, hashrate)
    return dict(zip(BACKTESTS, tables, strict=True))


def _bare_units(table: Table) -> Table:
    """The caption says the unit once: column heads need not."""
    columns = tuple(title.split(", percentage")[0] for title in table.columns)
    return Table(table.key, table.caption, columns, table.rows, table.note, table.wide)
