"""``kilosat challenge --ledger``: who holds coins is asked to sign, and the audit says what for."""

import json
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kilosat.cli import app
from kilosat.quantities import SATS_PER_BTC

from .regtest.told import Told

MOST = 2


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def held(told: Told, party: str) -> list[tuple[str, int]]:
    """Addresses of a party with coins by the script's own books, the largest first."""
    sums: Counter[str] = Counter()
    for coin in told.scenario.books.coins_of(party):
        sums[coin.address] += coin.sats
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))


def sign(path: Path, told: Told, wallet: str) -> None:
    text = path.read_text("utf-8")
    for entry in tomllib.loads(text)["control"]:
        signature = told.node.rpc("signmessage", entry["address"], entry["message"], wallet=wallet)
        text = text.replace('signature = ""', f'signature = "{signature}"', 1)
    path.write_text(text, "utf-8")


def test_those_with_most_coins_are_asked_and_what_they_hold_is_shown_as_signed_for(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    node = ("--node", told.node.url, "--cookie", told.node.cookie)
    assert run("audit", told.path, *node).exit_code == 0
    ledger = tmp_path / "out" / "scenario.ledger"
    options = ("--wallet", "treasury", "--ledger", ledger, "--most", MOST)
    asked = run("challenge", told.path, *node, *options)
    assert asked.exit_code == 0, asked.output
    known = held(told, "treasury")
    assert len(known) > MOST
    entries = tomllib.loads((tmp_path / "controls.toml").read_text("utf-8"))["control"]
    assert [one["address"] for one in entries] == [address for address, _ in known[:MOST]]
    all_of_them = Decimal(sum(sats for _, sats in known)) / SATS_PER_BTC
    assert f"of the {all_of_them.normalize():,f} BTC at {len(known)} addresses" in asked.output
    sign(tmp_path / "controls.toml", told, "treasury")
    again = run("audit", told.path, *node, "-p", "state", "--signatures", "controls.toml")
    assert again.exit_code == 0, again.output
    record = json.loads((tmp_path / "out" / "audit.json").read_text("utf-8"))
    figures = record["figures"]
    assert figures["signed_coins_sats"]["value"] == sum(sats for _, sats in known[:MOST])
    assert figures["valid_signatures"]["value"] == MOST
    assert f"Valid signatures of control: {MOST}" in again.output


def test_a_signature_that_does_not_fit_is_said(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    node = ("--node", told.node.url, "--cookie", told.node.cookie)
    assert run("challenge", told.path, *node, "--wallet", "police").exit_code == 0
    sign(tmp_path / "controls.toml", told, "police")
    path = tmp_path / "controls.toml"
    path.write_text(path.read_text("utf-8").replace("Proof of control", "Proof of contrl"), "utf-8")
    done = run("audit", told.path, *node, "-p", "state", "--signatures", "controls.toml")
    assert done.exit_code == 0, done.output
    assert "Valid signatures" not in done.output
    assert "These signatures show nothing" in done.output
    packed = run(
        "audit", told.path, *node, "--signatures", "controls.toml", "--archive", "a.archive"
    )
    assert packed.exit_code == 2
    assert "is not written, since it would not hold" in packed.output


def test_a_ledger_of_another_network_is_refused(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kilosat.chain.ledger import Ledger

    monkeypatch.chdir(tmp_path)
    Ledger.open(tmp_path / "other.ledger", "signet").close()
    node = ("--node", told.node.url, "--cookie", told.node.cookie)
    found = run("challenge", told.path, *node, "--ledger", "other.ledger")
    assert found.exit_code == 2
    assert "is a ledger of signet, not of regtest" in found.output
    assert not (tmp_path / "controls.toml").exists()
