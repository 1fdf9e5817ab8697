"""An entry in double entry, by hand."""

from kilosat.chain.ledger import Account, Entry, Leg
from kilosat.chain.sources import BlockRef
from kilosat.chain.transaction import OutPoint

BLOCK = BlockRef(7, bytes(32))
A, B, C = b"a", b"b", b"c"


def leg(script: bytes | None, sats: int | None, place: int = 0) -> Leg:
    return Leg(OutPoint(bytes(32), place), script, sats)


def entry(inputs: list[Leg], outputs: list[Leg], is_coinbase: bool = False) -> Entry:
    return Entry(BLOCK, 0, 0, bytes(32), tuple(inputs), tuple(outputs), is_coinbase)


def posted(one: Entry) -> dict[Account, int]:
    postings = one.postings()
    totals = {posting.account: posting.sats for posting in postings}
    assert len(totals) == len(postings)
    assert sum(totals.values()) == 0
    return totals


def test_two_pay_a_third_with_change_and_fee() -> None:
    paid = entry([leg(A, 30), leg(B, 20), leg(A, 5)], [leg(C, 35), leg(A, 15)])
    assert paid.fee_sats == 5
    assert posted(paid) == {
        Account("script", A): 15 - 35,
        Account("script", B): -20,
        Account("script", C): 35,
        Account("fees"): 5,
    }
    assert (paid.received_by([A]), paid.spent_by([A]), paid.gained_by([A])) == (15, 35, -20)
    assert paid.gained_by([A, B, C]) == -5
    assert paid.paid_sats == 50


def test_a_coin_that_only_moves() -> None:
    moved = entry([leg(A, 30)], [leg(A, 30)])
    assert moved.fee_sats == 0
    assert posted(moved) == {Account("script", A): 0, Account("fees"): 0}


def test_an_input_that_is_not_known() -> None:
    """What came from it, and the fee, cannot be told apart."""
    paid = entry([leg(A, 30), leg(None, None)], [leg(C, 50)])
    assert paid.fee_sats is None
    assert posted(paid) == {
        Account("script", A): -30,
        Account("script", C): 50,
        Account("unknown"): -20,
    }


def test_a_coinbase_issues() -> None:
    mined = entry([], [leg(A, 50), leg(B, 0)], is_coinbase=True)
    assert mined.fee_sats is None
    assert posted(mined) == {
        Account("script", A): 50,
        Account("script", B): 0,
        Account("issuance"): -50,
    }
