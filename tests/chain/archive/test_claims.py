"""What verifying an honest archive says, and what it leaves open."""

import json
from dataclasses import replace

import pytest

from kilosat.chain.archive.text import verification_json, verification_text
from kilosat.chain.archive.verification import Verification
from kilosat.chain.archive.verify import NEVER_PROVEN, verify, verify_archive
from kilosat.chain.header import hex_of_hash, work_of_target

from .conftest import Told
from .forging import NO_EPOCHS, check_of, saying, verified
from .stories import BTC, TREASURY, on_regtest, script, signed

OUTCOMES = {
    "file": "proven",
    "headers": "proven",
    "tip": "proven",
    "heights": "proven",
    "difficulty": "proven",
    "transactions": "proven",
    "inputs": "not proven",
    "mainnet": "not proven",
    "register": "not proven",
    "labels": "not proven",
    "books": "not proven",
    "completeness": "not proven",
    "ledger": "proven",
    "unspent": "not proven",
    **{f"control {number}": "proven" for number in range(1, 5)},
}


@pytest.fixture(scope="module")
def found(told_story: Told) -> Verification:
    return verify(told_story.path, NO_EPOCHS)


def test_each_check_has_its_outcome(found: Verification) -> None:
    assert {check.key: check.outcome for check in found.checks} == OUTCOMES
    assert not found.failed
    assert not found.is_main_network


def test_it_says_which_file_and_chain_it_looked_at(told_story: Told, found: Verification) -> None:
    chain, archive = told_story.story.chain, told_story.archive
    assert found.file == "story.kilosat"
    assert (found.as_of, found.time) == (chain.tip, chain.blocks[-1].header.time)
    assert found.first_height == archive.first_height
    # Regtest's target is half of all hashes: two tries a block.
    assert found.work == 2 * len(archive.headers)
    assert work_of_target((1 << 255) - 1) == 2


def test_the_sums_of_each_wallet_are_the_story_s_own(told_story: Told, found: Verification) -> None:
    sums = {one.wallet: (one.received_sats, one.spent_sats, one.left_sats) for one in found.wallets}
    assert sums == {
        "treasury": (64 * BTC, 30 * BTC, 34 * BTC),
        "vault": (70 * BTC, 0, 70 * BTC),
        "mine": (50 * BTC, 0, 50 * BTC),
    }
    assert {one.wallet: one.left_sats for one in found.wallets} == told_story.story.held
    # Somebody signed for every address that holds coins.
    assert all(one.signed_sats == one.left_sats for one in found.wallets)


def test_what_is_proven_is_said_in_sentences(told_story: Told, found: Verification) -> None:
    chain = told_story.story.chain
    first, *rest = found.proven
    assert first.startswith("4 transactions are in blocks of a chain called regtest that is not")
    assert hex_of_hash(chain.tip.hash) in first
    assert "block 170" in first
    assert rest[0] == (
        "The treasury held 34.00000000 BTC after that block, as far as these transactions go: "
        "64.00000000 BTC came in (change to itself counts each time) and 30.00000000 BTC went "
        "out, in 3 transactions; 34.00000000 BTC of it at addresses that signed a message here"
    )
    assert rest[2].startswith("The mine held 50.00000000 BTC")
    assert "in 1 transaction;" in rest[2]
    assert rest[3] == (
        "all wallets together held 154.00000000 BTC after that block, in the same sense"
    )
    signatures = [one for one in rest if one.startswith("whoever can spend from")]
    assert len(signatures) == len(told_story.controls)
    for control in told_story.controls:
        (told,) = [one for one in signatures if control.address in one]
        assert f"'{control.message}'" in told


def test_a_signature_says_after_which_block_it_was_made(
    told_story: Told, found: Verification
) -> None:
    ages = {one.control.wallet: one.check.detail for one in found.controls}
    assert "made after block 169, which it names" in ages["mine"]
    # The vectors' own message, signed by three keys years ago.
    assert "it names no block, so it may be old" in ages["vault"]


def test_a_signature_that_names_a_block_wrongly_leaves_its_age_open(told_story: Told) -> None:
    chain = told_story.story.chain
    wrong_height = replace(chain.tip, height=chain.height - 1)
    elsewhere = chain.fork(chain.height - 1).mine().ref
    for block, words in ((wrong_height, "the chain has another"), (elsewhere, "not among the")):
        control = signed("treasury", TREASURY, block)
        (one,) = verified(replace(told_story.archive, controls=(control,))).controls
        assert one.check.outcome == "proven"
        assert words in one.check.detail
        assert "when it was made is open" in one.check.detail


