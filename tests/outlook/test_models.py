"""Models against closed forms and against themselves; chance is the same on any number of cores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kilosat.definitions.price_history import PriceHistory
from kilosat.outlook import MODELS, OutlookError, model_named, simulate
from kilosat.outlook.bootstrap import BlockBootstrap
from kilosat.outlook.garch import FittedGarch, GarchT
from kilosat.outlook.scores import LEVELS
from kilosat.outlook.streams import Floats, kernel_state, next_unit
from kilosat.outlook.student import fill_student, ziggurat
from kilosat.outlook.walk import FittedWalk, RandomWalk

DAYS = (1, 30, 365)


@pytest.fixture(scope="module")
def returns(shipped: PriceHistory) -> Floats:
    return shipped.log_returns(shipped.last)


@pytest.mark.parametrize("name", MODELS)
def test_same_bits_on_one_and_two_threads(name: str, returns: Floats) -> None:
    fitted = MODELS[name].fit(returns)
    one, two = (simulate(fitted, 7, 1000, DAYS, threads) for threads in (1, 2))
    assert one.tobytes() == two.tobytes()
    assert simulate(fitted, 8, 1000, DAYS).tobytes() != one.tobytes()


@pytest.mark.parametrize("name", MODELS)
def test_more_paths_leave_whole_blocks_as_they_are(name: str, returns: Floats) -> None:
    fitted = MODELS[name].fit(returns)
    few, many = simulate(fitted, 7, 512, DAYS), simulate(fitted, 7, 1100, DAYS)
    assert many[:512].tobytes() == few.tobytes()


def test_walk_has_the_quantiles_of_the_lognormal() -> None:
    # Closed form: log return after h days is normal with mean m h and variance s^2 h.
    moves = simulate(FittedWalk(0.001, 0.03), 1, 200_000, DAYS)
    for column, days in enumerate(DAYS):
        exact = stats.norm(0.001 * days, 0.03 * days**0.5)
        got = np.quantile(moves[:, column], LEVELS)
        # Standard error of a sample quantile: sqrt(p (1 - p) / n) / density.
        error = np.sqrt(np.array(LEVELS) * (1 - np.array(LEVELS)) / 200_000)
        assert np.all(np.abs(got - exact.ppf(LEVELS)) < 5 * error / exact.pdf(exact.ppf(LEVELS)))


def test_walk_fits_mean_and_deviation() -> None:
    data = np.array([0.01, -0.03] * 200)
    fitted = RandomWalk(drifting=True).fit(data)
    assert fitted.drift == pytest.approx(-0.01)
    assert fitted.volatility == pytest.approx(0.02 * (400 / 399) ** 0.5)
    assert RandomWalk(drifting=False).fit(data).drift == 0.0


@pytest.mark.parametrize("freedom", [2.5, 4.0, 7.3, 50.0])
def test_student_draws_follow_student(freedom: float) -> None:
    draws = np.empty(400_000)
    fill_student(kernel_state(np.random.default_rng(3)), freedom, *ziggurat(freedom), draws)
    assert stats.kstest(draws, stats.t(freedom).cdf).pvalue > 1e-3
    for far in stats.t.isf([1e-3, 1e-4], freedom):  # both lie in the tail layer
        count, expected = np.sum(np.abs(draws) > far), 800_000 * stats.t.sf(far, freedom)
        assert abs(count - expected) < 5 * expected**0.5


def test_words_are_those_of_xoshiro256plusplus() -> None:
    # First output for the state (1, 2, 3, 4) of the authors' C code: rotl(1 + 4, 23) + 1.
    state = np.array([1, 2, 3, 4], dtype=np.uint64)
    assert next_unit(state) == ((5 << 23) + 1 >> 11) * 2.0**-53


def test_garch_has_its_own_unconditional_variance() -> None:
    # Bollerslev (1986): variance = constant / (1 - shock - memory), at every day if it starts so.
    model = FittedGarch(1e-5, 0.05, 0.85, 8.0, 1e-4, 0.0, 0.0)
    moves = simulate(model, 5, 40_000, (1, 100))
    assert moves[:, 0].var() == pytest.approx(1e-4, rel=0.03)
    assert moves[:, 1].var() == pytest.approx(1e-2, rel=0.03)
    assert np.abs(moves.mean(axis=0)).max() < 5e-3 * 0.1 * 10**0.5


def test_garch_fit_finds_what_it_was_made_from() -> None:
    made = FittedGarch(1e-5, 0.10, 0.80, 6.0, 1e-4, 0.0, 0.0)
    paths = simulate(made, 2, 6, tuple(range(1, 6001)))
    model = GarchT(window_days=6000, half_life_days=1e6)
    found = [model.fit(np.diff(path, prepend=0.0)) for path in paths]
    assert np.mean([fit.shock for fit in found]) == pytest.approx(0.10, abs=0.02)
    assert np.mean([fit.memory for fit in found]) == pytest.approx(0.80, abs=0.05)
    assert np.mean([fit.freedom for fit in found]) == pytest.approx(6.0, abs=0.8)


@pytest.mark.parametrize("name", ["garch-t", "bootstrap"])
def test_intervals_hold_data_from_the_model_itself(name: str) -> None:
    # A path of a stationary process; its next 30 days against intervals fitted on its past.
    made = FittedGarch(4e-5, 0.05, 0.85, 8.0, 4e-4, 0.0, 0.0)
    futures = simulate(made, 11, 150, (*range(1, 1501), 1530))
    inside = []
    for path in futures:
        sample = simulate(MODELS[name].fit(np.diff(path[:1500], prepend=0.0)), 1, 400, (30,))
        low, high = np.quantile(sample, [0.1, 0.9])
        inside.append(low <= path[1500] - path[1499] <= high)
    # 150 draws at 80 %: standard error 3.3 points.
    assert np.mean(inside) == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("scale", [0.0, 1e-6, 1.0])
def test_an_odd_past_gives_finite_paths(scale: float) -> None:
    odd = scale * np.random.default_rng(1).standard_t(1.5, 800) + 1e-9 * np.arange(800)
    moves = simulate(GarchT().fit(odd), 1, 300, (365,))
    assert np.all(np.isfinite(moves))


def test_bootstrap_draws_only_returns_that_it_has_seen(returns: Floats) -> None:
    fitted = BlockBootstrap(window_days=400).fit(returns)
    moves = simulate(fitted, 1, 500, (1,))
    drift = fitted.window.drift
    spread = 6 * fitted.window.drift_error
    seen = np.sort(fitted.centred)
    gap = np.abs(moves - drift - seen[None, :]).min(axis=1)
    assert gap.max() <= spread
    assert len(fitted.centred) == 400


@settings(max_examples=15, deadline=None)
@given(
    name=st.sampled_from(list(MODELS)),
    seed=st.integers(0, 2**32),
    days=st.lists(st.integers(1, 400), min_size=1, max_size=4, unique=True).map(sorted),
)
def test_quantiles_rise_and_paths_are_finite(
    returns: Floats, name: str, seed: int, days: list[int]
) -> None:
    moves = simulate(MODELS[name].fit(returns[:2000]), seed, 64, days)
    assert moves.shape == (64, len(days))
    assert np.all(np.isfinite(moves))
    assert np.all(np.diff(np.quantile(moves, LEVELS, axis=0), axis=0) >= 0)


def test_refusals_say_what_to_do(returns: Floats) -> None:
    with pytest.raises(OutlookError, match="did you mean 'bootstrap'"):
        model_named("bootstap")
    for model in MODELS.values():
        with pytest.raises(OutlookError, match="too few to fit"):
            model.fit(returns[:100])
    for name in ("garch-t", "bootstrap"):
        with pytest.raises(OutlookError, match="do not move"):
            MODELS[name].fit(np.zeros(500))
    fitted = FittedWalk(0.0, 0.03)
    with pytest.raises(OutlookError, match="at least 1"):
        simulate(fitted, 1, 0, DAYS)
    for days in ((), (0, 1), (5, 5)):
        with pytest.raises(OutlookError, match="must rise"):
            simulate(fitted, 1, 10, days)
