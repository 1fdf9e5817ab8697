"""Random chains: whatever the way of the search, the ledger is the chain's, to the satoshi."""

from collections import Counter
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.ledger import Ledger
from kilosat.chain.scan import Batching, scan, scan_scripts
from kilosat.chain.sources import SourceError

from ..fake_chain import SUBSIDY_SATS, FakeChain, FakeSource
from .chains import OURS, BlockPlan, block_plans, extend, fresh_fingerprint, longer, quick, soak

_telling = st.sampled_from(["all", "nothing"])


def assert_is_the_chains(ledger: Ledger, chain: FakeChain) -> None:
    """Balances and coins at every height are those of the chain's own books."""
    assert ledger.tip() == chain.tip
    for height in range(chain.height + 1):
        unspent = {k: one for k, one in chain.unspent(height).items() if one.script in OURS}
        assert {one.outpoint: (one.sats, one.script) for one in ledger.coins(height)} == {
            k: (one.value_sats, one.script) for k, one in unspent.items()
        }
        held: Counter[bytes] = Counter()
        for one in unspent.values():
            held[one.script] += one.value_sats
        assert ledger.balances(height) == {k: sats for k, sats in held.items() if sats}
    assert ledger.fingerprint() == fresh_fingerprint(chain)
    ledger.check()


@quick
@given(block_plans(), st.integers(1, 5), _telling)
def test_balances_are_those_of_the_chain(plans, signs_every, telling) -> None:
    chain = extend(FakeChain(), plans)
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(FakeSource(chain, signs_every=signs_every, telling=telling), OURS, ledger)
        assert_is_the_chains(ledger, chain)


@quick
@given(block_plans())
def test_satoshis_are_conserved(plans: list[BlockPlan]) -> None:
    """Watching everybody: what was issued is what scripts hold; fees went to who mined them."""
    chain = extend(FakeChain(), plans)
    everybody = {one.script for one in chain.outputs.values()}
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(FakeSource(chain), everybody, ledger)
        totals: Counter[str] = Counter()
        for entry in ledger.entries():
            assert sum(one.sats for one in entry.postings()) == 0
            for one in entry.postings():
                totals[one.account.kind] += one.sats
        assert totals["unknown"] == 0
        assert totals["script"] == sum(ledger.balances().values())
        assert totals["issuance"] == -(chain.height * SUBSIDY_SATS + totals["fees"])
        assert totals["script"] == chain.height * SUBSIDY_SATS


def search_in_steps(chain: FakeChain, data: st.DataObject) -> None:
    """Heights, scripts, batches, signs of progress and what the source tells change at each."""
    stops = data.draw(st.lists(st.integers(0, chain.height), max_size=5).map(sorted))
    with Ledger.temporary("regtest") as ledger:
        for stop in [*stops, chain.height]:
            batching = Batching(data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4)))
            signs = data.draw(st.integers(1, 5))
            source = FakeSource(chain, signs_every=signs, telling=data.draw(_telling))
            scripts = data.draw(st.lists(st.sampled_from(OURS), unique=True))
            scan(source, [], ledger, until=stop, batching=batching)
            scan_scripts(source, scripts, ledger, until=stop, batching=batching)
        scan_scripts(FakeSource(chain), OURS, ledger)
        assert_is_the_chains(ledger, chain)


@quick
@given(block_plans(), st.data())
def test_any_chunking_gives_the_same_ledger(plans, data) -> None:
    search_in_steps(extend(FakeChain(), plans), data)


@quick
@given(block_plans())
def test_scanning_again_adds_nothing(plans: list[BlockPlan]) -> None:
    chain = extend(FakeChain(), plans)
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(FakeSource(chain), OURS, ledger)
        before = ledger.fingerprint(), list(ledger.entries())
        again = scan_scripts(FakeSource(chain), OURS, ledger)
        assert (again.entries, again.searches) == (0, 0)
        assert (ledger.fingerprint(), list(ledger.entries())) == before


def reorganise(first: FakeChain, depth: int, new: list[BlockPlan], seen: int) -> None:
    """``seen`` is the height up to which the old chain was searched."""
    second = longer(extend(first.fork(max(first.height - depth, 0)), new), first)
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(FakeSource(first), OURS, ledger, until=min(seen, first.height))
        scan_scripts(FakeSource(second), OURS, ledger)
        assert_is_the_chains(ledger, second)


