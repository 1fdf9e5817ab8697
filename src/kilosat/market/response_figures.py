"""Response of the world's hashrate to revenue: its fit by date, and what its backtest was worth."""

from datetime import date
from math import exp

import pandas as pd

from kilosat.figures import figure, node
from kilosat.market.response import HashrateResponse, fit, known_epochs
from kilosat.market.response_epochs import block_revenue, epoch_table

__all__ = ["fit_table"]

_FIRST_YEAR = 2018
_SCORES = ("crps", "width_80", "bias", "crps_vs_stays", "crps_vs_grows")


def fit_table(epochs: pd.DataFrame, machines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The parameters fitted on 1 January of every year from 2018 on, and on the as-of date."""
    days = [date(year, 1, 1) for year in range(_FIRST_YEAR, as_of.year + 1)]
    days = [*[day for day in days if day < as_of], as_of]
    rows = {day.isoformat(): fit(epochs, machines, day) for day in days}
    return pd.DataFrame.from_dict({day: _row(response) for day, response in rows.items()}, "index")


@node(formula="revenue of a block by day, averaged over each difficulty epoch; growth to the next")
def revenue_epochs(
    difficulty_epochs: pd.DataFrame,
    network_history: pd.DataFrame,
    price_history: "pd.Series[float]",
    asic_efficiency: pd.DataFrame,
) -> pd.DataFrame:
    """Difficulty epochs with what a block and a frontier machine earned in each."""
    revenue = block_revenue(network_history, price_history)
    return epoch_table(difficulty_epochs, revenue, asic_efficiency)


@node(
    formula="growth of log difficulty per epoch = intercept + response x mean log USD/MWh + noise, "
    "least squares, lag by BIC",
    reference="Schwarz, Annals of Statistics 6 (1978)",
)
def hashrate_response(
    revenue_epochs: pd.DataFrame, asic_efficiency: pd.DataFrame, hashrate_as_of: str
) -> HashrateResponse:
    """How the world's hashrate answers to revenue, fitted on the past of the as-of date."""
    return fit(revenue_epochs, asic_efficiency, date.fromisoformat(hashrate_as_of))


@figure(unit="1", formula="log(USD per block / difficulty / efficiency), in log USD/MWh, by epoch")
def epoch_revenues(revenue_epochs: pd.DataFrame, hashrate_as_of: str) -> "pd.Series[float]":
    """Log revenue (USD/MWh) of the best machine in the epochs known on the as-of date."""
    known = known_epochs(revenue_epochs, date.fromisoformat(hashrate_as_of))
    days = [f"{start:%Y-%m-%d}" for start in known["start"]]
    return pd.Series(known["log_revenue_per_mwh"].to_numpy(float), index=days).dropna()


@figure(
    unit="1",
    formula="least squares on the epochs known on the date; equilibrium = exp(-intercept/response)",
    modelled=True,
    column_units={
        "efficiency": "J/TH",
        "decline of efficiency": "%/year",
        "equilibrium revenue": "USD/MWh",
    },
)
def hashrate_fit(
    revenue_epochs: pd.DataFrame, asic_efficiency: pd.DataFrame, hashrate_as_of: str
) -> pd.DataFrame:
    """Parameters of the response per epoch of about two weeks, as fitted on different dates.

    Growth, memory and noise are in log difficulty; the lag is in epochs.
    """
    return fit_table(revenue_epochs, asic_efficiency, date.fromisoformat(hashrate_as_of))


@figure(
    unit="%",
    formula="share of origins whose interval held what came; CRPS in log difficulty",
    reference="Gneiting and Raftery, JASA 102 (2007)",
    column_units={"origins": "1", "windows": "1"} | dict.fromkeys(_SCORES, "1"),
)
def hashrate_backtest(hashrate_scores: pd.DataFrame) -> pd.DataFrame:
    """What earlier forecasts of difficulty were worth, given the prices that came, by horizon."""
    days = hashrate_scores["horizon_days"].astype(str)
    names = hashrate_scores["model"] + " " + days + " days"
    return hashrate_scores.drop(columns=["model", "horizon_days"]).set_axis(list(names), axis=0)


def _row(response: HashrateResponse) -> dict[str, float]:
    return {
        "intercept": response.intercept,
        "response": response.response,
        "lag": float(response.lag_epochs),
        "memory": response.memory,
        "noise": response.noise,
        "efficiency": response.efficiency_now,
        "decline of efficiency": 100.0 * (1.0 - exp(-response.efficiency_decline)),
        "equilibrium revenue": response.equilibrium_revenue(),
    }
