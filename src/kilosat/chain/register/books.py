"""The keeper's own books beside a register: client deposits owed, and payments made."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kilosat.chain.flows.records import PAYMENT_KINDS, Liability, PaymentRecord
from kilosat.chain.register.csv_rows import Columns, Row, read_rows
from kilosat.chain.register.named_txids import NamedTxid
from kilosat.definitions.findings import Report, nearest
from kilosat.provenance import Source
from kilosat.quantities import SATS_PER_BTC

__all__ = ["Known", "read_deposits", "read_payments"]

_DEPOSITS = Columns(
    needed=("date", "entity", "source"),
    optional=("reference",),
    choices=("entity", "source"),
)
_PAYMENTS = Columns(
    needed=("date", "entity", "kind", "source"),
    optional=("usd", "reference", "txid"),
    choices=("entity", "kind", "source"),
    transactions=("txid",),
)
_TXID = re.compile(r"[0-9a-f]{64}")
_LIKELY_USD_PER_BTC = (0.01, 10_000_000.0)


@dataclass(frozen=True)
class Known:
    """What rows may refer to: entities and sources of the register, and the sources referred to."""

    entities: Collection[str]
    sources: Mapping[str, Source | None]
    used: set[str]

    def source(self, row: Row) -> Source | None:
        """The source of a row: a key of the register, an address, or a document in words."""
        text = row.text("source")
        if text in self.sources:
            self.used.add(text)
            return self.sources[text]
        if text.startswith(("https://", "http://")):
            return Source(f"{row.label}:{row.line}", text, "named by the register's keeper", text)
        if " " in text:
            return Source(f"{row.label}:{row.line}", text, "named by the register's keeper")
        remedy = "write a key of the register's sources, an address, or the document in words"
        if not text:
            row.error("source", "an amount needs a source", remedy)
            return None
        if near := nearest(text, self.sources):
            remedy = f"did you mean '{near}'? Else {remedy}"
        row.error("source", "one word is no document, and no key of the sources", remedy)
        return None


def read_deposits(path: Path, known: Known, report: Report) -> tuple[Liability, ...]:
    """What is owed to clients, by date: the balance of an entity from a day on.

    Columns ``date``, ``entity``, ``btc`` or ``sats``, ``source``; and ``reference``, if wanted.
    """
    found: dict[tuple[date, str], Liability] = {}
    for row in read_rows(path, _DEPOSITS, report):
        day, sats = row.day(), row.sats()
        entity = row.one_of("entity", known.entities, "entity of this register")
        source = known.source(row)
        if day is None or sats is None or not entity or source is None:
            continue
        if (day, entity) in found:
            message = "this entity has a balance on this day already"
            row.error("date", message, "keep one of them: a balance, not what was paid in")
        reference = row.text("reference") or f"line {row.line}"
        found[day, entity] = Liability(day, entity, sats, source, reference)
    return tuple(sorted(found.values(), key=lambda owed: (owed.date, owed.entity)))


def read_payments(path: Path, known: Known, report: Report) -> tuple[PaymentRecord, ...]:
    """What was paid for coins or received for them, by date.

    Columns ``date``, ``entity``, ``kind``, ``btc`` or ``sats``, ``source``; and ``usd``,
    ``reference`` and ``txid``, if wanted.
    """
    found = []
    for row in read_rows(path, _PAYMENTS, report):
        day, sats, usd, txid = row.day(), row.sats(), row.usd(), _txid(row)
        entity = row.one_of("entity", known.entities, "entity of this register")
        kind = row.one_of("kind", PAYMENT_KINDS, "kind of payment")
        source = known.source(row)
        if day is None or sats is None or not entity or not kind or source is None:
            continue
        _note_price(row, sats, usd)
        reference = row.text("reference") or f"line {row.line}"
        chosen = next(one for one in PAYMENT_KINDS if one == kind)
        found.append(PaymentRecord(day, entity, sats, chosen, usd, reference, source, txid))
    return tuple(sorted(found, key=lambda paid: paid.date))


def _txid(row: Row) -> str:
    text = row.text("txid")
    if text and not _TXID.fullmatch(text):
        message = "the transaction is not written as expected"
        row.error("txid", message, "write 64 hex digits in lower case, or leave the cell empty")
        return ""
    return NamedTxid(text) if text else ""


def _note_price(row: Row, sats: int, usd: float | None) -> None:
    """A price that no market ever had is a unit gone wrong."""
    low, high = _LIKELY_USD_PER_BTC
    if usd and sats and not low <= usd / sats * SATS_PER_BTC <= high:
        price = usd / sats * SATS_PER_BTC
        message = f"this is {price:,.{0 if price > 1 else 8}f} USD for one coin"
        row.report.note(row.label, row.line, message, "check both units")
