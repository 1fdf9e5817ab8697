"""The documents of a perimeter (announcements, payment records) laid over its transactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kilosat.chain.flows.claims import (
    Found,
    announcement_claims,
    announcement_match,
    announcement_sign,
    payment_claims,
    payment_sign,
)
from kilosat.chain.flows.judging import Sign
from kilosat.chain.flows.lots import Lot, Stretch
from kilosat.chain.flows.model import AnnouncementMatch, PaymentMatch, Scope
from kilosat.chain.flows.records import PaymentRecord
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.view import View, lot_of, lots_moved
from kilosat.chain.register import Register

__all__ = ["Documents", "documents_of"]


@dataclass(frozen=True)
class Documents:
    """What was found for each announcement and payment record, by its number.

    ``moved`` are coins that only moved, for announcements of which none was found that crossed;
    ``txids`` are all transactions of the perimeter.
    """

    register: Register
    payments: Sequence[PaymentRecord]
    rules: Rules
    by_books: Found
    by_word: Found
    moved: Found
    txids: frozenset[bytes]

    def signs(self) -> Mapping[int, Sequence[tuple[Stretch, Sign]]]:
        """Documents by the number of the transaction that they speak of, payment records first."""
        found: dict[int, list[tuple[Stretch, Sign]]] = {}
        for number, one in self.by_books.numbered():
            found.setdefault(one.lot, []).append((one, payment_sign(self.payments[number], one)))
        for number, one in self.by_word.numbered():
            sign = announcement_sign(self.register.announcements[number], one)
            found.setdefault(one.lot, []).append((one, sign))
        return found

    def announcement_matches(self, scope: Scope) -> tuple[AnnouncementMatch, ...]:
        """What became of each announcement of the entities of a scope."""
        return tuple(
            announcement_match(number, one, self.by_word, self.moved, self.txids, self.rules)
            for number, one in enumerate(self.register.announcements)
            if one.entity in scope.entities
        )

    def payment_matches(self, scope: Scope) -> tuple[PaymentMatch, ...]:
        """What became of each payment record of the entities of a scope."""
        return tuple(
            PaymentMatch(record, self.by_books.sats(number), self.by_books.txids(number))
            for number, record in enumerate(self.payments)
            if record.entity in scope.entities
        )


def documents_of(
    register: Register,
    scope: Scope,
    views: Sequence[View],
    payments: Sequence[PaymentRecord],
    rules: Rules,
) -> Documents:
    """Find the coins of each document among ``views``, which are numbered by their place."""
    keepers = {register.wallets[key].entity for key in scope.wallets}
    lots = [lot_of(number, view) for number, view in enumerate(views)]
    by_books = Found.by(payment_claims(payments, scope.entities, keepers), lots, rules)
    claims = announcement_claims(register.announcements, scope.entities, keepers)
    by_word = Found.by(claims, _not_otherwise(lots, by_books, payments), rules)
    unseen = [claim for claim in claims if claim.number not in by_word.stretches]
    moved = Found.by(unseen, lots_moved(views), rules)
    txids = frozenset(view.txid for view in views)
    return Documents(register, payments, rules, by_books, by_word, moved, txids)


def _not_otherwise(
    lots: Sequence[Lot], by_books: Found, payments: Sequence[PaymentRecord]
) -> list[Lot]:
    """Lots of which the books say, by transaction, what they are: they are nothing else."""
    kinds: dict[int, set[str]] = {}
    for number, one in by_books.numbered():
        if one.by_txid:
            kinds.setdefault(one.lot, set()).add(payments[number].kind)
    return [
        replace(lot, only=frozenset(kinds[lot.number]), is_settled=True)
        if lot.number in kinds
        else lot
        for lot in lots
    ]
