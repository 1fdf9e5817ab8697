"""What a blueprint is once read, and what it is in the money of another country."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kilosat.definitions import (
    BLUEPRINT_VALUES,
    Country,
    DefinitionError,
    check,
    read_blueprint,
    read_country,
    write_country_template,
)

ATLANTIS = Path(__file__).parents[1] / "atlantis"
BY_HOUR = """
[[tariff_periods]]
tariff = 8000
unit = "ATL/MWh"
quality = "reported"
source = "fictional-proposal"
"""


@pytest.fixture
def borduria(tmp_path: Path) -> Country:
    """A country with money of its own: 250 XYZ to the US dollar."""
    write_country_template(tmp_path / "borduria", "Borduria")
    path = tmp_path / "borduria" / "country.toml"
    path.write_text(path.read_text().replace("value = 100\n", "value = 250\n", 1))
    return read_country(tmp_path / "borduria")


def test_values_and_choices() -> None:
    blueprint = read_blueprint(ATLANTIS / "blueprint.toml")
    assert (blueprint.name, blueprint.currency) == ("atlantis-100mw", "ATL")
    assert blueprint.choices.service_mode == "interruptible"
    assert blueprint.choices.hydro == "re-optimised"
    assert blueprint.values["mining_share"].value == pytest.approx(0.75)
    assert blueprint.values["window_steps"].value == 11
    assert isinstance(blueprint.values["window_steps"].value, int)
    assert set(blueprint.values) == {spec.name for spec in BLUEPRINT_VALUES}
    assert blueprint.tariff_periods.value.empty


@pytest.mark.parametrize(("rule", "share"), [("none", 0.0), ("hold-mined", 1.0)])
def test_the_reserve_rule_says_what_is_kept(
    rule: str, share: float, atlantis: Path, spoil: Callable[..., int]
) -> None:
    spoil("blueprint.toml", 'reserve_rule = "none"', f'reserve_rule = "{rule}"')
    kept = read_blueprint(atlantis / "blueprint.toml").values["mined_share_kept"]
    assert (kept.value, kept.quality) == (share, "reported")


def test_money_stays_as_it_is_at_home() -> None:
    country, blueprint = read_country(ATLANTIS), read_blueprint(ATLANTIS / "blueprint.toml")
    values = blueprint.values_in(country)
    assert values["tariff"] is blueprint.values["tariff"]
    # The exchange rate has done its work, and the country has one of the same name.
    assert set(blueprint.values) - set(values) == {"exchange_rate"}


def test_money_abroad_goes_by_way_of_the_dollar(borduria: Country) -> None:
    values = read_blueprint(ATLANTIS / "blueprint.toml").values_in(borduria)
    # 8 ATL/kWh at 100 ATL/USD is 0.08 USD/kWh, at 250 XYZ/USD 20 XYZ/kWh.
    tariff = values["tariff"]
    assert tariff.value == pytest.approx(20.0, rel=1e-12)
    assert tariff.unit == "XYZ/kWh"
    assert values["window_tariff_high"].value == pytest.approx(22 * 2.5, rel=1e-12)
    assert values["site_capex"].unit == "USD/kW"
    assert values["site_capex"].value == 300
    # The local rate is a placeholder, so what rests on it is assumed.
    assert tariff.quality == "assumed"
    assert "PLACEHOLDER" in tariff.assumption
    assert "100 ATL/USD and 250 XYZ/USD" in tariff.note
    assert {source.key for source in tariff.sources()} == {"fictional-proposal", "example-document"}


def test_periods_abroad(borduria: Country, atlantis: Path, spoil: Callable[..., int]) -> None:
    spoil("blueprint.toml", '"flat"', '"seasonal"')
    path = atlantis / "blueprint.toml"
    path.write_text(path.read_text() + BY_HOUR)
    blueprint = read_blueprint(path)
    assert list(blueprint.tariff_periods_in(read_country(ATLANTIS)).value["tariff"]) == [8.0]
    assert list(blueprint.tariff_periods_in(borduria).value["tariff"]) == [pytest.approx(20.0)]


def test_a_tariff_in_dollars_needs_no_rate(borduria: Country, atlantis: Path) -> None:
    path = atlantis / "blueprint.toml"
    text = path.read_text().replace("ATL/kWh", "USD/kWh")
    rate = text.index("[values.exchange_rate]")
    text = text[:rate] + text[text.index("[values.window_tariff_low]") :]
    path.write_text(text)
    assert check(path) == []
    # 8 USD/kWh at 250 XYZ/USD.
    values = read_blueprint(path).values_in(borduria)
    assert values["tariff"].value == pytest.approx(2000.0)
    assert values["site_capex"].value == 300
    assert values["site_capex"].unit == "USD/kW"


def test_without_a_rate_only_the_own_country_can_apply_it(
    borduria: Country, atlantis: Path
) -> None:
    path = atlantis / "blueprint.toml"
    text = path.read_text()
    rate = text.index("[values.exchange_rate]")
    path.write_text(text[:rate] + text[text.index("[values.window_tariff_low]") :])
    assert [finding.severity for finding in check(path)] == ["note"]
    blueprint = read_blueprint(path)
    assert blueprint.values_in(read_country(ATLANTIS))["tariff"].value == 8
    with pytest.raises(DefinitionError, match=r"XYZ.*add \[values.exchange_rate\] in ATL/USD"):
        blueprint.values_in(borduria)
