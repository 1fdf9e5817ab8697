"""What is built like a coinjoin is marked, and what is not, is not."""

import pytest

from kilosat.chain.flows.coinjoin import is_coinjoin_like

from .paper import Paper, Part, script

KNOWN = {script("ours"), script("exchange")}


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        # three strangers, three equal outputs (as in Wasabi and JoinMarket), change beside them
        (
            [("x", 150), ("y", 130), ("z", 120)],
            [("p", 100), ("q", 100), ("r", 100), ("s", 45), ("t", 25), ("u", 15)],
            True,
        ),
        # one of the payers is known
        ([("ours", 150), ("y", 130), ("z", 120)], [("p", 100), ("q", 100), ("r", 100)], True),
        # two equal outputs are chance
        ([("x", 150), ("y", 130), ("z", 120)], [("p", 100), ("q", 100), ("r", 99)], False),
        # an exchange pays three clients the same: one payer
        ([("exchange", 400)], [("p", 100), ("q", 100), ("r", 100)], False),
        # many coins of one address are one payer
        ([("x", 150), ("x", 130), ("x", 120)], [("p", 100), ("q", 100), ("r", 100)], False),
        # equal outputs to one and the same address are no coinjoin
        ([("x", 150), ("y", 130), ("z", 120)], [("p", 100), ("p", 100), ("p", 100)], False),
        # payers whom the register knows hide nothing
        ([("ours", 150), ("exchange", 130), ("z", 120)], [("p", 9), ("q", 9), ("r", 9)], False),
        # nor does data without coins
        ([("x", 1), ("y", 1), ("z", 1)], [("p", 0), ("q", 0), ("r", 0)], False),
    ],
)
def test_by_hand(inputs: list[Part], outputs: list[Part], expected: bool) -> None:
    paper = Paper()
    paper.pay(inputs, outputs)
    assert is_coinjoin_like(paper.entries[0], KNOWN, 3) is expected
