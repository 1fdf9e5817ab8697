"""What sources are made to state, against what the chain bears out."""

import json
from dataclasses import replace

import pytest

from kilosat.chain.archive import ArchiveError
from kilosat.chain.archive.container import unpack
from kilosat.chain.archive.encoding import archive_bytes, read_archive_bytes
from kilosat.chain.transaction import OutPoint, TxOutput, parse_transaction

from .conftest import Told
from .forging import changed, check_of, failed, repacked, saying, verified, with_transactions
from .stories import BTC, TAPROOT, TREASURY, script


def test_a_payment_to_a_wallet_that_is_left_out_while_its_coin_is_spent(told_story: Told) -> None:
    archive = told_story.archive
    bought, spending = archive.transactions[1], archive.transactions[3]
    coin = spending.transaction.inputs[0].outpoint
    assert coin.txid == bought.transaction.txid
    rest = [one for one in archive.transactions if one is not bought]
    hidden = saying(with_transactions(archive, rest), unspent=None, ledger="")
    stated = saying(hidden, spent=dict(hidden.said.spent) | {coin: bought.transaction.outputs[0]})
    proven = replace(hidden, parents={bought.transaction.txid: bought.raw})
    for forged in (stated, proven):
        check = check_of(verified(forged), "completeness")
        assert check.outcome == "failed"
        assert "left out" in check.detail


def test_an_output_that_is_said_to_be_a_wallet_s_and_spent(told_story: Told) -> None:
    archive = told_story.archive
    coin, held = next(iter(archive.said.spent.items()))
    spent = dict(archive.said.spent) | {coin: replace(held, script=script(TREASURY))}
    assert failed(saying(archive, spent=spent)) == {"completeness", "ledger"}


def test_stated_amounts_that_are_too_small_for_what_is_paid(told_story: Told) -> None:
    archive = told_story.archive
    spent = {coin: replace(held, value_sats=1) for coin, held in archive.said.spent.items()}
    assert failed(saying(archive, spent=spent)) == {"inputs"}


def test_a_parent_that_is_altered_is_not_the_one_that_is_needed(told_story: Told) -> None:
    archive, chain = told_story.archive, told_story.story.chain
    coin, held = next(iter(archive.said.spent.items()))
    (parent,) = [t for b in chain.blocks for t in b.transactions if t.txid == coin.txid]
    inflated = changed(parent, outputs=(replace(held, value_sats=held.value_sats + 1),))
    with pytest.raises(ArchiveError, match="a parent is there that no input needs"):
        archive_bytes(replace(archive, parents={parse_transaction(inflated).txid: inflated}))
    lying = replace(archive, parents={coin.txid: inflated})
    with pytest.raises(ArchiveError):
        verified(saying(lying, spent={c: o for c, o in archive.said.spent.items() if c != coin}))


def test_an_unspent_list_that_contradicts_the_transactions(told_story: Told) -> None:
    archive, chain = told_story.archive, told_story.story.chain
    unspent = archive.said.unspent
    assert unspent is not None
    coin, held = next(iter(unspent.coins.items()))
    spent = archive.transactions[3].transaction.inputs[0].outpoint
    tip = unspent.tip
    later = replace(tip, height=tip.height + 5, hash=bytes(32))
    bigger = unspent.coins | {coin: replace(held, value_sats=held.value_sats + 1)}
    with_spent = unspent.coins | {spent: TxOutput(30 * BTC, script(TAPROOT))}
    for forged in (
        replace(unspent, coins={k: v for k, v in unspent.coins.items() if k != coin}),
        replace(unspent, coins=bigger),
        replace(unspent, coins=with_spent),
        replace(unspent, coins=unspent.coins | {OutPoint(bytes(32), 0): held}),
        replace(unspent, tip=replace(tip, hash=chain.blocks[-2].header.hash)),
        replace(unspent, tip=replace(tip, height=tip.height - 1)),
        replace(unspent, tip=chain.blocks[90].ref),
        replace(unspent, tip=later, coins=bigger),
        replace(unspent, tip=later, coins=with_spent),
    ):
        assert failed(saying(archive, unspent=forged)) == {"unspent"}
    assert chain.blocks[90].height >= archive.first_height


def test_statements_that_nothing_needs_or_that_are_there_twice(told_story: Told) -> None:
    archive = told_story.archive
    said, (held, *_) = archive.said, archive.said.spent.values()
    for changes, words in (
        ({"spent": dict(said.spent) | {OutPoint(bytes(32), 5): held}}, "no input needs"),
        ({"counts": dict(said.counts) | {archive.as_of.height: 9}}, "not those of the proofs"),
        ({"scripts": (*said.scripts, said.scripts[0])}, "a watched script is there twice"),
    ):
        with pytest.raises(ArchiveError, match=words):
            archive_bytes(saying(archive, **changes))


def test_records_in_another_order_are_refused(told_story: Told) -> None:
    raw, contents = told_story.raw, unpack(told_story.raw)
    txns = contents["txns"]
    # A record is 13 bytes of numbers, the siblings, and the transaction.
    last = told_story.archive.transactions[-1]
    size = 13 + 32 * len(last.proof.siblings) + len(last.raw)
    for name, content in (
        ("txns", txns[-size:] + txns[:-size]),
        ("said", contents["said"].replace(b'"counts"', b' "counts"')),
        ("ctrl", json.dumps({"controls": json.loads(contents["ctrl"])["controls"][::-1]}).encode()),
    ):
        with pytest.raises(ArchiveError, match="not in the order and form"):
            read_archive_bytes(repacked(raw, **{name: content}))


def test_another_fingerprint_than_the_transactions_have(told_story: Told) -> None:
    assert failed(saying(told_story.archive, ledger="00" * 32)) == {"ledger"}
