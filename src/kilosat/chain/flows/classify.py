"""Classification: each transaction of a perimeter becomes flows that add up to its net change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kilosat.chain.flows.book import Book, open_book
from kilosat.chain.flows.documents import Documents, documents_of
from kilosat.chain.flows.model import Flow, PerimeterFlows, Scope
from kilosat.chain.flows.parts import flows_of
from kilosat.chain.flows.records import PaymentRecord
from kilosat.chain.flows.returns import returned_by_transaction, with_returns
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.scopes import scope_of, scopes
from kilosat.chain.flows.view import view_of
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Register
from kilosat.quantities import SATS_PER_BTC

__all__ = ["classify", "classify_all", "classify_scope", "returns_of"]


def classify(
    entries: Iterable[Entry],
    register: Register,
    perimeter: str,
    *,
    prices: Mapping[date, float] | None = None,
    payments: Sequence[PaymentRecord] = (),
    rules: Rules | None = None,
) -> PerimeterFlows:
    """The flows of one perimeter (its key) or wallet (``wallet:KEY``).

    ``entries`` are all that the register's scripts ever took part in, from the first block on;
    ``prices`` the close of UTC days in USD for a coin.

    Raises:
        KeyError: no such perimeter or wallet; the message names those that there are.
    """
    scope = scope_of(register, perimeter)
    book = open_book(entries, register, rules)
    return classify_scope(book, scope, prices=prices, payments=payments, rules=rules)


def classify_all(
    entries: Iterable[Entry],
    register: Register,
    *,
    prices: Mapping[date, float] | None = None,
    payments: Sequence[PaymentRecord] = (),
    rules: Rules | None = None,
) -> dict[str, PerimeterFlows]:
    """The flows of every perimeter, and of every wallet as ``wallet:KEY``, by key."""
    book = open_book(entries, register, rules)
    returned = returns_of(book, payments=payments, rules=rules)
    return {
        scope.key: classify_scope(
            book, scope, prices=prices, payments=payments, rules=rules, returned=returned
        )
        for scope in scopes(register)
    }


def classify_scope(
    book: Book,
    scope: Scope,
    *,
    prices: Mapping[date, float] | None = None,
    payments: Sequence[PaymentRecord] = (),
    rules: Rules | None = None,
    returned: Mapping[bytes, int] | None = None,
) -> PerimeterFlows:
    """As ``classify``, for a book that is open and so serves several scopes.

    ``returned`` is that of ``returns_of``, which is the same for all scopes.
    """
    rules, prices = rules or Rules(), prices or {}
    if returned is None:
        returned = returns_of(book, payments=payments, rules=rules)
    flows, documents = _judged(book, scope, payments, rules)
    return PerimeterFlows(
        scope,
        frozenset(book.scripts_of(scope.wallets)),
        with_returns((_priced(flow, prices) for flow in flows), returned),
        documents.announcement_matches(scope),
        documents.payment_matches(scope),
    )


def returns_of(
    book: Book, *, payments: Sequence[PaymentRecord] = (), rules: Rules | None = None
) -> dict[bytes, int]:
    """Satoshis by transaction that may be coins of the register's wallets coming back.

    Which of its wallets sent them does not matter: a perimeter that leaves one out would show as
    new what only went through an exchange.
    """
    register = book.register
    everything = Scope("", register.title, tuple(register.wallets), tuple(register.entities))
    return returned_by_transaction(_judged(book, everything, payments, rules or Rules())[0])


def _judged(
    book: Book, scope: Scope, payments: Sequence[PaymentRecord], rules: Rules
) -> tuple[list[Flow], Documents]:
    scripts, chosen = book.scripts_of(scope.wallets), set(scope.wallets)
    views = [view_of(line, scripts, chosen, book) for line in book.lines_of(scope.wallets)]
    documents = documents_of(book.register, scope, views, payments, rules)
    signs = documents.signs()
    flows = [
        flow
        for number, view in enumerate(views)
        for flow in flows_of(view, signs.get(number, ()), book.register, rules)
    ]
    return flows, documents


def _priced(flow: Flow, prices: Mapping[date, float]) -> Flow:
    price = prices.get(flow.day)
    return flow if price is None else replace(flow, usd=flow.sats * price / SATS_PER_BTC)
