"""The values that a country and a blueprint may hold: THE list, for reading, template and docs.

``COUNTRY_VALUES`` and ``BLUEPRINT_VALUES`` are what a dispatch needs, ``ECONOMY_VALUES`` and
``PLAN_VALUES`` what a reserve and an investment case need; a file may hold either or both. To add
or remove a value, add or remove one entry. ``{currency}`` stands for the local currency.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kilosat.definitions.bounds import Bounds, parse_bounds

__all__ = [
    "BLUEPRINT_VALUES",
    "COUNTRY_VALUES",
    "ECONOMY_VALUES",
    "ORDERED_VALUES",
    "PLAN_VALUES",
    "ValueSpec",
    "optional",
]


@dataclass(frozen=True)
class ValueSpec:
    """One value: its name, what it is converted to, what it may be, what it means.

    ``unit`` is the unit that code gets; a file may use any unit that measures the same. ``between``
    are the bounds in ``unit``. ``example`` and ``written_in`` are for the template.
    """

    name: str
    unit: str
    between: str
    meaning: str
    example: float = 0.0
    written_in: str = ""
    required: bool = True
    whole: bool = False

    @property
    def bounds(self) -> Bounds:
        """Bounds in ``unit``."""
        return parse_bounds(self.between)

    def in_currency(self, currency: str) -> str:
        """``unit`` in this currency."""
        return self.unit.replace("{currency}", currency)

    @property
    def is_money(self) -> bool:
        """Whether it is in local currency."""
        return "{currency}" in self.unit


_PRICE = "{currency}/kWh"
_SHARE = "[0, 1]"
_LOSS = "[0, 0.5)"
_POSITIVE = "(0, inf)"
_PRICE_RANGE = "[0, 1000000]"

COUNTRY_VALUES: tuple[ValueSpec, ...] = (
    ValueSpec(
        "exchange_rate", "{currency}/USD", "(0, 10000000]", "local money for one US dollar", 100
    ),
    ValueSpec(
        "transmission_loss", "1", _LOSS, "lost between busbar and 132 kV, of energy sent", 2, "%"
    ),
    ValueSpec("allowed_loss", "1", _LOSS, "losses that the regulator lets tariffs carry", 10, "%"),
    ValueSpec("actual_loss", "1", _LOSS, "losses to all customers as they are", 15, "%"),
    ValueSpec("new_load_loss", "1", _LOSS, "losses that the new load causes", 2, "%"),
    ValueSpec(
        "purchase_price", _PRICE, _PRICE_RANGE, "wholesale price of power, energy and capacity", 12
    ),
    ValueSpec(
        "full_cost_tariff", _PRICE, _PRICE_RANGE, "retail tariff that covers all cost, no taxes", 20
    ),
    ValueSpec("energy_charge", _PRICE, _PRICE_RANGE, "mean fuel and variable cost of power", 4),
    ValueSpec(
        "package_tariff", _PRICE, _PRICE_RANGE, "tariff of the accepted package for added demand", 9
    ),
    ValueSpec("package_band_low", "TWh", "[0, 100000]", "added demand where the package starts", 1),
    ValueSpec("package_band_high", "TWh", "(0, 100000]", "added demand where the package ends", 2),
    ValueSpec(
        "capacity_payments",
        "bn {currency}",
        "[0, inf)",
        "paid for capacity in a year, run or not",
        1,
    ),
    ValueSpec(
        "generation_basis", "GWh", _POSITIVE, "energy that capacity payments are spread over", 100
    ),
    ValueSpec("value_of_lost_load", _PRICE, "(0, 1000000]", "harm of energy not served", 50),
    ValueSpec(
        "reserve_margin", "1", _SHARE, "capability that stays free, as a share of demand", 5, "%"
    ),
    ValueSpec(
        "shape_uncertainty",
        "1",
        _SHARE,
        "how far the peak-to-mean ratio of demand may be off",
        0,
        "%",
    ),
    ValueSpec(
        "out_of_merit_share",
        "1",
        _SHARE,
        "share of reported generation of take-or-pay fuels that runs whatever its merit",
        100,
        "%",
    ),
    ValueSpec(
        "standalone_capex", "USD/kW", "[0, 100000]", "building a plant for the load alone", 900
    ),
    ValueSpec("standalone_fixed_cost", "USD/kW/year", "[0, 10000]", "its yearly fixed cost", 25),
    ValueSpec("standalone_variable_cost", _PRICE, _PRICE_RANGE, "its fuel and variable cost", 8),
    ValueSpec("standalone_life", "year", "(0, 100]", "its life", 25),
    ValueSpec(
        "standalone_availability", "1", "(0, 1]", "share of hours in which it can run", 85, "%"
    ),
    ValueSpec(
        "public_discount_rate", "1", _SHARE, "real rate of the state, in US dollars", 10, "%"
    ),
    ValueSpec(
        "power_discount_rate",
        "1",
        _SHARE,
        "real private rate in the power sector, in dollars",
        15,
        "%",
    ),
    ValueSpec(
        "grid_connection_cost", "USD/kW", "[0, 100000]", "line and substation of the load", 100
    ),
    ValueSpec("grid_connection_life", "year", "(0, 100]", "their life", 25),
    ValueSpec("evacuation_limit", "MW", "(0, 10000000]", "most that the grid can carry", 500),
)

BLUEPRINT_VALUES: tuple[ValueSpec, ...] = (
    ValueSpec("power", "MW", "(0, 100000]", "power of the new load at its meter"),
    ValueSpec("mining_share", "1", _SHARE, "share of the power that mines; the rest is AI"),
    ValueSpec("ai_load_factor", "1", "(0, 1]", "mean load of AI data centres, of their power"),
    ValueSpec(
        "ai_curtailable_share", "1", _SHARE, "share of AI load that can be dropped for hours"
    ),
    ValueSpec("tariff", _PRICE, _PRICE_RANGE, "tariff at the meter that is proposed"),
    ValueSpec("tariff_low", _PRICE, _PRICE_RANGE, "lowest tariff under discussion"),
    ValueSpec("tariff_high", _PRICE, _PRICE_RANGE, "highest tariff under discussion"),
    ValueSpec(
        "tariff_adder",
        _PRICE,
        _PRICE_RANGE,
        "paid on top of marginal cost; for scheme marginal-plus-adder",
        required=False,
    ),
    ValueSpec(
        "exchange_rate",
        "{currency}/USD",
        "(0, 10000000]",
        "money of the tariff for one US dollar; lets another country apply the blueprint",
        required=False,
    ),
    ValueSpec("window_tariff_low", _PRICE, _PRICE_RANGE, "lower edge of the tariffs searched"),
    ValueSpec("window_tariff_high", _PRICE, _PRICE_RANGE, "upper edge of the tariffs searched"),
    ValueSpec("window_power_high", "MW", "(0, 100000]", "upper edge of the megawatts searched"),
    ValueSpec("window_steps", "1", "[2, 201]", "grid points a side of the window", whole=True),
    ValueSpec(
        "mined_share_kept",
        "1",
        _SHARE,
        "share of mined coins kept; for reserve rule share-of-mined",
        required=False,
    ),
    ValueSpec("pool_fee", "1", "[0, 0.5)", "share of mined coins that the pool takes"),
    ValueSpec("cooling_overhead", "1", _SHARE, "extra energy per unit of machine energy"),
    ValueSpec("other_running_cost", "USD/MWh", "[0, 1000]", "staff, repairs, rent, insurance"),
    ValueSpec("uptime", "1", "(0, 1]", "share of the hours served in which machines work"),
    ValueSpec("machine_life", "year", "[0.25, 50]", "economic life of a mining machine"),
    ValueSpec("site_capex", "USD/kW", "[0, 100000]", "site without machines"),
    ValueSpec("site_life", "year", "[0.25, 100]", "economic life of a mining site"),
    ValueSpec("private_discount_rate", "1", _SHARE, "cost of capital of a miner, in US dollars"),
)

_BILLIONS = "(0, 1000000]"

ECONOMY_VALUES: tuple[ValueSpec, ...] = (
    ValueSpec("gdp", "bn USD", _BILLIONS, "gross domestic product of a year", 50),
    ValueSpec("government_spending", "bn USD", _BILLIONS, "spending of the state in a year", 10),
    ValueSpec(
        "gross_reserves", "bn USD", _BILLIONS, "official foreign reserves", 5, required=False
    ),
    ValueSpec("peak_demand", "MW", "(0, 10000000]", "highest demand for power", required=False),
    ValueSpec("annual_demand", "GWh", _POSITIVE, "demand for power in a year", required=False),
    ValueSpec("existing_mining_load", "MW", "[0, 100000]", "miners that are there", required=False),
    ValueSpec(
        "mining_power_price", "USD/MWh", "[0, 10000]", "what miners pay for power", required=False
    ),
    ValueSpec(
        "mining_power_cost",
        "USD/MWh",
        "[0, 10000]",
        "what that power costs, or would otherwise earn",
        required=False,
    ),
    ValueSpec(
        "mining_hours_share",
        "1",
        "(0, 1]",
        "share of the year in which that power is to be had",
        required=False,
    ),
)

PLAN_VALUES: tuple[ValueSpec, ...] = tuple(
    ValueSpec(name, unit, between, meaning, required=False)
    for name, unit, between, meaning in (
        ("daily_purchase", "BTC/day", "(0, 1000000]", "coins bought every day"),
        ("monthly_purchase", "m USD/month", "(0, 1000000]", "money for coins every month"),
        ("one_off_purchase", "m USD", "(0, 10000000]", "money for coins on the first day"),
        ("seized_coins", "BTC", "(0, 21000000]", "coins that the state has, nothing paid"),
        ("buying_years", "year", "(0, 100]", "how long purchases go on"),
        ("monthly_sale", "m USD/month", "(0, 1000000]", "coins sold each month to pay for it"),
        ("selling_years", "year", "(0, 100]", "how long the monthly sale goes on"),
        ("reserve_cap_gdp", "1", "(0, 1]", "no purchase above this share of GDP"),
        ("reserve_cap_reserves", "1", "(0, 10]", "no purchase above this share of reserves"),
        ("stop_loss", "1", "(0, 1)", "all is sold when this far below cost"),
        ("rebalance_target", "1", "(0, 1]", "value held, as a share of gross reserves"),
        ("rebalance_band", "1", "(0, 1)", "how far the value may leave its target"),
        ("trading_cost", "1", "[0, 0.5)", "spread and fee, of the value traded"),
        ("scale_reference_gdp", "bn USD", _BILLIONS, "GDP of where a list of purchases is from"),
        ("ramp_up", "month", "[0, 120]", "months until all machines run"),
        ("failure_rate", "1/year", "[0, 1)", "machines lost in a year"),
        ("import_duty", "1", "[0, 2]", "duty on machines"),
        ("profit_tax", "1", "[0, 1)", "tax on profit"),
        ("state_share", "1", _SHARE, "the state's part of the equity"),
        ("coin_royalty", "1", "[0, 1)", "part of mined coins that is paid to the state"),
        ("tariff_in_coins", "1", _SHARE, "part of the power bill that is paid in coins"),
        ("hosting_fee", "USD/MWh", "[0, 1000]", "paid to a host in place of an own site"),
        ("fleet_frontier", "1", _SHARE, "share of the power for machines of the class frontier"),
        ("fleet_new", "1", _SHARE, "share of the power for machines of the class new"),
        ("fleet_recent", "1", _SHARE, "share of the power for machines of the class recent"),
        ("fleet_mid_life", "1", _SHARE, "share of the power for machines of the class mid-life"),
        ("fleet_old", "1", _SHARE, "share of the power for machines of the class old"),
        ("jobs", "job", "[0, 10000000]", "jobs that a source promises; never assumed"),
    )
)


def optional(specs: Iterable[ValueSpec]) -> tuple[ValueSpec, ...]:
    """The same values, none of them required: for a file of which only a part is read."""
    return tuple(replace(spec, required=False) for spec in specs)


ORDERED_VALUES: tuple[tuple[str, ...], ...] = (
    ("package_band_low", "package_band_high"),
    ("tariff_low", "tariff", "tariff_high"),
    ("window_tariff_low", "window_tariff_high"),
)
"""Values that may not fall from left to right; ends of a band or window must differ."""
