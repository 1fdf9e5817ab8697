"""The replay beside published figures."""

from datetime import date

import pandas as pd

from kilosat.figures import figure

__all__: list[str] = []


@figure(
    unit="",
    formula="replayed / published - 1, on the day of the published figure",
    column_units={"difference": "%"},
)
def published_checks(
    published_points: pd.DataFrame, reserve_history: pd.DataFrame, replay_date: str
) -> pd.DataFrame:
    """Published coins, cost, average price and value beside the replay of the same day, and why
    they differ. Points after the day of the replay are left out.
    """
    rows = {}
    for label, point in published_points.iterrows():
        day = point["day"]
        if day <= date.fromisoformat(replay_date) and day in reserve_history.index:
            replayed = _measure(reserve_history.loc[day], point["measure"])
            difference = 100.0 * (replayed / point["published"] - 1.0)
            texts = [point["unit"], point["reporter"], point["note"]]
            rows[label] = [point["published"], replayed, difference, *texts]
    columns = ["published", "replayed", "difference", "unit", "reporter", "why"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _measure(row: "pd.Series[float]", measure: str) -> float:
    return float(row["cost"] / row["coins"] if measure == "average" else row[measure])
