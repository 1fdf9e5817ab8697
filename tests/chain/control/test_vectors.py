"""Every official vector of BIP 322 has its expected outcome."""

from typing import Any

import pytest
from btclib_wallet import bip322

from kilosat.chain.address import script_from_address
from kilosat.chain.control.signature import covered_form, verify_signature

from .vectors import LEGACY, Signed, refused, valid, vectors


def test_there_are_59_of_them() -> None:
    assert (len(valid()), len(refused())) == (23, 36)


@pytest.mark.parametrize("one", valid(), ids=str)
def test_a_valid_signature_is_valid_with_its_variant_and_times(one: Signed) -> None:
    verdict = verify_signature(one.message, one.address, one.signature)
    assert (verdict.outcome, verdict.variant, verdict.reason) == ("valid", one.variant, "")
    times = (one.vector.get("lock_time", 0), one.vector.get("sequence", 0))
    assert (verdict.lock_time, verdict.sequence) == times


@pytest.mark.parametrize("one", valid(), ids=str)
def test_a_proof_of_funds_shows_the_coins_of_its_further_inputs(one: Signed) -> None:
    verdict = verify_signature(one.message, one.address, one.signature)
    by_transaction = one.vector.get("additional_inputs", [])
    stated = [
        (number, place, coin["value"], coin["pk_script"])
        for number, coins in enumerate(by_transaction)
        for place, coin in enumerate(coins)
    ]
    txids = list(dict.fromkeys(coin.outpoint.txid for coin in verdict.coins))
    shown = [
        (txids.index(coin.outpoint.txid), coin.outpoint.index, coin.sats, coin.script.hex())
        for coin in verdict.coins
    ]
    assert shown == stated


@pytest.mark.parametrize("one", valid(), ids=str)
def test_its_bytes_are_all_covered(one: Signed) -> None:
    assert covered_form(one.message, one.address, one.signature) == one.signature


@pytest.mark.parametrize("one", refused(), ids=lambda one: one["description"])
def test_what_must_be_refused_is_invalid(one: Any) -> None:
    verdict = verify_signature(one["message"], one["address"], one["signature"])
    assert verdict.outcome == "invalid"
    assert verdict.reason
    assert not verdict.coins


@pytest.mark.parametrize("one", vectors("basic")["tx_hashes"], ids=lambda one: one["message"])
def test_the_virtual_transactions_have_the_stated_hashes(one: Any) -> None:
    script = script_from_address(one["address"])
    message = one["message"].encode()
    assert bip322.message_hash(message).hex() == one["message_hash"]
    spent = bip322.to_spend(message, script)
    assert spent.id.hex() == one["to_spend_tx_hash"]
    assert bip322.to_sign(spent).id.hex() == one["to_sign_tx_hash"]


@pytest.mark.parametrize(("message", "address", "signature"), LEGACY)
def test_the_older_signatures_of_core_s_tests_are_valid(
    message: str, address: str, signature: str
) -> None:
    verdict = verify_signature(message, address, signature)
    assert (verdict.outcome, verdict.variant) == ("valid", "legacy")
    assert verify_signature(message + ".", address, signature).outcome == "invalid"
