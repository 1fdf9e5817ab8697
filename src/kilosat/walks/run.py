"""The run: blocks of simulated prices walked along one after the other, results kept, paths not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np

from kilosat.definitions.price_history import PriceHistory
from kilosat.figures import node
from kilosat.outlook.catalogue import MODELS, model_named
from kilosat.outlook.paths import FittedModel
from kilosat.outlook.streams import block_generators
from kilosat.walks.books import MINE_BOOK, NETWORK_BOOK, RESERVE_BOOK, YEAR_BOOK, Book
from kilosat.walks.errors import WalkError
from kilosat.walks.terms import EPOCH_DAYS, YEAR_DAYS, Floats, MineTerms, NetworkTerms, ReserveTerms
from kilosat.walks.walk import walk

__all__ = ["Outcome", "simulate_outcome"]

_LONGEST_YEARS = 30
_MOST_PATHS = 10_000_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """What each path came to: ``mine`` and ``reserve`` (paths,), ``years`` (paths, years + 1)."""

    mine: Book
    reserve: Book
    years: Book
    record: str

    @property
    def paths(self) -> int:
        """How many there are."""
        return int(self.reserve.size)

    @property
    def horizon(self) -> int:
        """Years that were walked."""
        return int(self.years.shape[1]) - 1


def simulate_outcome(
    model: FittedModel,
    start_price_usd: float,
    reserve: ReserveTerms,
    network: NetworkTerms,
    mine: MineTerms,
    paths: int,
    seed: int,
    threads: int = 1,
    tariff_shifts: Floats | None = None,
    hashprice_scales: Floats | None = None,
) -> Outcome:
    """Walk along ``paths`` simulated price paths of as many days as the terms have.

    The same to the bit for any number of threads; memory does not grow with the days, and with the
    paths only by a record each. ``tariff_shifts`` and ``hashprice_scales`` (paths,): see ``walk``.

    Raises:
        WalkError: no paths, too many, or no whole year.
    """
    days = len(reserve.sats_due)
    years, rest = divmod(days, YEAR_DAYS)
    if not 1 <= paths <= _MOST_PATHS:
        raise WalkError(f"{paths} paths cannot be walked: ask for 1 to {_MOST_PATHS:,}")
    if rest or not 1 <= years <= _LONGEST_YEARS:
        raise WalkError(f"a horizon of {days / YEAR_DAYS:g} years cannot be walked: 1 to 30")
    mines = np.zeros(paths, MINE_BOOK)
    reserves = np.zeros(paths, RESERVE_BOOK)
    by_year = np.zeros((paths, years + 1), YEAR_BOOK)
    shifts = np.zeros(paths) if tariff_shifts is None else tariff_shifts
    scales = np.ones(paths) if hashprice_scales is None else hashprice_scales
    asked = range(1, days + 1)
    start = float(np.log(start_price_usd))

    def one(block: tuple[slice, np.random.Generator, np.random.Generator]) -> None:
        part, of_prices, of_hashrate = block
        size = part.stop - part.start
        prices = model.block(of_prices, size, asked)
        prices += start
        np.exp(prices, out=prices)
        walk(
            prices,
            of_hashrate.standard_normal((size, days // EPOCH_DAYS)),
            reserve,
            network,
            mine,
            shifts[part],
            scales[part],
            np.zeros(size, NETWORK_BOOK),
            mines[part],
            reserves[part],
            by_year[part],
        )

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, _blocks(seed, paths)))
    record = f"{paths:,} paths of {years} years by the day, seed {seed}: {model.record()}"
    return Outcome(mines, reserves, by_year, record)


def _blocks(
    seed: int, paths: int
) -> Iterator[tuple[slice, np.random.Generator, np.random.Generator]]:
    """The paths of each block, with chance of its own for prices and for hashrate."""
    first = 0
    pairs = zip(block_generators(seed, paths), block_generators([seed, 1], paths), strict=True)
    for (of_prices, size), (of_hashrate, _) in pairs:
        yield slice(first, first + size), of_prices, of_hashrate
        first += size


@node(formula="price model fitted on closes to the as-of date", label="Fitted price model")
def fitted_price_model(
    daily_closes: PriceHistory, chosen_price_model: str, outlook_as_of: str
) -> FittedModel:
    """The price model that every path follows."""
    if chosen_price_model not in MODELS:
        raise WalkError(
            f"'{chosen_price_model}' gives no price for every day of the horizon; choose one of "
            f"{', '.join(MODELS)}"
        )
    day = date.fromisoformat(outlook_as_of)
    return model_named(chosen_price_model).fit(daily_closes.log_returns(day))


@node(
    formula="prices, network, mine and reserve walked day by day along each path", label="Outcome"
)
def outcome(
    fitted_price_model: FittedModel,
    price_at_start: float,
    reserve_terms: ReserveTerms,
    network_terms: NetworkTerms,
    mine_terms: MineTerms,
    outlook_paths: int,
    outlook_seed: int,
) -> Outcome:
    """All paths of the plan in this economy."""
    return simulate_outcome(
        fitted_price_model,
        price_at_start,
        reserve_terms,
        network_terms,
        mine_terms,
        outlook_paths,
        outlook_seed,
        threads=2,
    )
