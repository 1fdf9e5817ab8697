"""The journal of the perimeter in the text format of beancount, version 2.

Each wallet has an account of its own, ``Assets:HOLDER:WALLET``, so that a move from one to another
is seen. One entry for each transaction, in BTC with eight decimals, so that postings sum to nought
exactly; a transaction by which no wallet gains or gives is left out. ``balance`` lines state,
without tolerance, what the chain had in each wallet at the start of each month and at the end of
the audit. An entry is flagged ``*`` if all its parts are proven or strongly supported, else ``!``.
The accounts on the other side are those of a keeper's books, not a verdict: see the tags.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from kilosat.brief.audit.accounts import Accounts, accounts_of, other_side
from kilosat.brief.audit.delimited import btc_text
from kilosat.brief.audit.texts import clean
from kilosat.chain.audit import Audit
from kilosat.chain.flows import Flow
from kilosat.chain.header import hex_of_hash
from kilosat.chain.register import Register

__all__ = ["beancount_journal"]

_OPENING = "Equity:Opening-Balances"
_SURE = ("proven", "strong")
_MOST = 180


def beancount_journal(audit: Audit, register: Register) -> str:
    """The whole journal."""
    accounts = accounts_of(audit, register)
    others = sorted({_OPENING, *(other_side(flow) for flow in audit.flows)} - {""})
    every = (*dict.fromkeys(accounts.names.values()), *others)
    parts = [
        f"; {clean(audit.register_title)}: {clean(audit.scope.title)}, {audit.start} to"
        f" {audit.end}, {audit.network} chain up to block {audit.coverage.tip.height}",
        f'option "title" {_quoted(audit.scope.title)}',
        'option "operating_currency" "BTC"',
        "",
        f"{audit.start} commodity BTC",
        *(f"{audit.start} open {account} BTC" for account in every),
        "",
        *_opening(audit.start, accounts.at_start),
        *_entries(audit, accounts),
        *_balances(audit.end, accounts.at_end),
    ]
    return "\n".join(parts) + "\n"


def _opening(start: date, held: Mapping[str, int]) -> Iterator[str]:
    if not any(held.values()):
        return
    yield f'{start} * "held before the audit" #opening'
    yield from (_posting(account, sats) for account, sats in held.items() if sats)
    yield _posting(_OPENING, -sum(held.values()))
    yield ""


def _entries(audit: Audit, accounts: Accounts) -> Iterator[str]:
    """Transactions by day, with balances on the first day of each month."""
    held = dict(accounts.at_start)
    months = _first_days(audit.start, audit.end)
    due = next(months, None)
    for txid, parts in groupby(audit.flows, key=lambda flow: flow.txid):
        flows = tuple(parts)
        while due is not None and due <= flows[0].day:
            yield from _balances(due, held)
            due = next(months, None)
        gained = accounts.gained(audit.changes[txid])
        for account, sats in gained.items():
            held[account] += sats
        if gained:
            yield from _entry(flows, gained)
    while due is not None:
        yield from _balances(due, held)
        due = next(months, None)


def _entry(flows: Sequence[Flow], gained: Mapping[str, int]) -> Iterator[str]:
    told = [flow for flow in flows if flow.sub_kind not in ("change", "fee")] or flows
    crossing = [flow for flow in flows if flow.kind != "internal"]
    names = dict.fromkeys(party.name for flow in told for party in flow.counterparties[:1])
    payee = _quoted(", ".join(names)) + " " if names else ""
    flag = "*" if all(flow.confidence in _SURE for flow in flows) else "!"
    tags = dict.fromkeys(_tag(word) for flow in told for word in (flow.kind, flow.sub_kind))
    narration = " / ".join(dict.fromkeys(map(_why, told)))
    yield f"{flows[0].day} {flag} {payee}{_quoted(narration)} {' '.join(tags)}"
    yield f'  txid: "{hex_of_hash(flows[0].txid)}"'
    yield f"  height: {flows[0].block.height}"
    yield from (_posting(account, sats) for account, sats in gained.items())
    for flow in crossing:
        yield _posting(other_side(flow), -flow.net_sats)
        yield f'    confidence: "{flow.confidence}"'
        if flow.usd is not None:
            yield f"    worth: {flow.usd:.2f} USD"
    yield ""


def _why(flow: Flow) -> str:
    why = "; ".join(one.text for one in flow.evidence) or "no evidence"
    return f"moved from wallet to wallet: {why}" if flow.sub_kind == "moved" else why


def _posting(account: str, sats: int) -> str:
    return f"  {account}  {btc_text(sats)} BTC"


def _balances(day: date, held: Mapping[str, int]) -> Iterator[str]:
    """What is held when the day begins."""
    for account, sats in held.items():
        yield f"{day} balance {account}  {btc_text(sats)} ~ 0.00000000 BTC"
    yield ""


def _first_days(start: date, end: date) -> Iterator[date]:
    """First days of the months after ``start`` and before ``end``."""
    year, month = start.year, start.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        day = date(year, month, 1)
        if day >= end:
            return
        yield day


def _tag(text: str) -> str:
    return f"#{text.replace(' ', '-')}"


def _quoted(text: str) -> str:
    """A string of the format: quotes and backslashes escaped, on one line."""
    escaped = clean(text, _MOST).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
