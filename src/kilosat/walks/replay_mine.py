"""The mine of a replay: the best machine on sale at the start, its price then, hashprices since."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from kilosat.figures import figure
from kilosat.market.efficiency import DAYS_PER_YEAR, best_efficiency
from kilosat.walks.errors import WalkError
from kilosat.walks.terms import YEAR_DAYS

__all__ = ["BEST_ON_SALE"]

BEST_ON_SALE = "best on sale"


@figure(
    unit="USD/PH/s/day",
    formula="with fees where they are known, else from the subsidy alone",
    column_units={"fees known": ""},
)
def replay_hashprices(
    hashprice_history: pd.DataFrame, replay_closes: "pd.Series[float]"
) -> pd.DataFrame:
    """What a PH/s earned on each day of the replay.

    Raises:
        WalkError: a day has none; the message names the first.
    """
    found = hashprice_history.reindex(replay_closes.index)
    known = found["with fees"].notna()
    hashprice = found["with fees"].fillna(found["subsidy alone"])
    if hashprice.isna().any():
        day = hashprice.index[hashprice.isna()][0]
        raise WalkError(
            f"no hashprice is known for {day}, which a mine needs; choose another start or --until"
        )
    return pd.DataFrame({"hashprice": hashprice, "fees known": known})


@figure(unit="day", formula="days of the replay on which fees are not known")
def days_without_fees(replay_hashprices: pd.DataFrame) -> int:
    """Days on which the mine is paid the subsidy alone, because fees are not in the data."""
    return int((~replay_hashprices["fees known"].astype(bool)).sum())


@figure(
    unit="USD/TH",
    formula="best J/TH on sale; exp(constant + elasticities x log hashprice and log J/TH)",
    column_units={"efficiency_j_per_th": "J/TH", "hashprice": "USD/PH/s/day"},
)
def machines(
    asic_efficiency: pd.DataFrame,
    machine_price_fit: pd.DataFrame,
    replay_hashprices: pd.DataFrame,
    replay_start: str,
) -> pd.DataFrame:
    """The machine that the mine buys: efficiency of the best on sale at the start, and its price.

    The price is derived from a fit on few dated prices, with an error of about a third.

    Raises:
        WalkError: no machine on sale is known for the start.
    """
    efficiency = float(best_efficiency(asic_efficiency, [replay_start])[0])
    if not np.isfinite(efficiency):
        first = asic_efficiency["date"].iloc[0].date()
        raise WalkError(
            f"no machine on sale is known before {first}, so no mine can be replayed from "
            f"{replay_start}; choose a later start"
        )
    hashprice = float(replay_hashprices["hashprice"].iloc[0])
    value = machine_price_fit["value"]
    log_price = (
        value["constant"]
        + value["hashprice"] * np.log(hashprice)
        + value["efficiency"] * np.log(efficiency)
    )
    columns = ["efficiency_j_per_th", "price_usd_per_th", "hashprice"]
    rows = [[efficiency, float(np.exp(log_price)), hashprice]]
    return pd.DataFrame(rows, [BEST_ON_SALE], columns)


@figure(unit="", formula="hashprice and efficiency beside the lowest and highest of the fit")
def machine_price_inside_fit(machine_price_points: pd.DataFrame, machines: pd.DataFrame) -> bool:
    """Whether dated prices of machines surround the start, or the fit is carried beyond them."""
    row = machines.loc[BEST_ON_SALE]
    pairs = {"hashprice_usd_per_phs_day": "hashprice", "efficiency_j_th": "efficiency_j_per_th"}
    columns = {name: machine_price_points[name] for name in pairs}
    inside = [columns[k].min() <= row[name] <= columns[k].max() for k, name in pairs.items()]
    return all(bool(one) for one in inside)


@figure(
    unit="1/year",
    formula="log of best J/TH at the start / best when those machines are worn out, a year",
)
def efficiency_decline(
    asic_efficiency: pd.DataFrame, machine_life: float, replay_start: str, replay_date: str
) -> float:
    """How fast the best machine on sale in fact got better over the life of the first ones, or to
    the last day; renewals buy what this pace gives, and owners are taken to have foreseen it.
    """
    start, last = date.fromisoformat(replay_start), date.fromisoformat(replay_date)
    end = min(last, start + timedelta(days=round(machine_life * YEAR_DAYS)))
    then, later = best_efficiency(asic_efficiency, [str(start), str(end)])
    years = max((end - start).days, 1) / DAYS_PER_YEAR
    return float(np.log(then / later)) / years
