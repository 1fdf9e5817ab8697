"""What machines cost: a price per TH by efficiency and by what a hash earns, from dated prices.

Few prices have a date, and they moved with the hashprice more than one for one: a machine bought
when mining pays costs more. The fit gives a price for any class and any day; it is derived, with
an error of about a third.
"""

import numpy as np
import pandas as pd

from kilosat.figures import figure


@figure(
    unit="1",
    formula="least squares: log price per TH on log hashprice and log efficiency",
    column_units={"points": "1"},
)
def machine_price_fit(machine_price_points: pd.DataFrame) -> pd.DataFrame:
    """Elasticity of the price per TH to the hashprice and to the efficiency in J/TH.

    ``error`` is a standard error; of the rest it is the spread of the log price around the fit.
    """
    points = machine_price_points
    price = np.log(points["usd_per_th"].to_numpy(float))
    columns = {
        "constant": np.ones(len(points)),
        "hashprice": np.log(points["hashprice_usd_per_phs_day"].to_numpy(float)),
        "efficiency": np.log(points["efficiency_j_th"].to_numpy(float)),
    }
    design = np.column_stack(list(columns.values()))
    found = np.linalg.lstsq(design, price, rcond=None)[0]
    left = price - design @ found
    spread = float(left @ left) / (len(price) - len(columns))
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * spread)
    rows = {
        name: [value, error, float(len(price))]
        for name, value, error in zip(columns, found, errors, strict=True)
    }
    rows["rest"] = [0.0, float(np.sqrt(spread)), float(len(price))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "error", "points"])


@figure(unit="1", formula="elasticity to the hashprice")
def machine_price_elasticity(machine_price_fit: pd.DataFrame) -> float:
    """By how many per cent the price per TH changes when the hashprice changes by one."""
    return float(machine_price_fit.T["hashprice"]["value"])


@figure(unit="1", formula="elasticity to the efficiency")
def machine_efficiency_elasticity(machine_price_fit: pd.DataFrame) -> float:
    """By how many per cent the price per TH changes when a machine needs one per cent more J/TH."""
    return float(machine_price_fit.T["efficiency"]["value"])


@figure(
    unit="USD/TH",
    formula="exp(constant + elasticities x log hashprice and log efficiency); median of listings",
    column_units={"efficiency": "J/TH", "listed models": "1"},
)
def machine_prices(
    machine_price_fit: pd.DataFrame, machines: pd.DataFrame, hashprice: float
) -> pd.DataFrame:
    """Price per TH by class: interpolated to the hashprice of the day, and the median of listings.

    The investment case uses the listings of the newest year, which are retail; the fit stands
    beside them.
    """
    value = machine_price_fit["value"]
    efficiency = machines["efficiency_j_per_th"]
    log_price = value["constant"] + value["hashprice"] * np.log(hashprice)
    fitted = np.exp(log_price + value["efficiency"] * np.log(efficiency))
    return pd.DataFrame(
        {
            "efficiency": efficiency,
            "interpolated": fitted,
            "listed": machines["price_usd_per_th"],
            "listed models": machines["priced_models"],
        }
    )
