"""How far the models held in their backtests: coverage less what was meant, by horizon."""

import pandas as pd

from kilosat.figures import figure

POINTS = "percentage points"
_COVERS = {"narrow": "cover_50", "middle": "cover_80", "wide": "cover_95"}
_UNITS = {"days": "day", "windows": ""}
_RESPONSE = "response"


@figure(
    unit=POINTS,
    formula="share of intervals that held what came - share that was meant to",
    column_units=_UNITS,
)
def price_coverage_off(
    outlook_backtest: pd.DataFrame,
    chosen_price_model: str,
    interval_levels: "pd.Series[float]",
) -> pd.DataFrame:
    """Coverage of the chosen price model less what was meant; above zero it was too wide."""
    return _off(outlook_backtest, chosen_price_model, interval_levels)


@figure(
    unit=POINTS,
    formula="share of intervals that held what came - share that was meant to",
    column_units=_UNITS,
)
def hashrate_coverage_off(
    hashrate_scores: pd.DataFrame, interval_levels: "pd.Series[float]"
) -> pd.DataFrame:
    """Coverage of the hashrate response less what was meant, given the prices that came."""
    return _off(hashrate_scores, _RESPONSE, interval_levels)


def _off(scores: pd.DataFrame, model: str, levels: "pd.Series[float]") -> pd.DataFrame:
    """Rows by horizon: its days, how many windows do not overlap, and the distances."""
    own = scores[scores["model"] == model]
    table = pd.DataFrame({"days": own["horizon_days"], "windows": own["windows"]})
    for name, column in _COVERS.items():
        table[name] = own[column] - float(levels[name])
    return table.set_axis([f"{days} days" for days in own["horizon_days"]], axis=0).astype(float)
