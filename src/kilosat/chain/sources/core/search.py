"""The search: blocks that may hold something are read, and what they hold is taken out."""

from collections.abc import Generator, Mapping, Sequence
from itertools import groupby

from kilosat.chain.block import Block
from kilosat.chain.errors import ProofError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.scan_walk import Hit
from kilosat.chain.sources.core.blocks import BlockBringer
from kilosat.chain.sources.core.chain import Stretch
from kilosat.chain.sources.core.coins import CoinWatch
from kilosat.chain.sources.core.spent import Spent, SpentOutputs
from kilosat.chain.sources.errors import UntruthError
from kilosat.chain.sources.port import BlockRef, FoundBlock, FoundTransaction, Watched
from kilosat.chain.transaction import OutPoint, Transaction, TxOutput

__all__ = ["Search"]

_SIGN_EVERY = 100
"""Blocks that are read between two signs of progress."""


class Search:
    """What touches watched scripts in blocks that come in ascending order.

    From the first blocks on nothing can have been there before: a coin of a watched script that is
    spent and was never seen is then a contradiction.
    """

    def __init__(
        self, name: str, watched: Watched, bringer: BlockBringer, spent: SpentOutputs, first: int
    ) -> None:
        self._name = name
        self._coins = CoinWatch(watched.scripts, watched.coins)
        self._scripts = frozenset(watched.scripts)
        self._bringer = bringer
        self._spent = spent
        self._from_start = first <= 1

    def through(
        self, stretch: Stretch, heights: Sequence[int]
    ) -> Generator[FoundBlock, None, None]:
        """Look into the blocks at these heights; the last that comes is the stretch's last."""
        first, told = stretch.first, stretch.first - 1
        wanted = (BlockRef(height, stretch.hashes[height - first]) for height in heights)
        for number, (ref, block) in enumerate(self._bringer.bring(wanted), start=1):
            transactions = self._look(block)
            if transactions or number % _SIGN_EVERY == 0:
                told = ref.height
                yield FoundBlock(told, block.header, transactions)
        if told != stretch.last:
            yield FoundBlock(stretch.last, stretch.headers[-1])

    def _look(self, block: Block) -> tuple[FoundTransaction, ...]:
        hits = self._coins.hits(block)
        if not hits:
            return ()
        self._check_witnesses(block)
        places = [place for place, _ in groupby(hits, key=_place)]
        told = self._spent.of(block, places)
        ours = self._coins.note(block, hits)
        found = []
        for place in places:
            spent = self._agreed(block.transaction(place), told[place], ours) if place else ()
            raw = block.raw_transaction(place)
            found.append(FoundTransaction(raw, block.proof(place), spent))
        return tuple(found)

    def _check_witnesses(self, block: Block) -> None:
        """Check the witnesses where there are any: the Merkle root says nothing about them.

        Blocks from before segregated witness may commit to witnesses that nobody has.
        """
        if not block.bounds[:, 3].any():
            return
        try:
            block.check_witness_commitment()
        except ProofError as error:
            which = hex_of_hash(block.hash)
            raise UntruthError(f"{self._name} sent a false block ({which}): {error}") from None

    def _agreed(
        self, transaction: Transaction, told: Spent, ours: Mapping[OutPoint, TxOutput | None]
    ) -> Spent:
        """What the node says that the inputs spent, together with what we saw being made."""
        agreed: list[TxOutput | None] = []
        for one, said in zip(transaction.inputs, told, strict=True):
            seen = ours.get(one.outpoint)
            if said is not None and seen is not None and said != seen:
                raise self._contradiction(transaction, "another coin than the one it showed before")
            unseen = said is not None and one.outpoint not in ours and said.script in self._scripts
            if unseen and self._from_start:
                raise self._contradiction(transaction, "a watched coin that it has never shown")
            agreed.append(seen if said is None else said)
        return tuple(agreed)

    def _contradiction(self, transaction: Transaction, what: str) -> UntruthError:
        which = hex_of_hash(transaction.txid)
        return UntruthError(f"{self._name} says that transaction {which} spends {what}")


def _place(hit: Hit) -> int:
    return hit.transaction
