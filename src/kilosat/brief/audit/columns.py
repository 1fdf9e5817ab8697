"""The columns of the long tables: one definition for CSV, workbook and JSON."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

from kilosat.chain.audit import AddressUse, Audit, AuditedCoin, Day
from kilosat.chain.flows import AnnouncementMatch, Counterparty, Flow
from kilosat.chain.header import hash_of_hex, hex_of_hash
from kilosat.chain.register import Register
from kilosat.provenance import Source

__all__ = ["Cell", "Column", "Columns", "citation", "columns_of", "txids_text"]

T = TypeVar("T")
Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column: its key in CSV and JSON, title and unit for people, and what it means.

    ``from_users``: its texts were written by users, so that a spreadsheet must be kept from taking
    them for formulas.
    """

    key: str
    title: str
    unit: str
    value: Callable[[T], Cell]
    meaning: str = ""
    width: float = 14.0
    from_users: bool = False

    @property
    def head(self) -> str:
        """The title with its unit."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


@dataclass(frozen=True)
class Columns:
    """All of them, for one audit; wallets and entities are given by their titles."""

    flows: tuple[Column[Flow], ...]
    coins: tuple[Column[AuditedCoin], ...]
    days: tuple[Column[Day], ...]
    addresses: tuple[Column[AddressUse], ...]
    announcements: tuple[Column[AnnouncementMatch], ...]


def columns_of(audit: Audit, register: Register) -> Columns:
    """The columns of an audit's tables."""
    return Columns(
        _flows(register), _coins(register), _days(), _addresses(register), _said(audit, register)
    )


def txids_text(txids: Iterable[bytes]) -> str:
    """Transaction ids as people print them, one after the other."""
    return " ".join(map(hex_of_hash, txids))


def _flows(register: Register) -> tuple[Column[Flow], ...]:
    labels = {
        hash_of_hex(one.txid): one.label
        for one in register.transaction_labels
        if one.type == "tx" and one.label
    }
    return (
        Column("day", "Day", "UTC", lambda f: f.day, "by the highest header time up to the block"),
        Column("time", "Time of the block", "UTC", lambda f: _moment(f.time), width=19.0),
        Column("height", "Block", "", lambda f: f.block.height, width=10.0),
        Column("txid", "Transaction", "", lambda f: hex_of_hash(f.txid), width=68.0),
        Column("kind", "Kind", "", lambda f: f.kind, "internal, mined, inflow, outflow"),
        Column("sub_kind", "Called", "", lambda f: f.sub_kind, "what it is called by its evidence"),
        Column("sats", "Amount", "sat", lambda f: f.sats, "never negative", 18.0),
        Column(
            "net_sats", "Gained", "sat", lambda f: f.net_sats, "given, below nought", width=18.0
        ),
        Column("usd", "Value at the day's close", "USD", _worth, width=16.0),
        Column(
            "confidence", "Confidence", "", lambda f: f.confidence, "proven, strong, weak, none"
        ),
        Column("evidence", "Evidence", "", _evidence, "why it is called so", 70.0, True),
        Column("sources", "Documents", "", _documents, "of the evidence", 50.0, True),
        Column(
            "counterparties",
            "On the other side",
            "",
            lambda f: "; ".join(map(_party, f.counterparties)),
            "with kind and satoshis that went in or came out under its scripts",
            50.0,
            True,
        ),
        Column(
            "wallets",
            "Wallets",
            "",
            lambda f: "; ".join(register.wallets[key].title for key in f.wallets),
            "of the perimeter, that the transaction touches",
            30.0,
            True,
        ),
        Column(
            "label",
            "Label of the transaction",
            "",
            lambda f: labels.get(f.txid, ""),
            "from the label file (BIP 329): the word of whoever wrote it",
            30.0,
            True,
        ),
        Column("is_mixed", "Mixed", "", lambda f: f.is_mixed, "inputs from inside and outside"),
        Column(
            "is_coinjoin_like",
            "Like a coinjoin",
            "",
            lambda f: f.is_coinjoin_like,
            "counterparties mean little",
        ),
    )


def _coins(register: Register) -> tuple[Column[AuditedCoin], ...]:
    return (
        Column("txid", "Transaction", "", lambda c: hex_of_hash(c.outpoint.txid), width=68.0),
        Column("index", "Output", "", lambda c: c.outpoint.index, width=8.0),
        Column(
            "wallet",
            "Wallet",
            "",
            lambda c: register.wallets[c.wallet].title,
            width=30.0,
            from_users=True,
        ),
        Column("address", "Address", "", lambda c: c.address or "", width=64.0),
        Column("script", "Output script", "", lambda c: c.script.hex(), width=50.0),
        Column("sats", "Amount", "sat", lambda c: c.sats, width=18.0),
        Column("height", "Block", "", lambda c: c.height, width=10.0),
        Column("day", "Day", "UTC", lambda c: c.day),
        Column("age_days", "Age at the end", "days", lambda c: c.age_days),
        Column("is_coinbase", "Coinbase", "", lambda c: c.is_coinbase),
        Column(
            "exposure",
            "Public key",
            "",
            lambda c: c.exposure,
            "hidden: only its hash is on the chain; revealed by a spend; in the output; not known",
            20.0,
        ),
    )


