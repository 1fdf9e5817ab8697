"""What power a mine gets, hour by hour, and what that power costs those who supply it."""

from dataclasses import dataclass

import numpy as np

from kilosat.walks.terms import HOURS, YEAR_DAYS, Floats

__all__ = ["PowerSupply", "sorted_hours"]


@dataclass(frozen=True, eq=False)
class PowerSupply:
    """A year of power for a mine, per MW of its size at the meter.

    ``tariff`` (8760,) is USD/MWh, ``served`` (8760,) the MWh that a MW gets, uptime counted.
    ``system_cost`` is what the supplier pays or forgoes for a MWh, ``imported_fuel`` the part of it
    that is imported fuel, both USD/MWh at the meter; ``connection_usd`` is paid once and lasts
    ``connection_life`` years.
    """

    tariff: Floats
    served: Floats
    system_cost: float
    imported_fuel: float
    connection_usd: float
    connection_life: float
    record: str

    @property
    def mean_tariff(self) -> float:
        """Tariff in USD/MWh, weighted by what is served."""
        total = float(self.served.sum())
        return float((self.tariff * self.served).sum() / total) if total else 0.0


def sorted_hours(supply: PowerSupply) -> tuple[Floats, Floats, Floats]:
    """By day of the year: tariffs in rising order (365, 24), and energy and bill (365, 25).

    Column n of energy and bill is of the n cheapest hours of the day, so that a search for what
    mining earns in the tariffs of a day decides all its hours at once.
    """
    by_day = (YEAR_DAYS, HOURS)
    tariff, served = supply.tariff.reshape(by_day), supply.served.reshape(by_day)
    order = np.argsort(tariff, axis=1, kind="stable")
    tariffs = np.take_along_axis(tariff, order, axis=1)
    energy = np.take_along_axis(served, order, axis=1)
    none = np.zeros((YEAR_DAYS, 1))
    return (
        tariffs,
        np.hstack([none, np.cumsum(energy, axis=1)]),
        np.hstack([none, np.cumsum(energy * tariffs, axis=1)]),
    )
