"""Random chains as hypothesis draws them, with few scripts so that coins meet often; and longer
ones from a seed.
"""

import random
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st

from kilosat.chain.ledger import Ledger
from kilosat.chain.scan import scan_scripts
from kilosat.chain.transaction import OutPoint

from ..fake_chain import FakeChain, FakeSource, Payment, script_of

__all__ = [
    "OURS",
    "THEIRS",
    "BlockPlan",
    "block_plans",
    "busy_chain",
    "extend",
    "fresh_fingerprint",
    "longer",
    "quick",
    "soak",
]

quick = settings(max_examples=60, deadline=None)
soak = settings(max_examples=2000, deadline=None)

OURS = tuple(script_of(f"ours {number}") for number in range(4))
THEIRS = tuple(script_of(f"theirs {number}") for number in range(3))
_SCRIPTS = OURS + THEIRS


@dataclass(frozen=True)
class PaymentPlan:
    """Which of the coins there are to spend, to whom in which shares, and what fee to leave."""

    coins: tuple[int, ...]
    outputs: tuple[tuple[int, int], ...]
    fee_share: int


@dataclass(frozen=True)
class BlockPlan:
    """Who mines, and the payments in it."""

    miner: int
    payments: tuple[PaymentPlan, ...]


_choice = st.integers(0, 1000)
_payments = st.builds(
    PaymentPlan,
    st.lists(_choice, min_size=1, max_size=3).map(tuple),
    st.lists(st.tuples(_choice, st.integers(0, 9)), min_size=1, max_size=4).map(tuple),
    st.integers(0, 9),
)
_blocks = st.builds(BlockPlan, _choice, st.lists(_payments, max_size=4).map(tuple))


def block_plans(least: int = 1, most: int = 12) -> st.SearchStrategy[list[BlockPlan]]:
    """Plans for so many blocks."""
    return st.lists(_blocks, min_size=least, max_size=most)


def extend(chain: FakeChain, plans: list[BlockPlan]) -> FakeChain:
    """Mine what is planned on a chain; a payment may spend what the same block made before it."""
    for plan in plans:
        coins = {one: output.value_sats for one, output in chain.unspent().items()}
        payments = [made for one in plan.payments if (made := _payment(one, coins)) is not None]
        chain.mine(payments, _SCRIPTS[plan.miner % len(_SCRIPTS)])
    return chain


def _payment(plan: PaymentPlan, coins: dict[OutPoint, int]) -> Payment | None:
    spent: dict[OutPoint, int] = {}
    for number in plan.coins:
        if coins:
            coin = list(coins)[number % len(coins)]
            spent[coin] = coins.pop(coin)
    if not spent:
        return None
    shares = sum(weight for _, weight in plan.outputs) + plan.fee_share or 1
    outputs = tuple(
        (_SCRIPTS[script % len(_SCRIPTS)], sum(spent.values()) * weight // shares)
        for script, weight in plan.outputs
    )
    payment = Payment(tuple(spent), outputs)
    txid = payment.transaction().txid
    coins |= {OutPoint(txid, place): sats for place, (_, sats) in enumerate(outputs)}
    return payment


def longer(chain: FakeChain, other: FakeChain) -> FakeChain:
    """The chain with empty blocks on top until it has more work than the other."""
    while chain.height <= other.height:
        chain.mine()
    return chain


def busy_chain(
    blocks: int, seed: int = 4, chain: FakeChain | None = None, payments: int = 3
) -> FakeChain:
    """A chain (or more of one) in whose blocks our scripts are paid by, and pay, each other and
    strangers; every third block is mined by one of ours.
    """
    chance, chain = random.Random(seed), chain or FakeChain()
    coins = {k: one for k, one in chain.unspent().items() if one.value_sats > 10_000}
    for _ in range(blocks):
        chosen = chance.sample(list(coins), min(payments, len(coins)))
        made = [_split(chance, coin, coins.pop(coin).value_sats) for coin in chosen]
        block = chain.mine(made, chance.choice([OURS[0], THEIRS[0], THEIRS[1]]))
        for transaction in block.transactions:
            for place, output in enumerate(transaction.outputs):
                if output.value_sats > 10_000:
                    coins[OutPoint(transaction.txid, place)] = output
    return chain


def _split(chance: random.Random, coin: OutPoint, sats: int) -> Payment:
    half = chance.randrange(1, sats - 1000)
    to = chance.choice(OURS), chance.choice(_SCRIPTS)
    return Payment((coin,), ((to[0], half), (to[1], sats - half - chance.randrange(1000))))


def fresh_fingerprint(chain: FakeChain, scripts: tuple[bytes, ...] = OURS) -> str:
    """That of a ledger that was filled in one go."""
    with Ledger.temporary("regtest") as ledger:
        scan_scripts(FakeSource(chain, signs_every=1), scripts, ledger)
        return ledger.fingerprint()
