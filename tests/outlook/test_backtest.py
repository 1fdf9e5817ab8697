"""The backtest sees no future, scores by the textbook, and ships what it computes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from kilosat.definitions.price_history import PriceHistory
from kilosat.outlook import (
    MODELS,
    OutlookError,
    backtest,
    backtest_markdown,
    choose_default,
    forecasts,
    monthly_origins,
    read_backtest,
    rescored,
)
from kilosat.outlook.backtest import HORIZONS
from kilosat.outlook.scores import LEVELS, pinball
from kilosat.scoring import crps

PAGE = Path(__file__).parents[2] / "docs" / "outlook.md"


@pytest.mark.parametrize("name", MODELS)
def test_nothing_after_the_origin_changes_a_fit(shipped: PriceHistory, name: str) -> None:
    origin = date(2019, 6, 1)
    spoiled = shipped.closes.copy()
    spoiled.iloc[shipped.place(origin) + 1 :] *= 1000.0
    other = replace(shipped, closes=spoiled)
    fits = [MODELS[name].fit(one.log_returns(origin)).record() for one in (shipped, other)]
    assert fits[0] == fits[1]
    rows = [
        forecasts(one, [MODELS[name]], [origin], (30,), 300, 1)["width_80"]
        for one in (shipped, other)
    ]
    assert rows[0].equals(rows[1])


def test_forecasts_are_only_scored_when_their_end_is_known(shipped: PriceHistory) -> None:
    rows = forecasts(shipped, [MODELS["random-walk"]], [date(2025, 10, 1)], HORIZONS, 10, 1)
    assert list(rows["horizon_days"]) == [30, 90]
    with pytest.raises(OutlookError, match="come due"):
        backtest(shipped, [MODELS["random-walk"]], [shipped.last])


def test_crps_of_a_normal_is_its_closed_form() -> None:
    # Gneiting and Raftery (2007): s [z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)].
    sample = 2.0 * stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    z = 1.5 / 2.0
    exact = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - np.pi**-0.5
    assert crps(sample, 1.5) == pytest.approx(2.0 * exact, rel=1e-3)


def test_crps_is_the_integral_of_its_definition() -> None:
    sample, came = np.array([0.0, 1.0, 3.0]), 2.0
    whole = integrate.quad(
        lambda x: (np.mean(sample <= x) - (came <= x)) ** 2, -1, 4, points=[0, 1, 2, 3]
    )[0]
    assert crps(sample, came) == pytest.approx(whole)


def test_pinball_of_a_sure_forecast() -> None:
    # A point forecast missed by 1: the mean of the levels.
    assert pinball(np.zeros(10), 1.0) == pytest.approx(np.mean(LEVELS))


def test_a_short_history_of_the_user(shipped: PriceHistory) -> None:
    short = replace(shipped, closes=shipped.closes.iloc[-500:])
    table = rescored(short)
    assert set(table["horizon_days"]) == {30, 90}
    with pytest.raises(OutlookError, match="come due"):
        rescored(replace(shipped, closes=shipped.closes.iloc[-390:]))


def test_windows_do_not_overlap(shipped: PriceHistory) -> None:
    origins = [date(2015, 1, 1), date(2015, 7, 1), date(2016, 1, 1), date(2016, 7, 1)]
    table = backtest(shipped, [MODELS["random-walk"]], origins, (30, 365), 50)
    assert list(table["origins"]) == [4, 4]
    assert list(table["windows"]) == [4, 2]


def test_default_is_the_best_calibrated_at_a_year() -> None:
    table = pd.DataFrame(
        {
            "model": ["a", "b", "c", "a"],
            "horizon_days": [365, 365, 365, 30],
            "cover_50": [50.0, 47.0, 53.0, 50.0],
            "cover_80": [70.0, 80.0, 80.0, 80.0],
            "cover_95": [95.0, 95.0, 95.0, 95.0],
            "crps": [0.1, 0.3, 0.2, 0.1],
        }
    )
    assert choose_default(table) == "c"  # b and c are equally far; c has the lower CRPS
    with pytest.raises(OutlookError, match="no horizon of 90"):
        choose_default(table, 90)


def test_page_shows_the_shipped_table() -> None:
    text = PAGE.read_text("utf-8")
    shown = text.split("<!-- backtest -->")[1].split("<!-- /backtest -->")[0].strip()
    assert shown == backtest_markdown(read_backtest())
    assert f"By this table it is `{choose_default(read_backtest())}`." in text


def test_shipped_table_is_what_the_command_makes(shipped: PriceHistory) -> None:
    """Three models at the longest horizon, from scratch; the rest takes half a minute."""
    names = ["random-walk", "driftless-walk", "bootstrap"]
    origins = [day for day in monthly_origins(shipped) if (shipped.last - day).days >= 1460]
    table = backtest(shipped, [MODELS[name] for name in names], origins, HORIZONS, 2000, 1)
    again = table[table["horizon_days"] == 1460].set_index("model")
    kept = read_backtest().query("horizon_days == 1460").set_index("model").loc[names]
    for column in kept.columns:
        np.testing.assert_allclose(again[column], kept[column], atol=1e-5, err_msg=column)
