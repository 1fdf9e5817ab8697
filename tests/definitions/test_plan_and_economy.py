"""Plans and economies: what is read, and one clear message for each thing that is wrong."""

from pathlib import Path

import pytest

from kilosat.definitions import (
    DefinitionError,
    check,
    find_blueprint,
    find_country,
    list_blueprints,
    list_countries,
    read_blueprint,
    read_country,
    read_economy,
    read_plan,
)

PLAN = """format = 1

[blueprint]
name = "trial"
title = "A trial"
summary = "For tests."

[choices]
purchase_list = "none"

[values.daily_purchase]
value = 1
unit = "BTC/day"
quality = "assumed"
assumption = "a trial"
"""
ECONOMY = """format = 1

[country]
name = "Sildavia"
code = "SLD"
currency = "SLK"

[values.exchange_rate]
value = 50
unit = "SLK/USD"
quality = "assumed"
assumption = "a trial"

[values.gdp]
value = 30
unit = "bn USD"
quality = "assumed"
assumption = "a trial"

[values.government_spending]
value = 8000
unit = "m USD"
quality = "assumed"
assumption = "a trial"
"""


def value(name: str, number: str, unit: str) -> str:
    return (
        f'\n[values.{name}]\nvalue = {number}\nunit = "{unit}"\nquality = "assumed"\n'
        'assumption = "a trial"\n'
    )


def put(folder: Path, text: str, name: str = "trial.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_plan_is_read_in_canonical_units(tmp_path: Path) -> None:
    more = value("monthly_purchase", "1.2", "bn USD/year") + value("failure_rate", "5", "%/year")
    plan = read_plan(
        put(tmp_path, PLAN + more.replace("failure_rate", "trading_cost").replace("%/year", "%"))
    )
    assert plan.values["monthly_purchase"].value == pytest.approx(100.0)  # m USD a month
    assert plan.values["trading_cost"].value == pytest.approx(0.05)
    assert not plan.has_load
    assert plan.measured_by_reserves == ()
    assert plan.number("seized_coins", 0.0) == 0.0


def test_an_economy_is_read_in_canonical_units(tmp_path: Path) -> None:
    economy = read_economy(put(tmp_path, ECONOMY, "country.toml"))
    assert economy.values["government_spending"].value == pytest.approx(8.0)
    assert not economy.dispatchable
    with pytest.raises(DefinitionError, match=r"has no 'mining_power_price'.*which a mine needs"):
        economy.needed("mining_power_price", "a mine")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (value("daily_purchse", "1", "BTC/day"), ("'daily_purchse'", "'daily_purchase'")),
        (value("seized_coins", "22000000", "BTC"), ("seized_coins", "21,000,000")),
        (value("stop_loss", "120", "%"), ("stop_loss", "120")),
        (value("trading_cost", "1", "USD"), ("trading_cost", "'USD'")),
        (value("buying_years", "0", "year"), ("buying_years",)),
        (value("rebalance_band", "10", "%"), ("says nothing without 'rebalance_target'",)),
        (value("selling_years", "2", "year"), ("says nothing without 'monthly_sale'",)),
        (value("state_share", "50", "%"), ("'state_share'",)),  # there is no mine to share in
        ("\n[choices2]\nx = 1\n", ("choices2",)),
    ],
)
def test_bad_plans(more: str, words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_plan(put(tmp_path, PLAN + more))
    assert len(caught.value.findings) == 1
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert "trial.toml:" in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value = 1\n", "value = 60000\n", "21,900,000 BTC within a year"),
        ("value = 1\n", "value = -1\n", "daily_purchase = -1"),
        ('"none"', '"tesla"', "purchase_list"),
        ('"none"', '"strategy"\nlist_scale = "gdp"', "needs the value 'scale_reference_gdp'"),
        ('"none"', '"none"\nlist_scale = "gdp"', "says nothing without a purchase_list"),
        ('title = "A trial"\n', "", "title"),
        ("format = 1", "format = 9", "format 9"),
    ],
)
def test_bad_choices_and_amounts(old: str, new: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_plan(put(tmp_path, PLAN.replace(old, new, 1)))
    assert len(caught.value.findings) == 1
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('code = "SLD"', 'code = "S"', "code"),
        ("[values.gdp]", "[values.gpd]", "'gpd'"),
        ('unit = "bn USD"', 'unit = "bn SLK"', "gdp cannot be in 'bn SLK'"),
        ("value = 30\n", "value = 0\n", "gdp = 0"),
        ('currency = "SLK"', 'currency = "SLK"\nperiod_start = 2025-01-01', "period_start"),
    ],
)
def test_bad_economies(old: str, new: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_economy(put(tmp_path, ECONOMY.replace(old, new, 1), "country.toml"))
    assert words in str(caught.value)
    assert len(caught.value.findings) == 1


def test_all_findings_at_once(tmp_path: Path) -> None:
    bad = PLAN.replace("value = 1\n", "value = -1\n") + value("stop_loss", "2", "1")
    assert len(check(put(tmp_path, bad))) == 2


def test_a_fleet_adds_up_and_jobs_have_a_source(tmp_path: Path) -> None:
    text = find_blueprint("bhutan-hydro").read_text("utf-8")
    with pytest.raises(DefinitionError, match="add up to 70 %"):
        read_plan(put(tmp_path, text + value("fleet_new", "70", "%")))
    halves = value("fleet_new", "50", "%") + value("fleet_old", "50", "%")
    assert read_plan(put(tmp_path, text + halves)).values["fleet_old"].value == 0.5
    with pytest.raises(DefinitionError, match="jobs are assumed"):
        read_plan(put(tmp_path, text + value("jobs", "900", "job")))


def test_a_country_without_hours_is_no_country_to_dispatch() -> None:
    with pytest.raises(DefinitionError, match=r"no hourly system to dispatch.*kilosat compare"):
        read_country(find_country("bhutan"))
    with pytest.raises(DefinitionError, match=r"nothing to dispatch.*kilosat compare"):
        read_blueprint(find_blueprint("one-btc-a-day"))


def test_all_that_ships_is_without_errors() -> None:
    assert {"bhutan", "el-salvador", "ethiopia", "pakistan", "paraguay"} <= set(list_countries())
    wanted = {"bhutan-hydro", "hold-seized", "none", "one-btc-a-day", "strategy-like"}
    assert wanted | {"surplus-2000mw"} <= set(list_blueprints())
    for name in list_countries():
        assert [f for f in check(name) if f.severity == "error"] == []
        assert read_economy(find_country(name)).values["gdp"].sources()
    for name in list_blueprints():
        assert [f for f in check(name) if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('ownership = "state"', 'ownership = "private"', "state_share is 100 %"),
        ('reserve_rule = "share-of-mined"', 'reserve_rule = "none"', "mined_share_kept is given"),
    ],
)
def test_ownership_and_its_numbers_agree(old: str, new: str, words: str, tmp_path: Path) -> None:
    text = find_blueprint("bhutan-hydro").read_text("utf-8")
    assert old in text
    with pytest.raises(DefinitionError, match=words):
        read_plan(put(tmp_path, text.replace(old, new)))
