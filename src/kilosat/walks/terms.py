"""What a walk along simulated paths needs to know: the terms of reserve, network and mine.

All are tuples of plain numbers and arrays, so that the compiled walk can take them. Money is US
dollars, coins are satoshis where they are held and BTC where they are mined, days count from the
as-of date, years have 365 days.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kilosat.quantities import DAYS_PER_YEAR, HOURS_PER_DAY

__all__ = [
    "EPOCH_DAYS",
    "HOURS",
    "YEAR_DAYS",
    "Due",
    "Floats",
    "Ints",
    "MineRules",
    "MineTerms",
    "NetworkTerms",
    "OutlayRules",
    "ReserveRules",
    "ReserveTerms",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

YEAR_DAYS = DAYS_PER_YEAR
HOURS = HOURS_PER_DAY
EPOCH_DAYS = 14
"""Days of a difficulty epoch: 2,016 blocks of ten minutes."""


class ReserveTerms(NamedTuple):
    """Rules of accumulation, day by day.

    ``sats_due`` and ``dollars_due`` (days,) are what is bought whatever the price, ``sales_due``
    (days,) the dollars that sales must bring; ``first_of_month`` (days,) marks the days on which
    rebalancing is looked at. ``cap_usd`` is infinite,
    ``stop_loss`` and ``target_usd`` are zero, where there is no such rule.
    """

    sats_due: Ints
    dollars_due: Floats
    sales_due: Floats
    first_of_month: npt.NDArray[np.bool_]
    seized_sats: int
    cap_usd: float
    stop_loss: float
    target_usd: float
    band: float
    trading_cost: float


class ReserveRules(NamedTuple):
    """The plain numbers of ``ReserveTerms``: handing on arrays costs more than a day's work."""

    seized_sats: int
    cap_usd: float
    stop_loss: float
    target_usd: float
    band: float
    trading_cost: float


class Due(NamedTuple):
    """What is due on a day: satoshis and dollars to buy, dollars to raise, whether to rebalance."""

    sats: int
    dollars: float
    sales: float
    rebalance: bool


class NetworkTerms(NamedTuple):
    """The network: coins per block by day (days,), and how its hashrate answers to revenue.

    ``log_frontier`` (epochs,) is the log efficiency in J/TH of the best machines. ``recent`` (lag,)
    are the log revenues per MWh of the epochs before the as-of date, oldest first.
    """

    coins_per_block: Floats
    log_hashrate: float
    last_growth: float
    intercept: float
    response: float
    memory: float
    noise: float
    log_frontier: Floats
    recent: Floats


class MineTerms(NamedTuple):
    """A mine: machines by class (classes,), the hours' tariffs, and who gets what.

    ``tariffs`` (365, 24) are the tariffs of each day of the year in rising order, USD/MWh at the
    meter; ``energy`` and ``bill`` (365, 25) the MWh per MW installed, and their bill, of the n
    cheapest hours; ``yearly_hours`` are the MWh of a year. ``later_worth`` (months
    of a machine's life,) is how far owners expect a hash to have fallen in worth by each month,
    ``later_weight`` the month's discounted part of a year. A mine of no megawatts is none.
    """

    megawatts: Floats
    joule_per_th: Floats
    usd_per_th: Floats
    tariffs: Floats
    energy: Floats
    bill: Floats
    mean_tariff: float
    yearly_hours: float
    first_day_of_year: int
    ramp_days: int
    daily_loss: float
    pool_fee: float
    cooling: float
    running_cost: float
    life_days: int
    site_usd_per_mw: float
    site_life_days: int
    price_elasticity: float
    efficiency_elasticity: float
    later_worth: Floats
    later_weight: Floats
    efficiency_decline: float
    duty: float
    profit_tax: float
    royalty: float
    tariff_in_coins: float
    state_share: float
    kept_share: float
    system_cost: float
    imported_fuel: float
    connection_usd: float
    connection_life_days: int
    private_rate: float
    public_rate: float


class MineRules(NamedTuple):
    """The plain numbers of ``MineTerms`` that every day needs."""

    pool_fee: float
    running_cost: float
    royalty: float
    tariff_in_coins: float
    state_share: float
    kept_share: float
    system_cost: float
    daily_loss: float
    ramp_days: int


class OutlayRules(NamedTuple):
    """What an outlay needs: whose money it is, how long it lasts, first prices."""

    state_share: float
    duty: float
    ramp_days: int
    life_days: int
    site_life_days: int
    price_elasticity: float
    machine_cost: float
    site_cost: float