def test_coins_count_as_signed_for_only_at_addresses_that_signed(told_story: Told) -> None:
    control = next(one for one in told_story.controls if one.address == on_regtest(TREASURY))
    found = verified(replace(told_story.archive, controls=(control,)))
    signed_for = {one.wallet: one.signed_sats for one in found.wallets}
    here = told_story.story.chain.balance(script(TREASURY))
    assert here == 20 * BTC
    assert signed_for == {"treasury": here, "vault": 0, "mine": 0}


def test_what_no_archive_can_show_is_always_said(found: Verification) -> None:
    assert found.not_proven == NEVER_PROVEN
    said = " ".join(NEVER_PROVEN)
    for word in ("still unspent", "nobody else holds the keys", "nothing is owed", "left out"):
        assert word in said


def test_a_chain_that_worked_for_nothing_is_not_called_the_main_network(
    found: Verification,
) -> None:
    text = verification_text(found)
    assert text.splitlines()[0].endswith(
        "BUT IT IS NOT SHOWN TO BE BITCOIN'S MAIN NETWORK: see 'Bitcoin's main network' below "
        "before you believe it."
    )
    assert "a network for tests" in check_of(found, "mainnet").detail


def test_the_text_tells_the_verdict_first_and_every_check(found: Verification) -> None:
    text = verification_text(found)
    place = [text.index(part) for part in ("story.kilosat:", "\nProven", "\nNot proven", "\nCheck")]
    assert place == sorted(place)
    for check in found.checks:
        assert check.title in text
    for sentence in (*found.proven, *found.not_proven):
        assert sentence in text


def test_the_json_twin_holds_the_same(told_story: Told, found: Verification) -> None:
    twin = json.loads(json.dumps(verification_json(found)))
    assert (twin["holds"], twin["main_network"]) == (True, False)
    assert twin["as_of"]["hash"] == hex_of_hash(told_story.story.chain.tip.hash)
    assert {one["key"]: one["outcome"] for one in twin["checks"]} == OUTCOMES
    assert {one["wallet"]: one["left_sats"] for one in twin["wallets"]} == told_story.story.held
    assert [one["outcome"] for one in twin["controls"]] == ["proven"] * 4
    assert (twin["proven"], twin["not_proven"]) == (list(found.proven), list(found.not_proven))


def test_an_untrue_archive_proves_nothing_at_all(told_story: Told) -> None:
    archive = replace(told_story.archive, headers=told_story.archive.headers[::-1])
    found = verify_archive(archive, NO_EPOCHS)
    assert found.failed
    assert (found.wallets, found.proven) == ((), ())
    twin = verification_json(found)
    assert (twin["holds"], twin["main_network"], twin["wallets"]) == (False, False, [])
    text = verification_text(found)
    assert "NOT TRUE" in text.splitlines()[0]
    assert "\nProven" not in text


def test_a_hostile_message_steers_no_terminal_and_is_not_cut_off_silently(
    told_story: Told,
) -> None:
    message = "we hold all\x1b[2J\r\n  proven  everything\N{RIGHT-TO-LEFT OVERRIDE}" + "!" * 600
    stolen = replace(told_story.controls[0], message=message)
    found = verified(replace(told_story.archive, controls=(stolen,)))
    (failed,) = found.failed
    assert failed.key == "control 1"
    shown = verification_text(found)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert "\n  proven  everything" not in shown

    honest = signed("treasury", TREASURY, told_story.story.chain.tip, message)
    text = verification_text(verified(replace(told_story.archive, controls=(honest,))))
    assert all(line.isprintable() for line in text.split("\n"))
    assert f"the whole message has {len(honest.message)} characters" in text


def test_the_source_may_have_gone_further_than_the_archive(told_story: Told) -> None:
    """Its list of unspent coins is then of a later block, and may only not contradict."""
    archive, chain = told_story.archive, told_story.story.chain
    unspent = archive.said.unspent
    assert unspent is not None
    later = replace(unspent, tip=replace(chain.tip, height=chain.height + 9, hash=bytes(32)))
    check = check_of(verified(saying(archive, unspent=later)), "unspent")
    assert check.outcome == "not proven"
    assert "after the last block here, and contradicts nothing" in check.detail
    spent = replace(later, coins=dict(list(unspent.coins.items())[1:]))
    assert not verified(saying(archive, unspent=spent)).failed


def test_a_signature_of_a_wallet_that_has_two_addresses_is_told_with_its_address(
    found: Verification,
) -> None:
    titles = {one.check.title for one in found.controls if one.control.wallet == "treasury"}
    assert len(titles) == 2


def test_without_signatures_nothing_is_signed_for(told_story: Told) -> None:
    found = verified(replace(told_story.archive, controls=()))
    assert not found.controls
    assert not any(one.signed_sats for one in found.wallets)
