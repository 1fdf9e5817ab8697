"""What the inputs of found transactions spent: from the node's undo data, without an index.

Newer nodes bring all of a block as bytes over REST (``spenttxouts``); others say it in the JSON of
a transaction, or for many transactions in that of the whole block. Where the node has no undo
data any more, nothing is known. All of it is the node's word: nothing in the block commits to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kilosat.chain.block import Block
from kilosat.chain.errors import MalformedError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.core.rest import NodeRest
from kilosat.chain.sources.core.rpc import NodeRpc, RefusedError
from kilosat.chain.sources.core.spent_rows import SpentRows
from kilosat.chain.sources.errors import UntruthError
from kilosat.chain.transaction import Transaction, TxOutput
from kilosat.quantities import SATS_PER_BTC

__all__ = ["Spent", "SpentOutputs", "output_of_json"]

Spent = tuple[TxOutput | None, ...]
"""What each input spends, ``None`` where it is not known."""
_MOST_SINGLE = 12
"""Transactions of one block above which the JSON of the whole block is the cheaper answer."""


class SpentOutputs:
    """Asks a node what inputs spent, in the cheapest way that it offers."""

    def __init__(self, rpc: NodeRpc, rest: NodeRest | None) -> None:
        self._rpc = rpc
        self._rest = rest

    def of(self, block: Block, places: Iterable[int]) -> Mapping[int, Spent]:
        """By place in the block, what the inputs of these transactions spend (not the coinbase).

        Raises:
            UntruthError: the answer does not fit the transactions.
        """
        wanted = {place: block.transaction(place) for place in places if place}
        if not wanted:
            return {}
        found = self._over_rest(block, wanted)
        if found is None:
            many = len(wanted) > _MOST_SINGLE
            found = self._by_block(block, wanted) if many else self._one_by_one(block, wanted)
        for place, transaction in wanted.items():
            self._check(transaction, found[place])
        return found

    def _over_rest(
        self, block: Block, wanted: Mapping[int, Transaction]
    ) -> dict[int, Spent] | None:
        raw = self._rest.spent_outputs(block.hash) if self._rest is not None else None
        if raw is None:
            self._rest = None  # an older node, or one that has pruned its undo data
            return None
        try:
            rows = SpentRows(raw)
        except MalformedError as error:
            raise self._lie(f"spent coins that do not read: {error}") from None
        if len(rows) != len(block):
            raise self._lie("spent coins of another block")
        return {place: rows[place] for place in wanted}

    def _one_by_one(self, block: Block, wanted: Mapping[int, Transaction]) -> dict[int, Spent]:
        block_hash = hex_of_hash(block.hash)
        replies = self._rpc.replies(
            [("getrawtransaction", [hex_of_hash(t.txid), 2, block_hash]) for t in wanted.values()]
        )
        pairs = zip(wanted.items(), replies, strict=True)
        return {place: self._told(transaction, reply) for (place, transaction), reply in pairs}

    def _by_block(self, block: Block, wanted: Mapping[int, Transaction]) -> dict[int, Spent]:
        (reply,) = self._rpc.replies([("getblock", [hex_of_hash(block.hash), 3])])
        told = reply.get("tx") if isinstance(reply, dict) else None
        if isinstance(reply, RefusedError) or not isinstance(told, list):
            told = [None] * len(block)
        if len(told) != len(block):
            raise self._lie("the transactions of another block")
        return {place: self._told(one, told[place]) for place, one in wanted.items()}

    def _told(self, transaction: Transaction, told: object) -> Spent:
        """What the JSON of a transaction says of its inputs."""
        inputs = told.get("vin") if isinstance(told, dict) else None
        if isinstance(told, RefusedError) or not isinstance(inputs, list):
            return (None,) * len(transaction.inputs)
        if isinstance(told, dict) and told.get("txid") != hex_of_hash(transaction.txid):
            raise self._lie("another transaction than it was asked for")
        return tuple(self._prevout(one) for one in inputs)

    def _prevout(self, told: object) -> TxOutput | None:
        prevout = told.get("prevout") if isinstance(told, dict) else None
        if prevout is None:
            return None
        output = output_of_json(prevout, "value")
        if output is None:
            raise self._lie("a spent coin without amount and script")
        return output

    def _check(self, transaction: Transaction, spent: Sequence[TxOutput | None]) -> None:
        which = hex_of_hash(transaction.txid)
        if len(spent) != len(transaction.inputs):
            raise self._lie(f"{len(spent)} spent coins for the inputs of transaction {which}")
        sums = [one.value_sats for one in spent if one is not None]
        if len(sums) == len(spent) and sum(sums) < transaction.output_sats:
            raise self._lie(f"spent coins that are less than what transaction {which} pays")

    def _lie(self, what: str) -> UntruthError:
        return UntruthError(f"{self._rpc.address.name} sent {what}")


def output_of_json(told: Mapping[str, Any], amount: str, script: str = "") -> TxOutput | None:
    """An output in JSON: an amount in BTC and a script; ``None`` where it is none.

    The script is in hexadecimal, under its key or, without one, within ``scriptPubKey``.
    """
    text: Any = told.get(script) if script else told.get("scriptPubKey")
    text = text.get("hex") if isinstance(text, dict) else text
    btc = told.get(amount)
    if not isinstance(text, str) or not isinstance(btc, Decimal | int) or btc < 0:
        return None
    sats = btc * SATS_PER_BTC
    try:
        return TxOutput(int(sats), bytes.fromhex(text)) if sats == int(sats) else None
    except ValueError:
        return None
