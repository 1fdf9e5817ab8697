"""The register changes between scans, and so does the source that is asked."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kilosat.chain.address import Network
from kilosat.chain.descriptor import parse_descriptor
from kilosat.chain.ledger import Ledger, LedgerError
from kilosat.chain.register.model import Wallet
from kilosat.chain.scan import Batching, scan, scan_scripts
from kilosat.chain.sources import (
    BlocksMissingError,
    SourceError,
    SourceStatus,
    WrongNetworkError,
)
from kilosat.chain.transaction import OutPoint

from ..fake_chain import FakeBlock, FakeChain, FakeSource, Payment, script_of, worked
from .chains import OURS, busy_chain, fresh_fingerprint

# BIP 32, test vector 1, chain m.
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265"
    "TMg7usUDFdp6W1EGMcet8"
)
KEYS = parse_descriptor(f"wpkh({XPUB}/0/*)")
CHANGE = parse_descriptor(f"wpkh({XPUB}/1/*)")


def wallet(key: str, *scripts: bytes) -> Wallet:
    """A wallet of scripts that are given one by one."""
    branches = tuple(parse_descriptor(f"raw({one.hex()})") for one in scripts)
    return Wallet(key, key, "office", "owner", branches, 20)


def ranged(gap_limit: int) -> Wallet:
    return Wallet("keys", "keys", "office", "owner", (KEYS, CHANGE), gap_limit)


def child(number: int, branch: int = 0) -> bytes:
    return (KEYS, CHANGE)[branch].at(number)[0]


@pytest.fixture(scope="module")
def chain() -> FakeChain:
    return busy_chain(40)


FIRST, SECOND = wallet("first", *OURS[:2]), wallet("second", *OURS[2:])


def test_a_wallet_that_is_added_is_searched_from_the_first_block_on(
    chain: FakeChain, ledger: Ledger
) -> None:
    source = FakeSource(chain)
    scan(source, [FIRST], ledger, until=30)
    outcome = scan(source, [FIRST, SECOND], ledger)
    assert source.asked == [(0, 30), (0, 30), (31, 40)]
    assert (outcome.tip, outcome.scripts) == (chain.tip, 4)
    assert {one.wallet for one in ledger.watched()} == {"first", "second"}
    assert ledger.fingerprint() == fresh_fingerprint(chain)
    for height in range(41):
        held = {one: chain.balance(one, height) for one in OURS}
        assert ledger.balances(height) == {one: sats for one, sats in held.items() if sats}


class Cut(FakeSource):
    """Fails at some height of a search."""

    def find(self, watched, first, last):
        for one in super().find(watched, first, last):
            if one.height >= 20:
                raise SourceError("the line is cut")
            yield one


def test_until_it_is_searched_as_far_the_ledger_does_not_answer_beyond(
    chain: FakeChain, ledger: Ledger
) -> None:
    """A balance would lack what the new wallet holds."""
    scan(FakeSource(chain), [FIRST], ledger)
    with pytest.raises(SourceError, match="cut"):
        scan(Cut(chain, signs_every=1), [FIRST, SECOND], ledger)
    assert ledger.tip() == chain.blocks[19].ref
    assert sum(ledger.balances(19).values()) == sum(chain.balance(one, 19) for one in OURS)
    with pytest.raises(LedgerError, match="is searched to height 19 and was asked for 20"):
        ledger.balances(20)


def test_a_wallet_that_is_removed_is_still_searched(chain: FakeChain, ledger: Ledger) -> None:
    """What it holds stays true, and when it comes back nothing has to be searched again."""
    source = FakeSource(chain)
    scan(source, [FIRST, SECOND], ledger, until=20)
    scan(source, [SECOND], ledger)
    assert {one.wallet for one in ledger.watched()} == {"second"}
    assert ledger.fingerprint() == fresh_fingerprint(chain)
    asked = len(source.asked)
    scan(source, [FIRST, SECOND], ledger)
    assert len(source.asked) == asked
    assert ledger.balance(OURS[:2]) == sum(chain.balance(one) for one in OURS[:2])


def test_a_wallet_gets_another_name_and_another_one_s_script(
    chain: FakeChain, ledger: Ledger
) -> None:
    source = FakeSource(chain)
    scan(source, [FIRST, SECOND], ledger)
    both = wallet("third", *OURS)
    scan(source, [both, SECOND], ledger)
    assert len(source.asked) == 1
    assert sorted((one.wallet, one.branch) for one in ledger.watched()) == [
        *(("second", branch) for branch in range(2)),
        *(("third", branch) for branch in range(4)),
    ]


def test_a_wallet_that_was_a_mistake_is_forgotten_if_its_search_never_began(
    chain: FakeChain, ledger: Ledger
) -> None:
    """A pruned node cannot search for a new wallet; without that it goes on as before."""
    scan(FakeSource(chain), [FIRST], ledger, until=30)
    pruned = FakeSource(chain, first_block=25, name="pruned node")
    with pytest.raises(BlocksMissingError, match="pruned node has no blocks below 25"):
        scan(pruned, [FIRST, SECOND], ledger)
    with pytest.raises(LedgerError, match="not searched yet for 2 of its scripts"):
        ledger.balances()
    outcome = scan(pruned, [FIRST], ledger)
    assert (outcome.tip, outcome.scripts) == (chain.tip, 2)
    assert ledger.fingerprint() == fresh_fingerprint(chain, OURS[:2])


def paying(*children: int, branch: int = 0) -> FakeChain:
    """A chain in whose blocks these children of the key are paid, one after the other."""
    chain = FakeChain()
    for number in children:
        chain.mine(miner=child(number, branch))
    chain.mine(miner=script_of("stranger"))
    return chain


def holdings(chain: FakeChain, children: Sequence[int], branch: int = 0) -> dict[bytes, int]:
    return {child(one, branch): chain.balance(child(one, branch)) for one in children}


@pytest.mark.parametrize(
    "children",
    [
        (0,),
        (4, 9, 14, 19, 24, 29, 34),
        (34, 29, 24, 19, 14, 9, 4),
        (29, 4, 34, 14, 24, 9, 19),
    ],
    ids=["one", "upwards", "downwards", "in no order"],
)
@pytest.mark.parametrize("branch", [0, 1])
def test_children_that_come_into_use_are_found(
    children: tuple[int, ...], branch: int, ledger: Ledger
) -> None:
    """Each is at most the gap limit of five behind the next lower one, whenever it was paid."""
    chain = paying(*children, branch=branch)
    scan(FakeSource(chain), [ranged(5)], ledger, batching=Batching(blocks=1))
    assert ledger.balances() == holdings(chain, children, branch)
    far = {one.index for one in ledger.watched() if one.branch == branch}
    assert max(far) >= max(children) + 5


def test_the_number_of_searches_grows_with_the_logarithm_of_the_children(ledger: Ledger) -> None:
    """Each search goes from the first block on: one for every few children would never end."""
    children = range(0, 160, 5)
    chain = paying(*children)
    outcome = scan(FakeSource(chain), [ranged(5)], ledger)
    assert ledger.balances() == holdings(chain, children)
    assert outcome.searches <= 2 + math.log2(160)


def test_a_child_comes_into_use_after_the_first_scan(ledger: Ledger) -> None:
    chain = paying(0, 3)
    scan(FakeSource(chain), [ranged(5)], ledger)
    paid = [8, 13, 18, 23]
    for number in paid:
        chain.mine(miner=child(number))
    scan(FakeSource(chain), [ranged(5)], ledger)
    assert ledger.balances() == holdings(chain, [0, 3, *paid])


def test_a_raised_gap_limit_finds_what_was_beyond_it(ledger: Ledger) -> None:
    chain = paying(0, 30)
    scan(FakeSource(chain), [ranged(5)], ledger)
    assert ledger.balances() == holdings(chain, [0])
    scan(FakeSource(chain), [ranged(30)], ledger)
    assert ledger.balances() == holdings(chain, [0, 30])
    watched = {(one.branch, one.index) for one in ledger.watched()}
    assert {(0, 60), (1, 29)} <= watched
    scan(FakeSource(chain), [ranged(1)], ledger)
    assert ledger.balances() == holdings(chain, [0, 30])


def test_the_payment_that_used_a_child_leaves_the_chain(ledger: Ledger) -> None:
    """The children that were watched because of it stay watched."""
    first = paying(0, 4, 9)
    second = first.fork(2)
    for _ in range(3):
        second.mine()
    scan(FakeSource(first), [ranged(5)], ledger)
    scripts = ledger.scripts()
    scan(FakeSource(second), [ranged(5)], ledger)
    assert ledger.scripts() == scripts
    assert ledger.balances() == holdings(second, [0, 4])
    second.mine(miner=child(14))
    second.mine([Payment((OutPoint(second.blocks[-1].txids[0], 0),), ((child(9), 5000),))])
    scan(FakeSource(second), [ranged(5)], ledger)
    assert ledger.balances() == holdings(second, [0, 4, 9])


class Saying(FakeSource):
    """Says that it is of some network."""

    def __init__(self, chain: FakeChain, network: Network) -> None:
        super().__init__(chain)
        self.network = network

    def status(self) -> SourceStatus:
        return replace(super().status(), network=self.network)


def test_a_source_of_another_network(chain: FakeChain, ledger: Ledger) -> None:
    scan_scripts(FakeSource(chain), OURS, ledger)
    before = ledger.fingerprint()
    with pytest.raises(WrongNetworkError, match="serves signet, the ledger is of regtest"):
        scan_scripts(Saying(chain, "signet"), OURS, ledger)
    assert ledger.fingerprint() == before


def test_a_source_that_is_wrong_about_its_network(chain: FakeChain) -> None:
    said = pytest.raises(WrongNetworkError, match=r"begins with block 0f9188f1.* is not mainnet")
    with Ledger.temporary("mainnet") as ledger, said:
        scan_scripts(Saying(chain, "mainnet"), OURS, ledger)


def test_two_chains_that_have_no_block_in_common(chain: FakeChain, ledger: Ledger) -> None:
    other = FakeChain([FakeBlock(0, worked(bytes(32), bytes(32), 1), ())])
    busy_chain(50, chain=other)
    scan_scripts(FakeSource(chain), OURS, ledger)
    before = ledger.fingerprint()
    with pytest.raises(WrongNetworkError, match="no block in common"):
        scan_scripts(FakeSource(other), OURS, ledger)
    assert ledger.fingerprint() == before


def test_a_source_that_is_a_little_behind_is_said_to_be(chain: FakeChain, ledger: Ledger) -> None:
    late = FakeSource(chain.fork(34), name="late node")
    scan_scripts(FakeSource(chain), OURS, ledger)
    before = ledger.fingerprint()
    outcome = scan_scripts(late, OURS, ledger)
    assert outcome.tip == chain.tip
    assert outcome.notes == ("late node is 6 block(s) behind the ledger",)
    assert (outcome.entries, ledger.fingerprint()) == (0, before)


def test_a_source_that_is_a_little_behind_searches_for_new_wallets_as_far_as_it_is(
    chain: FakeChain, ledger: Ledger
) -> None:
    scan_scripts(FakeSource(chain), OURS[:2], ledger)
    outcome = scan_scripts(FakeSource(chain.fork(36)), OURS, ledger)
    assert outcome.tip == ledger.tip() == chain.blocks[36].ref
    assert ledger.fingerprint() == fresh_fingerprint(chain.fork(36))
    scan_scripts(FakeSource(chain), OURS, ledger)
    assert ledger.fingerprint() == fresh_fingerprint(chain)


def test_a_source_that_is_far_behind_is_refused(chain: FakeChain, ledger: Ledger) -> None:
    scan_scripts(FakeSource(chain), OURS, ledger)
    for height in (33, 10, 0):
        with pytest.raises(BlocksMissingError, match=f"is at block {height}, {40 - height} b"):
            scan_scripts(FakeSource(chain.fork(height)), OURS, ledger)
    assert ledger.tip() == chain.tip


def test_a_height_that_the_source_has_not_come_to(chain: FakeChain, ledger: Ledger) -> None:
    with pytest.raises(BlocksMissingError, match="no block 41 yet: its tip is 40"):
        scan_scripts(FakeSource(chain), OURS, ledger, until=41)
    assert scan_scripts(FakeSource(chain), OURS, ledger, until=7).tip.height == 7
    assert scan_scripts(FakeSource(chain), OURS, ledger, until=5).tip.height == 7
