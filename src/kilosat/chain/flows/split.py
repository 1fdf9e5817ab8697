"""How a transaction is split for a perimeter, so that the parts add up to its net change exactly.

The rule. Let the perimeter put in I and get back O, the outside put in i and get o, the miner take
the fee f. The two sides are netted, each against itself:

* what returned, min(I, O), is *internal*: *change* as far as each wallet got back what it put in
  itself, *moved* the rest;
* O above I is an *inflow* of O - I: the outside paid it, and the fee;
* I above O is given, I - O: the *fee* takes at most f of it, the *outflow* is the rest. So a
  perimeter that pays alone bears the whole fee; where the outside gives too, the perimeter gives
  the fee before it gives anything to the outside;
* a coinbase is an inflow of all that it pays (*mined*).

Inflow - outflow - fee = O - I always. Where an input's coins are not known, so is the fee: then all
that is given counts as outflow as far as outside outputs go, and only the rest as fee. Several
perimeters that fund one transaction together may each be said to bear its fee: net changes of
disjoint perimeters add up, their fees need not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kilosat.chain.ledger.entry import Entry, Leg

__all__ = ["Split", "changes_by_wallet", "split_entry"]


@dataclass(frozen=True)
class Split:
    """The parts of a transaction in satoshis, none negative."""

    moved: int = 0
    change: int = 0
    inflow: int = 0
    outflow: int = 0
    fee: int = 0
    is_mixed: bool = False

    @property
    def net(self) -> int:
        """What the perimeter gained by the transaction."""
        return self.inflow - self.outflow - self.fee


def split_entry(entry: Entry, wallets: Mapping[bytes, str]) -> Split:
    """The parts of ``entry`` for the perimeter of these scripts (to the wallet of each).

    Scripts and amounts that are not known count as outside.
    """
    put_in, got = _by_wallet(entry.inputs, wallets), _by_wallet(entry.outputs, wallets)
    total_in, total_got = sum(put_in.values()), sum(got.values())
    returned = min(total_in, total_got)
    change = sum(min(sats, got.get(wallet, 0)) for wallet, sats in put_in.items())
    given = max(0, total_in - total_got)
    outside = entry.paid_sats - total_got
    fee = entry.fee_sats
    taken = given - min(given, outside) if fee is None else max(0, min(given, fee))
    return Split(
        moved=returned - change,
        change=change,
        inflow=max(0, total_got - total_in),
        outflow=given - taken,
        fee=taken,
        is_mixed=bool(put_in) and any(leg.script not in wallets for leg in entry.inputs),
    )


def changes_by_wallet(entry: Entry, wallets: Mapping[bytes, str]) -> dict[str, int]:
    """What each wallet gained, or below nought gave, in satoshis."""
    put_in, got = _by_wallet(entry.inputs, wallets), _by_wallet(entry.outputs, wallets)
    return {key: got.get(key, 0) - put_in.get(key, 0) for key in sorted(put_in | got)}


def _by_wallet(legs: tuple[Leg, ...], wallets: Mapping[bytes, str]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for leg in legs:
        if leg.script is not None and leg.script in wallets:
            wallet = wallets[leg.script]
            sums[wallet] = sums.get(wallet, 0) + (leg.sats or 0)
    return sums
