"""A source lies, or a liar has filled the ledger: refused with a reason, and nothing entered."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from kilosat.chain.header import Header
from kilosat.chain.ledger import Ledger
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.scan import Batching, scan_scripts
from kilosat.chain.sources import (
    BlockRef,
    FoundBlock,
    FoundTransaction,
    ReorganisedError,
    SourceError,
    UntruthError,
    Watched,
)
from kilosat.chain.transaction import OutPoint, TxOutput, parse_transaction

from ..fake_chain import SUBSIDY_SATS, FakeChain, FakeSource, Payment, Telling, script_of
from .chains import OURS, fresh_fingerprint

STRANGER, OTHER = script_of("stranger"), script_of("other")
HEIGHT = 5
"""Of the block that the liar changes: a coinbase of ours, and a payment of ours."""
Change = Callable[[FoundBlock], FoundBlock]


def small_chain() -> FakeChain:
    """We are paid; then a payment spends our coin and a stranger's, to two of us and to him."""
    chain = FakeChain()
    ours = OutPoint(chain.mine(miner=OURS[0]).txids[0], 0)
    theirs = OutPoint(chain.mine(miner=STRANGER).txids[0], 0)
    for _ in range(2):
        chain.mine()
    paid = (OURS[1], 60 * 10**8), (OURS[3], 10**8), (STRANGER, 38 * 10**8)
    chain.mine([Payment((ours, theirs), paid)], miner=OURS[2])
    for _ in range(3):
        chain.mine()
    return chain


class Liar(FakeSource):
    """Changes what it found at a height, or what it yields as a whole."""

    def __init__(
        self,
        chain: FakeChain,
        change: Change = lambda block: block,
        height: int = HEIGHT,
        telling: Telling = "all",
    ) -> None:
        super().__init__(chain, signs_every=1, telling=telling)
        self._change = change
        self._height = height

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        for one in super().find(watched, first, last):
            yield self._change(one) if one.height == self._height else one


def refused(change: Change, what: str, error: type[SourceError] = UntruthError) -> None:
    """The scan ends before the changed block, and nothing of that is entered; the truth can be."""
    chain = small_chain()
    with Ledger.temporary("regtest") as ledger:
        with pytest.raises(error, match=what):
            scan_scripts(Liar(chain, change), OURS, ledger, batching=Batching(blocks=1))
        assert ledger.tip() == chain.blocks[HEIGHT - 1].ref
        assert ledger.balances() == {OURS[0]: SUBSIDY_SATS}
        scan_scripts(FakeSource(chain), OURS, ledger)
        assert ledger.fingerprint() == fresh_fingerprint(chain)
        ledger.check()


def with_transaction(place: int, **fields: object) -> Change:
    """The block with fields of a found transaction exchanged."""

    def change(block: FoundBlock) -> FoundBlock:
        found = list(block.transactions)
        found[place] = replace(found[place], **fields)  # type: ignore[arg-type]
        return replace(block, transactions=tuple(found))

    return change


def with_proof(place: int, **fields: object) -> Change:
    def change(block: FoundBlock) -> FoundBlock:
        proof = replace(block.transactions[place].proof, **fields)  # type: ignore[arg-type]
        return with_transaction(place, proof=proof)(block)

    return change


def with_header(**fields: object) -> Change:
    return lambda block: replace(block, header=replace(block.header, **fields))  # type: ignore[arg-type]


def with_order(*places: int) -> Change:
    return lambda block: replace(block, transactions=tuple(block.transactions[p] for p in places))


OUR_COIN, THEIR_COIN = TxOutput(SUBSIDY_SATS, OURS[0]), TxOutput(SUBSIDY_SATS, STRANGER)


@pytest.mark.parametrize(
    ("spent", "what"),
    [
        ((TxOutput(SUBSIDY_SATS - 1, OURS[0]), THEIR_COIN), "another amount or script"),
        ((TxOutput(SUBSIDY_SATS, OURS[1]), THEIR_COIN), "another amount or script"),
        ((TxOutput(SUBSIDY_SATS, STRANGER), THEIR_COIN), "another amount or script"),
        ((OUR_COIN, TxOutput(SUBSIDY_SATS, OURS[3])), "made it was left out"),
        ((OUR_COIN, TxOutput(49 * 10**8 - 1, STRANGER)), "pays 9900000000 satoshis out of 98999"),
        ((None, TxOutput(49 * 10**8 - 1, STRANGER)), "pays 9900000000 satoshis out of 98999"),
        ((OUR_COIN, TxOutput(-1, STRANGER)), "what no coin can hold"),
        ((OUR_COIN, TxOutput(21 * 10**14 + 1, STRANGER)), "what no coin can hold"),
        ((OUR_COIN,), "2 inputs, 1 spent coins"),
        ((OUR_COIN, THEIR_COIN, None), "2 inputs, 3 spent coins"),
    ],
)
def test_of_what_is_spent(spent: tuple[TxOutput | None, ...], what: str) -> None:
    refused(with_transaction(1, spent=spent), what)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (with_transaction(1, raw=b"\2\0\0\0"), f"of block {HEIGHT}: "),
        (with_transaction(1, raw=b""), f"of block {HEIGHT}: "),
        (with_proof(1, position=0), f"of block {HEIGHT}: "),
        (with_proof(1, count=3), f"of block {HEIGHT}: "),
        (with_proof(1, siblings=()), f"of block {HEIGHT}: "),
        (with_proof(1, siblings=(bytes(32),)), f"of block {HEIGHT}: "),
        (with_proof(1, txid=bytes(32)), f"of block {HEIGHT}: "),
        (with_proof(1, txid=b"short"), f"transaction without a name of block {HEIGHT}: "),
        (with_order(1, 0), f"not in the order of block {HEIGHT}"),
        (with_order(0, 1, 1), f"not in the order of block {HEIGHT}"),
    ],
)
def test_of_bytes_proofs_and_order(change: Change, what: str) -> None:
    refused(change, what)