def _days() -> tuple[Column[Day], ...]:
    since = "since the start of the audit"
    return (
        Column("day", "Day", "UTC", lambda d: d.day),
        Column(
            "announced_sats",
            "Announced",
            "sat",
            lambda d: d.announced,
            f"as bought, mined, seized or given, less as sold, {since}",
            18.0,
        ),
        Column(
            "dashboard_sats",
            "Dashboard",
            "sat",
            lambda d: d.dashboard,
            f"gross inflow to the reserve wallets {since}",
            18.0,
        ),
        Column("net_change_sats", "Net change", "sat", lambda d: d.net_change, since, 18.0),
        Column("stock_sats", "Stock", "sat", lambda d: d.stock, "at the end of the day", 18.0),
    )


def _addresses(register: Register) -> tuple[Column[AddressUse], ...]:
    return (
        Column("address", "Address", "", lambda a: a.address or "", width=64.0),
        Column("script", "Output script", "", lambda a: a.script.hex(), width=50.0),
        Column(
            "wallet",
            "Wallet",
            "",
            lambda a: register.wallets[a.wallet].title,
            width=30.0,
            from_users=True,
        ),
        Column("script_type", "Kind of script", "", lambda a: a.script_type),
        Column("times_funded", "Paid", "transactions", lambda a: a.times_funded),
        Column("times_spent_from", "Spent from", "transactions", lambda a: a.times_spent_from),
        Column("sats", "Holds", "sat", lambda a: a.sats, width=18.0),
        Column("is_reused", "Paid more than once", "", lambda a: a.is_reused),
        Column("exposure", "Public key", "", lambda a: a.exposure, width=20.0),
    )


def _said(audit: Audit, register: Register) -> tuple[Column[AnnouncementMatch], ...]:
    return (
        Column("date", "Date", "", lambda m: m.announcement.date),
        Column(
            "entity",
            "By",
            "",
            lambda m: register.entities[m.announcement.entity].title,
            width=30.0,
            from_users=True,
        ),
        Column("kind", "Says", "", lambda m: m.announcement.kind),
        Column("text", "Text", "", lambda m: m.announcement.text, width=60.0, from_users=True),
        Column(
            "stated_sats",
            "Coins stated",
            "sat",
            lambda m: m.announcement.sats,
            "empty where it states none",
            18.0,
        ),
        Column(
            "status",
            "What became of it",
            "",
            lambda m: m.status,
            "matched, partly, not seen, contradicted, no amount, not counted",
        ),
        Column("found_sats", "Found", "sat", lambda m: m.matched_sats, "coins from outside", 18.0),
        Column("missing_sats", "Not found", "sat", lambda m: m.missing_sats, width=18.0),
        Column("txids", "By transactions", "", lambda m: txids_text(m.txids), width=68.0),
        Column(
            "instead_txids",
            "Instead",
            "",
            lambda m: txids_text(m.instead),
            "transactions of that amount, or named by it, that only moved coins inside",
            68.0,
        ),
        Column(
            "is_within",
            "Within the audit",
            "",
            lambda m: audit.start <= m.announcement.date < audit.end,
        ),
        Column(
            "source",
            "Document",
            "",
            lambda m: citation(m.announcement.source),
            width=50.0,
            from_users=True,
        ),
        Column(
            "where", "Where in it", "", lambda m: m.announcement.where, width=30.0, from_users=True
        ),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _worth(flow: Flow) -> float | None:
    return None if flow.usd is None else round(flow.usd, 2)


def _evidence(flow: Flow) -> str:
    return "; ".join(
        f"{one.text} [{one.reference}]" if one.reference else one.text for one in flow.evidence
    )


def _documents(flow: Flow) -> str:
    return "; ".join(_distinct(citation(one.source) for one in flow.evidence))


def citation(source: Source | None) -> str:
    """A document as people cite it, with its address."""
    if source is None:
        return ""
    return f"{source.citation()} {source.address}".strip()


def _party(party: Counterparty) -> str:
    return f"{party.name} ({party.kind}, {party.sats})"


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(text for text in texts if text))
