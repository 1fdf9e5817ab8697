"""Reported holdings by the way they were counted, and what a change of that way amounts to.

Sums of announcements, press estimates and balances on the chain are three bases. They are never
joined: where reports pass from one to the next, the step is shown beside what was bought meanwhile.
"""

from datetime import date

import numpy as np
import pandas as pd

from kilosat.definitions.history import BASES
from kilosat.figures import figure
from kilosat.quantities import SATS_PER_BTC

__all__: list[str] = []


@figure(
    unit="BTC",
    formula="first and last report of each basis",
    column_units={"reports": "1", "first day": "", "last day": ""},
)
def holdings_by_basis(reported_holdings: pd.DataFrame, replay_date: str) -> pd.DataFrame:
    """First and last reported holding of each basis to the day of the replay, bases apart."""
    rows = {}
    for basis in BASES:
        own = _to(reported_holdings, replay_date).query("basis == @basis")
        if len(own):
            first, last = own.iloc[0], own.iloc[-1]
            ends = [str(first["day"]), _btc(first), str(last["day"]), _btc(last)]
            rows[basis] = [len(own), *ends]
    columns = ["reports", "first day", "first", "last day", "last"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@figure(
    unit="BTC",
    formula="step = after - before; change of basis = step - what was announced or planned between",
    column_units={"from basis": "", "to basis": "", "last day before": ""},
)
def changes_of_basis(
    reported_holdings: pd.DataFrame, reserve_history: pd.DataFrame, replay_date: str
) -> pd.DataFrame:
    """Where reports pass from one basis to another: the step, and how much of it is no purchase.

    A step that no announcement between the two days explains is a change of what is counted.
    """
    reports = _to(reported_holdings, replay_date)
    rows = {}
    for before, after in zip(
        reports.iloc[:-1].to_dict("records"), reports.iloc[1:].to_dict("records"), strict=True
    ):
        if before["basis"] != after["basis"]:
            bought = _coins(reserve_history, after["day"]) - _coins(reserve_history, before["day"])
            step = (after["sats"] - before["sats"]) / SATS_PER_BTC
            ends = [before["basis"], after["basis"], str(before["day"])]
            coins = [before["sats"] / SATS_PER_BTC, after["sats"] / SATS_PER_BTC]
            rows[str(after["day"])] = [*ends, *coins, step, bought, step - bought]
    names = ["from basis", "to basis", "last day before", "before", "after", "step"]
    columns = [*names, "announced or planned between", "change of basis"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@figure(
    unit="BTC",
    formula="on-chain - replayed = change of basis + rest",
    row_formulas={"rest": "on-chain - replayed - change of basis to the chain"},
)
def on_chain_against_replay(
    reported_holdings: pd.DataFrame,
    reserve_history: pd.DataFrame,
    changes_of_basis: pd.DataFrame,
    replay_date: str,
) -> "pd.Series[float]":
    """The last reported balance on the chain beside the coins that announcements add up to.

    Nothing here says where the coins came from: that needs the ledger of the wallets.
    """
    own = _to(reported_holdings, replay_date).query("basis == 'on-chain'")
    if own.empty:
        return pd.Series({"on-chain as reported": np.nan})
    last = own.iloc[-1]
    replayed = _coins(reserve_history, last["day"])
    steps = changes_of_basis[changes_of_basis["to basis"] == "on-chain"]
    step = float(steps["change of basis"].sum())
    return pd.Series(
        {
            "announced, as replayed": replayed,
            "change of basis": step,
            "rest": _btc(last) - replayed - step,
            "on-chain as reported": _btc(last),
        }
    )


@figure(unit="", formula="day of the last report on the chain to the day of the replay")
def on_chain_day(reported_holdings: pd.DataFrame, replay_date: str) -> str:
    """Day of the on-chain balance that is held beside the replay."""
    own = _to(reported_holdings, replay_date).query("basis == 'on-chain'")
    return str(own.iloc[-1]["day"]) if len(own) else "none"


def _to(reports: pd.DataFrame, replay_date: str) -> pd.DataFrame:
    return reports[reports["day"] <= date.fromisoformat(replay_date)]


def _btc(report: "pd.Series[float]") -> float:
    return int(report["sats"]) / SATS_PER_BTC


def _coins(history: pd.DataFrame, day: date) -> float:
    known = history["coins"][history.index <= day]
    return float(known.iloc[-1]) if len(known) else 0.0
