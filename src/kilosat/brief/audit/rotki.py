"""The flows as "rotki generic events", the CSV that rotki's own import takes.

Columns and types are those of https://docs.rotki.com (Import CSV, rotki Generic Events Import):
``Type`` is Deposit, Withdrawal, Income or Spend; ``Location`` blockchain; ``Timestamp`` is in
milliseconds. The stock at the start is a deposit at the start; what only moves inside is left out
but for its fee. A fee stands in ``Fee`` of the outflow of its transaction, or as a Spend where
there is none. So deposits and income less withdrawals, spends and fees leave the stock.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time

from kilosat.brief.audit.delimited import btc_text
from kilosat.brief.audit.texts import clean
from kilosat.brief.formulas import unformulated
from kilosat.chain.audit import Audit
from kilosat.chain.flows import Flow
from kilosat.chain.header import hex_of_hash

__all__ = ["HEAD", "rotki_events"]

HEAD = (
    "Type",
    "Location",
    "Currency",
    "Amount",
    "Fee",
    "Fee Currency",
    "Description",
    "Timestamp",
)
_EARNED = ("coinbase", "pool payout", "stated", "seizure", "donation", "dust")
_COIN, _PLACE = "BTC", "blockchain"
_MOST = 200


def rotki_events(audit: Audit) -> str:
    """The file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    if opening := audit.sums["stock_at_start_sats"]:
        moment = datetime.combine(audit.start, time(), UTC)
        writer.writerow(_row("Deposit", opening, 0, "held before the audit", moment.timestamp()))
    writer.writerows(_events(audit))
    return out.getvalue()


def _events(audit: Audit) -> Iterator[tuple[str, ...]]:
    fees = Counter[bytes]()
    for flow in audit.flows:
        fees[flow.txid] += flow.sats if flow.sub_kind == "fee" else 0
    paying = {flow.txid for flow in audit.flows if _is_payment(flow)}
    for flow in audit.flows:
        if flow.kind == "internal" or (flow.sub_kind == "fee" and flow.txid in paying):
            continue
        fee = fees.pop(flow.txid, 0) if _is_payment(flow) else 0
        yield _row(_type(flow), flow.sats, fee, _description(flow), flow.time)


def _is_payment(flow: Flow) -> bool:
    return flow.kind == "outflow" and flow.sub_kind != "fee"


def _type(flow: Flow) -> str:
    if flow.kind == "outflow":
        return "Spend" if flow.sub_kind in ("fee", "payment") else "Withdrawal"
    return "Income" if flow.sub_kind in _EARNED else "Deposit"


def _description(flow: Flow) -> str:
    names = ", ".join(party.name for party in flow.counterparties[:2])
    text = f"{flow.kind}, {flow.sub_kind} ({flow.confidence}), {hex_of_hash(flow.txid)}"
    return f"{text}: {names}" if names else text


def _row(kind: str, sats: int, fee: int, text: str, seconds: float) -> tuple[str, ...]:
    return (
        kind,
        _PLACE,
        _COIN,
        btc_text(sats),
        btc_text(fee) if fee else "",
        _COIN if fee else "",
        unformulated(clean(text, _MOST)),
        str(int(seconds) * 1000),
    )
