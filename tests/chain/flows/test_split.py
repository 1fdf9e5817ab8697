"""A transaction is cut so that its parts add up to what the perimeter gained, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilosat.chain.flows import Split, split_entry
from kilosat.chain.ledger.entry import Entry

from .paper import Paper, Part, script

INSIDE = {script("a"): "first", script("b"): "first", script("c"): "second"}
NAMES = ("a", "b", "c", "outside", "elsewhere")


def entry(inputs: list[Part], outputs: list[Part]) -> Entry:
    paper = Paper()
    paper.pay(inputs, outputs)
    return paper.entries[0]


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        # a payment with change: the payer bears the fee
        (
            [("a", 100)],
            [("outside", 60), ("b", 35)],
            Split(change=35, outflow=60, fee=5),
        ),
        # from one wallet to another, with change
        ([("a", 100)], [("c", 70), ("a", 25)], Split(moved=70, change=25, fee=5)),
        # paid from outside, who bears the fee
        ([("outside", 100)], [("c", 60), ("outside", 30)], Split(inflow=60)),
        # both pay, the perimeter comes out with more
        (
            [("a", 100), ("outside", 80)],
            [("a", 130), ("outside", 45)],
            Split(change=100, inflow=30, is_mixed=True),
        ),
        # both pay, the perimeter gives: the fee first, then to the outside
        (
            [("a", 100), ("outside", 80)],
            [("a", 70), ("outside", 100)],
            Split(change=70, outflow=20, fee=10, is_mixed=True),
        ),
        # both pay, what the perimeter gives does not even cover the fee
        (
            [("a", 100), ("outside", 80)],
            [("a", 94), ("outside", 76)],
            Split(change=94, fee=6, is_mixed=True),
        ),
        # new coins
        ([], [("a", 50), ("outside", 10)], Split(inflow=50)),
        # not its business
        ([("outside", 50)], [("elsewhere", 40)], Split()),
        # an input is not known, so neither is the fee: what others got counts as given
        (
            [("a", 100), ("?", 0)],
            [("a", 10), ("outside", 70)],
            Split(change=10, outflow=70, fee=20, is_mixed=True),
        ),
    ],
)
def test_by_hand(inputs: list[Part], outputs: list[Part], expected: Split) -> None:
    assert split_entry(entry(inputs, outputs), INSIDE) == expected


parts = st.tuples(st.sampled_from(NAMES), st.integers(0, 10**9))


@given(st.lists(parts, min_size=1, max_size=6), st.lists(parts, min_size=1, max_size=6))
def test_the_parts_add_up_and_none_is_negative(inputs: list[Part], outputs: list[Part]) -> None:
    surplus = sum(sats for _, sats in inputs) - sum(sats for _, sats in outputs)
    if surplus < 0:
        inputs = [*inputs, ("outside", -surplus)]
    found = split_entry(entry(inputs, outputs), INSIDE)
    put_in = sum(sats for name, sats in inputs if script(name) in INSIDE)
    got = sum(sats for name, sats in outputs if script(name) in INSIDE)
    assert found.inflow - found.outflow - found.fee == got - put_in
    assert found.moved + found.change == min(put_in, got)
    parts_of = (found.moved, found.change, found.inflow, found.outflow, found.fee)
    assert min(parts_of) >= 0
    assert found.fee <= max(0, surplus)
    assert not (found.inflow and (found.outflow or found.fee))
