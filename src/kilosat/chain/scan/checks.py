"""Nothing enters the ledger unchecked: what a source brings must fit the proofs and the ledger."""

from collections.abc import Collection, Iterator, Sequence

from kilosat.chain.errors import ChainError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.ledger.ledger import Ledger
from kilosat.chain.ledger.records import NewTransaction, SeenBlock
from kilosat.chain.scan.networks import GENESIS_COINBASE
from kilosat.chain.sources.errors import ReorganisedError, UntruthError
from kilosat.chain.sources.port import FoundTransaction
from kilosat.chain.transaction import (
    MAX_MONEY_SATS,
    OutPoint,
    Transaction,
    TxOutput,
    parse_transaction,
)

__all__ = ["Entrance"]

_NOT_TRUSTED = "the source of that is not to be trusted: scan into a new ledger"


class Entrance:
    """Lets transactions of found blocks into a ledger, or says why not.

    ``searched_now`` are the scripts that are looked for; of all other watched ones the ledger
    must have everything already.
    """

    def __init__(
        self, ledger: Ledger, searched_now: Collection[bytes], watched: Collection[bytes]
    ) -> None:
        self._ledger = ledger
        self._now = frozenset(searched_now)
        self._watched = frozenset(watched)

    def enter(self, block: SeenBlock, found: tuple[FoundTransaction, ...], source: int) -> int:
        """Check and enter what was found in a block; how many entries are new.

        Raises:
            UntruthError: something does not fit.
            ReorganisedError: the ledger has one of them in another block.
        """
        last, added = -1, 0
        for one in found:
            new = _proven(one, block)
            if new.position <= last:
                raise UntruthError(f"{_name(new)}: not in the order of block {block.height}")
            last = new.position
            if new.transaction.txid != GENESIS_COINBASE:
                added += self._enter(block, new, source)
        return added

    def _enter(self, block: SeenBlock, new: NewTransaction, source: int) -> bool:
        standing = self._ledger.entry(new.transaction.txid)
        if standing is not None:
            self._compare(standing, block, new)
            return False
        touched = {*self._spent_scripts(block, new), *self._paid_scripts(new)}
        if not touched:
            raise UntruthError(f"{_name(new)}: it touches no script that was asked for")
        if touched - self._now:
            raise UntruthError(
                f"{_name(new)}: it was left out when the blocks up to {block.height} were searched"
                f" before; {_NOT_TRUSTED}"
            )
        self._check_spenders(block, new)
        known = (self._ledger.output(outpoint) for outpoint, _ in _spending(new))
        _check_amounts(new, [one.output.value_sats if one else None for one in known])
        self._ledger.add(block, new, source)
        return True

    def check_made(self, cohort: int, above: int, upto: int) -> None:
        """Whatever is said to spend a coin of a cohort's script spends one that was found.

        What a source said of a coin of a stranger is seen to be wrong when the stranger is watched.

        Raises:
            UntruthError: an entry between two heights, up to which all is found, does not.
        """
        found = self._ledger.unmade_spend(cohort, above, upto)
        if found is not None:
            spender, outpoint = found
            raise UntruthError(
                f"transaction {hex_of_hash(spender)}: it is said to spend {_coin(outpoint)} of a"
                f" watched script, and none that is found makes it; {_NOT_TRUSTED}"
            )

    def _check_spenders(self, block: SeenBlock, new: NewTransaction) -> None:
        """Entries that spend its outputs already come later, and said the truth of them."""
        for place, output in enumerate(new.transaction.outputs):
            outpoint = OutPoint(new.transaction.txid, place)
            spender = self._ledger.spender(outpoint)
            entry = self._ledger.entry(spender) if spender else None
            if entry is None:
                continue
            if (entry.block.height, entry.position) <= (block.height, new.position):
                raise UntruthError(f"{_name(new)}: {_coin(outpoint)} is spent before it is made")
            for leg in entry.inputs:
                told = leg.outpoint == outpoint and leg.script is not None
                if told and (leg.script, leg.sats) != (output.script, output.value_sats):
                    raise UntruthError(_other_coin(new, outpoint))

    def _compare(self, standing: Entry, block: SeenBlock, new: NewTransaction) -> None:
        """What is said of an entry again must be what was said before, or more."""
        if standing.block != block.ref:
            where = f"in block {standing.block.height} and in block {block.height}"
            raise ReorganisedError(f"{_name(new)} is {where}")
        if standing.position != new.position:
            raise UntruthError(f"{_name(new)}: it is said to be at two places of its block")
        claims = {}
        for leg, claim in zip(standing.inputs, new.spent, strict=True):
            if claim is None:
                continue
            if leg.script is None:
                self._check_foreign(new, leg.outpoint, claim)
                claims[leg.outpoint] = claim
            elif (leg.script, leg.sats) != (claim.script, claim.value_sats):
                raise UntruthError(_other_coin(new, leg.outpoint))
        if claims:
            _check_amounts(new, [leg.sats for leg in standing.inputs])
            self._ledger.refine(new.transaction.txid, claims)

    def _paid_scripts(self, new: NewTransaction) -> Iterator[bytes]:
        return (one.script for one in new.transaction.outputs if one.script in self._watched)

    def _spent_scripts(self, block: SeenBlock, new: NewTransaction) -> Iterator[bytes]:
        """Watched scripts that inputs spend from; each input is compared with the ledger."""
        for outpoint, claim in _spending(new):
            other = self._ledger.spender(outpoint)
            if other is not None:
                raise UntruthError(
                    f"{_name(new)}: {_coin(outpoint)} is spent by {hex_of_hash(other)} already"
                )
            known = self._ledger.output(outpoint)
            if known is None:
                self._check_foreign(new, outpoint, claim)
                continue
            if (known.height, known.position) >= (block.height, new.position):
                raise UntruthError(f"{_name(new)}: it spends {_coin(outpoint)} before it is made")
            if claim is not None and claim != known.output:
                raise UntruthError(_other_coin(new, outpoint))
            if known.watched:
                yield known.output.script

    def _check_foreign(
        self, new: NewTransaction, outpoint: OutPoint, claim: TxOutput | None
    ) -> None:
        """A coin that the ledger has not seen being made is of no watched script."""
        if claim is not None and claim.script in self._watched:
            raise UntruthError(
                f"{_name(new)}: it spends {_coin(outpoint)} of a watched script, but the"
                " transaction that made it was left out"
            )


