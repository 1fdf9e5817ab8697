"""One slip of the pen in country.toml, one clear message: the line, what is wrong, what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kilosat.definitions import check

YEARBOOK = 'source = "fictional-yearbook"\n'
ROUND = 'assumption = "made up, round"\n'
ASSUMED = 'quality = "assumed"\n'
REPORTED = 'quality = "reported"\n'

# kind: (what stands there, what is written instead, words of the message, line if another)
SLIPS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    # keys and sections
    "misspelled field": ("currency =", "curency =", ("'curency'", "'currency'"), ""),
    "missing field": ('code = "ATL"\n', "", ("lacks 'code'", "add code"), "[country]"),
    "misspelled section": ("[country]", "[contry]", ("'contry'", "'country'"), ""),
    "misspelled value": (
        "[values.energy_charge]",
        "[values.enrgy_charge]",
        ("'energy_charge'",),
        "",
    ),
    "misspelled key": ("value = 9\n", "valeu = 9\n", ("'valeu'", "purchase_price", "'value'"), ""),
    "missing value": (
        '[values.reserve_margin]\nvalue = 5\nunit = "%"\n' + ASSUMED + ROUND,
        "",
        ("'reserve_margin' is missing", "add [values.reserve_margin]"),
        "[values.exchange_rate]",
    ),
    "misspelled table": ("[tables.hydro]", "[tables.hidro]", ("'hidro'", "'hydro'"), ""),
    "misspelled required table": ("[tables.plants]", "[tables.plnts]", ("'plants'",), ""),
    "missing table": (
        '[tables.plants]\nfile = "plants.csv"\n' + REPORTED + YEARBOOK,
        "",
        ("'plants' is missing", "add [tables.plants]"),
        "[tables.fuels]",
    ),
    "no format": ("format = 1\n", "\n", ("its format", "add format = 1"), "# Atlantis"),
    "unknown format": ("format = 1", "format = 2", ("format 2", "format = 1"), ""),
    # syntax
    "key written twice": ('code = "ATL"', 'code = "ATL"\ncode = ""', ("twice",), 'code = ""'),
    "section written twice": ("[values.allowed_loss]", "[values.exchange_rate]", ("twice",), ""),
    "text without quotes": ('"Atlantis"', "Atlantis", ("not TOML", "quotes"), ""),
    "text not closed": ('name = "Atlantis"', 'name = "Atlantis', ("not TOML", "quotes"), ""),
    # types and dates
    "text for a number": ("value = 9\n", 'value = "9"\n', ("'9'", "number without quotes"), ""),
    "number for a text": ('name = "Atlantis"', "name = 7", ("name: 7", "text in quotes"), ""),
    "value for a section": ("[country]", "[country]\nname.x = 1", ("twice",), 'name = "Atl'),
    "text for a date": ("= 2025-06-30", '= "2025-06-30"', ("as_of", "date without quotes"), ""),
    "no such day": ("= 2025-02-02", "= 2025-02-30", ("not TOML", "date"), ""),
    "text for yes or no": ("= true", '= "yes"', ("hourly_is_synthetic", "true or false"), ""),
    "end before start": ("= 2025-02-02", "= 2025-01-30", ("2025-01-30 is not after",), ""),
    "period of a century": ("= 2025-02-02", "= 2125-02-02", ("longer than three years",), ""),
    "NaN": ("value = 9\n", "value = nan\n", ("value: nan is not finite",), ""),
    "code in small letters": ('"ATL"', '"Atl"', ("code", "'Atl'", "'PAK'"), ""),
    "empty name": ('name = "Atlantis"', 'name = ""', ("name is empty",), ""),
    # units and bounds
    "misspelled unit": ('"ATL/MWh"', '"ATL/Mwh"', ("'Mwh'", "did you mean 'MWh'"), ""),
    "wrong unit": ('"GW"', '"GWh"', ("evacuation_limit", "'GWh'", "'MW'"), ""),
    "wrong currency": (
        '9\nunit = "ATL/',
        '9\nunit = "USD/',
        ("'USD/kWh'", "'ATL/kWh'"),
        'unit = "USD/kWh"',
    ),
    "losses above half": ("value = 20\n", "value = 60\n", ("actual_loss = 60 %", "below 50 %"), ""),
    "percentage called a share": (
        'value = 20\nunit = "%"',
        'value = 20\nunit = "1"',
        ("actual_loss = 20 is impossible", 'unit = "%"'),
        "",
    ),
    "negative money": (
        "value = 9\n",
        "value = -9\n",
        ("purchase_price = -9 ATL", "at least 0"),
        "",
    ),
    "exchange rate of 0": ("value = 100\n", "value = 0\n", ("exchange_rate = 0", "above 0"), ""),
    "band upside down": (
        '1\nunit = "GWh"',
        '4\nunit = "GWh"',
        ("package_band_low", "not below"),
        "",
    ),
    # provenance
    "unknown source": (YEARBOOK, 'source = "yearbook"\n', ("'yearbook' is not listed",), ""),
    "assumed without assumption": (
        ASSUMED + ROUND,
        ASSUMED,
        ("'new_load_loss'", "assumption ="),
        "",
    ),
    "reported without source": (
        REPORTED + YEARBOOK,
        REPORTED,
        ("'exchange_rate'", "no source"),
        "",
    ),
    "misspelled quality": (REPORTED, 'quality = "reportd"\n', ("'reportd'", "'reported'"), ""),
    "source without publisher": (
        'publisher = "nobody, made up for tests"\n',
        "",
        ("lacks 'publisher'",),
        "[sources.fictional-yearbook]",
    ),
    "address that is none": (
        '"https://example.org/atlantis"',
        '"page 7"',
        ("address", "https"),
        "",
    ),
    # tables
    "file not there": ('"plants.csv"', '"plant.csv"', ("'plant.csv' is not", "'plants.csv'"), ""),
    "file outside": ('"plants.csv"', '"../plants.csv"', ("outside", "beside country.toml"), ""),
    "absolute path": ('"plants.csv"', '"/etc/passwd"', ("'/etc/passwd'", "outside"), ""),
    "drive of Windows": ('"plants.csv"', "'C:\\plants.csv'", ("outside",), ""),
    "file with an odd name": (
        '"plants.csv"',
        '"pl\\u0000\\u001bnts.csv"',
        ("'pl\ufffd\ufffdnts.csv' is not there",),
        "",
    ),
    "table assumed without words": (
        'file = "hourly.csv"\n' + ASSUMED + YEARBOOK + ROUND,
        'file = "hourly.csv"\n' + ASSUMED + YEARBOOK,
        ("table 'hourly'", "assumption ="),
        ASSUMED + YEARBOOK + "\n[tables.reported",
    ),
    "rows and table without source": (
        'file = "plants.csv"\n' + REPORTED + YEARBOOK,
        'file = "plants.csv"\n' + REPORTED,
        ("table 'plants'", "no source"),
        REPORTED + "\n[tables.fuels",
    ),
}


@pytest.mark.parametrize(("old", "new", "words", "at"), SLIPS.values(), ids=SLIPS)
def test_one_slip_is_one_finding(
    old: str,
    new: str,
    words: tuple[str, ...],
    at: str,
    atlantis: Path,
    spoil: Callable[..., int],
) -> None:
    line = spoil("country.toml", old, new, at)
    errors = [finding for finding in check(atlantis) if finding.severity == "error"]
    assert len(errors) == 1, "\n".join(map(str, errors))
    assert (errors[0].file, errors[0].line) == ("atlantis/country.toml", line)
    assert [word for word in words if word not in str(errors[0])] == [], str(errors[0])
    assert errors[0].remedy
