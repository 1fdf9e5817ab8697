"""What a country and a blueprint are, and how they are read: all findings at once.

``read_country`` and ``read_blueprint`` return frozen values or raise ``DefinitionError`` with every
finding; ``check`` returns the findings and never raises. The values and tables that the files may
hold are listed once, in ``value_specs`` and ``table_specs``.
"""

from kilosat.definitions.blueprint import Blueprint, read_blueprint
from kilosat.definitions.checking import check
from kilosat.definitions.country import Country, read_country
from kilosat.definitions.economy import Economy, has_hours, lacking, read_economy
from kilosat.definitions.findings import DefinitionError, Finding
from kilosat.definitions.plan import Plan, read_plan
from kilosat.definitions.schema import Choices, PlanChoices
from kilosat.definitions.shipped import (
    find_blueprint,
    find_country,
    find_register,
    list_blueprints,
    list_countries,
    list_registers,
)
from kilosat.definitions.table_specs import TABLES, TableSpec
from kilosat.definitions.template import write_country_template
from kilosat.definitions.value_specs import (
    BLUEPRINT_VALUES,
    COUNTRY_VALUES,
    ECONOMY_VALUES,
    PLAN_VALUES,
    ValueSpec,
)

__all__ = [
    "BLUEPRINT_VALUES",
    "COUNTRY_VALUES",
    "ECONOMY_VALUES",
    "PLAN_VALUES",
    "TABLES",
    "Blueprint",
    "Choices",
    "Country",
    "DefinitionError",
    "Economy",
    "Finding",
    "Plan",
    "PlanChoices",
    "TableSpec",
    "ValueSpec",
    "check",
    "find_blueprint",
    "find_country",
    "find_register",
    "has_hours",
    "lacking",
    "list_blueprints",
    "list_countries",
    "list_registers",
    "read_blueprint",
    "read_country",
    "read_economy",
    "read_plan",
    "write_country_template",
]
