"""The outlook as plain text, and its backtest table as Markdown."""

import pandas as pd

from kilosat.figures import Graph
from kilosat.outlook.catalogue import MODELS

__all__ = ["backtest_markdown", "outlook_report"]

_HEADINGS = {
    "model": "model",
    "horizon_days": "days",
    "origins": "origins",
    "windows": "windows",
    "cover_50": "50 %",
    "cover_80": "80 %",
    "cover_95": "95 %",
    "crps": "CRPS",
    "crps_vs_naive": "CRPS to naive",
    "pinball": "pinball",
    "pinball_vs_naive": "pinball to naive",
    "width_80": "80 % width",
    "rank_mean": "PIT mean",
    "rank_ks": "PIT KS",
}
_DECIMALS = {"cover_50": 1, "cover_80": 1, "cover_95": 1, "rank_mean": 2, "rank_ks": 2}
_WHOLE = ("horizon_days", "origins", "windows")


def backtest_markdown(table: pd.DataFrame) -> str:
    """The backtest table as Markdown; widths and scores in log points."""
    lines = ["| " + " | ".join(_HEADINGS.values()) + " |"]
    lines.append("|---|" + "---:|" * (len(_HEADINGS) - 1))
    lines += ["| " + " | ".join(row) + " |" for row in _cells(table)]
    return "\n".join(lines)


def outlook_report(graph: Graph) -> str:
    """Fan, chance of a low price, and the backtest of all models, in plain text."""
    simulation, fan = graph.value("price_simulation"), graph.value("price_fan")
    chosen, best = graph.value("chosen_price_model"), graph.value("default_price_model")
    chance = graph.value("chance_price_below").map("{:.1f} %".format)
    threshold = float(graph.value("price_threshold"))
    as_of = graph.value("outlook_as_of")
    shown = fan.map("{:,.0f}".format)
    shown[f"below {threshold:,.0f}"] = chance
    model = MODELS.get(chosen)
    return "\n".join(
        [
            f"Price of bitcoin after {as_of}, USD per BTC, quantiles by date",
            "",
            shown.to_string(),
            "",
            f"Model: {chosen}" + (f" ({model.assumption})" if model else ""),
            f"Run: {simulation.record}",
            f"Prices: {graph.inputs['daily_closes'].sources()[0].citation()}",
            f"Best calibrated at a year in the backtest: {best}",
            "",
            "Backtest: how often the central intervals held what came, in %, refitted at each",
            "origin. Origins overlap; only the windows are independent of each other.",
            "",
            _plain(graph.value("outlook_backtest")),
        ]
    )


def _cells(table: pd.DataFrame) -> list[list[str]]:
    return [[_cell(name, row[name]) for name in _HEADINGS] for row in table.to_dict("records")]


def _cell(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    number = float(str(value))
    return f"{number:,.0f}" if name in _WHOLE else f"{number:.{_DECIMALS.get(name, 3)}f}"


def _plain(table: pd.DataFrame) -> str:
    shown = pd.DataFrame(_cells(table), columns=list(_HEADINGS.values()))
    names = ["model", "days", "origins", "windows", "50 %", "80 %", "95 %", "CRPS", "CRPS to naive"]
    return shown[names].to_string(index=False)
