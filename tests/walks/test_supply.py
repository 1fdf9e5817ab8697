"""A year of power: turned to 1 January, sorted by tariff within each day."""

import numpy as np
import pandas as pd

from kilosat.walks.supply import PowerSupply, sorted_hours
from kilosat.walks.supply_dispatched import calendar_year


def test_a_fiscal_year_is_turned_to_january() -> None:
    index = pd.date_range("2024-07-01", "2025-06-30 23:00", freq="h")
    hours = np.asarray(index.month, dtype=float)
    turned = calendar_year(hours, index)
    assert turned[0] == 1.0
    assert turned[-1] == 12.0
    assert np.all(np.diff(turned) >= 0)


def test_the_29th_of_february_is_left_out() -> None:
    index = pd.date_range("2024-01-01", "2024-12-31 23:00", freq="h")
    turned = calendar_year(np.asarray(index.day_of_year, dtype=float), index)
    assert len(turned) == 8760
    assert 60.0 not in turned  # the 60th day of 2024
    assert turned[-1] == 366.0


def test_a_short_period_is_repeated() -> None:
    index = pd.date_range("2025-03-01", periods=48, freq="h")
    turned = calendar_year(np.arange(48.0), index)
    assert len(turned) == 8760
    assert turned[48] == 0.0


def test_the_cheapest_hours_come_first() -> None:
    tariff = np.tile(np.arange(24.0)[::-1], 365)
    served = np.tile(np.arange(24.0), 365)
    tariffs, energy, bill = sorted_hours(PowerSupply(tariff, served, 0.0, 0.0, 0.0, 1.0, ""))
    assert tariffs[0].tolist() == list(range(24))
    # The cheapest two hours, at 0 and 1, are the day's last and serve 23 and 22.
    assert energy[0, 2] == 45.0
    assert bill[0, 2] == 22.0
    assert energy[0, 24] == served[:24].sum()
