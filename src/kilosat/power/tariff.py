"""The tariff of the new load, hour by hour, at its meter."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kilosat.figures import figure, node
from kilosat.power.dispatch import FloatArray
from kilosat.power.fleet import Fleet

__all__ = ["HourlyTariff", "hourly_tariff", "mean_tariff", "tariff_by_hour"]


@dataclass(frozen=True, eq=False)
class HourlyTariff:
    """What the new load pays in each hour (T,), local currency per kWh at its meter.

    ``adder`` is not nothing where the tariff follows the marginal cost of the hour; ``per_kwh`` is
    then the adder over the base run's marginal cost.
    """

    per_kwh: FloatArray
    scheme: str

    @property
    def record(self) -> str:
        """The scheme, for the explanation."""
        return f"tariff scheme: {self.scheme}"


@node(formula="tariff scheme x hours", label="Hourly tariff")
def hourly_tariff(
    base_system: Fleet,
    base_price_per_kwh: FloatArray,
    tariff_scheme: str,
    tariff: float,
    tariff_adder: float,
    package_tariff: float,
    tariff_periods: pd.DataFrame,
    new_load_loss: float,
) -> HourlyTariff:
    """The tariff in each hour under the blueprint's scheme.

    Flat; seasonal or time-of-use by the blueprint's periods; marginal cost of the hour before the
    load came, at the meter, plus an adder; or the tariff of the accepted incremental package,
    which holds for the energy of its band only (``paid_tariff`` bills the rest).
    """
    hours = len(base_system.index)
    if tariff_scheme == "flat":
        rate = np.full(hours, tariff)
    elif tariff_scheme == "incremental-package":
        rate = np.full(hours, package_tariff)
    elif tariff_scheme == "marginal-plus-adder":
        rate = base_price_per_kwh / (1.0 - new_load_loss) + tariff_adder
    else:
        rate = _by_period(base_system.index, tariff_periods)
    return HourlyTariff(rate, tariff_scheme)


def _by_period(index: pd.DatetimeIndex, periods: pd.DataFrame) -> FloatArray:
    rate = np.full(len(index), np.nan)
    for months, hours, tariff in zip(
        periods["months"], periods["hours"], periods["tariff"], strict=True
    ):
        inside = np.isin(index.month, list(months)) & np.isin(index.hour, list(hours))
        rate[inside] = tariff
    return rate


@figure(unit="{currency}/kWh", formula="tariff scheme x hours")
def tariff_by_hour(hourly_tariff: HourlyTariff) -> FloatArray:
    """The tariff in each hour (T,), at the new load's meter."""
    return hourly_tariff.per_kwh


@figure(unit="{currency}/kWh", formula="mean over hours of the hourly tariff")
def mean_tariff(hourly_tariff: HourlyTariff) -> float:
    """Tariff at the meter, averaged over all hours."""
    return float(hourly_tariff.per_kwh.mean())
