"""The response of hashrate as plain text: its fit by date and what its backtest was worth."""

from kilosat.figures import Graph

__all__ = ["response_report"]

_COLUMNS = ["origins", "windows", "cover_50", "cover_80", "cover_95", "crps", "bias"]


def response_report(graph: Graph) -> str:
    """Fit and backtest of a graph over ``RESPONSE_STAGES``."""
    fits = graph.value("hashrate_fit").round(4)
    scores = graph.value("hashrate_backtest")
    shown = scores[[name for name in _COLUMNS if name in scores.columns]].round(3)
    response = graph.value("hashrate_response")
    return "\n".join(
        [
            "How the world's hashrate answers to revenue, per epoch of 2,016 blocks",
            "",
            f"Fitted: {response.record()}",
            "",
            "Fit by date (log difficulty per epoch; J/TH; %/year; USD/MWh)",
            fits.to_string(),
            "",
            "Backtest, given the prices that came: how often the central intervals held the",
            "difficulty that came, in %. Origins overlap; only the windows are independent.",
            "",
            shown.to_string(na_rep="-"),
            "",
            "Intervals are too narrow beyond a year, and the best guess errs upward, which makes a",
            "mine look worse: docs/hashrate.md says why.",
        ]
    )
