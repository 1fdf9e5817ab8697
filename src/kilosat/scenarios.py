"""Switches of the model and the changes that the sensitivity table tries."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from kilosat.figures import Sweep, Variation
from kilosat.provenance import Sourced

__all__ = ["BASE_CASE", "SENSITIVITY", "sensitivities", "switches"]

SENSITIVITY = "sensitivity"
BASE_CASE = "Base case: as stated"
"""The row of the sensitivities in which nothing is changed."""
_OTHER_BASIS = {
    "list": ("filed", "monthly filings", "fuel means, not the list"),
    "filed": ("list", "merit-order list", "plants' listed cost, not fuel means"),
}
_TARGETS = ("full_incremental_cost", "reference_ceiling", "reference_room")


def switches(cost_basis: str = "list") -> dict[str, Sourced]:
    """The model's own choices, each stated: they are inputs like any other."""

    def choice(value: object, unit: str, why: str) -> Sourced:
        return Sourced(value, unit, "assumed", assumption=why)

    basis = {
        "list": "listed cost of each plant: an increment is met by plants, not by a fleet's mean",
        "filed": "mean fuel charge of the monthly filings, by fuel",
    }
    return {
        "cost_basis": choice(cost_basis, "", basis[cost_basis]),
        "ceiling_basis": choice("observed", "", "fuels stay at the ceilings seen in the year"),
        "imported_fuel_price_factor": choice(1.0, "1", "fuel prices as listed"),
        "demand_shape_factor": choice(1.0, "1", "demand as in the hourly series"),
        "surplus_cost_bands": choice((10.0, 15.0, 20.0, 25.0), "", "cost bands for display"),
        "headroom_shares": choice(
            (0.0025, 0.005, 0.01, 0.05), "", "shares of the published headroom study"
        ),
    }


def sensitivities(values: Mapping[str, Sourced]) -> Sweep:
    """The sweep over what is uncertain, from the inputs of a study."""
    shape = float(values["shape_uncertainty"].value)
    rate = float(values["exchange_rate"].value)
    other, label, reason = _OTHER_BASIS[str(values["cost_basis"].value)]
    allowed, actual = (float(values[name].value) for name in ("allowed_loss", "actual_loss"))

    def change(group: str, label: str, reason: str, **replacements: object) -> Variation:
        return Variation(f"{group}: {label}", group, replacements, reason)

    variations = (
        Variation(BASE_CASE, "Base case", {}, "no change"),
        change("Demand shape", "flatter", "peak to mean lower", demand_shape_factor=1 - shape),
        change("Demand shape", "peakier", "peak to mean higher", demand_shape_factor=1 + shape),
        change("Plant costs", label, reason, cost_basis=other),
        change("Losses", "allowed to all", "as for a retail customer", new_load_loss=allowed),
        change("Losses", "actual to all", "as for a retail customer", new_load_loss=actual),
        change("Hydro", "schedule fixed", "reservoirs do not follow the load", hydro_rule="fixed"),
        change("Take-or-pay share", "nine tenths", "less out of merit", out_of_merit_share=0.9),
        change("Take-or-pay share", "seven tenths", "less out of merit", out_of_merit_share=0.7),
        change(
            "Assumed ceilings",
            "sixty per cent",
            "less of the free fuels to be had",
            availability=_tight,
        ),
        change("Local fuel limits", "lifted", "no ceiling as seen", ceiling_basis="nameplate"),
        change("Imported fuel", "⅕ cheaper", "a fifth less", imported_fuel_price_factor=0.8),
        change("Imported fuel", "⅕ dearer", "a fifth more", imported_fuel_price_factor=1.2),
        change(
            "Exchange rate",
            "⅙ weaker",
            "local currency falls; imported fuel follows",
            exchange_rate=rate * 7 / 6,
            imported_fuel_price_factor=7 / 6,
        ),
        change("Hashprice", "⅓ lower", "a third less", hashprice=lambda v: v * 2 / 3),
        change("Hashprice", "⅓ higher", "a third more", hashprice=lambda v: v * 4 / 3),
        change("Mining share", "half", "half of the block is firm AI load", mining_share=0.5),
        change("Mining share", "all", "no AI load", mining_share=1.0),
        change("Machine price", "⅓ lower", "a third less", machines=_priced(2 / 3)),
        change("Machine price", "⅓ higher", "a third more", machines=_priced(4 / 3)),
        change("Machine life", "three years", "shorter", machine_life=3.0),
        change("Machine life", "six years", "longer", machine_life=6.0),
        change("Uptime", "nine tenths", "lower", uptime=0.9),
        change("Reserve", "none", "no operating reserve kept", reserve_margin=0.0),
        change("Reserve", "double", "twice the reserve", reserve_margin=lambda v: v * 2),
        change("Size", "half", "half the block", power=lambda v: v / 2),
        change("Size", "double", "twice the block", power=lambda v: v * 2),
        change(
            "Cost of capital", "twelve per cent", "miners accept less", private_discount_rate=0.12
        ),
        change("Cost of capital", "a quarter", "miners want more", private_discount_rate=0.25),
    )
    return Sweep(
        name=SENSITIVITY,
        label="Sensitivities",
        meaning="What the load causes, what miners can pay, the room between: one change a row.",
        targets=_TARGETS,
        variations=variations,
    )


def _tight(availability: pd.DataFrame) -> pd.DataFrame:
    """Assumed ceilings that are not bound to a minimum, brought down to 60 %."""
    assumed = availability["quality"] == "assumed"
    free = assumed & (availability["minimum"] < availability["ceiling"])
    lower = np.maximum(availability["ceiling"].clip(upper=0.6), availability["minimum"])
    return availability.assign(ceiling=availability["ceiling"].where(~free, lower))


def _priced(factor: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Machines at another price per TH."""
    return lambda machines: machines.assign(price_usd_per_th=machines["price_usd_per_th"] * factor)
