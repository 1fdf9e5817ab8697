"""A country and a blueprint as inputs of figures: names to sourced values."""

from dataclasses import replace

from kilosat.definitions.blueprint import Blueprint
from kilosat.definitions.country import Country
from kilosat.provenance import Sourced

__all__ = ["blueprint_inputs", "country_inputs"]

# Rows of these tables are explained by this column: plants[PK018,capacity_mw].
_ROW_NAMES = {"plants": "plant_id", "fuels": "fuel"}
# Choices and values that belong to stages which the power study does not have.
_OTHER_CHOICES = ("ownership", "reserve_rule", "purchase_list", "list_scale")
_OTHER_VALUES = ("mined_share_kept",)


def country_inputs(country: Country) -> dict[str, Sourced]:
    """All values and tables of a country under the names that figures use."""
    tables = dict(country.tables)
    for name, column in _ROW_NAMES.items():
        table = tables[name]
        rows = table.value.set_index(column, drop=False).rename_axis(None)
        tables[name] = replace(table, value=rows)
    return {**country.values, **tables}


def blueprint_inputs(blueprint: Blueprint, country: Country) -> dict[str, Sourced]:
    """Values and choices of a blueprint, money in the country's currency.

    Raises:
        DefinitionError: the blueprint's money cannot be turned into the country's.
    """
    values = {k: v for k, v in blueprint.values_in(country).items() if k not in _OTHER_VALUES}
    for field in _choices(blueprint):
        name = "hydro_rule" if field == "hydro" else field
        chosen = getattr(blueprint.choices, field)
        values[name] = Sourced(chosen, "", "reported", blueprint.source, file=blueprint.file)
    return {**values, "tariff_periods": blueprint.tariff_periods_in(country)}


def _choices(blueprint: Blueprint) -> list[str]:
    """The choices that the power study uses."""
    return [name for name in type(blueprint.choices).model_fields if name not in _OTHER_CHOICES]
