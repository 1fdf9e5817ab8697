"""Inputs of a walk by name: economy, plan, settings, each with a source or an assumption."""

from collections.abc import Mapping

import pandas as pd

from kilosat.definitions.economy import Economy
from kilosat.definitions.plan import Plan
from kilosat.definitions.purchase_lists import read_purchase_list
from kilosat.definitions.schema import Choices
from kilosat.definitions.value_specs import PLAN_VALUES
from kilosat.provenance import Source, Sourced

__all__ = ["HORIZON_YEARS", "economy_inputs", "fleet_shares", "plan_inputs", "setting_inputs"]

HORIZON_YEARS = 10
_LOSS_OF_GDP = 0.001
_LOSS_OF_SPENDING = 0.01
_DISCOUNT_RATE = 0.10
_TREND_KEPT = 1.0
_FLEET = "fleet_"
_OWNED = {"private": 0.0, "state": 1.0, "shared": 0.5}

_ECONOMY = ("exchange_rate", "gdp", "government_spending")
_GERMANY = Source(
    "german-sale",
    "Sale of about 50,000 seized coins for USD 2.88 bn by July 2024",
    "press",
    "https://cryptonewsua.com/en/bitcoin-boom-brings-billions-to-countries-with-cryptocurrency-assets",
)


def economy_inputs(economy: Economy, plan: Plan) -> dict[str, Sourced]:
    """What a walk needs to know of a country.

    Raises:
        DefinitionError: the country lacks its GDP or its spending, or the reserves that a rule of
            the plan is measured by.
    """
    for rule in plan.measured_by_reserves:
        economy.needed("gross_reserves", f"'{rule}' of blueprint '{plan.name}'")
    found = {name: economy.needed(name, "a comparison") for name in _ECONOMY}
    assumed = "no rate of the state is in the country's file; that of Pakistan's power study"
    rate = economy.values.get("public_discount_rate")
    found["public_discount_rate"] = rate or Sourced(_DISCOUNT_RATE, "1", "assumed", None, assumed)
    none = Sourced(0.0, "bn USD", "assumed", None, "not in the country's file: counts as none")
    found["gross_reserves"] = economy.values.get("gross_reserves", none)
    for name in ("mining_power_price", "mining_power_cost", "mining_hours_share"):
        if name in economy.values:
            found[name] = economy.values[name]
    if "mining_power_price" in found:
        price = found["mining_power_price"]
        words = "what else the power could earn is not in the file: its price stands for its cost"
        found.setdefault("mining_power_cost", price.replaced(price.value, words))
        whole = "no season or curtailment is in the country's file: every hour counts"
        found.setdefault("mining_hours_share", Sourced(1.0, "1", "assumed", None, whole))
    return found


def plan_inputs(plan: Plan) -> dict[str, Sourced]:
    """All values of a plan; a rule that it does not have is nought."""
    found = {}
    for spec in PLAN_VALUES:
        if not spec.name.startswith(_FLEET):
            absent = "the blueprint has no such rule; nought stands for none"
            none = Sourced(0.0, spec.unit, "reported", plan.source, note=absent, file=plan.file)
            found[spec.name] = plan.values.get(spec.name, none)
    if "trading_cost" not in plan.values:
        words = "the blueprint names no trading cost, so that none is taken"
        found["trading_cost"] = Sourced(0.0, "1", "assumed", None, words, file=plan.file)
    if not found["scale_reference_gdp"].value:
        found["scale_reference_gdp"] = found["scale_reference_gdp"].replaced(1.0, "scales nothing")
    choices = plan.choices
    found["purchase_list"] = read_purchase_list(choices.purchase_list)
    scale = Sourced(choices.list_scale, "", "reported", plan.source, file=plan.file)
    found["list_scale"] = scale
    if isinstance(choices, Choices) and "state_share" not in plan.values:
        words = f"ownership is '{choices.ownership}'; no share of the state is given"
        found["state_share"] = Sourced(_OWNED[choices.ownership], "1", "assumed", None, words)
    return found


def fleet_shares(plan: Plan, machines: Sourced, reference_class: str) -> Sourced:
    """Share of the mine's power by class of machine: the plan's, or all of the reference class."""
    keys = [str(key) for key in machines.value.index]
    names = {key: _FLEET + key.replace("-", "_") for key in keys}
    given = {key: plan.values[name] for key, name in names.items() if name in plan.values}
    if not given:
        words = f"the whole mine buys machines of the class '{reference_class}'"
        shares = pd.Series({reference_class: 1.0})
        return Sourced(shares, "1", "assumed", None, words)
    shares = pd.Series({key: float(value.value) for key, value in given.items()})
    return next(iter(given.values())).replaced(shares, "shares of the fleet as in the blueprint")


def setting_inputs(settings: Mapping[str, float]) -> dict[str, Sourced]:
    """The run's own choices; ``settings`` may change any of them by name."""

    def choice(name: str, value: float | int, unit: str, why: str) -> Sourced:
        given = settings.get(name)
        if given is None:
            return Sourced(value, unit, "assumed", None, why)
        return Sourced(type(value)(given), unit, "assumed", None, "asked for")

    return {
        "horizon_years": choice("horizon_years", HORIZON_YEARS, "year", "a decade"),
        "loss_share_of_gdp": choice(
            "loss_share_of_gdp", _LOSS_OF_GDP, "1", "a thousandth of GDP, for a chance of loss"
        ),
        "loss_share_of_spending": choice(
            "loss_share_of_spending", _LOSS_OF_SPENDING, "1", "a hundredth of a year's spending"
        ),
        "efficiency_trend_kept": choice(
            "efficiency_trend_kept",
            _TREND_KEPT,
            "1",
            "machines get better as fast as from 2016 to 2026; nobody knows whether they can",
        ),
        "largest_state_sale": Sourced(
            50_000.0, "BTC", "reported", _GERMANY, note="Germany, June and July 2024"
        ),
    }
