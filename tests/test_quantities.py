"""Conversions against the definitions of the units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.quantities import UnitError, btc_from_sats, convert, parse_unit, sats_from_btc


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1.0, "GWh", "kWh", 1e6),
        (1.0, "TWh", "GWh", 1000.0),
        (3.6, "GJ", "kWh", 1000.0),  # 1 kWh = 3.6 MJ
        (25.98, "PKR/kWh", "PKR/MWh", 25980.0),
        (1.0, "bn PKR", "m PKR", 1000.0),
        (50.0, "%", "1", 0.5),
        (1.0, "BTC", "sat", 100_000_000.0),
        (1.0, "EH", "TH", 1e6),
        (1.0, "year", "h", 8760.0),
    ],
)
def test_conversions(value: float, source: str, target: str, expected: float) -> None:
    assert convert(value, source, target) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("source", "target"),
    [("PKR/kWh", "USD/kWh"), ("MW", "MWh"), ("t", "kWh"), ("BTC", "PKR"), ("%", "MW")],
)
def test_different_things_are_refused(source: str, target: str) -> None:
    with pytest.raises(UnitError, match="measure different things"):
        convert(1.0, source, target)


@pytest.mark.parametrize(
    ("text", "word"),
    [("Mw", "did you mean 'MW'"), ("gwh", "'GWh'"), ("rupees", "not a unit"), ("", "not a unit")],
)
def test_unknown_units_name_the_nearest(text: str, word: str) -> None:
    with pytest.raises(UnitError, match=word):
        parse_unit(text)


@given(st.floats(1e-9, 1e12), st.sampled_from(["kWh", "MWh", "GWh", "TWh", "GJ", "J"]))
def test_there_and_back(value: float, unit: str) -> None:
    assert convert(convert(value, unit, "MWh"), "MWh", unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("amount", ["0.000000001", "five", "NaN", "Infinity", ""])
def test_what_is_no_amount_of_btc_is_refused(amount: str) -> None:
    with pytest.raises(UnitError, match="BTC"):
        sats_from_btc(amount)


def test_satoshis_of_the_genesis_subsidy() -> None:
    assert sats_from_btc(50) == 5_000_000_000
    assert btc_from_sats(5_000_000_000) == 50.0
