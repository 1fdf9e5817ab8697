"""A replay without a mine: nothing of the network is needed."""

import pandas as pd

from kilosat.figures import figure

__all__: list[str] = []


@figure(
    unit="USD/PH/s/day",
    formula="none is needed: nothing is mined",
    column_units={"hashrate": "EH/s"},
)
def network_days(replay_closes: "pd.Series[float]") -> pd.DataFrame:
    """Noughts: a plan without a mine asks for no hashprice."""
    return pd.DataFrame({"hashprice": 0.0, "hashrate": 0.0}, replay_closes.index)
