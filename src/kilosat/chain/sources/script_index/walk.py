"""The search for watched scripts at a server that indexes by script.

Ascending, block by block, with the memory of one batch. Found blocks wait in a temporary file until
the server's balances and unspent coins agree with them: a history that was cut short must not be
taken for searched, or the next search would begin above the gap.
"""

import pickle
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from kilosat.chain.errors import MalformedError, ProofError
from kilosat.chain.header import Header, hex_of_hash
from kilosat.chain.merkle import MerkleProof
from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.port import BlockRef, FoundBlock, FoundTransaction, Watched
from kilosat.chain.sources.script_index.blame import blamed, check_last
from kilosat.chain.sources.script_index.books import Books
from kilosat.chain.sources.script_index.claims import check_claims
from kilosat.chain.sources.script_index.proven import outputs_by_parents, proven_transaction
from kilosat.chain.sources.script_index.server import (
    ContradictionError,
    Listing,
    Place,
    ScriptIndex,
)
from kilosat.chain.transaction import OutPoint, Transaction, TxOutput

__all__ = ["find"]

_BATCH = 64
"""Transactions that are asked for together; a block is never divided."""
_REMEMBERED = 20_000
"""Outputs of found transactions that are kept, since the next ones often spend them."""
_IN_MEMORY = 8 << 20
_OP_RETURN = b"\x6a"


def find(index: ScriptIndex, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
    """Everything that touches ``watched`` from ``first`` to ``last``; see ``ChainSource.find``.

    Raises:
        UntruthError: what the server says does not fit together.
        ReorganisedError: because ``last`` is not in its chain any more.
        BlocksMissingError: it has not come to ``last`` yet.
        SourceError: such servers do not index one of the scripts.
    """
    if any(script.startswith(_OP_RETURN) for script in watched.scripts):
        raise SourceError(
            f"{index.name} does not index outputs of data (OP_RETURN), which nobody can spend: "
            "leave them out, or look for them with your own node"
        )
    check_last(index, last)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
        try:
            _Walk(index, watched, first, last).run(waiting)
        except (ContradictionError, ProofError, MalformedError) as problem:
            raise blamed(index, last, str(problem)) from None
        check_last(index, last)
        waiting.seek(0)
        yield from _read_back(waiting)


def _read_back(waiting: IO[bytes]) -> Iterator[FoundBlock]:
    # Only bytes that this process wrote into a file without a name.
    while True:
        try:
            block: FoundBlock = pickle.load(waiting)
        except EOFError:
            return
        yield block


@dataclass(frozen=True)
class _Group:
    """A height with its header and the transactions listed there."""

    height: int
    header: Header
    txids: tuple[bytes, ...]


class _Walk:
    def __init__(self, index: ScriptIndex, watched: Watched, first: int, last: BlockRef) -> None:
        scripts = tuple(dict.fromkeys(watched.scripts))
        self.index, self.first, self.last = index, first, last
        self.watched = Watched(scripts, watched.coins)
        self.books = Books(self.watched, whole=first <= 1)
        self.places: dict[bytes, int] = {}
        self.listed: dict[bytes, tuple[int, ...]] = {}
        self.recent: OrderedDict[OutPoint, TxOutput] = OrderedDict()

    def run(self, waiting: IO[bytes]) -> None:
        """Write what is found, as pickled blocks; the last one is ``last``."""
        scripts = self.watched.scripts
        listings = list(self.index.listings(scripts, self.first, self.last.height))
        for number, listing in enumerate(listings):
            self._take(number, listing)
        for block in self._blocks():
            pickle.dump(block, waiting)
        check_claims(self.index, scripts, listings, self.books, self.last)

    def _take(self, number: int, listing: Listing) -> None:
        for height, txid in listing.entries:
            if self.places.setdefault(txid, height) != height:
                raise ContradictionError(
                    f"transaction {hex_of_hash(txid)} is told to be in blocks {height:,} and "
                    f"{self.places[txid]:,}"
                )
            self.listed[txid] = (*self.listed.get(txid, ()), number)

    def _blocks(self) -> Iterator[FoundBlock]:
        at: dict[int, list[bytes]] = {}
        for txid, height in self.places.items():
            at.setdefault(height, []).append(txid)
        heights = sorted({*at, self.last.height})
        batch: list[_Group] = []
        for height, header in self.index.headers_at(heights, self.last):
            batch.append(_Group(height, header, tuple(at.pop(height, ()))))
            if sum(len(one.txids) for one in batch) >= _BATCH:
                yield from self._found(batch)
                batch = []
        yield from self._found(batch)

    def _found(self, batch: Sequence[_Group]) -> Iterator[FoundBlock]:
        places = [Place(one.height, one.header, txid) for one in batch for txid in one.txids]
        proofs = {proof.txid: proof for proof in self.index.proofs(places)}
        raws = dict(zip(places, self.index.raw_transactions([p.txid for p in places]), strict=True))
        by_id: dict[bytes, tuple[bytes, Transaction]] = {}
        for place, raw in raws.items():
            transaction = proven_transaction(place, raw, proofs.get(place.txid))
            by_id[place.txid] = (raw or b"", transaction)
        for group in batch:
            found = sorted((proofs[txid] for txid in group.txids), key=lambda one: one.position)
            if len({one.position for one in found}) < len(found):
                raise ContradictionError(
                    f"block {group.height:,} has two transactions in one place"
                )
            spent = self._spent_by([by_id[proof.txid][1] for proof in found])
            transactions = tuple(
                self._transaction(proof, *by_id[proof.txid], spent) for proof in found
            )
            yield FoundBlock(group.height, group.header, transactions)

    def _transaction(
        self,
        proof: MerkleProof,
        raw: bytes,
        transaction: Transaction,
        outputs: dict[OutPoint, TxOutput],
    ) -> FoundTransaction:
        spent: tuple[TxOutput | None, ...] = ()
        if not transaction.is_coinbase:
            spent = tuple(outputs.get(one.outpoint) for one in transaction.inputs)
        self.books.book(transaction, spent, self.listed.pop(proof.txid))
        return FoundTransaction(raw, proof, spent)

    def _spent_by(self, transactions: Sequence[Transaction]) -> dict[OutPoint, TxOutput]:
        """The outputs that the transactions of a block spend, as far as the server has them.

        The hash of the transaction that made an output proves its script and amount.
        """
        made = {
            OutPoint(one.txid, index): output
            for one in transactions
            for index, output in enumerate(one.outputs)
        }
        spent: dict[OutPoint, TxOutput] = {}
        wanted: list[OutPoint] = []
        for coin in (i.outpoint for one in transactions if not one.is_coinbase for i in one.inputs):
            output = made.get(coin) or self.recent.pop(coin, None)
            if output is None:
                wanted.append(coin)
            else:
                spent[coin] = output
        spent |= outputs_by_parents(self.index, wanted)
        self.recent |= made
        while len(self.recent) > _REMEMBERED:
            self.recent.popitem(last=False)
        return spent
