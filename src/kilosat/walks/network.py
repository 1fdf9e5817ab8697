"""The network from the as-of date on: coins per block, difficulty, and its answer to revenue."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from kilosat.figures import figure, node
from kilosat.market.clock import height_at_time
from kilosat.market.difficulty import hashrate_ehs
from kilosat.market.issuance import subsidy_sats
from kilosat.market.response import HashrateResponse
from kilosat.quantities import BLOCKS_PER_DAY, SATS_PER_BTC
from kilosat.walks.errors import WalkError
from kilosat.walks.terms import EPOCH_DAYS, YEAR_DAYS, NetworkTerms

_PH_PER_EH = 1000.0


@figure(unit="BTC", formula="fees / blocks over those of the last 365 days on which both are known")
def fees_per_block(network_history: pd.DataFrame, outlook_as_of: str) -> float:
    """Mean fees of a block, taken to stay as they were.

    Raises:
        WalkError: no day of the year before has both.
    """
    end = date.fromisoformat(outlook_as_of)
    first = end - timedelta(days=YEAR_DAYS)
    year = network_history[[first < day <= end for day in network_history.index]]
    known = year.dropna(subset=["fees_btc", "blocks"])
    if known.empty:
        raise WalkError(f"no fees are known in the year to {end}: choose another day to look from")
    return float(known["fees_btc"].sum() / known["blocks"].sum())


@figure(unit="EH/s", formula="difficulty in force x 2^32 / 600 s")
def hashrate_at_start(difficulty_epochs: pd.DataFrame, outlook_as_of: str) -> float:
    """The world's hashrate that the difficulty of the as-of date stands for."""
    return hashrate_ehs(float(_difficulties(difficulty_epochs, outlook_as_of)[-1]))


@figure(unit="", formula="day on which ten-minute blocks reach the next halving height")
def next_halving(difficulty_epochs: pd.DataFrame, outlook_as_of: str) -> str:
    """The next halving of the subsidy, at ten minutes a block."""
    height = _height(difficulty_epochs, outlook_as_of)
    days = -(-(210_000 - height % 210_000) // BLOCKS_PER_DAY)
    return str(date.fromisoformat(outlook_as_of) + timedelta(days=days))


@figure(unit="USD/PH/s/day", formula="price x coins of a day's blocks / hashrate")
def hashprice_at_start(
    price_at_start: float, network_terms: NetworkTerms, hashrate_at_start: float
) -> float:
    """What a PH/s earns on the as-of date, fees at their mean."""
    coins = float(network_terms.coins_per_block[0]) * BLOCKS_PER_DAY
    return price_at_start * coins / (hashrate_at_start * _PH_PER_EH)


@figure(unit="1/year", formula="fitted decline x share of the trend that goes on")
def efficiency_decline(hashrate_response: HashrateResponse, efficiency_trend_kept: float) -> float:
    """How fast the log of the best machines' J/TH falls from the as-of date on."""
    return hashrate_response.efficiency_decline * efficiency_trend_kept


@node(formula="subsidy by height, fees, difficulty, fitted response", label="Network")
def network_terms(
    hashrate_response: HashrateResponse,
    efficiency_decline: float,
    epoch_revenues: "pd.Series[float]",
    difficulty_epochs: pd.DataFrame,
    fees_per_block: float,
    hashrate_at_start: float,
    outlook_as_of: str,
    horizon_years: int,
) -> NetworkTerms:
    """The network's state on the as-of date and the rules by which it goes on.

    Blocks come every ten minutes; the efficiency of the best machines goes on as its trend.
    """
    days = horizon_years * YEAR_DAYS
    height = _height(difficulty_epochs, outlook_as_of)
    heights = height + BLOCKS_PER_DAY * np.arange(1, days + 1)
    subsidy = np.array([subsidy_sats(int(one)) for one in heights]) / SATS_PER_BTC
    epochs = days // EPOCH_DAYS + 1
    years = np.arange(epochs) * EPOCH_DAYS / YEAR_DAYS
    response = hashrate_response
    # The epoch that runs on the as-of date is taken to begin with it: the walk fills its place.
    lag = hashrate_response.lag_epochs
    past = epoch_revenues.to_numpy(float)[len(epoch_revenues) - lag + 1 :]
    recent = np.concatenate([[0.0], past])
    difficulties = _difficulties(difficulty_epochs, outlook_as_of)
    return NetworkTerms(
        coins_per_block=subsidy + fees_per_block,
        log_hashrate=float(np.log(hashrate_at_start)),
        last_growth=float(np.log(difficulties[-1] / difficulties[-2])),
        intercept=response.intercept,
        response=response.response,
        memory=response.memory,
        noise=response.noise,
        log_frontier=np.log(response.efficiency_now) - efficiency_decline * years,
        recent=recent,
    )


def _height(epochs: pd.DataFrame, day: str) -> int:
    end = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(days=1)
    return height_at_time(epochs, end).height


def _difficulties(epochs: pd.DataFrame, day: str) -> npt.NDArray[np.float64]:
    """Difficulty of each epoch that had begun by the end of a day."""
    end = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(days=1)
    known = epochs["difficulty"][epochs["start_time"] < end.timestamp()]
    return known.to_numpy(dtype=np.float64)
