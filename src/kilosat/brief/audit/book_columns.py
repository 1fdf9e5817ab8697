"""The columns of what the holder says: its books, what it owes to clients, what it signed."""

from kilosat.brief.audit.columns import Column, citation, txids_text
from kilosat.chain.audit import Audit
from kilosat.chain.control import JudgedControl, when_signed
from kilosat.chain.flows import Liability, PaymentMatch
from kilosat.chain.register import Register

__all__ = ["client_columns", "control_columns", "payment_columns"]


def payment_columns(audit: Audit, register: Register) -> tuple[Column[PaymentMatch], ...]:
    """A payment record and what was found of it. A transaction that the books name and the chain
    does not have is not repeated.
    """
    return (
        Column("date", "Date", "", lambda m: m.record.date),
        Column(
            "entity",
            "Books of",
            "",
            lambda m: register.entities[m.record.entity].title,
            width=30.0,
            from_users=True,
        ),
        Column("kind", "Kind", "", lambda m: m.record.kind, width=18.0),
        Column("sats", "Stated", "sat", lambda m: m.record.sats, width=18.0),
        Column("found_sats", "Found", "sat", lambda m: m.matched_sats, width=18.0),
        Column("txids", "By transactions", "", lambda m: txids_text(m.txids), width=68.0),
        Column("usd", "Paid", "USD", lambda m: m.record.usd, width=16.0),
        Column(
            "is_within", "Within the audit", "", lambda m: audit.start <= m.record.date < audit.end
        ),
        Column("source", "Document", "", lambda m: citation(m.record.source), "", 50.0, True),
        Column("reference", "Where", "", lambda m: m.record.reference, "", 40.0, True),
    )


def client_columns(register: Register) -> tuple[Column[Liability], ...]:
    """The latest statement of each entity on what it owes."""
    return (
        Column(
            "entity",
            "Owed by",
            "",
            lambda one: register.entities[one.entity].title,
            width=30.0,
            from_users=True,
        ),
        Column("since", "Since", "", lambda one: one.date),
        Column("sats", "Owed", "sat", lambda one: one.sats, width=18.0),
        Column("source", "Document", "", lambda one: citation(one.source), "", 50.0, True),
        Column("reference", "Where", "", lambda one: one.reference, "", 40.0, True),
    )


def control_columns(register: Register) -> tuple[Column[JudgedControl], ...]:
    """Signatures of control, and what each is worth."""
    return (
        Column(
            "wallet",
            "Wallet",
            "",
            lambda one: register.wallets[one.control.wallet].title,
            width=30.0,
            from_users=True,
        ),
        Column("address", "Address", "", lambda one: one.control.address, width=64.0),
        Column("outcome", "Signature", "", lambda one: one.verdict.outcome),
        Column("variant", "Form", "", lambda one: one.verdict.variant or "", "as in BIP 322"),
        Column(
            "when",
            "When it was made",
            "",
            lambda one: when_signed(one.blocks) if one.is_valid else "",
            width=50.0,
        ),
        Column("reason", "Why not", "", lambda one: one.verdict.reason, "", 40.0, True),
        Column("message", "Message", "", lambda one: one.control.message, "", 70.0, True),
    )
