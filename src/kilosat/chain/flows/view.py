"""A transaction as a perimeter sees it: its parts, and who stood on the other side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kilosat.chain.flows.book import Book, Line
from kilosat.chain.flows.lots import Lot
from kilosat.chain.flows.parties import Parties, Side, parties_of
from kilosat.chain.flows.split import Split, changes_by_wallet, split_entry

__all__ = ["View", "lot_of", "lots_moved", "view_of"]

_OF_POOL = frozenset({"mined"})
_OF_STATE = frozenset({"seizure", "donation"})
_OF_EXCHANGE = frozenset({"purchase", "seizure", "donation", "client deposit"})


@dataclass(frozen=True)
class View:
    """A transaction as the perimeter sees it.

    ``transfer`` is what came from or went to wallets of the register outside the perimeter;
    ``gained`` and ``gave`` are the entities whose wallets hold more, or less, after it.
    """

    line: Line
    split: Split
    side: Side
    parties: Parties
    wallets: tuple[str, ...]
    transfer: int
    gained: frozenset[str]
    gave: frozenset[str]

    @property
    def txid(self) -> bytes:
        """Id of the transaction."""
        return self.line.entry.txid

    @property
    def across(self) -> int:
        """What crossed the border, without fee."""
        return self.split.inflow or self.split.outflow

    @property
    def open_sats(self) -> int:
        """What crossed the border and is not explained by the chain and the register alone."""
        return 0 if self.line.entry.is_coinbase else self.across - self.transfer


def view_of(line: Line, scripts: Mapping[bytes, str], chosen: set[str], book: Book) -> View:
    """``line`` as the perimeter of these scripts (to the wallet of each) and wallets sees it."""
    entry = line.entry
    split = split_entry(entry, scripts)
    side: Side = "out" if split.outflow else "in"
    parties = parties_of(entry, scripts, book, side)
    across = split.inflow or split.outflow
    transfer = 0 if entry.is_coinbase else min(across, parties.register_sats)
    changes = changes_by_wallet(entry, scripts)
    gained = _entities(book, (wallet for wallet, sats in changes.items() if sats > 0))
    gave = _entities(book, (wallet for wallet, sats in changes.items() if sats < 0))
    wallets = tuple(sorted(line.wallets & chosen))
    return View(line, split, side, parties, wallets, transfer, gained, gave)


def lot_of(number: int, view: View) -> Lot:
    """What of it documents may claim. Nobody buys from a mining pool, nor a state from a state, and
    an exchange mines nothing; coins of a coinbase are new, whatever is said of them.
    """
    only, is_coinbase = None, view.line.entry.is_coinbase
    if is_coinbase or (view.side == "in" and view.parties.pool_sats):
        only = _OF_POOL
    elif view.side == "in" and view.parties.state_sats:
        only = _OF_STATE
    elif view.side == "in" and view.parties.exchange_sats:
        only = _OF_EXCHANGE
    return Lot(
        number,
        view.side,
        view.txid,
        view.line.day,
        view.split.inflow if is_coinbase else view.open_sats,
        view.gained if view.side == "in" else view.gave,
        view.parties.exchange_sats > 0,
        only,
        is_coinbase,
    )


def lots_moved(views: Iterable[View]) -> list[Lot]:
    """What moved inside the perimeter or between wallets of the register, for either side.

    An announcement of coins that came may mean what only came to another wallet, one of a sale what
    only left one.
    """
    found: list[Lot] = []
    for view in views:
        day, moved = view.line.day, view.split.moved
        came = Lot(len(found), "in", view.txid, day, moved, view.gained)
        left = replace(came, number=len(found) + 1, side="out", keepers=view.gave)
        if view.side == "in":
            came = replace(came, sats=moved + view.transfer)
        else:
            left = replace(left, sats=moved + view.transfer)
        found += [came, left]
    return found


def _entities(book: Book, wallets: Iterable[str]) -> frozenset[str]:
    return frozenset(book.register.wallets[wallet].entity for wallet in wallets)