@quick
@given(block_plans(), block_plans(), st.integers(0, 20), st.integers(0, 20))
def test_a_reorganisation_gives_what_a_fresh_scan_gives(old, new, depth, seen) -> None:
    """Of any depth, and with the old chain searched to any height."""
    reorganise(extend(FakeChain(), old), depth, new, seen)


class Troubled(FakeSource):
    """At each call and at each block it finds, ``trouble`` is asked first."""

    def trouble(self) -> None:
        raise NotImplementedError

    def status(self):
        self.trouble()
        return super().status()

    def headers(self, first, count):
        self.trouble()
        found = super().headers(first, count)
        if len(found) != count:
            raise SourceError("the chain is not as long")
        return found

    def find(self, watched, first, last):
        for one in super().find(watched, first, last):
            self.trouble()
            yield one


class Exploding(Troubled):
    """Fails when so many calls were made."""

    def __init__(self, chain: FakeChain, calls: int, error: type[BaseException]) -> None:
        super().__init__(chain, signs_every=1)
        self._left = calls
        self._error = error

    def trouble(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise self._error("cut")


def break_and_resume(chain: FakeChain, error: type[BaseException], blocks: int) -> None:
    with Ledger.temporary("regtest") as ledger:
        for calls in count(0, 3):
            source = Exploding(chain, calls, error)
            try:
                scan(source, [], ledger, batching=Batching(blocks))
                scan_scripts(source, OURS, ledger, batching=Batching(blocks))
            except error:
                ledger.check()
                continue
            break
        assert calls > 0
        assert_is_the_chains(ledger, chain)


@quick
@given(block_plans(most=8), st.sampled_from([SourceError, KeyboardInterrupt]), st.integers(1, 3))
def test_broken_anywhere_and_taken_up_again(plans, error, blocks) -> None:
    """However often it breaks, and at whichever call: the end is the same, nothing doubled."""
    break_and_resume(extend(FakeChain(), plans), error, blocks)


class Wavering(Troubled):
    """Two servers behind one name that do not agree: it changes chains at some calls, then stays
    with the second one.
    """

    def __init__(self, first: FakeChain, second: FakeChain, changes: list[int]) -> None:
        super().__init__(first, signs_every=2)
        self._chains = [first, second]
        self._changes = changes

    def trouble(self) -> None:
        self._changes = [one - 1 for one in self._changes]
        if 0 in self._changes:
            self._chains.reverse()
            self.chain = self._chains[0]
        self._changes = [one for one in self._changes if one > 0]

    def settle_on(self, chain: FakeChain) -> None:
        self._changes, self.chain = [], chain


def waver(first: FakeChain, second: FakeChain, changes: list[int]) -> None:
    with Ledger.temporary("regtest") as ledger:
        source = Wavering(first, second, changes)
        for scripts in (OURS[:2], OURS, OURS):
            try:
                scan_scripts(source, scripts, ledger, batching=Batching(2))
            except SourceError:
                ledger.check()
        source.settle_on(second)
        scan_scripts(source, OURS, ledger)
        assert_is_the_chains(ledger, second)


_changes = st.lists(st.integers(1, 60), max_size=8, unique=True)


@quick
@given(block_plans(), block_plans(), st.integers(0, 8), _changes)
def test_a_chain_that_changes_at_any_moment(old, new, depth, changes) -> None:
    first = extend(FakeChain(), old)
    second = longer(extend(first.fork(max(first.height - depth, 0)), new), first)
    waver(first, second, changes)


@pytest.mark.soak
@soak
@given(block_plans(most=40), block_plans(most=20), st.integers(0, 40), st.integers(0, 40))
def test_long_chains_reorganised(old, new, depth, seen) -> None:
    reorganise(extend(FakeChain(), old), depth, new, seen)


@pytest.mark.soak
@soak
@given(block_plans(most=40), st.data())
def test_long_chains_in_steps(plans, data) -> None:
    search_in_steps(extend(FakeChain(), plans), data)


@pytest.mark.soak
@soak
@given(block_plans(most=40), block_plans(most=20), st.integers(0, 40), _changes)
def test_long_chains_that_change(old, new, depth, changes) -> None:
    first = extend(FakeChain(), old)
    waver(first, longer(extend(first.fork(max(first.height - depth, 0)), new), first), changes)


@pytest.mark.soak
@soak
@given(block_plans(most=20), st.sampled_from([SourceError, KeyboardInterrupt]), st.integers(1, 3))
def test_long_chains_broken(plans, error, blocks) -> None:
    break_and_resume(extend(FakeChain(), plans), error, blocks)
