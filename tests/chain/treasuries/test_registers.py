"""The registers that ship: free of errors, and what they say stands in the data beside them."""

import csv
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from kilosat.chain.address import address_from_script
from kilosat.chain.register import Register, check_register, read_register
from kilosat.chain.treasuries import treasuries
from kilosat.chain.treasuries.perimeter import holder_of
from kilosat.definitions import find_register, list_registers

PUBLISHED = Path(__file__).parents[1] / "data" / "elsalvador_addresses.csv"
PURCHASES = files("kilosat") / "data" / "bitcoin" / "elsalvador_announced_purchases.csv"
BTC = 100_000_000


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(find_register("el-salvador"))


@pytest.mark.parametrize("name", list_registers())
def test_every_register_that_ships_has_no_error(name: str) -> None:
    findings = check_register(find_register(name))
    assert [str(one) for one in findings if one.severity == "error"] == []


@pytest.mark.parametrize("name", list_registers())
def test_every_wallet_that_ships_is_of_the_main_network_and_has_a_source(name: str) -> None:
    found = read_register(find_register(name))
    assert found.network == "mainnet"
    for wallet in found.wallets.values():
        assert wallet.source is not None, wallet.key
        assert wallet.source.publisher, wallet.key
    for announcement in found.announcements:
        assert announcement.source is not None, announcement.text


def test_addresses_of_el_salvador_are_those_published(register: Register) -> None:
    """All 20, each with the output script that the list has beside it, and no other."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    single = [row for row in rows if row["role"].startswith("single reserve address")]
    split = [row for row in rows if row["role"].startswith("listed on bitcoin.gob.sv")]
    assert (len(single), len(split)) == (1, 19)
    for key, published in (("reserve-2024", single), ("reserve-2025", split)):
        wallet = register.wallets[key]
        watched = [one.script for one in wallet.watched()]
        assert [one.hex() for one in watched] == [row["script_pubkey_hex"] for row in published]
        addresses = [address_from_script(one, "mainnet") for one in watched]
        assert addresses == [row["address"] for row in published]
        assert wallet.attribution == "third-party"
    assert set(register.wallets) == {"reserve-2024", "reserve-2025"}


def test_announced_purchases_of_el_salvador_are_those_of_the_list(register: Register) -> None:
    """Every row with its day, its coins and its address, in the order of the list."""
    with PURCHASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ours = [one for one in register.announcements if one.kind == "purchase"]
    ours = [one for one in ours if not one.text.startswith("one bitcoin a day")]
    assert [one.date.isoformat() for one in ours] == [row["date"] for row in rows]
    assert [one.sats for one in ours] == [int(row["btc"]) * BTC for row in rows]
    assert [one.where for one in ours] == [row["source_url"] for row in rows]
    for one, row in zip(ours, rows, strict=True):
        assert row["note"] in one.text


def test_the_plan_of_one_coin_a_day_counts_each_day_once(register: Register) -> None:
    """From its start to the day of the register; days with a lot that holds the coin stand out."""
    plan = [one for one in register.announcements if one.text.startswith("one bitcoin a day")]
    assert {one.sats for one in plan} == {BTC}
    days = {one.date for one in plan}
    assert len(days) == len(plan)
    assert register.as_of is not None
    start = date(2022, 11, 18)
    every = {start + timedelta(n) for n in range((register.as_of - start).days + 1)}
    assert every - days == {start, date(2025, 1, 20), date(2025, 2, 4), date(2025, 3, 10)}


def test_what_the_state_said_besides_purchases_is_there(register: Register) -> None:
    others = {(one.date.isoformat(), one.kind) for one in register.announcements}
    assert ("2025-07-15", "other") in others  # letter of intent: the stock is unchanged
    assert ("2025-08-29", "transfer") in others  # the split into 14 addresses
    mined = next(one for one in register.announcements if one.entity == "geothermal-mine")
    assert (mined.kind, mined.sats) == ("other", 47_350_000_000)


def test_wallets_that_nobody_published_are_named_and_have_no_address(register: Register) -> None:
    unknown = {one.key for one in register.entities.values() if one.addresses_known == "none"}
    assert unknown == {"chivo", "fidebitcoin", "law-enforcement", "geothermal-mine"}
    assert {wallet.entity for wallet in register.wallets.values()} == {"bitcoin-office"}
    inside = {one.key for one in register.entities_within("imf")}
    assert inside == {"bitcoin-office", "chivo", "fidebitcoin", "geothermal-mine"}


@pytest.mark.parametrize("name", list_registers())
def test_every_register_that_ships_belongs_to_a_holder_of_the_table(name: str) -> None:
    from datetime import date

    table = treasuries(date(2026, 4, 30))
    assert holder_of(read_register(find_register(name)), table) == name
