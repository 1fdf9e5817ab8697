"""What scripts hold in blocks, although servers leave out what waiting transactions spend."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from kilosat.chain.sources.errors import ReorganisedError
from kilosat.chain.sources.port import Unspent
from kilosat.chain.sources.script_index.blame import truthful
from kilosat.chain.sources.script_index.proven import outputs_by_parents
from kilosat.chain.sources.script_index.server import ContradictionError, ScriptIndex
from kilosat.chain.transaction import OutPoint, TxOutput, parse_transaction

__all__ = ["Holdings", "confirmed_coins"]

_TRIES = 3


@dataclass(frozen=True)
class Holdings:
    """What a server says of some scripts: coins in blocks less those that waiting transactions
    spend, these transactions, and the sum of the balances in blocks (satoshis)."""

    listed: Mapping[OutPoint, TxOutput]
    waiting: Collection[bytes]
    balance_sats: int


def confirmed_coins(
    index: ScriptIndex, scripts: Sequence[bytes], ask: Callable[[], Holdings]
) -> Unspent:
    """The coins that scripts hold in the blocks up to one tip.

    Raises:
        ReorganisedError: blocks came all the time while it was asked.
        UntruthError: coins and balances do not agree, also when asked again.
    """
    problem = ""
    with truthful(index):
        for _ in range(_TRIES):
            tip, told = index.tip(), ask()
            coins = {**told.listed, **_spent_by_waiting(index, scripts, told.waiting)}
            held = sum(one.value_sats for one in coins.values())
            if index.tip() != tip:
                problem = ""
            elif held == told.balance_sats:
                return Unspent(tip, coins)
            else:
                problem = (
                    f"the unspent coins are told as {held:,} sats in sum, and the balances as "
                    f"{told.balance_sats:,}"
                )
        if problem:
            raise ContradictionError(problem)
    raise ReorganisedError(f"the tip of {index.name} keeps changing; run it again")


def _spent_by_waiting(
    index: ScriptIndex, scripts: Sequence[bytes], waiting: Collection[bytes]
) -> dict[OutPoint, TxOutput]:
    """Coins of the scripts, made in blocks, that waiting transactions spend."""
    raws = index.raw_transactions(waiting)
    spent = {one.outpoint for raw in raws if raw for one in parse_transaction(raw).inputs}
    made = outputs_by_parents(index, [one for one in spent if one.txid not in waiting])
    wanted = frozenset(scripts)
    return {coin: output for coin, output in made.items() if output.script in wanted}
