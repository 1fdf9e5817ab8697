"""What a server says that scripts hold, held against what its own histories come to."""

import time
from collections.abc import Collection, Mapping, Sequence

from kilosat.chain.sources.port import BlockRef
from kilosat.chain.sources.script_index.books import Books
from kilosat.chain.sources.script_index.proven import outputs_by_parents
from kilosat.chain.sources.script_index.server import (
    Claim,
    ContradictionError,
    Listing,
    ScriptIndex,
)
from kilosat.chain.transaction import OutPoint

__all__ = ["check_claims"]

_SETTLING_SECONDS = 1.0
"""A server that is just taking in a block may contradict itself for a moment."""


def check_claims(
    index: ScriptIndex,
    scripts: Sequence[bytes],
    listings: Sequence[Listing],
    books: Books,
    last: BlockRef,
) -> None:
    """Check histories, balances and unspent coins of one server against each other, at ``last``.

    Raises:
        ContradictionError: they differ, and still do a moment later.
    """
    try:
        _check(index, scripts, listings, books, last)
    except ContradictionError:
        time.sleep(_SETTLING_SECONDS)
        _check(index, scripts, listings, books, last)


def _check(
    index: ScriptIndex,
    scripts: Sequence[bytes],
    listings: Sequence[Listing],
    books: Books,
    last: BlockRef,
) -> None:
    open_coins, highest, lists_all = set(books.before), 0, True
    lacking: dict[bytes, int] = {}
    claims = index.claims(scripts, listings, last.height)
    for number, (listing, claim) in enumerate(zip(listings, claims, strict=True)):
        script = scripts[number]
        if claim.stamp != listing.stamp:
            raise ContradictionError(
                f"the history of script {script.hex()} changed while it was read"
            )
        highest = max(highest, claim.highest)
        lists_all &= claim.coins is not None
        open_coins.difference_update(claim.coins or ())
        if claim.highest > last.height:  # the balance is one of a later height
            continue
        if books.whole:
            _check_sums(script.hex(), claim, books, number)
        if claim.coins is not None:
            lacking[script] = _check_coins(script.hex(), claim, books, number)
    if highest > index.tip().height:
        raise ContradictionError(f"a history has height {highest:,}, which is above its tip")
    if lists_all:
        _check_open(index, lacking, open_coins)


def _check_sums(script: str, claim: Claim, books: Books, number: int) -> None:
    held = sum(books.coins(number).values())
    if claim.balance_sats != held:
        raise ContradictionError(
            f"the balance of script {script} is told as {claim.balance_sats:,} sats, while its "
            f"history comes to {held:,}"
        )
    if claim.received_sats not in (None, books.received[number]):
        raise ContradictionError(
            f"script {script} is told to have received {claim.received_sats:,} sats, while its "
            f"history comes to {books.received[number]:,}"
        )


def _check_coins(script: str, claim: Claim, books: Books, number: int) -> int:
    """Check the told coins against those found; returns what both lack to the told balance."""
    made, coins = books.coins(number), claim.coins or {}
    told = {coin: one.value_sats for coin, one in coins.items() if coin not in books.before}
    same = told.items() <= made.items() if claim.unconfirmed else told == made
    if not same:
        raise ContradictionError(
            f"the unspent coins of script {script} are told as {len(told):,} with "
            f"{sum(told.values()):,} sats, while its history comes to {len(made):,} with "
            f"{sum(made.values()):,}"
        )
    before = sum(one.value_sats for coin, one in coins.items() if coin in books.before)
    lacking = claim.balance_sats - before - sum(made.values())
    if lacking and not claim.unconfirmed:
        total = sum(one.value_sats for one in coins.values())
        raise ContradictionError(
            f"the unspent coins of script {script} are told as {total:,} sats in sum, its balance "
            f"as {claim.balance_sats:,}"
        )
    return lacking


def _check_open(
    index: ScriptIndex, lacking: Mapping[bytes, int], open_coins: Collection[OutPoint]
) -> None:
    """Check the coins that were unspent before, are not told as unspent, and are in no history.

    Those that a transaction spends which waits for a block, or is in one above the last, are all
    that a balance may have beyond the told coins.
    """
    held = dict.fromkeys(lacking, 0)
    outputs = outputs_by_parents(index, open_coins)
    for output in outputs.values():
        if output.script in held:
            held[output.script] += output.value_sats
    wrong = next((script for script in lacking if lacking[script] != held[script]), None)
    if wrong is not None or len(outputs) < len(open_coins):
        which = f"script {wrong.hex()}" if wrong else "transactions that it does not have"
        raise ContradictionError(
            f"coins of {which} that were unspent before are not in its list of unspent coins, and "
            "no history has a transaction that spends them"
        )
