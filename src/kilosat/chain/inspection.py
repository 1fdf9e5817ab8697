"""From a register and a source to an audit: scan, compare, classify. Files are the caller's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kilosat.chain.audit import Audit, Coverage, audit, scope_asked
from kilosat.chain.control import Control, JudgedControl
from kilosat.chain.control.judge import judge
from kilosat.chain.errors import ChainError
from kilosat.chain.ledger import Entry, Ledger, Reorganisation
from kilosat.chain.ledger.records import SeenBlock
from kilosat.chain.register import Register
from kilosat.chain.scan import (
    CrossCheck,
    Progress,
    ScanOutcome,
    check_balances,
    cross_check,
    scan,
)
from kilosat.chain.scan.headers import block_at
from kilosat.chain.scan.midnights import blocks_before
from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.port import ChainSource
from kilosat.definitions.price_history import PriceHistory

__all__ = ["Asked", "ControlsOf", "Inspection", "InspectionError", "inspect"]

_ONE_DAY = timedelta(days=1)
ControlsOf = Callable[[Mapping[bytes, str]], Sequence[Control]]
"""From scripts, to their wallets' keys, to the signatures that somebody gave for them."""


class InspectionError(ChainError):
    """An audit that cannot be made as it was asked for; the message says what to ask instead."""


@dataclass(frozen=True)
class Asked:
    """What is asked: a perimeter or ``wallet:KEY`` between two days, 00:00 UTC.

    Without a perimeter it is the register's first. Without ``start`` it begins with the day of the
    first transaction, without ``end`` it goes to the end of the day that the chain was read to.
    ``reserve`` is the perimeter or wallet that a dashboard shows; ``until`` the last block to read.
    """

    perimeter: str = ""
    start: date | None = None
    end: date | None = None
    reserve: str | None = None
    until: int | None = None


@dataclass(frozen=True)
class Inspection:
    """The audit with what the scan noticed, and what each comparison with another source said.

    ``outcome`` tells of this run, ``reorganisations`` are all that the ledger ever saw.
    """

    audit: Audit
    outcome: ScanOutcome
    checks: Mapping[str, CrossCheck]
    reorganisations: tuple[Reorganisation, ...] = ()


def inspect(
    register: Register,
    source: ChainSource,
    ledger: Ledger,
    asked: Asked,
    prices: PriceHistory,
    others: Sequence[ChainSource] = (),
    on_progress: Callable[[Progress], None] | None = None,
    controls_of: ControlsOf | None = None,
) -> Inspection:
    """Bring the ledger up to date, compare it, and audit the perimeter.

    The source's own word on what is unspent is always compared with the ledger. ``controls_of``
    tells the signatures of control for the scripts that are watched by then (to their wallets).

    Raises:
        AuditError: no such perimeter or wallet.
        InspectionError: days in the wrong order, or the register has no perimeter.
        SourceError: a source fails or contradicts itself; what was read before stays.
        LedgerError: the ledger cannot be used.
    """
    perimeter = _perimeter(register, asked)
    outcome = scan(
        source,
        register.wallets.values(),
        ledger,
        until=asked.until,
        on_progress=on_progress,
    )
    name = outcome.status.name
    checks = {name: check_balances(source, ledger)}
    agreeing = []
    for other in others:
        status = other.status()
        check = checks[status.name] = cross_check(source, other, ledger)
        # An archive is no second source: it may have been made from this very one.
        if check.bears_out and status.kind != "archive":
            agreeing.append(status.name)
    upto = _upto(source, min(outcome.tip.height, outcome.status.tip.height), asked.until)
    seen = datetime.fromtimestamp(upto.header.time, UTC)
    entries = tuple(ledger.entries(last=upto.height))
    start, end = _days(entries, asked, seen)
    found = audit(
        entries,
        register,
        perimeter,
        start,
        end,
        coverage=Coverage(upto.ref, seen, (name, *agreeing), outcome.status.notes),
        reserve=asked.reserve,
        prices=prices.by_day(),
        price_source=prices.source,
        liabilities=register.liabilities,
        payments=register.payments,
        watched=ledger.watched(),
        midnights=blocks_before(source, (start, end), upto.height),
        controls=_judged(controls_of, source, ledger) if controls_of else (),
    )
    return Inspection(found, outcome, checks, ledger.reorganisations())


def _judged(
    controls_of: ControlsOf, source: ChainSource, ledger: Ledger
) -> tuple[JudgedControl, ...]:
    def hash_at(height: int) -> bytes | None:
        try:
            return block_at(source, height).ref.hash
        except SourceError:  # the message may name a block that is not there
            return None

    watched = {one.script: one.wallet for one in ledger.watched()}
    return tuple(judge(one, ledger.network, hash_at) for one in controls_of(watched))


def _perimeter(register: Register, asked: Asked) -> str:
    """Which perimeter is audited; looked at before anything is read, and so is the reserve."""
    if not register.perimeters:
        raise InspectionError(f"{register.file} has no perimeter: add [perimeters.KEY]")
    for key in filter(None, (asked.perimeter, asked.reserve)):
        scope_asked(register, key)
    return asked.perimeter or next(iter(register.perimeters))


def _upto(source: ChainSource, height: int, until: int | None) -> SeenBlock:
    """The block that the audit goes to: the ledger may have come further, the source not as far."""
    return block_at(source, height if until is None else min(until, height))


def _days(entries: Sequence[Entry], asked: Asked, seen: datetime) -> tuple[date, date]:
    """First and last day of the audit: if none is asked, those around all that was found.

    Header times may run back: then the latest day of a transaction stands for that of the tip.
    """
    days = [datetime.fromtimestamp(entry.time, UTC).date() for entry in entries]
    start = asked.start or next(iter(days), seen.date())
    end = asked.end or max(seen.date(), start, *days) + _ONE_DAY
    if end <= start:
        raise InspectionError(f"the audit would end on {end}, before or when it starts, {start}")
    return start, end
