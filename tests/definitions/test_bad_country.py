"""One slip of the pen in a country, one clear message: the line, what is wrong, what to do."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest_definitions import line_with, spoil

from kilosat.definitions import check


@dataclass(frozen=True)
class Slip:
    """``old`` becomes ``new`` in ``file``; the finding is on the line of ``at`` (or of ``new``)."""

    kind: str
    file: str
    old: str
    new: str
    words: tuple[str, ...]
    at: str = ""
    found_in: str = ""


COUNTRY, PLANTS, FUELS = "country.toml", "plants.csv", "fuels.csv"
LIMITS, HYDRO, HOURLY, REPORTED = (
    "availability.csv",
    "hydro.csv",
    "hourly.csv",
    "reported_generation.csv",
)
NOON = "2025-01-31 12:00"
ROW = "2025-01-31 12:00,900,150\n"

SLIPS = [
    # country.toml: keys and sections
    Slip("misspelled field", COUNTRY, "currency =", "curency =", ("curency", "'currency'")),
    Slip("missing field", COUNTRY, 'code = "ATL"\n', "", ("lacks 'code'",), "[country]"),
    Slip("misspelled section", COUNTRY, "[country]", "[contry]", ("contry", "'country'")),
    Slip(
        "misspelled value",
        COUNTRY,
        "[values.energy_charge]",
        "[values.enrgy_charge]",
        ("'enrgy_charge'", "'energy_charge'"),
    ),
    Slip(
        "misspelled key of a value",
        COUNTRY,
        "value = 9\n",
        "valeu = 9\n",
        ("'valeu'", "[values.purchase_price]", "'value'"),
    ),
    Slip(
        "missing value",
        COUNTRY,
        '[values.reserve_margin]\nvalue = 5\nunit = "%"\nquality = "assumed"\n'
        'assumption = "made up, round"\n',
        "",
        ("'reserve_margin' is missing", "[values.reserve_margin]"),
        "[values.exchange_rate]",
    ),
    Slip(
        "misspelled table",
        COUNTRY,
        "[tables.hourly]",
        "[tables.hourley]",
        ("'hourley'", "'hourly'"),
    ),
    Slip("no format", COUNTRY, "format = 1\n", "\n", ("its format", "format = 1"), "# Atlantis"),
    Slip("unknown format", COUNTRY, "format = 1", "format = 2", ("format 2", "format = 1")),
    Slip("values are no sections", COUNTRY, "format = 1", "format = 1\nsources = 3", ("twice",), "[sources.fict"),
    # country.toml: syntax
    Slip("key written twice", COUNTRY, 'code = "ATL"', 'code = "ATL"\ncode = "A"', ("twice",), 'code = "A"\n'),
    Slip("section written twice", COUNTRY, "[values.allowed_loss]", "[values.exchange_rate]", ("twice",), "[values.exchange_rate]\nvalue = 10"),
    Slip("no TOML", COUNTRY, 'name = "Atlantis"', "name = Atlantis", ("not TOML",)),
    Slip("text not closed", COUNTRY, 'name = "Atlantis"', 'name = "Atlantis', ("not TOML",)),
    # country.toml: types and dates
    Slip("text for a number", COUNTRY, "value = 9\n", 'value = "9"\n', ("'9'", "a number without quotes")),
    Slip("number for a text", COUNTRY, 'name = "Atlantis"', "name = 7", ("name: 7", "text in quotes")),
    Slip("value is no section", COUNTRY, "[country]", "values.extra = 1\n[country]", ("twice",), "[values.exchange_rate]"),
    Slip("text for a date", COUNTRY, "as_of = 2025-06-30", 'as_of = "2025-06-30"', ("as_of", "date without quotes")),
    Slip("no such day", COUNTRY, "period_end = 2025-02-02", "period_end = 2025-02-30", ("not TOML", "date")),
    Slip("text for true or false", COUNTRY, "= true", '= "yes"', ("hourly_is_synthetic", "true or false")),
    Slip("period ends before start", COUNTRY, "period_end = 2025-02-02", "period_end = 2025-01-30", ("is not after",)),
    Slip("period of a century", COUNTRY, "period_end = 2025-02-02", "period_end = 2125-02-02", ("longer than three years",)),
    Slip("NaN", COUNTRY, "value = 9\n", "value = nan\n", ("finite number",)),
    Slip("country code", COUNTRY, 'code = "ATL"', 'code = "Atl"', ("code", "'Atl'", "'PAK'")),
    # country.toml: units and bounds
    Slip("misspelled unit", COUNTRY, 'unit = "ATL/MWh"', 'unit = "ATL/Mwh"', ("'Mwh'", "'MWh'")),
    Slip("wrong unit", COUNTRY, 'unit = "GW"', 'unit = "GWh"', ("evacuation_limit", "'GWh'", "'MW'")),
    Slip("wrong currency", COUNTRY, 'value = 9\nunit = "ATL/kWh"', 'value = 9\nunit = "USD/kWh"', ("'USD/kWh'", "'ATL/kWh'"), 'unit = "USD/kWh"'),
    Slip("losses above half", COUNTRY, "value = 20\nunit = \"%\"", "value = 60\nunit = \"%\"", ("actual_loss = 60 %", "below 50 %"), "value = 60"),
    Slip("percentage called a share", COUNTRY, "value = 20\nunit = \"%\"", 'value = 20\nunit = "1"', ("actual_loss = 20", 'unit = "%"'), "value = 20\nunit = \"1\""),
    Slip("negative money", COUNTRY, "value = 9\n", "value = -9\n", ("purchase_price = -9 ATL/kWh", "at least 0")),
    Slip("exchange rate of nothing", COUNTRY, "value = 100\n", "value = 0\n", ("exchange_rate = 0", "above 0")),
    Slip("band upside down", COUNTRY, "value = 1\nunit = \"GWh\"", "value = 4\nunit = \"GWh\"", ("package_band_low", "not below package_band_high"), "value = 4"),
    # country.toml: provenance
    Slip("unknown source", COUNTRY, 'source = "fictional-yearbook"', 'source = "fictional-yearbok"', ("'fictional-yearbok'", "'fictional-yearbook'")),
    Slip("assumed without assumption", COUNTRY, 'quality = "assumed"\nassumption = "made up, round"', 'quality = "assumed"', ("'new_load_loss'", "assumption ="), 'quality = "assumed"'),
    Slip("reported without source", COUNTRY, 'quality = "reported"\nsource = "fictional-yearbook"\n', 'quality = "reported"\n', ("'exchange_rate'", "no source"), 'quality = "reported"'),
    Slip("misspelled quality", COUNTRY, 'quality = "reported"', 'quality = "reportd"', ("'reportd'", "'reported'")),
    Slip("source without a publisher", COUNTRY, 'publisher = "nobody, made up for tests"\n', "", ("lacks 'publisher'",), "[sources.fictional-yearbook]"),
    Slip("address that is none", COUNTRY, '"https://example.org/atlantis"', '"see page 7"', ("address", "https://")),
    # country.toml: tables
    Slip("file not there", COUNTRY, '"plants.csv"', '"plant.csv"', ("'plant.csv' is not there", "'plants.csv'")),
    Slip("file outside", COUNTRY, '"plants.csv"', '"../atlantis/plants.csv"', ("outside",)),
    Slip("file with an absolute path", COUNTRY, '"plants.csv"', '"/etc/passwd"', ("outside",)),
    Slip("table that assumes nothing in words", COUNTRY, 'file = "hourly.csv"\nquality = "assumed"\nsource = "fictional-yearbook"\nassumption = "made up, round"', 'file = "hourly.csv"\nquality = "assumed"', ("table 'hourly'", "assumption ="), 'quality = "assumed"\n\n[tables.reported'),
    # columns
    Slip("missing column", PLANTS, "plant_id,name,fuel,capacity_mw,", "plant_id,name,fuel,xyz_qq,", ("capacity_mw", "missing"), found_in=PLANTS),
    Slip("misspelled column", PLANTS, "capacity_mw", "capcity_mw", ("'capcity_mw'", "'capacity_mw'")),
    Slip("column twice", HYDRO, "energy_gwh", "capacity_mw", ("'capacity_mw' is there twice",)),
    Slip("profile column missing", HOURLY, "demand_mw,solar_mw", "demand_mw,sun", ("'solar_mw' is missing",)),
    Slip("row too long", PLANTS, "AT1,Poseidon,", "AT1,Poseidon, the great,", ("12 cells", "11", "quotes")),
    Slip("quotes not closed", PLANTS, "AT11,Sunken park", 'AT11,"Sunken park', ("not CSV",)),
    # cells
    Slip("text for a number in a cell", PLANTS, "AT5,Kumari,oil,200", "AT5,Kumari,oil,many", ("'many'", "not a number")),
    Slip("decimal comma", PLANTS, "AT5,Kumari,oil,200", 'AT5,Kumari,oil,"200,5"', ("'200,5'", "decimal point")),
    Slip("NaN in a cell", HOURLY, f"{NOON},900", f"{NOON},NaN", ("'demand_mw'", "'NaN'", "not a number")),
    Slip("blank cell", HOURLY, f"{NOON},900", f"{NOON},", ("'demand_mw'", "blank")),
    Slip("negative cell", HOURLY, f"{NOON},900", f"{NOON},-900", ("-900", "at least 0")),
    Slip("infinite cell", PLANTS, "AT5,Kumari,oil,200", "AT5,Kumari,oil,1e999", ("1e999", "impossible")),
    Slip("unknown status", PLANTS, "operating,1,", "operatng,1,", ("'operatng'", "'operating'")),
    Slip("unknown role", FUELS, "must-take", "must-tak", ("'must-tak'", "'must-take'")),
    Slip("neither true nor false", FUELS, "thermal,true", "thermal,maybe", ("'maybe'", "true or false")),
    Slip("share above one", FUELS, "oil,thermal,false,0.6,1", "oil,thermal,false,0.6,1.2", ("imported_fuel_share", "at most 1")),
    Slip("capacity factor above one", LIMITS, "2025-01,coal,0.8", "2025-01,coal,1.8", ("'ceiling'", "1.8", "at most 1")),
    Slip("unknown fuel", PLANTS, "Kumari,oil", "Kumari,oyl", ("'oyl'", "'oil'")),
    Slip("unknown source of a row", PLANTS, "12,,,,,", "12,,fictional-yearbok,,,", ("'fictional-yearbok'", "'fictional-yearbook'")),
    Slip("row assumed without assumption", PLANTS, "assumed,made up,", "assumed,,", ("assumed", "does not say what")),
    Slip("plant twice", PLANTS, "AT2,Ys 1", "AT1,Ys 1", ("'AT1' is there twice", "line 2")),
    Slip("plant that can run without cost", PLANTS, "standby,25", "standby,", ("'AT6'", "no cost")),
    Slip("plant that can run without capacity", PLANTS, "Kumari,oil,200", "Kumari,oil,0", ("'AT5'", "no capacity")),
    # months, water
    Slip("minimum above ceiling", LIMITS, "2025-01,coal,0.8,0,", "2025-01,coal,0.8,0.9,", ("minimum 0.9 is above ceiling 0.8",)),
    Slip("bad month", HYDRO, "Upper dam,2025-02", "Upper dam,2025-13", ("'2025-13' is not a month",)),
    Slip("month outside", LIMITS, "2025-02,solar", "2025-02,solar", ()),
    Slip("month missing", LIMITS, "2025-01,oil,1,0,,,\n", "", ("'oil' has no row for 2025-01",), "2025-02,imports"),
    Slip("month of a fuel twice", LIMITS, "2025-01,oil", "2025-01,lng", ("twice",)),
    Slip("more water than hours", HYDRO, "200,0.96", "200,9.6", ("9,600 MWh", "4,800 MWh", "24 hours")),
    Slip("minimum flow above the water", HYDRO, "0.56,10", "0.56,30", ("720 MWh", "560 MWh")),
    Slip("reservoirs above the plants", HYDRO, "Lower dam,2025-02,100", "Lower dam,2025-02,200", ("400 MW", "300 MW"), "Upper dam,2025-02"),
    Slip("generation above capacity", REPORTED, "2025-01,nuclear,4.8", "2025-01,nuclear,5.8", ("5.8 GWh", "4.8 GWh")),
    Slip("take-or-pay without its report", REPORTED, "2025-02,lng,4.8,12,,,\n", "", ("'lng' has no row for 2025-02",), "2025-02,solar"),
    # hours
    Slip("hour missing", HOURLY, ROW, "", ("47 rows", "48 hours", f"{NOON} is missing"), "2025-01-31 13:00"),
    Slip("hour twice", HOURLY, ROW, ROW + ROW, (f"{NOON} is there twice", "line 14")),
    Slip("hours out of order", HOURLY, ROW + "2025-01-31 13:00,900,150\n", "2025-01-31 13:00,900,150\n" + ROW, (f"{NOON} comes after",), NOON),
    Slip("half hour", HOURLY, ROW, ROW + "2025-01-31 12:30,900,150\n", ("not the beginning of an hour",), "2025-01-31 12:30"),
    Slip("hour outside the period", HOURLY, "2025-02-01 23:00,1000,0\n", "2025-02-01 23:00,1000,0\n2025-02-02 00:00,1000,0\n", ("outside the period",), "2025-02-02"),
    Slip("time in another form", HOURLY, NOON, "31/01/2025 12:00", ("'31/01/2025 12:00' is not a time", "2025-01-31 17:00")),
    Slip("no such time", HOURLY, NOON, "2025-01-31 25:00", ("not a time",)),
    Slip("peak above capacity", HOURLY, "2025-01-31 20:00,1000", "2025-01-31 20:00,1800", ("1,750 MW is below the peak of 1,800 MW",)),
    Slip("profile above its plants", HOURLY, f"{NOON},900,150", f"{NOON},900,250", ("250 MW", "installed 200 MW")),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.kind)
def test_one_slip_is_one_finding(slip: Slip, atlantis: Path) -> None:
    text = spoil(atlantis, slip.file, slip.old, slip.new)
    errors = [finding for finding in check(atlantis) if finding.severity == "error"]
    assert len(errors) == 1, "\n".join(map(str, errors))
