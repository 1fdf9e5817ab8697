"""The response of hashrate: what it is fitted on, what it simulates, what its backtest is worth."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from kilosat.definitions.history import read_epochs, read_network, read_prices
from kilosat.figures import Graph, collect
from kilosat.market import RESPONSE_STAGES, BitcoinError, HashrateResponse, response_inputs
from kilosat.market.__main__ import fit_markdown
from kilosat.market.difficulty import difficulty_of_hashrate
from kilosat.market.efficiency import best_efficiency, efficiency_decline, efficiency_path
from kilosat.market.response import (
    FitChoices,
    fit,
    known_epochs,
    log_revenue_per_mwh,
    simulate_epochs,
)
from kilosat.market.response_backtest import (
    HORIZONS,
    MODEL,
    _scores,
    forecasts,
    hashrate_backtest_table,
    hashrate_markdown,
    quarterly_origins,
    summary,
)
from kilosat.market.response_data import read_efficiency, read_hashrate_backtest
from kilosat.market.response_epochs import (
    block_revenue,
    epoch_table,
    mean_log_revenue,
    state_at,
)

PAGE = Path(__file__).parents[2] / "docs" / "hashrate.md"
LAST = date(2026, 2, 11)
KNOWN = HashrateResponse(-0.2, 0.045, 1, 0.0, 0.03, 10.0, 0.3)


@pytest.fixture(scope="module")
def difficulties() -> pd.DataFrame:
    table: pd.DataFrame = read_epochs().value
    return table


@pytest.fixture(scope="module")
def machines() -> pd.DataFrame:
    table: pd.DataFrame = read_efficiency().value
    return table


@pytest.fixture(scope="module")
def revenue() -> "pd.Series[float]":
    closes = read_prices().value
    return block_revenue(read_network().value, closes[[day <= LAST for day in closes.index]])


@pytest.fixture(scope="module")
def epochs(
    difficulties: pd.DataFrame, revenue: "pd.Series[float]", machines: pd.DataFrame
) -> pd.DataFrame:
    return epoch_table(difficulties, revenue, machines)


def simulated_epochs(truth: HashrateResponse, count: int, seed: int) -> pd.DataFrame:
    """A table of epochs in which hashrate did answer as ``truth`` says."""
    rng = np.random.default_rng(seed)
    drivers = np.log(300e3) + np.cumsum(0.05 * rng.standard_normal(count))
    years = np.arange(count) * 14 / 365.25
    efficiency = efficiency_path(truth.efficiency_now, truth.efficiency_decline, years)
    start = np.log(100e12)
    levels = simulate_epochs(truth, float(start), drivers, efficiency, rng, 1)[0]
    begin = np.datetime64("2016-01-01") + 14 * np.arange(count + 1)
    return pd.DataFrame(
        {
            "start": begin[:-1].astype("datetime64[s]"),
            "known_from": begin[1:].astype("datetime64[s]"),
            "growth": np.diff(levels),
            "log_revenue_per_mwh": log_revenue_per_mwh(drivers, levels[:-1], efficiency),
        }
    )


@pytest.mark.parametrize("lag", [1, 4])
@pytest.mark.parametrize("memory", [0.0, 0.4])
def test_parameters_are_found_again(machines: pd.DataFrame, lag: int, memory: float) -> None:
    truth = replace(KNOWN, lag_epochs=lag, memory=memory, noise=0.01)
    table = simulated_epochs(truth, 3000, seed=7)
    found = fit(table, machines, date(2150, 1, 1), FitChoices(memory=memory > 0))
    assert found.lag_epochs == lag
    # Four standard errors at the most, which 3,000 epochs of this noise make small.
    assert found.response == pytest.approx(truth.response, rel=0.1)
    assert found.intercept == pytest.approx(truth.intercept, rel=0.1)
    assert found.memory == pytest.approx(memory, abs=0.05)
    assert found.noise == pytest.approx(truth.noise, rel=0.06)
    assert found.equilibrium_revenue() == pytest.approx(truth.equilibrium_revenue(), rel=0.05)


def test_fit_is_that_of_another_program(epochs: pd.DataFrame, machines: pd.DataFrame) -> None:
    choices = FitChoices(longest_lag=1)
    found = fit(epochs, machines, LAST, choices)
    known = known_epochs(epochs, LAST)
    known = known[known["start"] >= pd.Timestamp(2016, 1, 1)]
    line = stats.linregress(known["log_revenue_per_mwh"], known["growth"])
    assert found.response == pytest.approx(line.slope)
    assert found.intercept == pytest.approx(line.intercept)
    left = known["growth"] - line.intercept - line.slope * known["log_revenue_per_mwh"]
    assert found.noise == pytest.approx(np.sqrt((left**2).sum() / (len(left) - 2)))


@pytest.mark.parametrize("choices", [FitChoices(), FitChoices(memory=True, leave_out_ban=True)])
def test_nothing_after_the_as_of_date_changes_a_fit(
    difficulties: pd.DataFrame,
    revenue: "pd.Series[float]",
    machines: pd.DataFrame,
    choices: FitChoices,
) -> None:
    day = date(2022, 3, 1)
    begun = pd.to_datetime(difficulties["start_time"], unit="s")
    later = begun >= pd.Timestamp(day) + pd.Timedelta(days=1)
    level = difficulties["difficulty"].astype(float)
    spoiled = difficulties.assign(difficulty=level.where(~later, 7.0 * level))
    dear: pd.Series[float] = revenue * np.where([one > day for one in revenue.index], 1000.0, 1.0)
    better = machines.assign(
        efficiency_j_th=machines["efficiency_j_th"].where(machines["date"] <= str(day), 0.01)
    )
    tables = [epoch_table(difficulties, revenue, machines), epoch_table(spoiled, dear, better)]
    assert not tables[0].equals(tables[1])
    fits = [
        fit(table, sold, day, choices)
        for table, sold in zip(tables, (machines, better), strict=True)
    ]
    assert fits[0] == fits[1]
    assert state_at(tables[0], day, 13) == state_at(tables[1], day, 13)


def test_revenue_per_mwh_is_arithmetic() -> None:
    # 3.125 BTC at 60,000 USD a block and difficulty 100e12: a PH/s makes 37.72 USD a day (the
    # doctest of hashprice); at 15 J/TH it is 15 kW, 0.36 MWh a day.
    earned = np.exp(log_revenue_per_mwh(np.log(3.125 * 60e3), np.log(100e12), 15.0))
    assert earned == pytest.approx(37.72 / 0.36, rel=1e-4)


def test_growth_is_nil_at_the_equilibrium() -> None:
    quiet = replace(KNOWN, noise=0.0)
    level = np.log(100e12)
    driver = np.log(quiet.equilibrium_revenue()) - log_revenue_per_mwh(0.0, level, 10.0)
    ten = np.full(10, 10.0)
    rng = np.random.default_rng(1)
    still = simulate_epochs(quiet, level, np.full(10, driver), ten, rng, 2)
    np.testing.assert_allclose(still, level)
    # Revenue e times as high: one epoch grows by the response.
    once = simulate_epochs(quiet, level, np.full(1, driver + 1.0), ten[:1], rng, 1)
    assert once[0, 1] - level == pytest.approx(quiet.response)
    # exp(0.2 / 0.045) USD/MWh
    assert quiet.equilibrium_revenue() == pytest.approx(85.15, abs=0.01)
    with pytest.raises(BitcoinError, match="no equilibrium"):
        replace(KNOWN, response=-0.01).equilibrium_revenue()


def test_lag_and_memory_use_the_epochs_before() -> None:
    slow = HashrateResponse(0.0, 0.01, 3, 0.5, 0.0, 10.0, 0.3)
    level, ten = np.log(100e12), np.full(1, 10.0)
    driver = 5.0 - log_revenue_per_mwh(0.0, level, 10.0)
    rng = np.random.default_rng(1)
    drivers, past = np.full(1, driver), (9.0, 2.0, 2.0)
    path = simulate_epochs(
        slow, level, drivers, ten, rng, 1, past_log_revenue=past, last_growth=0.1
    )
    assert path[0, 1] - level == pytest.approx(0.01 * (2.0 + 2.0 + 5.0) / 3 + 0.5 * 0.1)


def test_own_hashrate_lowers_hashprice_and_slows_the_others() -> None:
    count, quiet, ten = 300, replace(KNOWN, noise=0.0), np.full(300, 10.0)
    level = float(np.log(100e12))
    rest = np.log(quiet.equilibrium_revenue()) - log_revenue_per_mwh(0.0, level, 10.0)
    own = np.where(np.arange(count) >= 5, 100.0, 0.0)
    rng = np.random.default_rng(3)
    drivers = np.full(count, rest)
    whole = np.exp(simulate_epochs(quiet, level, drivers, ten, rng, 1, own_hashrate=own)[0])
    np.testing.assert_allclose(whole[:6], 100e12)
    # 100 EH/s, found one epoch later: 1e20 x 600 / 2^32 of difficulty.
    np.testing.assert_allclose(whole[6] - 100e12, 1e20 * 600 / 2**32)
    assert (whole[6:] > 100e12).all()  # more difficulty, so less for each hash
    others = whole[6:] - difficulty_of_hashrate(100.0)
    assert (np.diff(others) < 0).all()
    # In the end the others have made room for all of it: revenue is what it was.
    assert whole[-1] == pytest.approx(100e12, rel=1e-3)


def test_difficulty_changes_by_a_factor_of_four_at_most() -> None:
    level, count = float(np.log(1e12)), 4
    calm = HashrateResponse(0.0, 0.0, 1, 0.0, 0.0, 10.0, 0.3)
    drivers, ten = np.zeros(count), np.full(count, 10.0)
    own = np.array([20.0, 20.0, 20.0, 0.0]) * 1e12 * 2**32 / 600 / 1e18  # twenty times the others
    rng = np.random.default_rng(1)
    path = simulate_epochs(calm, level, drivers, ten, rng, 1, own_hashrate=own)[0]
    np.testing.assert_allclose(np.exp(path) / 1e12, [1.0, 4.0, 16.0, 21.0, 5.25])


def test_best_machine_and_its_trend() -> None:
    days = pd.date_range("2016-01-01", periods=9, freq="365D")
    table = pd.DataFrame({"date": days, "efficiency_j_th": 100.0 * 0.5 ** np.arange(9)})
    worse = pd.concat([table.iloc[:1], table.iloc[:1].assign(efficiency_j_th=300.0)])
    assert best_efficiency(worse, ["2016-06-01"])[0] == 100.0
    assert np.isnan(best_efficiency(table, ["2015-12-31"])[0])
    # Halved each year in steps; a line through a staircase is as steep as its steps are long.
    assert efficiency_decline(table, date(2023, 12, 1)) == pytest.approx(np.log(2), rel=0.03)
    with pytest.raises(BitcoinError, match="a year of machines"):
        efficiency_decline(table, date(2016, 6, 1))


def test_shipped_efficiency_is_what_the_press_printed(machines: pd.DataFrame) -> None:
    # Glassnode's reference rigs: S19 Pro 3250 W / 110 TH (May 2020), S19 XP Hyd 5304 / 255
    # (October 2022); S9 1323 W / 13.5 TH is its batch of 2017, a little better than the first.
    best = best_efficiency(machines, ["2017-03-01", "2020-06-01", "2022-11-01"])
    np.testing.assert_allclose(best, [1323 / 13.5, 3250 / 110, 5304 / 255], rtol=0.03)
    assert machines["date"].is_monotonic_increasing


def test_missing_fees_use_the_past_alone() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(4)]
    fees = [100.0, 200.0, np.nan, 400.0]
    table = pd.DataFrame({"blocks": 100.0, "subsidy_btc": 300.0, "fees_btc": fees}, days)
    earned = block_revenue(table, pd.Series(10.0, days))
    np.testing.assert_allclose(earned, [40.0, 50.0, 45.0, 70.0])
    mean = mean_log_revenue(earned, ["2024-01-01", "2024-01-03", "2024-01-05", "2024-01-06"])
    np.testing.assert_allclose(np.exp(mean), [45.0, 57.5, np.nan])


def test_too_few_epochs(epochs: pd.DataFrame, machines: pd.DataFrame) -> None:
    with pytest.raises(BitcoinError, match="needs 26"):
        fit(epochs, machines, date(2016, 12, 1))
    with pytest.raises(BitcoinError, match="no epoch has ended"):
        state_at(epochs, date(2009, 1, 5), 1)


def test_crps_is_the_integral_of_its_definition() -> None:
    sample, came = np.array([0.0, 1.0, 3.0]), 2.0
    whole = integrate.quad(
        lambda x: (np.mean(sample <= x) - (came <= x)) ** 2, -1, 4, points=[0, 1, 2, 3]
    )[0]
    rank, crps, _, bias = _scores(sample, came)
    assert crps == pytest.approx(whole)
    assert rank == pytest.approx(2 / 3)
    assert bias == -1.0


def test_a_true_model_is_calibrated() -> None:
    """Ranks of what came are even where what came was drawn from the model itself."""
    count, level = 26, float(np.log(100e12))
    drivers, ten = np.full(count, np.log(300e3)), np.full(count, 10.0)
    drawn = simulate_epochs(KNOWN, level, drivers, ten, np.random.default_rng(1), 4000)[:, -1]
    again = simulate_epochs(KNOWN, level, drivers, ten, np.random.default_rng(2), 1000)[:, -1]
    ranks = [_scores(drawn, float(came))[0] for came in again]
    assert stats.kstest(ranks, "uniform").pvalue > 0.01


def test_one_origin_of_the_shipped_table(
    difficulties: pd.DataFrame, revenue: "pd.Series[float]", machines: pd.DataFrame
) -> None:
    """An origin is scored alike on its own and among others, on difficulties that were printed."""
    alone = forecasts(difficulties, revenue, machines, [date(2023, 1, 1)])
    both = forecasts(difficulties, revenue, machines, [date(2022, 7, 1), date(2023, 1, 1)])
    pd.testing.assert_frame_equal(
        alone, both[both["origin"] == date(2023, 1, 1)].reset_index(drop=True)
    )
    # Difficulty of 2023-01-01 and of 2024-01-01: 35.364 and 72.006 trillion, as printed everywhere.
    year = alone[(alone["model"] == MODEL) & (alone["horizon_days"] == 365)]
    assert year["came"].iloc[0] == pytest.approx(np.log(72.006 / 35.364), abs=1e-4)
    stays = alone[alone["model"] == "difficulty stays"]
    np.testing.assert_allclose(stays["crps"], stays["came"].abs())


def test_only_forecasts_with_a_known_price_are_scored(
    difficulties: pd.DataFrame, revenue: "pd.Series[float]", machines: pd.DataFrame
) -> None:
    rows = forecasts(difficulties, revenue, machines, [date(2025, 4, 1), LAST], naive=False)
    assert list(rows["horizon_days"]) == [90]
    assert quarterly_origins(LAST)[-1] == date(2026, 1, 1)
    table = summary(forecasts(difficulties, revenue, machines, quarterly_origins(LAST)[:5], (365,)))
    assert list(table["origins"]) == [5, 5, 5]
    assert list(table["windows"]) == [2, 2, 2]


def test_shipped_table_is_what_the_command_makes(
    difficulties: pd.DataFrame,
    revenue: "pd.Series[float]",
    machines: pd.DataFrame,
    epochs: pd.DataFrame,
) -> None:
    again, kept = (
        table.set_index(["model", "horizon_days"])
        for table in (
            hashrate_backtest_table(difficulties, revenue, machines),
            read_hashrate_backtest(),
        )
    )
    assert list(again.index) == list(kept.index)
    for column in kept.columns:
        np.testing.assert_allclose(again[column], kept[column], atol=1e-5, err_msg=column)
    assert set(kept.index.get_level_values(1)) == set(HORIZONS)


def test_page_shows_the_shipped_table() -> None:
    text = PAGE.read_text("utf-8")
    shown = text.split("<!-- backtest -->")[1].split("<!-- /backtest -->")[0].strip()
    assert shown == hashrate_markdown(read_hashrate_backtest())


def test_figures() -> None:
    graph = Graph(collect(RESPONSE_STAGES), response_inputs(LAST))
    fits = graph.value("hashrate_fit")
    # Industrial power costs 40 to 80 USD/MWh, and machines have to be paid on top.
    assert fits["equilibrium revenue"].between(80, 200).all()
    response = graph.value("hashrate_response")
    assert fits.loc[LAST.isoformat(), "response"] == response.response
    assert response.record().count("\n") == 0
    revenues = graph.value("epoch_revenues")
    assert revenues.index[-1] == "2026-01-22"
    text = PAGE.read_text("utf-8")
    assert text.split("<!-- fit -->")[1].split("<!-- /fit -->")[0].strip() == fit_markdown(fits)
    assert graph.value("hashrate_backtest").loc["response 730 days", "windows"] == 4
    names = {source.key for source in graph.explain("hashrate_fit").all_sources()}
    assert {"asic_efficiency", "difficulty_epochs", "network_history"} <= names
