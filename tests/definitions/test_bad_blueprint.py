"""One slip of the pen in a blueprint, one clear message; and what its choices ask for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kilosat.definitions import DefinitionError, check, read_blueprint

PERIOD = 'unit = "ATL/kWh"\nquality = "assumed"\nassumption = "made up, round"\n'
EVENING = "\n[[tariff_periods]]\nhours = [16, 17, 18, 19, 20, 21, 22, 23]\ntariff = 9\n" + PERIOD
REST = (
    "\n[[tariff_periods]]\nhours = [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]\ntariff = 7\n" + PERIOD
)

# kind: (what stands there, what is written instead, words of the message, line if another)
SLIPS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "misspelled value": ("[values.tariff]", "[values.tarif]", ("'tarif'", "'tariff'"), ""),
    "misspelled choice": ('"interruptible"', '"interuptible"', ("'interruptible'",), ""),
    "misspelled scheme": ('"flat"', '"flatt"', ("tariff_scheme", "'flatt'", "'flat'"), ""),
    "unknown key of choices": ("ownership =", "owner =", ("'owner'", "[choices]"), ""),
    "power beyond reason": ("value = 100\n", "value = 200000\n", ("power", "at most 100,000"), ""),
    "share above one": ("value = 75\n", "value = 175\n", ("mining_share", "at most 100 %"), ""),
    "half a step": ("value = 11\n", "value = 11.5\n", ("window_steps", "whole number"), ""),
    "one step": ("value = 11\n", "value = 1\n", ("window_steps", "at least 2"), ""),
    "tariff in power": (
        '8\nunit = "ATL/kWh"',
        '8\nunit = "ATL/kW"',
        ("tariff", "'ATL/kWh'"),
        'unit = "ATL/kW"',
    ),
    "tariff outside its range": (
        "value = 8\n",
        "value = 19\n",
        ("tariff = 19", "tariff_high = 9"),
        "",
    ),
    "window upside down": (
        "value = 22\n",
        "value = 1\n",
        ("window_tariff_low = 2", "below"),
        'value = 2\nunit = "ATL',
    ),
    "adder that is missing": ('"flat"', '"marginal-plus-adder"', ("'tariff_adder'",), ""),
    "share that is missing": ('"none"', '"share-of-mined"', ("'mined_share_kept'",), ""),
    "periods that are missing": ('"flat"', '"seasonal"', ("[[tariff_periods]]",), ""),
}


def errors_of(path: Path) -> list[str]:
    return [str(finding) for finding in check(path) if finding.severity == "error"]


@pytest.mark.parametrize(("old", "new", "words", "at"), SLIPS.values(), ids=SLIPS)
def test_one_slip_is_one_finding(
    old: str,
    new: str,
    words: tuple[str, ...],
    at: str,
    atlantis: Path,
    spoil: Callable[..., int],
) -> None:
    line = spoil("blueprint.toml", old, new, at)
    errors = errors_of(atlantis / "blueprint.toml")
    assert len(errors) == 1, "\n".join(errors)
    assert errors[0].startswith(f"atlantis/blueprint.toml:{line}: ")
    assert [word for word in words if word not in errors[0]] == [], errors[0]


@pytest.fixture
def time_of_use(atlantis: Path, spoil: Callable[..., int]) -> Callable[[str], Path]:
    """The blueprint with these tariff periods at its end."""

    def write(periods: str) -> Path:
        spoil("blueprint.toml", '"flat"', '"time-of-use"')
        path = atlantis / "blueprint.toml"
        path.write_text(path.read_text() + periods)
        return path

    return write


def test_tariff_periods_are_read(time_of_use: Callable[[str], Path]) -> None:
    periods = read_blueprint(time_of_use(EVENING + REST)).tariff_periods
    assert list(periods.value["tariff"]) == [9.0, 7.0]
    assert periods.value["months"][0] == tuple(range(1, 13))
    assert periods.value["hours"][0] == tuple(range(16, 24))
    assert (periods.quality, periods.assumption) == ("assumed", "made up, round")


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        # 12 months x 16 hours are left.
        (EVENING, "month 1, hour 0 and 191 others are in no tariff period"),
        # 8 hours of 12 months are there twice.
        (EVENING + EVENING + REST, "month 1, hour 16 and 95 others are in another period too"),
        (EVENING + REST.replace("[0,", "[24,"), "24 is impossible"),
        (EVENING + REST.replace("ATL/", "USD/"), "'USD/kWh' cannot be turned into 'ATL/kWh'"),
        (EVENING + REST.replace("tariff =", "tarif ="), "'tarif' is not a field"),
        (EVENING + REST.replace("tariff = 7", "tariff = -7"), "-7 is negative"),
        (EVENING + REST.replace('assumption = "made up, round"', ""), "does not say what"),
        ('\n[tariff_periods]\ntariff = "x"\n', "must be a list of sections"),
    ],
)
def test_bad_tariff_periods(periods: str, words: str, time_of_use: Callable[[str], Path]) -> None:
    errors = errors_of(time_of_use(periods))
    assert len(errors) == 1, "\n".join(errors)
    assert words in errors[0]


def test_periods_of_a_flat_tariff_are_noted(atlantis: Path) -> None:
    path = atlantis / "blueprint.toml"
    path.write_text(path.read_text() + EVENING + REST)
    assert [finding.severity for finding in check(path)] == ["note"]
    assert "does not use tariff periods" in check(path)[0].message


def test_a_tariff_without_a_currency(atlantis: Path) -> None:
    path = atlantis / "blueprint.toml"
    path.write_text(path.read_text().replace('"ATL/kWh"', '"MW"'))
    errors = errors_of(path)
    assert len(errors) == 1
    assert "names its currency" in errors[0]
    with pytest.raises(DefinitionError):
        read_blueprint(path)
