"""Terms of small made-up plans, the compiled walk over given prices, and the numpy oracle."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kilosat.walks.books import MINE_BOOK, NETWORK_BOOK, RESERVE_BOOK, YEAR_BOOK, Book
from kilosat.walks.supply import PowerSupply, sorted_hours
from kilosat.walks.terms import (
    EPOCH_DAYS,
    YEAR_DAYS,
    Floats,
    MineTerms,
    NetworkTerms,
    ReserveTerms,
)
from kilosat.walks.walk import walk

ORACLE = Path(__file__).parents[2] / "benchmarks" / "walk_numpy.py"


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    """The walk written again in numpy."""
    spec = importlib.util.spec_from_file_location("walk_numpy", ORACLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reserve_terms(days: int, **changes: Any) -> ReserveTerms:
    """Rules that do nothing, but for the changes."""
    nothing = ReserveTerms(
        sats_due=np.zeros(days, np.int64),
        dollars_due=np.zeros(days),
        sales_due=np.zeros(days),
        first_of_month=np.arange(days) % 30 == 0,
        seized_sats=0,
        cap_usd=np.inf,
        stop_loss=0.0,
        target_usd=0.0,
        band=0.0,
        trading_cost=0.0,
    )
    return nothing._replace(**changes)


def network_terms(days: int, **changes: Any) -> NetworkTerms:
    """A network of 1,000 EH/s that neither grows nor shrinks and pays 3.125 BTC a block."""
    still = NetworkTerms(
        coins_per_block=np.full(days, 3.125),
        log_hashrate=float(np.log(1000.0)),
        last_growth=0.0,
        intercept=0.0,
        response=0.0,
        memory=0.0,
        noise=0.0,
        log_frontier=np.full(days // EPOCH_DAYS + 1, np.log(10.0)),
        recent=np.zeros(1),
    )
    return still._replace(**changes)


def mine_terms(supply: PowerSupply | None = None, **changes: Any) -> MineTerms:
    """One MW of 20 J/TH machines on free power, nothing but machines paid; none without supply."""
    hours = supply or PowerSupply(np.zeros(8760), np.ones(8760), 0.0, 0.0, 0.0, 1.0, "free power")
    tariffs, energy, bill = sorted_hours(hours)
    plain = MineTerms(
        megawatts=np.array([1.0]) if supply or changes else np.zeros(1),
        joule_per_th=np.array([20.0]),
        usd_per_th=np.array([10.0]),
        tariffs=tariffs,
        energy=energy,
        bill=bill,
        mean_tariff=hours.mean_tariff,
        yearly_hours=float(hours.served.sum()),
        first_day_of_year=0,
        ramp_days=0,
        daily_loss=0.0,
        pool_fee=0.0,
        cooling=0.0,
        running_cost=0.0,
        life_days=4 * YEAR_DAYS,
        site_usd_per_mw=0.0,
        site_life_days=10 * YEAR_DAYS,
        price_elasticity=1.0,
        efficiency_elasticity=-0.5,
        later_worth=np.ones(48),
        later_weight=np.full(48, 1 / 12),
        efficiency_decline=0.0,
        duty=0.0,
        profit_tax=0.0,
        royalty=0.0,
        tariff_in_coins=0.0,
        state_share=0.0,
        kept_share=0.0,
        system_cost=hours.system_cost,
        imported_fuel=hours.imported_fuel,
        connection_usd=hours.connection_usd,
        connection_life_days=25 * YEAR_DAYS,
        private_rate=0.0,
        public_rate=0.0,
    )
    return plain._replace(**changes)


@dataclass(frozen=True)
class Walked:
    """The books after a walk."""

    network: Book
    mine: Book
    reserve: Book
    years: Book


def walked(
    prices: Floats,
    reserve: ReserveTerms | None = None,
    network: NetworkTerms | None = None,
    mine: MineTerms | None = None,
    shocks: Floats | None = None,
) -> Walked:
    """The compiled walk over prices (paths, days)."""
    paths, days = prices.shape
    noise = np.zeros((paths, days // EPOCH_DAYS)) if shocks is None else shocks
    books = [np.zeros(paths, book) for book in (NETWORK_BOOK, MINE_BOOK, RESERVE_BOOK)]
    years = np.zeros((paths, days // YEAR_DAYS + 1), YEAR_BOOK)
    walk(
        prices,
        noise,
        reserve or reserve_terms(days),
        network or network_terms(days),
        mine or mine_terms(),
        np.zeros(paths),
        np.ones(paths),
        *books,
        years,
    )
    return Walked(*books, years)


@pytest.fixture(scope="session")
def flat() -> Callable[[int, float], Floats]:
    """One path of a price that never moves."""
    return lambda days, price: np.full((1, days), price)
