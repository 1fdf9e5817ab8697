"""Blocks leave the chain: entries are retracted, reported and never hidden."""

import sqlite3
from pathlib import Path

import pytest

from kilosat.chain.ledger import Ledger, LedgerError
from kilosat.chain.ledger.records import SeenBlock
from kilosat.chain.scan import Batching, scan_scripts
from kilosat.chain.scan.settle import RECENT_BLOCKS, recent_blocks
from kilosat.chain.sources import ReorganisedError, SourceError
from kilosat.chain.transaction import OutPoint

from ..fake_chain import FakeChain, FakeSource, Payment, script_of
from .chains import OURS, THEIRS, busy_chain, fresh_fingerprint, longer

LENGTH = 300
SEEN = 1_700_000_000


@pytest.fixture(scope="module")
def first() -> FakeChain:
    return busy_chain(LENGTH)


def taking_over(chain: FakeChain, depth: int) -> FakeChain:
    """Another chain, with payments of its own, in place of so many blocks."""
    return longer(busy_chain(depth, seed=5, chain=chain.fork(chain.height - depth)), chain)


def ours_above(chain: FakeChain, height: int) -> list[bytes]:
    """Transactions of the chain's own books that pay or spend from our scripts, in its order."""
    outputs = chain.outputs
    return [
        one.txid
        for block in chain.blocks[height + 1 :]
        for one in block.transactions
        if any(output.script in OURS for output in one.outputs)
        or any(i.outpoint in outputs and outputs[i.outpoint].script in OURS for i in one.inputs)
    ]


@pytest.mark.parametrize("depth", [1, 6, 100])
def test_so_many_blocks_are_exchanged(first: FakeChain, depth: int, ledger: Ledger) -> None:
    second = taking_over(first, depth)
    scan_scripts(FakeSource(first), OURS, ledger, clock=lambda: SEEN - 600.0)
    outcome = scan_scripts(FakeSource(second), OURS, ledger, clock=lambda: SEEN + 0.5)
    (seen,) = outcome.reorganisations
    assert ledger.reorganisations() == (seen,)
    assert seen.fork == first.blocks[LENGTH - depth].ref
    assert (seen.lost, seen.seen) == (first.tip, SEEN)
    assert list(seen.retracted) == ours_above(first, LENGTH - depth)
    assert ledger.fingerprint() == fresh_fingerprint(second)
    ledger.check()


@pytest.mark.parametrize("depth", [145, 200, 299])
def test_below_the_day_of_blocks_that_is_remembered(
    first: FakeChain, depth: int, ledger: Ledger
) -> None:
    """The fork is then somewhere below: more is retracted than was lost, and found again."""
    second = taking_over(first, depth)
    scan_scripts(FakeSource(first, signs_every=50), OURS[1:], ledger)
    outcome = scan_scripts(FakeSource(second), OURS[1:], ledger)
    (seen,) = outcome.reorganisations
    assert seen.fork.height <= LENGTH - depth
    assert second.has(seen.fork)
    assert first.has(seen.fork)
    assert ledger.fingerprint() == fresh_fingerprint(second, OURS[1:])
    ledger.check()