def test_of_a_transaction_of_another_block() -> None:
    chain = small_chain()
    (moved,) = FakeSource(chain).find(Watched((OURS[0],)), 1, chain.blocks[1].ref)
    refused(
        lambda block: replace(block, transactions=moved.transactions),
        f"proof of a transaction is for another block than {HEIGHT}",
    )


def test_of_a_transaction_that_nobody_asked_for(ledger: Ledger) -> None:
    chain = small_chain()

    class Chatty(FakeSource):
        def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
            for block in self.chain.blocks[first : last.height + 1]:
                found = tuple(self.found(block, n) for n in range(len(block.transactions)))
                yield FoundBlock(block.height, block.header, found)

    with pytest.raises(UntruthError, match="it touches no script that was asked for"):
        scan_scripts(Chatty(chain), OURS, ledger)
    assert ledger.tip() is None


@pytest.mark.parametrize(
    ("change", "what", "error"),
    [
        (with_header(bits=0x1D00FFFF), "is no block's", UntruthError),
        (with_header(bits=0), "is no block's", UntruthError),
        (lambda b: replace(b, height=HEIGHT - 1), "block 4 came out of order", UntruthError),
        (lambda b: replace(b, height=10**6), "block 1000000 came out of order", UntruthError),
        (lambda b: replace(b, height=HEIGHT + 1), "chain changed 5 times", ReorganisedError),
        (with_header(merkle_root=bytes(32)), "is no block's|changed 5 times", SourceError),
    ],
)
def test_of_blocks(change: Change, what: str, error: type[SourceError]) -> None:
    refused(change, what, error)


class Ending(FakeSource):
    """Ends its search before the last block."""

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        for one in super().find(watched, first, last):
            if one.height <= HEIGHT:
                yield one


def test_of_how_far_it_came(ledger: Ledger) -> None:
    chain = small_chain()
    with pytest.raises(UntruthError, match="ended its search at block 5 instead of 8"):
        scan_scripts(Ending(chain, signs_every=1), OURS, ledger)
    assert ledger.tip() == chain.blocks[HEIGHT].ref


class Short(FakeSource):
    """Brings fewer headers than were asked for."""

    def headers(self, first: int, count: int) -> list[Header]:
        return list(super().headers(first, count))[: count - 1]


def test_of_headers(ledger: Ledger) -> None:
    with pytest.raises(SourceError, match="headers from height 0 on were asked for, 0 came"):
        scan_scripts(Short(small_chain()), OURS, ledger)


# What one source left out or said wrong, and another or a later search brings to light.


def nothing(block: FoundBlock) -> FoundBlock:
    return replace(block, transactions=())


def test_a_payment_to_us_was_left_out_and_is_spent(ledger: Ledger) -> None:
    chain = small_chain()
    with pytest.raises(UntruthError, match="the transaction that made it was left out"):
        scan_scripts(Liar(chain, nothing, height=1), OURS, ledger)


def test_a_transaction_was_left_out_and_another_script_s_search_finds_it(ledger: Ledger) -> None:
    """Block 5 pays a script of the first search and spends from one of the second."""
    chain = small_chain()
    scan_scripts(Liar(chain, nothing), OURS[1:2], ledger)
    with pytest.raises(UntruthError, match="left out when the blocks up to 5 were searched"):
        scan_scripts(FakeSource(chain), OURS, ledger)


def lied(spent: tuple[TxOutput | None, ...]) -> Change:
    """The payment is the first that is found in its block: the search is for its outputs alone."""
    return with_transaction(0, spent=spent)


def test_a_stranger_s_coin_was_said_to_hold_more_and_the_stranger_is_watched_now(
    ledger: Ledger,
) -> None:
    chain = small_chain()
    liar = Liar(chain, lied((OUR_COIN, TxOutput(SUBSIDY_SATS + 1, STRANGER))))
    scan_scripts(liar, OURS[1:2], ledger)
    with pytest.raises(UntruthError, match="another amount or script than the ledger has"):
        scan_scripts(FakeSource(chain), [OURS[1], STRANGER], ledger)


