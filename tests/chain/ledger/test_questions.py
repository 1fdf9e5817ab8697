"""What a ledger answers, and what it refuses to answer."""

from pathlib import Path

import pytest

from kilosat.chain.header import hex_of_hash
from kilosat.chain.ledger import Coin, Ledger, LedgerError
from kilosat.chain.register.model import WatchedScript
from kilosat.chain.scan import scan_scripts
from kilosat.chain.transaction import OutPoint

from ..fake_chain import FakeChain, FakeSource
from ..scan.chains import OURS, THEIRS, busy_chain

TIP = 22


def test_balances_and_coins_at_every_height(ledger: Ledger, chain: FakeChain) -> None:
    for height in range(TIP + 1):
        held = {one: sats for one in OURS if (sats := chain.balance(one, height))}
        assert ledger.balances(height) == held
        for script in OURS:
            assert ledger.balance([script], height) == held.get(script, 0)
        assert ledger.balance(OURS, height) == sum(held.values())
        coins = {k: one for k, one in chain.unspent(height).items() if one.script in OURS}
        assert {one.outpoint: (one.script, one.sats) for one in ledger.coins(height)} == {
            k: (one.script, one.value_sats) for k, one in coins.items()
        }
    assert ledger.balances() == ledger.balances(TIP)


def test_a_coin_says_when_it_was_made_and_how(ledger: Ledger, chain: FakeChain) -> None:
    made = {
        OutPoint(transaction.txid, place): (block.height, transaction.is_coinbase)
        for block in chain.blocks
        for transaction in block.transactions
        for place in range(len(transaction.outputs))
    }
    coins = ledger.coins()
    assert {one.is_coinbase for one in coins} == {True, False}
    assert all((one.height, one.is_coinbase) == made[one.outpoint] for one in coins)
    assert [one.height for one in coins] == sorted(one.height for one in coins)
    assert isinstance(coins[0], Coin)


def test_entries_are_the_chain_s_transactions_in_its_order(
    ledger: Ledger, chain: FakeChain
) -> None:
    entries = list(ledger.entries())
    places = [(one.block.height, one.position) for one in entries]
    assert places == sorted(set(places))
    for one in entries:
        block = chain.blocks[one.block.height]
        transaction = block.transactions[one.position]
        assert (one.txid, one.block) == (transaction.txid, block.ref)
        assert one.time == block.header.time
        assert one.is_coinbase == (one.position == 0)
        assert ledger.entry(one.txid) == one
        assert ledger.raw_transaction(one.txid) == transaction.to_bytes()
        assert ledger.proof(one.txid).header == block.header
        ledger.proof(one.txid).check(transaction.to_bytes())
        inputs = [] if one.is_coinbase else [i.outpoint for i in transaction.inputs]
        assert [leg.outpoint for leg in one.inputs] == inputs
        assert [(leg.script, leg.sats) for leg in one.outputs] == [
            (output.script, output.value_sats) for output in transaction.outputs
        ]
        spent = [chain.outputs[leg.outpoint] for leg in one.inputs if leg.sats is not None]
        told = [leg for leg in one.inputs if leg.sats is not None]
        assert [(leg.script, leg.sats) for leg in told] == [
            (output.script, output.value_sats) for output in spent
        ]
    middle = [one for one in entries if 5 <= one.block.height <= 9]
    assert list(ledger.entries(5, 9)) == middle != []
    assert list(ledger.entries(9, 5)) == []


def test_many_entries_in_one_block_come_page_by_page() -> None:
    """More than are read at once."""
    chain = busy_chain(24, payments=40)
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(FakeSource(chain), [*OURS, *THEIRS], ledger)
        entries = [(one.block.height, one.position) for one in ledger.entries()]
    expected = [(b.height, place) for b in chain.blocks for place in range(len(b.transactions))]
    assert len(expected) > 600
    assert entries == expected


@pytest.mark.parametrize("height", [TIP + 1, 10**6])
def test_no_question_beyond_the_tip(ledger: Ledger, height: int) -> None:
    what = f"is searched to height {TIP} and was asked for {height}: scan further"
    for question in (ledger.balances, ledger.coins, ledger.fingerprint):
        with pytest.raises(LedgerError, match=what):
            question(height)
    with pytest.raises(LedgerError, match=what):
        ledger.entries(0, height)
    with pytest.raises(LedgerError, match=what):
        ledger.balance(OURS, height)


def test_before_the_first_block_there_is_nothing(ledger: Ledger) -> None:
    assert (ledger.balances(-1), ledger.coins(-1), list(ledger.entries(0, -1))) == ({}, (), [])


def test_nothing_is_said_of_a_stranger(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match=f"nothing is known of script {THEIRS[0].hex()}"):
        ledger.balance([OURS[0], THEIRS[0]])
    assert ledger.balance([]) == 0


def test_nor_while_a_script_is_not_searched() -> None:
    """Nought would be a false answer."""
    with Ledger.temporary("regtest") as ledger:
        with pytest.raises(LedgerError, match="the temporary ledger is not searched yet: scan"):
            ledger.balances(0)
        assert ledger.balances() == {}
        with ledger.transaction():
            ledger.watch([WatchedScript(OURS[0], "w", 0, 0)])
        for question in (ledger.balances, ledger.coins, ledger.entries, ledger.fingerprint):
            with pytest.raises(LedgerError, match="is not searched yet: scan first"):
                question()
        with pytest.raises(LedgerError, match="is not searched yet: scan first"):
            ledger.balance(OURS[:1])


def test_transactions_that_it_does_not_have(ledger: Ledger) -> None:
    missing = bytes(range(32))
    assert ledger.entry(missing) is None
    for question in (ledger.raw_transaction, ledger.proof):
        with pytest.raises(
            LedgerError, match=f"has no entry of transaction {hex_of_hash(missing)}"
        ):
            question(missing)
    assert ledger.header(TIP + 1) is None


def test_what_was_asked_and_when(path: Path, chain: FakeChain) -> None:
    source = FakeSource(chain, name="my node")
    with Ledger.open(path, "regtest") as ledger:
        before = len(ledger.sources())
        scan_scripts(source, OURS, ledger, clock=lambda: 1_700_000_000.9)
        told = ledger.sources()
    assert (before, len(told)) == (3, 4)
    assert (told[-1].name, told[-1].software, told[-1].route) == ("my node", "fake 1.0", "by hand")
    assert (told[-1].seen, told[-1].tip, told[-1].notes) == (1_700_000_000, chain.tip, ())
