"""Signatures of strangers: judged or refused, never an error; what the limits are."""

import base64
import random

import pytest
from btclib.tx import OutPoint, Tx, TxIn
from btclib_wallet import bip322
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.control import MOST_CHARACTERS
from kilosat.chain.control.signature import MOST_INPUTS, covered_form, verify_signature

from .vectors import LEGACY, Signed, valid

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
TAPROOT = next(one for one in valid() if one.vector["type"] == "p2tr")
FUNDS = [one for one in valid() if one.variant == "proof of funds"]


def outcome(one: Signed, signature: str) -> str:
    return verify_signature(one.message, one.address, signature).outcome


def funds_of(one: Signed) -> bip322.Psbt:
    payload = bip322.Sig.b64decode(one.signature).payload
    assert isinstance(payload, bip322.Psbt)
    return payload


def test_an_address_of_another_network_with_the_same_script_is_as_good() -> None:
    # BIP 173: the address of BIP 322's first vector on the main network, and on a test network.
    vector = valid()[0]
    assert vector.address == "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l"
    address = "bcrt1q9vza2e8x573nczrlzms0wvx3gsqjx7vay85cr9"
    assert verify_signature(vector.message, address, vector.signature).outcome == "valid"


@pytest.mark.parametrize("one", [one for one in valid() if one.variant == "simple"], ids=str)
def test_a_prefix_may_be_missing_and_space_around_it_does_no_harm(one: Signed) -> None:
    assert outcome(one, one.signature.removeprefix("smp")) == "valid"
    assert outcome(one, f" {one.signature}\n") == "valid"


@pytest.mark.parametrize("one", [one for one in valid() if one.variant == "full"], ids=str)
def test_a_full_one_without_its_prefix_is_read_as_knots_writes_it(one: Signed) -> None:
    verdict = verify_signature(one.message, one.address, one.signature.removeprefix("ful"))
    assert (verdict.outcome, verdict.variant) == ("valid", "full")


def test_a_taproot_signature_of_88_characters_is_not_taken_for_a_legacy_one() -> None:
    short = next(one for one in valid() if len(one.signature) == 88)
    assert short.vector["type"] == "p2tr"
    assert verify_signature(short.message, short.address, short.signature).variant == "simple"


def test_a_legacy_signature_is_for_the_hash_of_a_key_alone() -> None:
    for message, _, signature in LEGACY:
        verdict = verify_signature(message, TAPROOT.address, signature)
        assert (verdict.outcome, verdict.variant) == ("invalid", "legacy")


def test_every_character_of_a_signature_matters() -> None:
    chance = random.Random(322)
    texts = [(one.message, one.address, one.signature) for one in valid()] + list(LEGACY)
    tried = 0
    for message, address, signature in texts:
        for at in chance.sample(range(len(signature)), 40):
            other = chance.choice(BASE64.replace(signature[at], ""))
            changed = signature[:at] + other + signature[at + 1 :]
            verdict = verify_signature(message, address, changed)
            covered = covered_form(message, address, changed) == changed
            assert verdict.outcome == "invalid" or not covered
            tried += 1
    assert tried == 25 * 40


def test_bytes_that_a_proof_of_funds_does_not_cover_are_taken_out() -> None:
    """BIP 322 does not look at the stated output of the first input, nor at unknown fields."""
    one = FUNDS[-1]
    read = funds_of(one)
    read.inputs[0].witness_utxo = read.inputs[1].witness_utxo
    read.inputs[1].unknown = {b"\x50note": b"whatever"}
    stuffed = bip322.Sig(read).b64encode()
    assert outcome(one, stuffed) == "valid"
    assert covered_form(one.message, one.address, stuffed) == one.signature


def test_what_is_no_signature_has_no_covered_form() -> None:
    for text in ("pof", "pof!", "pofcHNidP8=", "pof" + TAPROOT.signature):
        assert covered_form("", TAPROOT.address, text) == ""


def test_a_signature_that_is_too_long_is_not_looked_at() -> None:
    verdict = verify_signature("", TAPROOT.address, "A" * (MOST_CHARACTERS + 1))
    assert verdict.outcome == "invalid"
    assert "100,000 characters" in verdict.reason


def test_more_inputs_than_anybody_needs_are_not_looked_at() -> None:
    one = next(one for one in valid() if one.variant == "full")
    read = bip322.Sig.b64decode(one.signature).payload
    assert isinstance(read, Tx)
    read.vin += [TxIn(OutPoint(number.to_bytes(32, "big"), 0)) for number in range(MOST_INPUTS)]
    signature = bip322.Sig(read).b64encode()
    assert len(signature) < MOST_CHARACTERS
    verdict = verify_signature(one.message, one.address, signature)
    assert verdict.outcome == "invalid"
    assert "100 inputs" in verdict.reason


def test_a_spend_under_rules_that_are_not_yet_made_proves_nothing_today() -> None:
    """A program of witness version 2, which anybody can spend until a rule is made for it."""
    address = "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs"  # BIP 350, a valid one of version 2
    verdict = verify_signature("any", address, "smpAA==")
    assert verdict.outcome == "inconclusive"


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=50),
    st.sampled_from([one.address for one in valid()]) | st.text(max_size=50),
    st.sampled_from(["", "smp", "ful", "pof", "smpA", "cHNidP8B"]),
    st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()) | st.text(max_size=90),
)
def test_a_hostile_signature_never_raises_and_is_never_valid(
    message: str, address: str, prefix: str, rest: str
) -> None:
    verdict = verify_signature(message, address, prefix + rest)
    assert verdict.outcome != "valid"
    assert verdict.reason
    assert verdict.reason.isprintable()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(valid()), st.randoms(use_true_random=False))
def test_mangled_signatures_never_raise(one: Signed, chance: random.Random) -> None:
    prefix = one.signature[:3] if one.signature[:3] in ("smp", "ful", "pof") else ""
    raw = bytearray(base64.b64decode(one.signature.removeprefix(prefix)))
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[at] = chance.choice([0, 1, 0xFC, 0xFD, 0xFE, 0xFF, chance.randrange(256)])
            case 1:
                raw[at:at] = raw[at : at + 30]
            case 2:
                del raw[at : at + chance.randint(1, 40)]
            case _:
                raw[at:] = chance.randbytes(chance.randint(0, 60))
        raw = raw or bytearray(1)
    signature = prefix + base64.b64encode(raw).decode()
    if signature != one.signature:
        verdict = verify_signature(one.message, one.address, signature)
        if verdict.outcome == "valid":
            assert covered_form(one.message, one.address, signature) != signature
