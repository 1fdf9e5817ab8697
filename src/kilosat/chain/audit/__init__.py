"""The audit: what a perimeter held at two dates, and which coins came from outside.

``audit`` makes it from entries of a ledger and a register; no file, network or clock.
"""

from kilosat.chain.audit.audit import AUDIT_STAGES, audit, reserve_of, scope_asked
from kilosat.chain.audit.facts import Fact, coins_text
from kilosat.chain.audit.model import (
    AddressUse,
    Audit,
    AuditedCoin,
    CostLot,
    CostOfCoins,
    Coverage,
    Day,
    Limit,
    ScopeTotals,
)
from kilosat.chain.audit.period import AuditError

__all__ = [
    "AUDIT_STAGES",
    "AddressUse",
    "Audit",
    "AuditError",
    "AuditedCoin",
    "CostLot",
    "CostOfCoins",
    "Coverage",
    "Day",
    "Fact",
    "Limit",
    "ScopeTotals",
    "audit",
    "coins_text",
    "reserve_of",
    "scope_asked",
]
