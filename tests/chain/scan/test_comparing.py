"""One source against another and against the ledger: every difference is said."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from kilosat.chain.ledger import Ledger
from kilosat.chain.scan import check_balances, cross_check, scan_scripts
from kilosat.chain.sources import BlockRef, FoundBlock, Unspent, Watched
from kilosat.chain.transaction import OutPoint, Transaction, TxOutput

from ..fake_chain import FakeChain, FakeSource
from .chains import OURS, busy_chain

TIP = 30
Coins = dict[OutPoint, TxOutput]


@pytest.fixture(scope="module")
def chain() -> FakeChain:
    return busy_chain(TIP)


@pytest.fixture
def filled(chain: FakeChain, ledger: Ledger) -> Ledger:
    scan_scripts(FakeSource(chain), OURS, ledger)
    return ledger


class Stating(FakeSource):
    """Says something else of what is unspent."""

    def __init__(self, chain: FakeChain, change: Callable[[Coins], None]) -> None:
        super().__init__(chain, name="stater")
        self._change = change

    def unspent(self, scripts: Sequence[bytes]) -> Unspent | None:
        told = super().unspent(scripts)
        assert told is not None
        coins = dict(told.coins)
        self._change(coins)
        return Unspent(told.tip, coins)


def a_coin_less(coins: Coins) -> None:
    del coins[next(iter(coins))]


def a_coin_more(coins: Coins) -> None:
    coins[OutPoint(bytes(31) + b"\1", 7)] = TxOutput(777, OURS[0])


def another_amount(coins: Coins) -> None:
    coin, held = next(iter(coins.items()))
    coins[coin] = TxOutput(1, held.script)


def another_script(coins: Coins) -> None:
    coin, held = next(iter(coins.items()))
    coins[coin] = TxOutput(held.value_sats, b"\x51")


def test_all_coins_are_the_same(chain: FakeChain, filled: Ledger) -> None:
    check = check_balances(FakeSource(chain), filled)
    assert check.agrees is True
    held = sum(one.script in OURS for one in chain.unspent().values())
    assert check.compared == (
        f"{held} coins of the ledger with those that a fake chain states at block {TIP}",
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (a_coin_less, r"stater says it is not there, the ledger says \d+ satoshis"),
        (a_coin_more, r"01000\d*:7: stater says 777 satoshis, the ledger says it is not there"),
        (another_amount, r"stater says 1 satoshis, the ledger says \d\d+ satoshis"),
        (another_script, r"stater says \d+ satoshis, .* \d+ satoshis under another script"),
    ],
)
def test_a_coin_differs(
    chain: FakeChain, filled: Ledger, change: Callable[[Coins], None], what: str
) -> None:
    check = check_balances(Stating(chain, change), filled)
    assert check.agrees is False
    (line,) = check.differences
    assert re.search(what, line)


def test_many_coins_differ(chain: FakeChain, filled: Ledger) -> None:
    check = check_balances(Stating(chain, Coins.clear), filled)
    missing = len(filled.coins())
    assert missing > 10
    assert len(check.differences) == 11
    assert check.differences[-1] == f"and {missing - 10} more differences"


class Wordless(FakeSource):
    def unspent(self, scripts: Sequence[bytes]) -> Unspent | None:
        return None


def test_nothing_can_be_compared(chain: FakeChain, filled: Ledger) -> None:
    without = check_balances(Wordless(chain), filled)
    elsewhere = check_balances(FakeSource(chain.fork(TIP - 1)), filled)
    with Ledger.temporary("regtest") as empty:
        unsearched = check_balances(FakeSource(chain), empty)
    assert [one.agrees for one in (without, elsewhere, unsearched)] == [None] * 3
    assert "no word of its own" in without.unknown[0]
    assert f"is of block {TIP - 1}, and the ledger goes to block {TIP}" in elsewhere.unknown[0]
    assert "the ledger goes to block none" in unsearched.unknown[0]
    assert not any(one.bears_out for one in (without, elsewhere, unsearched))


def test_a_second_source_that_is_late_bears_nothing_out(chain: FakeChain, filled: Ledger) -> None:
    """The blocks that it has are the same; of what is in them it was asked nothing."""
    late = FakeSource(chain.fork(TIP - 1), name="late")
    check = cross_check(FakeSource(chain), late, filled)
    assert check.compared == (f"block {TIP - 1} of {FakeSource(chain).status().name} and late",)
    assert (check.agrees, check.bears_out) == (True, False)


def test_two_sources_say_the_same(chain: FakeChain, filled: Ledger) -> None:
    """One of them cannot tell what was spent: nothing that it says is another."""
    other = FakeSource(chain, name="second", telling="nothing", signs_every=3)
    check = cross_check(FakeSource(chain, name="first"), other, filled)
    assert check.agrees is True
    assert check.unknown == ()
    assert check.compared[0] == f"block {TIP} of first and second"
    assert check.compared[-1] == f"every transaction up to block {TIP} as second finds them"
    assert check.bears_out


def test_the_second_source_is_on_another_chain(chain: FakeChain, filled: Ledger) -> None:
    other = busy_chain(2, seed=9, chain=chain.fork(TIP - 2))
    check = cross_check(FakeSource(chain), FakeSource(other, name="second"), filled)
    assert check.agrees is False
    assert check.differences[-1] == f"second has another block {TIP} than the ledger"
    assert other.tip.hash[::-1].hex() in check.differences[0]


def test_the_second_source_is_late(chain: FakeChain, filled: Ledger) -> None:
    check = cross_check(FakeSource(chain), FakeSource(chain.fork(10), name="second"), filled)
    assert check.differences == ()
    assert check.compared == ("block 10 of a fake chain and second",)
    assert check.unknown[-1] == (
        f"second has not come to block {TIP}: its findings are not compared"
    )


class Partial(FakeSource):
    """Leaves out transactions, and keeps quiet about what is unspent."""

    def __init__(self, chain: FakeChain, leave_out: set[bytes]) -> None:
        super().__init__(chain, name="partial")
        self._leave_out = leave_out

    def unspent(self, scripts: Sequence[bytes]) -> Unspent | None:
        return None

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        for one in super().find(watched, first, last):
            kept = tuple(t for t in one.transactions if t.proof.txid not in self._leave_out)
            yield replace(one, transactions=kept)


def unspent_txids(ledger: Ledger) -> list[bytes]:
    """Transactions none of whose outputs of ours is spent: they can be left out unseen."""
    coins = {one.outpoint for one in ledger.coins()}
    found = []
    for entry in ledger.entries():
        ours = [leg.outpoint for leg in entry.outputs if leg.script in OURS]
        if ours and coins.issuperset(ours):
            found.append(entry.txid)
    return found


def test_one_of_them_leaves_something_out(chain: FakeChain, filled: Ledger) -> None:
    left_out = unspent_txids(filled)[:2]
    assert len(left_out) == 2
    names = [one[::-1].hex() for one in left_out]
    partial, honest = Partial(chain, set(left_out)), FakeSource(chain, name="honest")
    check = cross_check(honest, partial, filled)
    assert len(check.differences) == 2
    for name, line in zip(names, check.differences, strict=True):
        assert line.startswith(f"transaction {name} of block ")
        assert line.endswith("is in the ledger, and partial does not find it")
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(partial, OURS, ledger)
        check = cross_check(partial, honest, ledger)
        for name, line in zip(names, check.differences[-2:], strict=True):
            assert line.startswith(f"transaction {name} of block ")
            assert line.endswith("is found by honest, and the ledger does not have it")
        assert any("honest says" in one for one in check.differences[:-2])
        quick = cross_check(partial, honest, ledger, full=False)
        assert quick.differences == check.differences[:-2]


class Generous(FakeSource):
    """Says of every coin that the ledger has not seen being made that it holds a satoshi more."""

    def __init__(self, chain: FakeChain, seen: set[bytes]) -> None:
        super().__init__(chain, name="generous")
        self._seen = seen

    def spent(self, transaction: Transaction) -> tuple[TxOutput | None, ...]:
        return tuple(
            one
            if one is None or spending.outpoint.txid in self._seen
            else replace(one, value_sats=one.value_sats + 1)
            for spending, one in zip(transaction.inputs, super().spent(transaction), strict=False)
        )


def test_they_say_different_things_of_a_stranger_s_coin(chain: FakeChain, filled: Ledger) -> None:
    seen = {one.txid for one in filled.entries()}
    foreign = [
        leg for entry in filled.entries() for leg in entry.inputs if leg.outpoint.txid not in seen
    ]
    assert 1 <= len(foreign) <= 10
    check = cross_check(FakeSource(chain), Generous(chain, seen), filled)
    assert len(check.differences) == len(foreign)
    for leg, line in zip(foreign, check.differences, strict=True):
        assert leg.sats is not None
        assert f"input 0: generous says it spends {leg.sats + 1} satoshis" in line
        assert f"the ledger says {leg.sats} or another script" in line