def _proven(found: FoundTransaction, block: SeenBlock) -> NewTransaction:
    """The transaction, if its bytes read and its proof holds under the block's header."""
    proof = found.proof
    try:
        if proof.header != block.header:
            raise UntruthError(
                f"the proof of a transaction is for another block than {block.height}"
            )
        proof.check(found.raw)
        transaction = parse_transaction(found.raw)
        written = proof.to_bytes()
    except UntruthError:
        raise
    except ChainError as error:
        name = hex_of_hash(proof.txid) if len(proof.txid) == 32 else "without a name"
        raise UntruthError(f"transaction {name} of block {block.height}: {error}") from None
    new = NewTransaction(transaction, found.raw, proof.position, written, found.spent)
    if transaction.is_coinbase != (proof.position == 0):
        raise UntruthError(f"{_name(new)}: a coinbase comes first in its block, nothing else does")
    inputs = [] if transaction.is_coinbase else [one.outpoint for one in transaction.inputs]
    if len(found.spent) != len(inputs):
        raise UntruthError(f"{_name(new)}: {len(inputs)} inputs, {len(found.spent)} spent coins")
    if any(one and not 0 <= one.value_sats <= MAX_MONEY_SATS for one in found.spent):
        raise UntruthError(f"{_name(new)}: it is said to spend what no coin can hold")
    if len(set(inputs)) != len(inputs):
        raise UntruthError(f"{_name(new)}: it spends the same coin twice")
    return new


def _check_amounts(new: NewTransaction, known: Sequence[int | None]) -> None:
    """What the inputs bring, as the ledger knows or the source says, is at least what is paid.

    Where one is not known nothing can be said; a coinbase is not looked at.
    """
    brought = [
        claim.value_sats if sats is None and claim else sats
        for sats, claim in zip(known, new.spent, strict=True)
    ]
    told = [sats for sats in brought if sats is not None]
    paid = new.transaction.output_sats
    if brought and len(told) == len(brought) and sum(told) < paid:
        raise UntruthError(f"{_name(new)}: it pays {paid} satoshis out of {sum(told)}")


def _spending(new: NewTransaction) -> Iterator[tuple[OutPoint, TxOutput | None]]:
    if not new.transaction.is_coinbase:
        for one, claim in zip(new.transaction.inputs, new.spent, strict=True):
            yield one.outpoint, claim


def _name(new: NewTransaction) -> str:
    return f"transaction {_printed(new.transaction)}"


def _printed(transaction: Transaction) -> str:
    return hex_of_hash(transaction.txid)


def _coin(outpoint: OutPoint) -> str:
    return f"coin {hex_of_hash(outpoint.txid)}:{outpoint.index}"


def _other_coin(new: NewTransaction, outpoint: OutPoint) -> str:
    return f"{_name(new)}: {_coin(outpoint)} has another amount or script than the ledger has of it"
