"""Tables of what earlier forecasts of price and hashrate were worth."""

from kilosat.brief.marks import quoted
from kilosat.brief.table import Table, of_frame
from kilosat.figures import Graph

__all__ = ["SCORES", "backtest_tables"]

SCORES = {
    "origins": "Forecasts",
    "windows": "Windows that do not overlap",
    "cover_50": f"Held by the {quoted('50 %')} interval",
    "cover_80": f"Held by the {quoted('80 %')} interval",
    "cover_95": f"Held by the {quoted('95 %')} interval",
}
PRICE_SCORE, HASHRATE_SCORE = "crps_vs_naive", "crps_vs_stays"


def backtest_tables(graph: Graph) -> dict[str, Table]:
    """Both tables by key."""
    default = str(graph.value("default_price_model"))

    def named(row: str) -> str:
        return f"{row} (default)" if row.startswith(f"{default} ") else row

    price = of_frame(
        graph,
        "price_backtest",
        "Backtest of the price models: earlier forecasts, each fitted on its own past only",
        "Model and days ahead",
        named,
        SCORES | {PRICE_SCORE: "Error (CRPS) against the random walk"},
        note="Held: how often the interval held what came; it should be as often as its name says. "
        "The last column is the mean error of the whole distribution; below the whole it is "
        "smaller than that of a random walk. Forecasts overlap; only windows that do not are "
        "independent.",
    )
    hashrate = of_frame(
        graph,
        "hashrate_backtest",
        "Backtest of the hashrate's response, given the price that came",
        "Model and days ahead",
        columns=SCORES | {HASHRATE_SCORE: "Error (CRPS) against hashrate that stays"},
        note="None: a forecast of one number has no interval. A real forecast is as uncertain as "
        "the price on top.",
    )
    return {table.key: table for table in (price, hashrate)}
