"""What a country is once read: canonical units, clean tables, provenance on everything."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kilosat.definitions import (
    COUNTRY_VALUES,
    TABLES,
    Country,
    DefinitionError,
    check,
    find_blueprint,
    find_country,
    list_countries,
    read_country,
    write_country_template,
)

ATLANTIS = Path(__file__).parents[1] / "atlantis"


@pytest.fixture(scope="module")
def country() -> Country:
    return read_country(ATLANTIS)


def test_header(country: Country) -> None:
    assert (country.name, country.code, country.currency) == ("Atlantis", "ATL", "ATL")
    assert (country.period_start, country.period_end) == (date(2025, 1, 31), date(2025, 2, 2))
    assert country.hours == 2 * 24
    assert country.months == ("2025-01", "2025-02")
    assert country.hourly_is_synthetic


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("transmission_loss", 0.02, "1"),  # 2 %
        ("new_load_loss", 0.02, "1"),  # as a share
        ("energy_charge", 5.0, "ATL/kWh"),  # 5,000 ATL/MWh
        ("package_band_low", 0.001, "TWh"),  # 1 GWh
        ("capacity_payments", 0.1152, "bn ATL"),  # 115.2 m ATL
        ("evacuation_limit", 1100.0, "MW"),  # 1.1 GW
        ("exchange_rate", 100.0, "ATL/USD"),
    ],
)
def test_values_are_in_canonical_units(
    name: str, value: float, unit: str, country: Country
) -> None:
    assert country.values[name].value == pytest.approx(value, rel=1e-12)
    assert country.values[name].unit == unit


def test_values_carry_where_they_come_from(country: Country) -> None:
    text = (ATLANTIS / "country.toml").read_text().splitlines()
    for spec in COUNTRY_VALUES:
        value = country.values[spec.name]
        assert value.file == "atlantis/country.toml"
        assert text[value.line - 1] == f"[values.{spec.name}]"
        assert value.source or value.assumption
    loss = country.values["actual_loss"]
    assert loss.source == country.sources["fictional-yearbook"]
    assert loss.where == "table 2"
    assert country.values["exchange_rate"].as_of == date(2025, 6, 30)


def test_tables_are_clean(country: Country) -> None:
    assert set(country.tables) == {spec.name for spec in TABLES}
    plants = country.tables["plants"].value.set_index("plant_id")
    assert plants.loc["AT2", "variable_cost_per_kwh"] == 4.0
    assert plants.loc["AT2", "filed_cost_per_kwh"] == 7.0
    assert plants.loc["AT4", "filed_cost_per_kwh"] == 12.0  # blank: as listed
    assert pd.isna(plants.loc["AT7", "variable_cost_per_kwh"])  # not operating
    fuels = country.tables["fuels"].value.set_index("fuel")
    assert fuels["out_of_merit"].dtype == bool
    assert list(fuels.index[fuels["out_of_merit"]]) == ["lng"]
    assert country.tables["storage"].value.empty
    assert "no storage" in country.tables["storage"].assumption


def test_hours_are_the_index(country: Country) -> None:
    hourly = country.tables["hourly"].value
    assert hourly.index.name == "local_time"
    assert isinstance(hourly.index, pd.DatetimeIndex)
    assert list(hourly.columns) == ["demand_mw", "solar_mw"]
    # README: two days of eight hours each at 500, 900 and 1,000 MW.
    assert hourly["demand_mw"].sum() == 2 * 8 * (500 + 900 + 1000)
    assert hourly.loc["2025-02-01 08:00", "solar_mw"] == 150.0


def test_tables_are_as_known_as_their_least_known_row(country: Country) -> None:
    plants = country.tables["plants"]
    assert plants.quality == "assumed"  # one capacity is
    assert plants.assumption == "1 of 11 rows are assumed: made up"
    reported = country.tables["reported_generation"]
    assert reported.quality == "reported"
    assert [source.key for source in reported.row_sources] == [
        "fictional-yearbook",
        "second-report",
    ]
    assert (reported.file, reported.line) == ("atlantis/reported_generation.csv", 1)


def test_storage_is_read_where_it_is_named(atlantis: Path) -> None:
    text = (atlantis / "country.toml").read_text()
    start = text.index("# [tables.storage]")
    uncommented = text[start:].replace("# ", "")
    (atlantis / "country.toml").write_text(text[:start] + uncommented)
    storage = read_country(atlantis).tables["storage"]
    assert list(storage.value["name"]) == ["Cavern"]
    assert storage.quality == "reported"


def test_the_users_own_hours_take_the_place_of_the_countrys(atlantis: Path) -> None:
    own = atlantis.parent / "measured.csv"
    own.write_text((atlantis / "hourly.csv").read_text().replace(",500,", ",510,"))
    (atlantis / "hourly.csv").unlink()
    country = read_country(atlantis, hourly=own)
    hourly = country.tables["hourly"]
    assert hourly.value["demand_mw"].iloc[0] == 510.0
    assert hourly.quality == "reported"
    assert hourly.source is not None
    assert "given by the user, file measured.csv" in hourly.source.document
    assert country.sources[hourly.source.key] == hourly.source
    assert not country.hourly_is_synthetic


def test_the_users_own_hours_are_checked(atlantis: Path) -> None:
    own = atlantis.parent / "measured.csv"
    own.write_text("\n".join((atlantis / "hourly.csv").read_text().splitlines()[:-1]))
    with pytest.raises(DefinitionError, match=r"measured\.csv:48: 47 rows .* 48 hours"):
        read_country(atlantis, hourly=own)
    with pytest.raises(DefinitionError, match="no such file"):
        read_country(atlantis, hourly=atlantis / "nowhere.csv")


def test_a_dollar_country_has_an_exchange_rate_of_one(atlantis: Path) -> None:
    path = atlantis / "country.toml"
    path.write_text(
        path.read_text()
        .replace('currency = "ATL"', 'currency = "USD"')
        .replace("ATL/", "USD/")
        .replace("m ATL", "m USD")
    )
    errors = [str(finding) for finding in check(atlantis)]
    assert len(errors) == 1
    assert "US dollar; write value = 1" in errors[0]
    path.write_text(path.read_text().replace("value = 100\n", "value = 1\n", 1))
    assert read_country(atlantis).values["exchange_rate"].value == 1.0


def test_findings_keep_line_and_words_as_json(atlantis: Path) -> None:
    (atlantis / "plants.csv").write_text("")
    assert "plants.csv" in json.dumps([finding.__dict__ for finding in check(atlantis)])


def test_the_template_has_no_errors(tmp_path: Path) -> None:
    name = 'Sao "Tome" \\ é'
    files = write_country_template(tmp_path / "new", name)
    assert all(path.exists() for path in files)
    findings = check(tmp_path / "new")
    assert [finding.severity for finding in findings] == ["note"]
    assert f"{len(COUNTRY_VALUES) + 3} values are still placeholders" in findings[0].message
    country = read_country(tmp_path / "new")
    assert country.name == name
    assert set(country.values) == {spec.name for spec in COUNTRY_VALUES}
    assert {path.name for path in files} == {
        "country.toml",
        *(f"{spec.name}.csv" for spec in TABLES if spec.name != "storage"),
    }


def test_the_template_explains_every_value_and_column(tmp_path: Path) -> None:
    write_country_template(tmp_path / "new", "Borduria")
    text = (tmp_path / "new" / "country.toml").read_text()
    for spec in COUNTRY_VALUES:
        assert f"# {spec.meaning}; " in text
    for table in TABLES:
        for column in table.columns:
            assert f"#   {column.name}: {column.meaning}\n" in text


def test_the_template_overwrites_nothing(tmp_path: Path) -> None:
    write_country_template(tmp_path / "new", "Borduria")
    with pytest.raises(FileExistsError):
        write_country_template(tmp_path / "new", "Syldavia")
    assert read_country(tmp_path / "new").name == "Borduria"
    with pytest.raises(ValueError, match="can be printed"):
        write_country_template(tmp_path / "other", "a\nb")
    assert not (tmp_path / "other").exists()


def test_shipped_countries_are_found_by_name() -> None:
    assert "pakistan" in list_countries()
    assert (find_country("pakistan") / "country.toml").is_file()
    assert find_blueprint("surplus-2000mw").is_file()
    assert find_country(ATLANTIS) == ATLANTIS
    with pytest.raises(DefinitionError, match=r"did you mean 'pakistan'\? \(shipped: bhutan"):
        find_country("Pakstan")
