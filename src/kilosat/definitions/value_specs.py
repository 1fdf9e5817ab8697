"""The values that a country and a blueprint may hold: THE list, for reading, template and docs.

To add or remove a value, add or remove one entry of ``COUNTRY_VALUES`` or ``BLUEPRINT_VALUES``.
``{currency}`` stands for the local currency.
"""

from dataclasses import dataclass

from kilosat.definitions.bounds import Bounds, parse_bounds

__all__ = ["BLUEPRINT_VALUES", "COUNTRY_VALUES", "ORDERED_VALUES", "ValueSpec"]


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
    ValueSpec("machine_life", "year", "(0, 50]", "economic life of a mining machine"),
    ValueSpec("site_capex", "USD/kW", "[0, 100000]", "site without machines"),
    ValueSpec("site_life", "year", "(0, 100]", "economic life of a mining site"),
    ValueSpec("private_discount_rate", "1", _SHARE, "cost of capital of a miner, in US dollars"),
)

ORDERED_VALUES: tuple[tuple[str, ...], ...] = (
    ("package_band_low", "package_band_high"),
    ("tariff_low", "tariff", "tariff_high"),
    ("window_tariff_low", "window_tariff_high"),
)
"""Values that may not fall from left to right; ends of a band or window must differ."""