def test_what_is_retracted_stays_in_the_journal(first: FakeChain, tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    with Ledger.open(path, "regtest") as ledger:
        scan_scripts(FakeSource(first), OURS, ledger)
        before = {one.txid: ledger.raw_transaction(one.txid) for one in ledger.entries()}
        held = ledger.balances()
        scan_scripts(FakeSource(taking_over(first, 6)), OURS, ledger)
        assert all(ledger.raw_transaction(txid) == raw for txid, raw in before.items())
        lost = ours_above(first, LENGTH - 6)
        assert lost
        assert [ledger.entry(txid) for txid in lost] == [None] * len(lost)
        assert not set(lost) & {one.txid for one in ledger.entries()}
        assert ledger.balances() != held
    plain = sqlite3.connect(path)
    entries = plain.execute("SELECT txid FROM entries").fetchall()
    retracted = plain.execute(
        "SELECT txid FROM retractions JOIN entries ON entries.id = entry"
    ).fetchall()
    plain.close()
    assert {txid for (txid,) in entries} >= set(before)
    assert {txid for (txid,) in retracted} == set(lost)


def test_a_payment_that_is_mined_again_elsewhere_stands_there(ledger: Ledger) -> None:
    first = FakeChain()
    coinbase = first.mine(miner=OURS[0]).transactions[0]
    sats = coinbase.output_sats
    payment = Payment((OutPoint(coinbase.txid, 0),), ((OURS[1], sats - 7),))
    first.mine([payment])
    second = first.fork(1)
    second.mine()
    second.mine()
    second.mine([payment])
    txid = payment.transaction().txid
    scan_scripts(FakeSource(first), OURS, ledger)
    assert ledger.balances() == {OURS[1]: sats - 7}
    (seen,) = scan_scripts(FakeSource(second), OURS, ledger).reorganisations
    assert seen.retracted == (txid,)
    entry = ledger.entry(txid)
    assert entry is not None
    assert entry.block == second.blocks[4].ref
    assert ledger.balances(3) == {OURS[0]: sats}
    assert ledger.balances(4) == {OURS[1]: sats - 7}
    assert [one.txid for one in ledger.entries()] == [coinbase.txid, txid]


def test_a_chain_with_less_work_is_not_followed_unless_it_is_asked_for(
    first: FakeChain, ledger: Ledger
) -> None:
    shorter = busy_chain(10, seed=6, chain=first.fork(LENGTH - 20))
    scan_scripts(FakeSource(first), OURS, ledger)
    before = ledger.fingerprint()
    with pytest.raises(SourceError, match="less work") as caught:
        scan_scripts(FakeSource(shorter, name="old node"), OURS, ledger)
    assert f"old node is on another chain since block {LENGTH - 20}" in str(caught.value)
    assert (ledger.fingerprint(), ledger.reorganisations()) == (before, ())
    outcome = scan_scripts(FakeSource(shorter), OURS, ledger, accept_less_work=True)
    assert outcome.tip == shorter.tip
    assert len(outcome.reorganisations) == 1
    assert ledger.fingerprint() == fresh_fingerprint(shorter)


def test_back_and_forth(first: FakeChain, ledger: Ledger) -> None:
    """Each time the other chain is ahead; what comes back stands again, and is entered anew."""
    one, other = first.fork(LENGTH), first.fork(LENGTH - 6, mark=2)
    scan_scripts(FakeSource(one), OURS, ledger)
    for number in range(1, 7):
        one, other = other, one
        busy_chain(2, seed=number, chain=longer(one, other))
        outcome = scan_scripts(FakeSource(one), OURS, ledger)
        assert len(outcome.reorganisations) == 1
        assert len(ledger.reorganisations()) == number
        assert ledger.fingerprint() == fresh_fingerprint(one)
        ledger.check()


def test_what_was_never_searched_is_not_reported(first: FakeChain, ledger: Ledger) -> None:
    """Headers of the lost blocks were seen, and nothing was entered from them."""
    scan_scripts(FakeSource(first), [], ledger)
    scan_scripts(FakeSource(first), OURS, ledger, until=LENGTH - 20)
    outcome = scan_scripts(FakeSource(taking_over(first, 6)), OURS, ledger)
    assert (outcome.reorganisations, ledger.reorganisations()) == ((), ())


class Overtaken(FakeSource):
    """Its chain is exchanged when so many blocks have been found."""

    def __init__(self, first: FakeChain, second: FakeChain, after: int) -> None:
        super().__init__(first, signs_every=1)
        self._second = second
        self._left = after

    def find(self, watched, first, last):
        for one in super().find(watched, first, last):
            yield one
            self._left -= 1
            if self._left == 0:
                self.chain = self._second


@pytest.mark.parametrize("after", [1, 250, 296, 299, LENGTH, LENGTH + 1])
def test_in_the_middle_of_a_search(first: FakeChain, after: int, ledger: Ledger) -> None:
    second = taking_over(first, 6)
    source = Overtaken(first, second, after)
    outcome = scan_scripts(source, OURS, ledger, batching=Batching(blocks=1))
    assert outcome.tip == second.tip
    searched_lost_blocks = after > LENGTH - 6
    assert len(outcome.reorganisations) == searched_lost_blocks
    assert ledger.fingerprint() == fresh_fingerprint(second)


class Restless(FakeSource):
    """Another block is at its tip each time it is asked."""

    def status(self):
        self.chain = self.chain.fork(self.chain.height - 1, mark=1)
        self.chain.mine()
        return super().status()

    def find(self, watched, first, last):
        self.status()
        yield from super().find(watched, first, last)


def test_a_chain_that_never_rests_is_given_up_and_what_was_found_is_kept(ledger: Ledger) -> None:
    chain = busy_chain(20)
    scan_scripts(FakeSource(chain), OURS, ledger, until=15)
    with pytest.raises(SourceError, match="the chain changed 5 times"):
        scan_scripts(Restless(chain), OURS, ledger)
    assert ledger.tip() == chain.blocks[15].ref
    scan_scripts(FakeSource(chain), OURS, ledger)
    assert ledger.fingerprint() == fresh_fingerprint(chain)


class Cut(FakeSource):
    """Fails when it is to search."""

    def find(self, watched, first, last):
        raise SourceError("the line is cut")


def test_one_that_a_scan_saw_before_it_broke_off_is_reported_by_the_next(
    first: FakeChain, ledger: Ledger
) -> None:
    second = taking_over(first, 6)
    scan_scripts(FakeSource(first), OURS, ledger)
    for _ in range(2):
        with pytest.raises(SourceError, match="the line is cut"):
            scan_scripts(Cut(second), OURS, ledger)
    (seen,) = scan_scripts(FakeSource(second), OURS, ledger).reorganisations
    assert seen.lost == first.tip
    assert scan_scripts(FakeSource(second), OURS, ledger).reorganisations == ()
    assert ledger.reorganisations() == (seen,)


def test_strangers_alone_in_the_lost_blocks(ledger: Ledger) -> None:
    """Nothing of ours was there: it is reported all the same, with nothing retracted."""
    first = busy_chain(10)
    second = first.fork(10)
    for chain, miner in ((first, "one"), (second, "other"), (second, "other")):
        chain.mine(miner=script_of(miner))
    scan_scripts(FakeSource(first), OURS, ledger)
    held = ledger.balances()
    (seen,) = scan_scripts(FakeSource(second), OURS, ledger).reorganisations
    assert (seen.fork, seen.lost, seen.retracted) == (first.blocks[10].ref, first.tip, ())
    assert ledger.balances() == held
    assert THEIRS[0] not in held


def test_a_source_whose_headers_are_of_another_chain_than_a_moment_ago(
    first: FakeChain, ledger: Ledger
) -> None:
    """Between the look for a fork and the reading of headers it has gone over."""
    second = taking_over(first, 100)
    known = first.blocks[LENGTH - 20]
    with ledger.transaction():
        ledger.remember([SeenBlock(known.height, known.header)])
    assert len(recent_blocks(FakeSource(first), ledger, first.tip)) == RECENT_BLOCKS
    with pytest.raises(ReorganisedError, match=f"block {known.height} is another than a moment"):
        recent_blocks(FakeSource(second), ledger, second.tip)
    other = second.blocks[known.height]
    with pytest.raises(LedgerError), ledger.transaction():
        ledger.remember([SeenBlock(other.height, other.header)])
    assert ledger.header(known.height) == known.header
