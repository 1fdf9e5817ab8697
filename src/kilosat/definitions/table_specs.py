"""The tables of a country: THE list of CSV files and their columns, for reading, template, docs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kilosat.definitions.bounds import Bounds, parse_bounds
from kilosat.provenance import QUALITIES

__all__ = ["ROLES", "STATUSES", "TABLES", "Column", "TableSpec", "profile_column"]

Kind = Literal["text", "number", "choice", "flag", "month", "hour"]

ROLES = ("thermal", "must-take", "hydro", "profile")
STATUSES = ("operating", "standby", "not operating")


@dataclass(frozen=True)
class Column:
    """One column of a CSV file.

    ``may_be_blank`` is about its cells, ``may_be_absent`` about the column. ``between`` are the
    bounds of a number in the unit that the column's name carries.
    """

    name: str
    kind: Kind
    meaning: str
    between: str = "[0, inf)"
    choices: tuple[str, ...] = ()
    may_be_blank: bool = False
    may_be_absent: bool = False

    @property
    def bounds(self) -> Bounds:
        """Bounds of a number."""
        return parse_bounds(self.between)


@dataclass(frozen=True)
class TableSpec:
    """One CSV file: its columns, and the columns that together name a row once."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    required: bool = True
    absent: str = ""
    """What a country without this table assumes."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns."""
        return tuple(column.name for column in self.columns)

    def with_numbers(self, names: Iterable[str], meaning: str) -> "TableSpec":
        """The same table with further columns of megawatts."""
        more = (Column(name, "number", meaning, _MEGAWATTS) for name in names)
        return replace(self, columns=(*self.columns, *more))


def profile_column(fuel: str) -> str:
    """Column of the hourly table with the available output of a fuel of role ``profile``."""
    return f"{fuel}_mw"


_MEGAWATTS = "[0, 10000000]"
_SHARE = "[0, 1]"
_ROW_PROVENANCE = (
    Column("source", "text", "key of its source; blank: as the table", "", (), True, True),
    Column("quality", "choice", "as above; blank: as the table", "", QUALITIES, True, True),
    Column("assumption", "text", "what is assumed, in words", "", (), True, True),
    Column("note", "text", "anything worth knowing", "", (), True, True),
)
_MONTH = Column("month", "month", "YYYY-MM")
_FUEL = Column("fuel", "text", "a fuel of fuels.csv")

_PLANTS = TableSpec(
    "plants",
    "power plants",
    (
        Column("plant_id", "text", "short name, used once"),
        Column("name", "text", "name of the plant"),
        _FUEL,
        Column("capacity_mw", "number", "net capacity", "[0, 100000]"),
        Column("status", "choice", "whether it can be dispatched", choices=STATUSES),
        Column(
            "variable_cost_per_kwh",
            "number",
            "listed fuel and variable cost, local currency; blank if not operating",
            "[0, 1000000]",
            may_be_blank=True,
        ),
        Column(
            "filed_cost_per_kwh",
            "number",
            "mean cost in monthly fuel filings; blank: as listed",
            "[0, 1000000]",
            may_be_blank=True,
        ),
        *_ROW_PROVENANCE,
    ),
    ("plant_id",),
)
_FUELS = TableSpec(
    "fuels",
    "fuels and the rule by which each runs",
    (
        Column("fuel", "text", "short name, used once"),
        Column("role", "choice", "rule by which it runs", choices=ROLES),
        Column("out_of_merit", "flag", "take-or-pay: runs whatever its merit"),
        Column("emission_t_per_mwh", "number", "CO2 per electricity", "[0, 5]"),
        Column("imported_fuel_share", "number", "share of fuel cost paid abroad", _SHARE),
        *_ROW_PROVENANCE,
    ),
    ("fuel",),
)
_AVAILABILITY = TableSpec(
    "availability",
    "hourly limits of thermal and must-take fuels by month, as shares of capacity",
    (
        _MONTH,
        _FUEL,
        Column("ceiling", "number", "most that can run", _SHARE),
        Column("minimum", "number", "least that must run", _SHARE),
        *_ROW_PROVENANCE,
    ),
    ("month", "fuel"),
)
_HYDRO = TableSpec(
    "hydro",
    "reservoirs by month",
    (
        Column("reservoir", "text", "its name"),
        _MONTH,
        Column("capacity_mw", "number", "most that it can give", _MEGAWATTS),
        Column("energy_gwh", "number", "energy of the month's water"),
        Column("minimum_mw", "number", "output of the water that must flow", _MEGAWATTS),
        *_ROW_PROVENANCE,
    ),
    ("reservoir", "month"),
    required=False,
    absent="no reservoirs: the country has no table of hydro power",
)
_HOURLY = TableSpec(
    "hourly",
    "demand and available profile output by hour, local time",
    (
        Column("local_time", "hour", "beginning of the hour, YYYY-MM-DD HH:MM"),
        Column("demand_mw", "number", "demand at the busbar", _MEGAWATTS),
    ),
    # Hours are compared with the period itself, which finds more than repeats.
    (),
)
_REPORTED_GENERATION = TableSpec(
    "reported_generation",
    "what was generated by fuel and month, to hold the model against",
    (
        _MONTH,
        _FUEL,
        Column("generation_gwh", "number", "generation"),
        Column("fuel_cost_per_kwh", "number", "filed fuel cost", "[0, 1000000]", may_be_blank=True),
        *_ROW_PROVENANCE,
    ),
    ("month", "fuel"),
    required=False,
    absent="no reported generation: the model cannot be held against what happened",
)
_STORAGE = TableSpec(
    "storage",
    "storage at the busbar",
    (
        Column("name", "text", "its name"),
        Column("charge_mw", "number", "charging power", _MEGAWATTS),
        Column("discharge_mw", "number", "discharging power", _MEGAWATTS),
        Column("energy_mwh", "number", "energy that it holds"),
        Column("charge_efficiency", "number", "energy held per energy taken", "(0, 1]"),
        Column("discharge_efficiency", "number", "energy given per energy held", "(0, 1]"),
    ),
    ("name",),
    required=False,
    absent="no storage: the country has no table of it",
)

TABLES: tuple[TableSpec, ...] = (
    _FUELS,
    _PLANTS,
    _AVAILABILITY,
    _HYDRO,
    _HOURLY,
    _REPORTED_GENERATION,
    _STORAGE,
)
