"""One slip of the pen in a table, one clear message: the line, what is wrong, what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kilosat.definitions import check

PLANTS, FUELS, LIMITS, HYDRO = "plants.csv", "fuels.csv", "availability.csv", "hydro.csv"
HOURLY, REPORTED = "hourly.csv", "reported_generation.csv"
NOON = "2025-01-31 12:00"
ROW = f"{NOON},900,150\n"
NEXT = "2025-01-31 13:00,900,150\n"
LAST = "2025-02-01 23:00,1000,0\n"

# kind: (file, what stands there, what is written instead, words of the message, line if another)
SLIPS: dict[str, tuple[str, str, str, tuple[str, ...], str]] = {
    # columns and rows
    "misspelled column": (
        PLANTS,
        "capacity_mw",
        "capcity_mw",
        ("'capcity_mw'", "'capacity_mw'"),
        "",
    ),
    "column twice": (REPORTED, ",assumption", ",quality", ("'quality' is there twice",), ""),
    "no profile column": (HOURLY, "solar_mw", "solr_mw", ("'solr_mw'", "'solar_mw'"), ""),
    "semicolons": (
        HOURLY,
        "local_time,demand_mw,solar_mw",
        "a;b;c",
        ("not separated by commas",),
        "",
    ),
    "row too long": (
        PLANTS,
        "Poseidon,",
        "Poseidon, the god,",
        ("12 cells", "header 11", "quotes"),
        "",
    ),
    "quotes not closed": (PLANTS, "Sunken park", '"Sunken park', ("not CSV", "quotes"), ""),
    # cells
    "text for a number": (PLANTS, "oil,200", "oil,many", ("'many' is not a number",), ""),
    "number with a unit": (PLANTS, "oil,200", "oil,200 MW", ("'200 MW'", "without a unit"), ""),
    "decimal comma": (PLANTS, "oil,200", 'oil,"200,5"', ("'200,5'", "decimal point"), ""),
    "NaN": (HOURLY, f"{NOON},900", f"{NOON},NaN", ("'demand_mw'", "'NaN' is not a number"), ""),
    "blank cell": (HOURLY, f"{NOON},900", f"{NOON},", ("'demand_mw'", "blank", "number"), ""),
    "blank name": (PLANTS, "AT5,Kumari", "AT5,", ("'name'", "blank"), ""),
    "negative number": (HOURLY, f"{NOON},900", f"{NOON},-900", ("-900", "at least 0"), ""),
    "infinite number": (PLANTS, "oil,200", "oil,1e999", ("1e999 is impossible",), ""),
    "misspelled status": (PLANTS, "standby", "stand-by", ("'stand-by'", "'standby'"), ""),
    "misspelled role": (FUELS, "must-take", "must-tak", ("'must-tak'", "'must-take'"), ""),
    "neither true nor false": (
        FUELS,
        "must-take,false",
        "must-take,no",
        ("'no'", "true or false"),
        "",
    ),
    "share above one": (FUELS, "0.6,1,", "0.6,1.2,", ("imported_fuel_share", "at most 1"), ""),
    "ceiling above one": (LIMITS, "coal,0.8", "coal,1.8", ("'ceiling'", "1.8", "at most 1"), ""),
    "unknown fuel": (PLANTS, "Kumari,oil", "Kumari,oyl", ("'oyl'", "'oil'"), ""),
    "unknown source": (PLANTS, "12,,,,,", "12,,yearbook,,,", ("'yearbook' is not listed",), ""),
    "assumed without words": (PLANTS, "assumed,made up", "assumed,", ("does not say what",), ""),
    "plant twice": (PLANTS, "AT2,", "AT1,", ("'AT1' is there twice", "line 2"), ""),
    "plant without cost": (PLANTS, "standby,25", "standby,", ("'AT6'", "no cost"), ""),
    "plant without capacity": (
        PLANTS,
        "Kumari,oil,200",
        "Kumari,oil,0",
        ("'AT5'", "no capacity"),
        "",
    ),
    # months and water
    "bad month": (REPORTED, "2025-01,oil", "2025-13,oil", ("'2025-13' is not a month",), ""),
    "month outside": (REPORTED, "2025-01,oil", "2025-03,oil", ("2025-03 lies outside",), ""),
    "minimum above ceiling": (
        LIMITS,
        "coal,0.8,0,",
        "coal,0.8,0.9,",
        ("minimum 0.9", "ceiling 0.8"),
        "",
    ),
    "month missing": (
        LIMITS,
        "2025-01,oil,1,0,,,\n",
        "",
        ("'oil' has no row for 2025-01",),
        "2025-02,imports",
    ),
    "month twice": (
        REPORTED,
        "2025-01,oil",
        "2025-01,coal",
        ("'2025-01, coal' is there twice",),
        "",
    ),
    "more water than fits": (
        HYDRO,
        "200,0.96",
        "200,9.6",
        ("9,600 MWh", "4,800 MWh", "24 hours"),
        "",
    ),
    "minimum above water": (HYDRO, "0.56,10", "0.56,30", ("720 MWh", "560 MWh"), ""),
    "reservoirs above plants": (
        HYDRO,
        "Lower dam,2025-02,100",
        "Lower dam,2025-02,200",
        ("400 MW", "300 MW"),
        "Upper dam,2025-02",
    ),
    "generation above capacity": (
        REPORTED,
        "nuclear,4.8",
        "nuclear,5.8",
        ("5.8 GWh", "4.8 GWh"),
        "",
    ),
    "take-or-pay unreported": (
        REPORTED,
        "2025-02,lng,4.8,12,,,\n",
        "",
        ("'lng' has no row for 2025-02",),
        "2025-02,solar",
    ),
    # hours
    "hour missing": (HOURLY, ROW, "", ("47 rows", "48 hours", f"{NOON} is missing"), NEXT),
    "last hour missing": (HOURLY, LAST, "", ("2025-02-01 23:00 is missing",), "2025-02-01 22:00"),
    "hour twice": (HOURLY, NEXT, ROW + NEXT, (f"{NOON} is there twice", "line 14"), ""),
    "hours out of order": (HOURLY, ROW + NEXT, NEXT + ROW, (f"{NOON} comes after",), ROW),
    "half hour": (HOURLY, NEXT, "2025-01-31 12:30,900,150\n" + NEXT, ("beginning of an hour",), ""),
    "hour outside": (
        HOURLY,
        LAST,
        LAST + "2025-02-02 00:00,9,0\n",
        ("outside the period",),
        "2025-02-02",
    ),
    "time in another form": (
        HOURLY,
        NOON,
        "31/01/2025 12:00",
        ("not a time", "2025-01-31 17:00"),
        "",
    ),
    "no such time": (HOURLY, NOON, "2025-01-31 25:00", ("'2025-01-31 25:00' is not a time",), ""),
    # capacity
    "capacity below peak": (
        HOURLY,
        f"{NOON},900",
        f"{NOON},1800",
        ("1,750 MW", "peak of 1,800"),
        "",
    ),
    "profile above plants": (
        HOURLY,
        f"{NOON},900,150",
        f"{NOON},900,250",
        ("250 MW", "200 MW"),
        "",
    ),
}


def errors_of(folder: Path) -> list[str]:
    return [str(finding) for finding in check(folder) if finding.severity == "error"]


@pytest.mark.parametrize(("file", "old", "new", "words", "at"), SLIPS.values(), ids=SLIPS)
def test_one_slip_is_one_finding(
    file: str,
    old: str,
    new: str,
    words: tuple[str, ...],
    at: str,
    atlantis: Path,
    spoil: Callable[..., int],
) -> None:
    line = spoil(file, old, new, at)
    errors = errors_of(atlantis)
    assert len(errors) == 1, "\n".join(errors)
    assert errors[0].startswith(f"atlantis/{file}:{line}: ")
    assert [word for word in words if word not in errors[0]] == [], errors[0]


def test_a_column_left_out_is_missing(atlantis: Path) -> None:
    rows = (atlantis / HYDRO).read_text().splitlines()
    (atlantis / HYDRO).write_text("\n".join(row.rpartition(",")[0] for row in rows))
    assert errors_of(atlantis) == []  # the last column may be left out
    rows = [row.split(",", 2) for row in rows]
    (atlantis / HYDRO).write_text("\n".join(f"{row[0]},{row[2]}" for row in rows))
    assert errors_of(atlantis) == [
        "atlantis/hydro.csv:1: column 'month' is missing; add it: YYYY-MM"
    ]


def test_like_errors_are_counted_after_a_few(atlantis: Path) -> None:
    hourly = (atlantis / HOURLY).read_text()
    (atlantis / HOURLY).write_text(hourly.replace(",500,", ",-500,"))
    errors = errors_of(atlantis)
    # Night hours: lines 2 to 9 of the first day and 26 to 33 of the second, 16 in all.
    assert [error.split(":")[1] for error in errors] == ["2", "3", "4", "5"]
    assert "and 13 more, down to line 33" in errors[-1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n  \n", "the file is empty"),
        (b"local_time,demand_mw,solar_mw\n", "the table has no rows"),
        (b"\xff\xfe\x00\x80\x81" * 50, "the text is not UTF-8"),
        ("local_time,demand_mw,solar_mw\n".encode("utf-16"), "the text is not UTF-8"),
        (b'"' + b"x" * 200_000, "this is not CSV"),
    ],
)
def test_a_file_that_is_no_table(content: bytes, words: str, atlantis: Path) -> None:
    (atlantis / HOURLY).write_bytes(content)
    errors = errors_of(atlantis)
    assert len(errors) == 1
    assert errors[0].startswith("atlantis/hourly.csv")
    assert words in errors[0]


def test_a_file_saved_by_a_spreadsheet_is_read(atlantis: Path) -> None:
    """A byte order mark, Windows line ends, blank rows at the end."""
    for file in (HOURLY, PLANTS):
        text = (atlantis / file).read_text().replace("\n", "\r\n")
        commas = "," * text.splitlines()[0].count(",")
        (atlantis / file).write_bytes(b"\xef\xbb\xbf" + f"{text}{commas}\r\n\r\n".encode())
    assert errors_of(atlantis) == []


def test_hydro_plants_need_reservoirs(atlantis: Path, spoil: Callable[..., int]) -> None:
    spoil("country.toml", "[tables.hydro]", "[tables.storage]")
    spoil("country.toml", '"hydro.csv"', '"storage.csv"')
    errors = errors_of(atlantis)
    assert len(errors) == 1
    assert errors[0].startswith("atlantis/plants.csv:10: fuel 'hydro' has role hydro")


def test_without_reported_generation_there_is_a_note(
    atlantis: Path, spoil: Callable[..., int]
) -> None:
    spoil("country.toml", "[tables.reported_generation]", "[tables.storage]")
    spoil("country.toml", '"reported_generation.csv"', '"storage.csv"')
    findings = check(atlantis)
    assert {finding.severity for finding in findings} == {"note"}
    assert any("cannot be held against what happened" in f.message for f in findings)
