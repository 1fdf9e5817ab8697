"""The work of a question or an addition, in steps of SQLite's machine: with four times as much in
the ledger it is about four times as much, not sixteen.
"""

import random
from collections.abc import Callable

import pytest

from kilosat.chain.ledger import Ledger
from kilosat.chain.register.model import WatchedScript
from kilosat.chain.scan import scan_scripts

from ..fake_chain import FakeChain, FakeSource, Payment, script_of

SMALL, LARGE = 50, 200
Question = Callable[[Ledger], object]


def many(scripts: int) -> list[bytes]:
    return [script_of(f"one of many {number}") for number in range(scripts)]


def paid(payments: int) -> FakeChain:
    """A chain with so many payments, ten in a block, each to two of as many scripts."""
    chance, chain, scripts = random.Random(3), FakeChain(), many(payments)
    for _ in range(10):
        chain.mine(miner=chance.choice(scripts))
    for _ in range(payments // 10):
        coins = list(chain.unspent())[:10]
        made = []
        for coin in coins:
            half = chain.outputs[coin].value_sats // 2
            made.append(
                Payment((coin,), ((chance.choice(scripts), half), (chance.choice(scripts), half)))
            )
        chain.mine(made, chance.choice(scripts))
    return chain


class Steps:
    def __init__(self, ledger: Ledger) -> None:
        self.count = 0
        ledger._db.set_progress_handler(self._step, 100)

    def _step(self) -> None:
        self.count += 1


@pytest.fixture(scope="module")
def work() -> dict[str, list[int]]:
    """Steps for each deed, in a small ledger and in one that is four times as large."""
    deeds: dict[str, Question] = {
        "balances": Ledger.balances,
        "balances at a height": lambda ledger: ledger.balances(10),
        "coins": Ledger.coins,
        "entries": lambda ledger: list(ledger.entries()),
        "fingerprint": Ledger.fingerprint,
        "used scripts": Ledger.used_scripts,
        "coverage": Ledger.coverage,
        "check": Ledger.check,
    }
    found: dict[str, list[int]] = {}
    for payments in (SMALL * 10, LARGE * 10):
        chain, scripts = paid(payments), many(payments)
        watched = [WatchedScript(one, "w", 0, place) for place, one in enumerate(scripts)]
        with Ledger.temporary("regtest") as ledger:
            steps = Steps(ledger)
            scan_scripts(FakeSource(chain), scripts, ledger)
            found.setdefault("scan", []).append(steps.count)
            fresh = [WatchedScript(one, "v", 0, place) for place, one in enumerate(scripts)]
            for name, those in (("watch again", watched), ("watch as another", fresh)):
                steps.count = 0
                with ledger.transaction():
                    ledger.watch(those)
                found.setdefault(name, []).append(steps.count)
            for name, deed in deeds.items():
                steps.count = 0
                deed(ledger)
                found.setdefault(name, []).append(steps.count)
    return found


@pytest.mark.parametrize(
    "deed",
    [
        "scan",
        "watch again",
        "watch as another",
        "balances",
        "coins",
        "entries",
        "fingerprint",
        "used scripts",
        "coverage",
        "check",
    ],
)
def test_work_grows_with_the_ledger_and_no_faster(work: dict[str, list[int]], deed: str) -> None:
    small, large = work[deed]
    assert small > 0
    assert large / small < 5