def test_a_coin_was_said_to_be_of_a_stranger_who_is_watched_now(ledger: Ledger) -> None:
    """He never had it: without a word his balance would be below nought."""
    chain = small_chain()
    liar = Liar(chain, lied((OUR_COIN, TxOutput(SUBSIDY_SATS, OTHER))))
    scan_scripts(liar, OURS[1:2], ledger)
    honest = FakeSource(chain, signs_every=1)
    with pytest.raises(UntruthError, match="none that is found makes it"):
        scan_scripts(honest, [OURS[1], OTHER], ledger, batching=Batching(1))
    assert ledger.tip() == chain.blocks[HEIGHT - 1].ref


def test_two_sources_say_different_things_of_a_stranger_s_coin(ledger: Ledger) -> None:
    chain = small_chain()
    scan_scripts(FakeSource(chain), OURS[1:2], ledger)
    liar = Liar(chain, lied((OUR_COIN, TxOutput(SUBSIDY_SATS, OTHER))))
    with pytest.raises(UntruthError, match="another amount or script than the ledger has"):
        scan_scripts(liar, [OURS[1], OURS[3]], ledger)


@pytest.mark.parametrize(
    ("coin", "what"),
    [
        (TxOutput(SUBSIDY_SATS, OURS[1]), "the transaction that made it was left out"),
        (TxOutput(49 * 10**8 - 1, STRANGER), "pays 9900000000 satoshis out of 98999"),
    ],
)
def test_what_is_learnt_later_of_a_coin_is_checked_as_well(
    coin: TxOutput, what: str, ledger: Ledger
) -> None:
    """The first source could not tell what was spent; the second one lies."""
    chain = small_chain()
    scan_scripts(FakeSource(chain, telling="nothing"), OURS[1:2], ledger)
    liar = Liar(chain, lied((OUR_COIN, coin)))
    with pytest.raises(UntruthError, match=what):
        scan_scripts(liar, [OURS[1], OURS[3]], ledger)
    scan_scripts(FakeSource(chain), [OURS[1], OURS[3]], ledger)
    entry = ledger.entry(chain.blocks[HEIGHT].txids[1])
    assert entry is not None
    assert entry.fee_sats == 10**8


def test_a_coin_is_spent_twice(ledger: Ledger) -> None:
    chain = FakeChain()
    coin = OutPoint(chain.mine(miner=OURS[0]).txids[0], 0)
    for to in (OURS[1], OURS[2]):
        chain.mine([Payment((coin,), ((to, 10**8),))])
    with pytest.raises(UntruthError, match=f"coin {coin.txid[::-1].hex()}:0 is spent by"):
        scan_scripts(FakeSource(chain), OURS, ledger)


def spent_too_early(chain: FakeChain) -> tuple[Payment, Payment]:
    """A payment of ours, and one that spends it and comes before it."""
    coin = OutPoint(chain.mine(miner=OURS[0]).txids[0], 0)
    parent = Payment((coin,), ((OURS[1], 40 * 10**8),))
    made = OutPoint(parent.transaction().txid, 0)
    chain.outputs[made] = TxOutput(40 * 10**8, OURS[1])
    return Payment((made,), ((OURS[2], 30 * 10**8),)), parent


@pytest.mark.parametrize("telling", ["all", "nothing"])
@pytest.mark.parametrize("blocks", [1, 2])
def test_a_coin_is_spent_before_it_is_made(blocks: int, telling: Telling, ledger: Ledger) -> None:
    chain = FakeChain()
    child, parent = spent_too_early(chain)
    if blocks == 1:
        chain.mine([child, parent])
    else:
        chain.mine([child])
        chain.mine([parent])
    with pytest.raises(UntruthError, match=r"left out|is spent before it is made"):
        scan_scripts(FakeSource(chain, telling=telling), OURS, ledger)


def test_a_transaction_is_in_two_blocks(ledger: Ledger) -> None:
    chain = FakeChain()
    coin = OutPoint(chain.mine(miner=OURS[0]).txids[0], 0)
    for _ in range(2):
        chain.mine([Payment((coin,), ((OURS[1], 10**8),))])
    with pytest.raises(ReorganisedError, match="is in block 2 and in block 3"):
        scan_scripts(FakeSource(chain), OURS, ledger)


def test_the_reward_of_the_first_block_is_not_counted(ledger: Ledger) -> None:
    """Bitcoin Core, chainparams.cpp: the output of the genesis coinbase was never a coin."""
    raw = bytes.fromhex(
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff"
        "001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b"
        "206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a010000004341"
        "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e5"
        "1ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
    )
    script = parse_transaction(raw).outputs[0].script
    chain = small_chain()

    class WithGenesis(FakeSource):
        def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
            for one in super().find(watched, first, last):
                if one.height == 0:
                    proof = MerkleProof(one.header, 1, 0, one.header.merkle_root, ())
                    yield replace(one, transactions=(FoundTransaction(raw, proof),))
                else:
                    yield one

    scan_scripts(WithGenesis(chain, signs_every=1), [*OURS, script], ledger)
    assert script not in ledger.balances()
    assert ledger.fingerprint() == fresh_fingerprint(chain)
