"""Figures whose formula can live in a cell; ``{name}`` stands for the cell of that name.

They repeat the package's own formulas for readers of the workbook. A test recomputes each one and
compares it with the figure.
"""

import re
from collections.abc import Mapping

__all__ = ["FORMULAS", "THRESHOLDS", "filled"]


def _annuity(rate: str, life: str) -> str:
    return f"IF({{{rate}}}=0,1/{{{life}}},{{{rate}}}/(1-(1+{{{rate}}})^(-{{{life}}})))"


_PUBLIC = _annuity("public_discount_rate", "grid_connection_life")
_PRIVATE = _annuity("power_discount_rate", "grid_connection_life")
_PLANT = _annuity("power_discount_rate", "standalone_life")

FORMULAS: Mapping[str, str] = {
    "absorbed_share": "100*{absorbed_energy}/{wanted_energy}",
    "incremental_cost": "{incremental_cost_at_busbar}/(1-{new_load_loss})",
    "full_incremental_cost": "{incremental_cost}+{connection_cost}",
    "tariff_revenue": "{paid_tariff}*{absorbed_energy}*10^6/10^9",
    "connection_bill": "{connection_cost}*{absorbed_energy}*10^6/10^9",
    "capacity_contribution": "{tariff_revenue}-{incremental_generation_cost}-{connection_bill}",
    "change_of_others_bill": "0-{capacity_contribution}",
    "willing_contribution": (
        "{willing_energy}*({paid_tariff}-{willing_incremental_cost}-{connection_cost})/1000"
    ),
    "emission_intensity": "{incremental_emissions}*10^6/({absorbed_energy}*1000)",
    "evacuation_room": "{evacuation_limit}-{peak_with_load}",
    "standalone_cost": (
        f"({{standalone_capex}}*{_PLANT}+{{standalone_fixed_cost}})*{{exchange_rate}}"
        "/(8760*{standalone_availability})"
        "+{standalone_variable_cost}*{imported_fuel_price_factor}"
    ),
    "market_operator_floor": f"{{incremental_cost}}+{{connection_cost}}*({_PRIVATE})/({_PUBLIC})",
    "package_band_width": "{package_band_high}-{package_band_low}",
    "energy_charge_gap": "100*({modelled_energy_charge}/{energy_charge}-1)",
    "mining_power": "{power}*{mining_share}",
    "reference_room": "{reference_ceiling}-{full_incremental_cost}",
}

THRESHOLDS: Mapping[str, str] = {
    "incremental cost": "full_incremental_cost",
    "stand-alone cost": "standalone_cost",
    "others' bill": "full_incremental_cost",
    "market-economy operator": "market_operator_floor",
    "price gap, purchase price": "purchase_price",
    "price gap, full cost recovery": "full_cost_tariff",
    "accepted band, price": "package_tariff",
}
"""The figure or input that is each test's threshold."""


def filled(formula: str, places: Mapping[str, str]) -> str:
    """The formula with cells in place of names, or nothing if one of them has no cell.

    >>> filled("{a}/(1-{b})", {"a": "Figures!$C$3", "b": "Inputs!$C$4"})
    '=Figures!$C$3/(1-Inputs!$C$4)'
    >>> filled("{a}", {})
    ''
    """
    names = set(re.findall(r"\{(\w+)\}", formula))
    if not names <= set(places):
        return ""
    return "=" + re.sub(r"\{(\w+)\}", lambda match: places[match.group(1)], formula)
