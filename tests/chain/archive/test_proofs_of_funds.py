"""Proofs of funds in an archive: their coins are held against those that the chain has."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kilosat.chain.archive import write_archive
from kilosat.chain.archive.verification import CheckedControl, Verification
from kilosat.chain.control import Control
from kilosat.chain.control.signature import verify_signature
from kilosat.chain.transaction import OutPoint, TxOutput

from ..fake_chain import FakeSource
from .conftest import Told
from .forging import verified
from .funds import proof_of_funds, stuffed
from .stories import BTC, TAPROOT, TREASURY, scanned, script

Coins = Sequence[tuple[OutPoint, TxOutput]]


@pytest.fixture(scope="module")
def unspent(told_story: Told) -> Coins:
    """The coins of the treasury's two keys, as the script has them: 20 and 14 BTC."""
    chain = told_story.story.chain
    wanted = (script(TREASURY), script(TAPROOT))
    return [(coin, held) for coin, held in chain.unspent().items() if held.script in wanted]


def judged(told: Told, coins: Coins) -> tuple[Verification, CheckedControl]:
    found = verified(replace(told.archive, controls=(proof_of_funds(coins),)))
    return found, found.controls[0]


def is_valid(control: Control) -> bool:
    """By BIP 322 alone, which does not know the chain."""
    verdict = verify_signature(control.message, control.address, control.signature)
    return verdict.outcome == "valid"


def signed_for(found: Verification) -> int:
    return {one.wallet: one.signed_sats for one in found.wallets}["treasury"]


def test_coins_that_are_there_count_as_signed_for(told_story: Told, unspent: Coins) -> None:
    assert sorted(held.value_sats for _, held in unspent) == [14 * BTC, 20 * BTC]
    found, one = judged(told_story, unspent)
    assert one.check.outcome == "proven"
    assert (one.verdict.variant, len(one.verdict.coins)) == ("proof of funds", 2)
    assert "signs for 2 coins besides: 2 are in the archive and unspent there" in one.check.detail
    assert signed_for(found) == 34 * BTC
    # The address alone would be good for its own coins only.
    found, one = judged(told_story, [])
    assert signed_for(found) == 20 * BTC


def test_coins_with_another_amount_are_a_lie_of_the_signer(
    told_story: Told, unspent: Coins
) -> None:
    for coin, held in unspent:
        control = proof_of_funds([(coin, replace(held, value_sats=held.value_sats * 100))])
        assert is_valid(control)
        found = verified(replace(told_story.archive, controls=(control,)))
        (one,) = found.controls
        assert one.check.outcome == "failed"
        assert "another amount or script than the chain has" in one.check.detail
        assert found.failed


def test_an_output_that_a_transaction_does_not_have(told_story: Told, unspent: Coins) -> None:
    coin, held = unspent[0]
    _, one = judged(told_story, [(OutPoint(coin.txid, 99), held)])
    assert one.check.outcome == "failed"


def test_coins_that_are_spent_by_now_are_told_so(told_story: Told) -> None:
    spent = told_story.archive.transactions[3].transaction.inputs[0].outpoint
    held = told_story.archive.spent_output(spent)
    assert held == TxOutput(30 * BTC, script(TAPROOT))
    found, one = judged(told_story, [(spent, held)])
    assert one.check.outcome == "proven"
    assert "0 are in the archive and unspent there, 1 are spent there" in one.check.detail
    assert not found.failed


def test_of_coins_elsewhere_nothing_is_known(told_story: Told) -> None:
    foreign = (OutPoint(b"\x07" * 32, 1), TxOutput(1_000 * BTC, script(TAPROOT)))
    found, one = judged(told_story, [foreign])
    assert one.check.outcome == "proven"
    assert "0 are in the archive and unspent there, 0 are spent there, of the others nothing" in (
        one.check.detail
    )
    assert sum(wallet.left_sats for wallet in found.wallets) == sum(told_story.story.held.values())


def test_bytes_that_it_does_not_cover_are_refused_and_left_out_on_writing(
    told_story: Told, unspent: Coins, tmp_path: Path
) -> None:
    lean = proof_of_funds(unspent)
    full = stuffed(lean)
    assert is_valid(full)
    found = verified(replace(told_story.archive, controls=(full,)))
    assert "bytes that nothing signed bears out" in found.failed[0].detail
    source = FakeSource(told_story.story.chain)
    with scanned(source, told_story.register) as ledger:
        written = write_archive(tmp_path / "a", ledger, source, told_story.register, [full])
    assert written.controls == (lean,)
