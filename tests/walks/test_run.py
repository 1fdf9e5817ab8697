"""Runs over simulated prices: the same on any number of threads, and what they refuse."""

import numpy as np
import pytest
from tests.walks.conftest import mine_terms, network_terms, reserve_terms

from kilosat.outlook.walk import FittedWalk
from kilosat.walks.errors import WalkError
from kilosat.walks.investment import internal_rates
from kilosat.walks.quantiles import expected_shortfall, quantiles
from kilosat.walks.run import Outcome, simulate_outcome

MODEL = FittedWalk(0.0, 0.03)
COIN = 10**8


def run(paths: int, threads: int = 1, seed: int = 1, days: int = 730) -> Outcome:
    reserve = reserve_terms(days, sats_due=np.full(days, COIN))
    network = network_terms(days, intercept=-0.2, response=0.04, noise=0.05)
    mine = mine_terms(megawatts=np.array([10.0]))
    return simulate_outcome(MODEL, 60_000.0, reserve, network, mine, paths, seed, threads)


def test_threads_change_no_bit() -> None:
    one, four = run(600, 1), run(600, 4)
    for book in ("mine", "reserve", "years"):
        assert getattr(one, book).tobytes() == getattr(four, book).tobytes()


def test_more_paths_leave_the_first_ones_as_they_are() -> None:
    few, many = run(300), run(700)
    assert few.reserve.tobytes() == many.reserve[:300].tobytes()
    assert few.mine.tobytes() == many.mine[:300].tobytes()


def test_another_seed_is_another_future() -> None:
    assert run(10, seed=1).reserve["value"][0] != run(10, seed=2).reserve["value"][0]


def test_the_mean_price_is_that_of_the_model() -> None:
    # A normal walk without drift of the log price: the mean of the price is P x exp(s^2 n / 2).
    outcome = run(20_000, 2, days=365)
    mean = outcome.years["price"][:, 1].mean()
    assert mean == pytest.approx(60_000.0 * np.exp(0.03**2 * 365 / 2), rel=0.02)


@pytest.mark.parametrize(
    ("paths", "days", "words"),
    [
        (0, 365, "0 paths cannot be walked: ask for 1"),
        (10**9, 365, "1 to 10,000,000"),
        (1, 400, "a horizon of 1.09589 years"),
        (1, 31 * 365, "a horizon of 31 years"),
    ],
)
def test_what_cannot_be_walked(paths: int, days: int, words: str) -> None:
    with pytest.raises(WalkError, match=words):
        run(paths, days=days)


def test_internal_rate_of_return() -> None:
    # Cash of a year comes in its middle: 100 lent, 120 back after half a year is 1.2^2 - 1 a year.
    rates = internal_rates(np.array([[-100.0, 120.0, 0.0], [-100.0, 0.0, 0.0], [-1.0, 1.0, 0.0]]))
    assert rates[0] == pytest.approx(0.44)
    assert rates[1] == pytest.approx(-0.99)
    assert rates[2] == pytest.approx(0.0, abs=1e-9)


def test_shortfall_of_a_normal_law() -> None:
    # Expected shortfall at 97.5 % of a standard normal law is 2.338 (MAR33 of the Basel Committee
    # takes this level because it lies near the 99 % quantile, 2.326).
    gains = np.random.default_rng(1).standard_normal(1_000_000)
    assert expected_shortfall(gains) == pytest.approx(-2.338, abs=0.02)


def test_quantiles_are_values_of_paths() -> None:
    values = np.array([1.0, 2.0, np.inf, np.inf])
    assert quantiles(values)["50 %"] == 2.0
    assert quantiles(values)["75 %"] == np.inf
