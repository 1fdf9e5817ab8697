"""Flows: each transaction split for a perimeter, and what each part is, with its evidence.

Pure functions over the journal (``chain.ledger``) and the register; no file, network or clock.
"""

from kilosat.chain.flows.book import Book, Line, open_book
from kilosat.chain.flows.classify import classify, classify_all, classify_scope
from kilosat.chain.flows.model import (
    AnnouncementMatch,
    Confidence,
    Counterparty,
    Evidence,
    Flow,
    FlowKind,
    MatchStatus,
    PaymentMatch,
    PerimeterFlows,
    Scope,
    SubKind,
)
from kilosat.chain.flows.records import PAYMENT_KINDS, Liability, PaymentKind, PaymentRecord
from kilosat.chain.flows.rules import Rules
from kilosat.chain.flows.scopes import scope_of, scopes, watched_scripts
from kilosat.chain.flows.split import Split, split_entry

__all__ = [
    "PAYMENT_KINDS",
    "AnnouncementMatch",
    "Book",
    "Confidence",
    "Counterparty",
    "Evidence",
    "Flow",
    "FlowKind",
    "Liability",
    "Line",
    "MatchStatus",
    "PaymentKind",
    "PaymentMatch",
    "PaymentRecord",
    "PerimeterFlows",
    "Rules",
    "Scope",
    "Split",
    "SubKind",
    "classify",
    "classify_all",
    "classify_scope",
    "open_book",
    "scope_of",
    "scopes",
    "split_entry",
    "watched_scripts",
]
