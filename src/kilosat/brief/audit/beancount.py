"""The journal of the perimeter in the text format of beancount, version 2.

One transaction for each flow, in BTC with eight decimals, so that postings sum to nought exactly.
``balance`` lines state, without tolerance, what the chain had at the start, at the end of each
month and at the end of the audit. Proven and strongly supported flows carry the flag ``*``, others
``!``. The accounts on the other side are those of a keeper's books, not a verdict: see the tags.
"""

import re
from collections.abc import Iterator
from datetime import date

from kilosat.brief.audit.delimited import btc_text
from kilosat.brief.audit.texts import clean
from kilosat.chain.audit import Audit
from kilosat.chain.flows import Flow
from kilosat.chain.header import hex_of_hash

__all__ = ["beancount_journal"]

_OPENING = "Equity:Opening-Balances"
_CLIENTS = "Liabilities:Clients"
_FEES = "Expenses:Fees"
_OTHER_SIDE = {
    "coinbase": "Income:Mined:Coinbase",
    "pool payout": "Income:Mined:Pool",
    "stated": "Income:Mined:Stated",
    "seizure": "Income:Seized",
    "donation": "Income:Donations",
    "dust": "Income:Dust",
    "purchase": "Equity:Bought",
    "sale": "Equity:Sold",
    "transfer": "Equity:Other-Wallets-Of-The-Register",
    "client deposit": _CLIENTS,
    "client withdrawal": _CLIENTS,
    "payment": "Expenses:Payments",
    "fee": _FEES,
    "unexplained": "Equity:Unexplained",
}
_SURE = ("proven", "strong")
_MOST = 180


def beancount_journal(audit: Audit) -> str:
    """The whole journal."""
    own = f"Assets:Bitcoin:{_component(audit.scope.key)}"
    opening, closing = audit.sums["stock_at_start_sats"], audit.sums["stock_at_end_sats"]
    others = sorted({_OPENING, *map(_other_side, audit.flows)} - {own, ""})
    parts = [
        f"; {clean(audit.register_title)}: {clean(audit.scope.title)}, {audit.start} to"
        f" {audit.end}, {audit.network} chain up to block {audit.coverage.tip.height}",
        f'option "title" {_quoted(audit.scope.title)}',
        'option "operating_currency" "BTC"',
        "",
        f"{audit.start} commodity BTC",
        *(f"{audit.start} open {account} BTC" for account in (own, *others)),
        "",
        f'{audit.start} * "held before the audit" #opening',
        f"  {own}  {btc_text(opening)} BTC",
        f"  {_OPENING}  {btc_text(-opening)} BTC",
        "",
        *_entries(audit, own, opening),
        _balance(audit.end, own, closing),
    ]
    return "\n".join(parts) + "\n"


def _entries(audit: Audit, own: str, held: int) -> Iterator[str]:
    """Flows by day, with a balance on the first day of each month."""
    months = _first_days(audit.start, audit.end)
    due = next(months, None)
    for flow in audit.flows:
        while due is not None and due <= flow.day:
            yield _balance(due, own, held)
            due = next(months, None)
        yield from _entry(flow, own)
        held += flow.net_sats
    while due is not None:
        yield _balance(due, own, held)
        due = next(months, None)


def _entry(flow: Flow, own: str) -> Iterator[str]:
    other = _other_side(flow) or own
    # What only moves inside is shown too: taken from the account and given back to it.
    gained = flow.net_sats if other != own else flow.sats
    payee = _quoted(flow.counterparties[0].name) + " " if flow.counterparties else ""
    why = "; ".join(one.text for one in flow.evidence) or "no evidence"
    flag = "*" if flow.confidence in _SURE else "!"
    tags = " ".join(f"#{word}" for word in dict.fromkeys(map(_tag, (flow.kind, flow.sub_kind))))
    yield f"{flow.day} {flag} {payee}{_quoted(why)} {tags}"
    yield f'  txid: "{hex_of_hash(flow.txid)}"'
    yield f"  height: {flow.block.height}"
    yield f'  confidence: "{flow.confidence}"'
    if flow.usd is not None:
        yield f"  worth: {flow.usd:.2f} USD"
    yield f"  {own}  {btc_text(gained)} BTC"
    yield f"  {other}  {btc_text(-gained)} BTC"
    yield ""


def _balance(day: date, account: str, sats: int) -> str:
    """What is held when the day begins."""
    return f"{day} balance {account}  {btc_text(sats)} ~ 0.00000000 BTC\n"


def _other_side(flow: Flow) -> str:
    """The account on the other side; nothing where the coins stay inside."""
    return "" if flow.kind == "internal" else _OTHER_SIDE[flow.sub_kind]


def _first_days(start: date, end: date) -> Iterator[date]:
    """First days of the months after ``start`` and before ``end``."""
    year, month = start.year, start.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        day = date(year, month, 1)
        if day >= end:
            return
        yield day


def _component(key: str) -> str:
    """A key as a part of an account's name: letters, digits and hyphens, a capital first."""
    words = re.findall(r"[A-Za-z0-9]+", key)
    return "-".join(word[:1].upper() + word[1:] for word in words) or "Perimeter"


def _tag(text: str) -> str:
    return text.replace(" ", "-")


def _quoted(text: str) -> str:
    """A string of the format: quotes and backslashes escaped, on one line."""
    escaped = clean(text, _MOST).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
