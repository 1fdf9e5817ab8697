"""Tables of what earlier forecasts of price and hashrate were worth, for every page."""

from kilosat.brief.marks import quoted
from kilosat.brief.table import Table, of_frame
from kilosat.figures import Graph

__all__ = ["HASHRATE_SCORE", "PRICE_SCORE", "SCORES", "hashrate_backtest", "price_backtest"]

SCORES = {
    "origins": "Forecasts",
    "windows": "Windows that do not overlap",
    "cover_50": f"Held by the {quoted('50 %')} interval",
    "cover_80": f"Held by the {quoted('80 %')} interval",
    "cover_95": f"Held by the {quoted('95 %')} interval",
}
PRICE_SCORE, HASHRATE_SCORE = "crps_vs_naive", "crps_vs_stays"


def price_backtest(graph: Graph, name: str, default: str) -> Table:
    """The table of the price models in the figure ``name``; the rows of the default say so."""

    def named(row: str) -> str:
        return f"{row} (default)" if row.startswith(f"{default} ") else row

    return of_frame(
        graph,
        name,
        "Backtest of the price models: earlier forecasts, each fitted on its own past only",
        "Model and days ahead",
        named,
        SCORES | {PRICE_SCORE: "Error (CRPS) against the random walk"},
        note="Held: how often the interval held what came; it should be as often as its name says. "
        "The last column is the mean error of the whole distribution; below the whole it is "
        "smaller than that of a random walk. Forecasts overlap; only windows that do not are "
        "independent.",
    )


def hashrate_backtest(graph: Graph, name: str) -> Table:
    """The table of the hashrate's response in the figure ``name``."""
    return of_frame(
        graph,
        name,
        "Backtest of the hashrate's response, given the price that came",
        "Model and days ahead",
        columns=SCORES | {HASHRATE_SCORE: "Error (CRPS) against hashrate that stays"},
        note="None: a forecast of one number has no interval. A real forecast is as uncertain as "
        "the price on top.",
    )
