"""Power for the mine of a country without an hourly system: a published price, evenly served."""

import numpy as np

from kilosat.figures import figure, node
from kilosat.walks.supply import PowerSupply
from kilosat.walks.terms import HOURS, YEAR_DAYS

_YEAR_HOURS = YEAR_DAYS * HOURS


@node(formula="published price in every hour x share of hours x uptime", label="Mine's power")
def power_supply(
    mining_power_price: float, mine_system_cost: float, mining_hours_share: float, uptime: float
) -> PowerSupply:
    """A year of power at a published price: a stress test, no dispatch.

    Which hours are to be had is not known, so that each is had in part; imported fuel and the cost
    of a connection are not known either and count as nothing.
    """
    tariff = np.full(_YEAR_HOURS, mining_power_price)
    served = np.full(_YEAR_HOURS, mining_hours_share * uptime)
    record = f"no dispatch: {mining_power_price:.2f} USD/MWh as published, in every hour alike"
    return PowerSupply(tariff, served, mine_system_cost, 0.0, 0.0, 1.0, record)


@figure(unit="USD/MWh", formula="what the power costs, or would otherwise earn")
def mine_system_cost(mining_power_cost: float) -> float:
    """What a MWh costs its supplier, or would earn him elsewhere."""
    return mining_power_cost
