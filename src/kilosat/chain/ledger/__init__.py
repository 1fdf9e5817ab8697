"""The ledger: an append-only journal of every satoshi in and out of the watched scripts."""

from kilosat.chain.ledger.entry import Account, Coin, Entry, Leg, Posting, Reorganisation
from kilosat.chain.ledger.errors import LedgerError
from kilosat.chain.ledger.ledger import Ledger
from kilosat.chain.ledger.records import Coverage, SourceRecord

__all__ = [
    "Account",
    "Coin",
    "Coverage",
    "Entry",
    "Ledger",
    "LedgerError",
    "Leg",
    "Posting",
    "Reorganisation",
    "SourceRecord",
]
