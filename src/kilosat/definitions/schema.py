"""The sections of the TOML files: their keys and the types of their values."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kilosat.provenance import Quality

__all__ = [
    "BlueprintHeader",
    "Choices",
    "CountryHeader",
    "EconomyHeader",
    "PlanChoices",
    "SourceEntry",
    "TableEntry",
    "TariffPeriodEntry",
    "ValueEntry",
]

Text = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EconomyHeader(_Section):
    """``[country]`` of a country without an hourly system: which one, and its money."""

    name: Text
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["PAK"])]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["PKR"])]


class CountryHeader(EconomyHeader):
    """``[country]``: which one, and the hours that its tables cover (end exclusive)."""

    utc_offset: Annotated[str, Field(pattern=r"^[+-][01]\d:[0-5]\d$", examples=["+05:00"])]
    period_start: date
    period_end: date
    hourly_is_synthetic: bool
    hourly_note: str = ""


class BlueprintHeader(_Section):
    """``[blueprint]``: its names."""

    name: Text
    title: Text
    summary: Text


class PlanChoices(_Section):
    """``[choices]`` of a blueprint without a load: purchases that happened, to be repeated."""

    purchase_list: Literal["none", "el-salvador", "strategy"] = "none"
    list_scale: Literal["as-is", "gdp"] = "as-is"


class Choices(PlanChoices):
    """``[choices]``: the rules of the blueprint that are words, not numbers."""

    service_mode: Literal["firm", "interruptible", "surplus-only"]
    tariff_scheme: Literal[
        "flat", "seasonal", "time-of-use", "marginal-plus-adder", "incremental-package"
    ]
    ownership: Literal["private", "state", "shared"]
    reserve_rule: Literal["none", "hold-mined", "share-of-mined"]
    hydro: Literal["re-optimised", "fixed"] = "re-optimised"
    eligibility: Literal["sector", "all", "not stated"] = "not stated"


class SourceEntry(_Section):
    """``[sources.KEY]``: a document, listed once."""

    document: Text
    publisher: Text
    address: Annotated[str, Field(pattern=r"^(https?://.*)?$", examples=["https://..."])] = ""
    as_of: date | None = None
    where: str = ""
    licence: str = ""
    note: str = ""


class _Provenance(_Section):
    quality: Quality
    source: str = ""
    assumption: str = ""
    as_of: date | None = None
    where: str = ""
    note: str = ""


class ValueEntry(_Provenance):
    """``[values.NAME]``: a number with its unit and where it comes from."""

    value: Number
    unit: Text


class TableEntry(_Provenance):
    """``[tables.NAME]``: a CSV file and where its rows come from if they do not say."""

    file: Text


class TariffPeriodEntry(_Provenance):
    """``[[tariff_periods]]``: a tariff in these months and hours; all of them where not named."""

    tariff: Number
    unit: Text
    months: list[Annotated[int, Field(ge=1, le=12)]] = list(range(1, 13))
    hours: list[Annotated[int, Field(ge=0, le=23)]] = list(range(24))
