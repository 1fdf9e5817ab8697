"""What if: any rule of accumulation replayed on the prices that were."""

from datetime import date

import pandas as pd

from kilosat.figures import figure
from kilosat.reserve.purchases import AccumulationRule, trades_under
from kilosat.reserve.valuation import drawdown, longest_run, value_history

__all__: list[str] = []


@figure(
    unit="USD",
    formula="each rule replayed day by day at the closes",
    column_units={
        "coins": "BTC",
        "average": "USD/BTC",
        "gain share": "%",
        "days": "day",
        "days under water": "day",
        "longest under water": "day",
    },
    modelled=True,
)
def what_if(
    what_if_rules: tuple[AccumulationRule, ...],
    price_history: "pd.Series[float]",
    replay_date: str,
    cost_method: str,
) -> pd.DataFrame:
    """What each rule would have bought, paid, gained and suffered to the day of the replay.

    Every purchase meets the close: no spread, no fee, and no effect of the buyer on the price,
    which flatters large rules.
    """
    until = date.fromisoformat(replay_date)
    rows = {}
    for rule in what_if_rules:
        trades = trades_under(rule, price_history, until)
        history = value_history(trades, price_history, until, cost_method)
        last, under = history.iloc[-1], history["gain"] < 0
        cost = float(last["cost"])
        rows[rule.record] = {
            "coins": last["coins"],
            "cost": cost,
            "average": cost / last["coins"],
            "value": last["value"],
            "gain": last["gain"],
            "gain share": 100.0 * last["gain"] / cost if cost else float("nan"),
            "deepest loss": min(float(history["gain"].min()), 0.0),
            "gain drawdown": drawdown(history["gain"])[0],
            "days": len(history),
            "days under water": int(under.sum()),
            "longest under water": longest_run(under),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
