"""Forged transactions and proofs in a file whose hashes are right, each with its known trick."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kilosat.chain.archive import ArchiveError
from kilosat.chain.archive.encoding import archive_bytes
from kilosat.chain.header import double_sha256
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.transaction import OutPoint, Transaction, TxInput, TxOutput, parse_transaction

from ..fake_chain import NO_COIN, FakeBlock, FakeChain, Payment, script_of
from .conftest import Told
from .forging import (
    by_hand,
    changed,
    check_of,
    failed,
    mined,
    saying,
    taken,
    verified,
    with_one,
)
from .stories import BTC, MULTISIG, P2PKH, TAPROOT, TREASURY, StatedChain, script


def _pays_more(one: Transaction) -> bytes:
    first, *rest = one.outputs
    return changed(one, outputs=(replace(first, value_sats=first.value_sats + 1), *rest))


def _pays_another(one: Transaction) -> bytes:
    first, *rest = one.outputs
    return changed(one, outputs=(replace(first, script=script(TREASURY)), *rest))


def _spends_another(one: Transaction) -> bytes:
    first, *rest = one.inputs
    return changed(one, inputs=(replace(first, outpoint=OutPoint(bytes(32), 1)), *rest))


@pytest.mark.parametrize(
    "forge",
    [
        _pays_more,
        _pays_another,
        _spends_another,
        lambda one: changed(one, lock_time=1),
        lambda one: changed(one, version=1),
    ],
)
def test_an_altered_transaction(told_story: Told, forge: Callable[[Transaction], bytes]) -> None:
    for place, one in enumerate(told_story.archive.transactions):
        raw = forge(one.transaction)
        if raw != one.raw:
            proof = replace(one.proof, txid=parse_transaction(raw).txid)
            forged = with_one(told_story.archive, place, raw=raw, proof=proof)
            assert "transactions" in failed(forged)


def test_a_proof_of_another_block_or_place(told_story: Told) -> None:
    archive = told_story.archive
    bought = archive.transactions[1]
    assert bought.proof.count > 3
    elsewhere = with_one(archive, 1, height=bought.height + 1)
    assert "transactions" in failed(elsewhere)
    for changes in (
        {"position": bought.proof.position - 1},
        {"siblings": bought.proof.siblings[::-1]},
        {"siblings": archive.transactions[0].proof.siblings},
        {"siblings": (*bought.proof.siblings, bytes(32))},
    ):
        forged = with_one(archive, 1, proof=replace(bought.proof, **changes))
        assert "transactions" in failed(forged)


def test_a_count_of_transactions_that_no_block_can_have(told_story: Told) -> None:
    archive = told_story.archive
    for count in (1, 1_000_000):
        counts = dict(archive.said.counts) | {archive.transactions[1].height: count}
        assert "transactions" in failed(saying(archive, counts=counts))


def test_a_witness_which_no_proof_covers(told_story: Told) -> None:
    archive = told_story.archive
    bought = archive.transactions[1].transaction
    signed = tuple(replace(one, witness=(b"anything",)) for one in bought.inputs)
    raw = changed(bought, inputs=signed)
    assert parse_transaction(raw).txid == bought.txid
    with pytest.raises(ArchiveError, match="a transaction has its witness"):
        verified(with_one(archive, 1, raw=raw))


def test_a_transaction_that_is_there_twice(told_story: Told) -> None:
    archive = told_story.archive
    with pytest.raises(ArchiveError, match="there twice"):
        archive_bytes(replace(archive, transactions=archive.transactions * 2))


def _stated(chain: FakeChain, pays: bytes = script_of("miner")) -> Transaction:
    height = (chain.height + 1).to_bytes(1, "little")
    coinbase = TxInput(NO_COIN, b"\x01" + height, 0xFFFFFFFF)
    return Transaction(1, (coinbase,), (TxOutput(50 * BTC, pays),), 0)


def _chain() -> tuple[StatedChain, Transaction]:
    """A chain on which somebody paid the treasury, and the payment."""
    chain = StatedChain()
    coins = [OutPoint(chain.mine().txids[0], 0) for _ in range(17)]
    block = chain.mine([Payment((coins[0],), ((script(TREASURY), 49 * BTC),))])
    return chain, block.transactions[1]


def test_an_archive_made_by_hand_of_the_truth_holds(short_story: Told) -> None:
    chain, _ = _chain()
    found = verified(by_hand(short_story.archive, chain, taken(chain.blocks[-1], 1)))
    assert not found.failed
    assert {one.wallet: one.received_sats for one in found.wallets}["treasury"] == 49 * BTC


def test_a_transaction_of_64_bytes_is_not_believed(short_story: Told) -> None:
    """It could as well be a node of the tree (CVE-2017-12842)."""
    chain, _ = _chain()
    small = replace(_stated(chain), outputs=(TxOutput(BTC, b"\x51\x51"),))
    assert len(small.to_bytes()) == 64
    block = mined(chain, [small])
    check = check_of(verified(by_hand(short_story.archive, chain, taken(block, 0))), "transactions")
    assert check.outcome == "failed"
    assert "64 bytes" in check.detail


def test_a_transaction_under_one_of_64_bytes_is_not_believed(short_story: Told) -> None:
    """A miner's transaction of 64 bytes reads as two hashes; the first is the forger's payment."""
    chain, _ = _chain()
    lock_time = 0
    while True:
        loot = Transaction(
            1,
            (TxInput(OutPoint(b"\x22" * 32, 0), b"", 0xFFFFFFFF),),
            (TxOutput(20_000_000 * BTC, script(TREASURY)),),
            lock_time,
        )
        if loot.txid[4] == 1:  # where the pair has its number of inputs
            break
        lock_time += 1
    # The rest of an outpoint, no script, sequence, one output of nothing, four bytes of script.
    tail = bytes(9) + b"\0" + b"\xff" * 4 + b"\1" + bytes(8) + b"\4" + b"\x51" * 4 + bytes(4)
    pair = loot.txid + tail
    bridge = parse_transaction(pair)
    assert len(pair) == 64
    assert bridge.txid == double_sha256(pair)
    coinbase = _stated(chain)
    block = mined(chain, [coinbase, bridge])
    proof = MerkleProof(block.header, 4, 2, loot.txid, (pair[32:], coinbase.txid))
    forged = replace(taken(block, 1), raw=loot.to_bytes(), proof=proof)
    check = check_of(verified(by_hand(short_story.archive, chain, forged)), "transactions")
    assert check.outcome == "failed"
    assert "reads as a transaction of 64 bytes" in check.detail


def test_a_leaf_that_is_there_only_because_the_tree_doubles_it(short_story: Told) -> None:
    """Three transactions have the root of four of which the last two are alike (CVE-2012-2459)."""
    chain, paid = _chain()
    coins = [OutPoint(paid.txid, 0), OutPoint(chain.blocks[2].txids[0], 0)]
    last = chain.mine(
        [
            Payment((coins[1],), ((script_of("x"), BTC),)),
            Payment((coins[0],), ((script(TREASURY), 48 * BTC),)),
        ]
    )
    real = taken(last, 2)
    assert (real.proof.count, len(real.proof.siblings)) == (3, 1)
    (left,) = real.proof.siblings
    parent = taken(chain.blocks[-2], 1)
    assert not verified(by_hand(short_story.archive, chain, parent, real)).failed
    twin = MerkleProof(last.header, 4, 3, real.proof.txid, (real.proof.txid, left))
    forged = replace(real, proof=twin)
    check = check_of(verified(by_hand(short_story.archive, chain, parent, forged)), "transactions")
    assert check.outcome == "failed"
    assert "not another hash than the node's own" in check.detail


def test_a_coin_that_is_spent_twice(short_story: Told) -> None:
    chain, paid = _chain()
    coin = OutPoint(paid.txid, 0)
    first, second = (
        chain.mine([Payment((coin,), ((script(address), 48 * BTC),))])
        for address in (TAPROOT, MULTISIG)
    )
    parent = taken(chain.blocks[-3], 1)
    once = by_hand(short_story.archive, chain, parent, taken(first, 1))
    assert not verified(once).failed
    twice = by_hand(short_story.archive, chain, parent, taken(first, 1), taken(second, 1))
    check = check_of(verified(twice), "inputs")
    assert check.outcome == "failed"
    assert check.detail.endswith("is spent twice")


def test_a_coin_that_is_spent_before_it_is_made_or_that_never_was(short_story: Told) -> None:
    chain, paid = _chain()
    later = Transaction(1, paid.inputs, (TxOutput(BTC, script(TREASURY)),), 9)
    early = Payment((OutPoint(later.txid, 0),), ((script(TAPROOT), BTC),)).transaction()
    missing = Payment((OutPoint(paid.txid, 1),), ((script(TAPROOT), BTC),)).transaction()
    block = mined(chain, [_stated(chain), early, later, missing])
    forged = by_hand(short_story.archive, chain, taken(block, 1), taken(block, 2))
    assert "before it is made" in check_of(verified(forged), "inputs").detail
    parent = taken(chain.blocks[-2], 1)
    forged = by_hand(short_story.archive, chain, parent, taken(block, 3))
    assert "does not exist" in check_of(verified(forged), "inputs").detail


def test_amounts_that_come_from_nowhere(short_story: Told) -> None:
    chain, paid = _chain()
    more = Payment((OutPoint(paid.txid, 0),), ((script(TAPROOT), 50 * BTC),)).transaction()
    block = mined(chain, [_stated(chain), more])
    forged = by_hand(short_story.archive, chain, taken(chain.blocks[-2], 1), taken(block, 1))
    check = check_of(verified(forged), "inputs")
    assert check.outcome == "failed"
    assert "pays more than its inputs" in check.detail


def test_a_coinbase_where_none_can_be_and_the_first_block_s_own(short_story: Told) -> None:
    chain, _ = _chain()
    block = mined(chain, [_stated(chain), _stated(chain, script(P2PKH))])
    check = check_of(verified(by_hand(short_story.archive, chain, taken(block, 1))), "transactions")
    assert "a coinbase comes first" in check.detail
    # The coinbase of every network's first block: its coins were never there to be spent.
    words = b"The Times 03/Jan/2009 Chancellor on brink of second bailout for banks"
    key = bytes.fromhex(
        "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
        "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
    )
    message = bytes.fromhex("04ffff001d0104") + bytes([len(words)]) + words
    first = Transaction(
        1,
        (TxInput(NO_COIN, message, 0xFFFFFFFF),),
        (TxOutput(50 * BTC, bytes([len(key)]) + key + b"\xac"),),
        0,
    )
    chain.blocks[0] = FakeBlock(0, chain.blocks[0].header, (first,))
    found = verified(by_hand(short_story.archive, chain, taken(chain.blocks[0], 0)))
    assert check_of(found, "heights").outcome == "proven"
    assert "were never there to be spent" in check_of(found, "transactions").detail
