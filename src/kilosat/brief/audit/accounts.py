"""The accounts of a journal: one for each wallet, and those on the other side of its flows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kilosat.chain.audit import Audit
from kilosat.chain.flows import Flow
from kilosat.chain.register import Register

__all__ = ["Accounts", "accounts_of", "other_side"]

_CLIENTS = "Liabilities:Clients"
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
    "fee": "Expenses:Fees",
    "unexplained": "Equity:Unexplained",
}


@dataclass(frozen=True)
class Accounts:
    """The perimeter's own accounts: ``names`` by wallet, and what each holds at both dates."""

    names: Mapping[str, str]
    at_start: Mapping[str, int]
    at_end: Mapping[str, int]

    def gained(self, changes: Mapping[str, int]) -> dict[str, int]:
        """What each account gains, or below nought gives, by a transaction; none by nought."""
        return {self.names[wallet]: sats for wallet, sats in changes.items() if sats}


def accounts_of(audit: Audit, register: Register) -> Accounts:
    """An account for each wallet: ``Assets:HOLDER:WALLET``."""
    wallets = audit.scope.wallets
    names = _names(wallets, register)
    sums_of = {one.scope.key: one.sums for one in audit.scopes}
    at_start, at_end = (
        {names[key]: sums_of[f"wallet:{key}"][name] for key in wallets}
        for name in ("stock_at_start_sats", "stock_at_end_sats")
    )
    return Accounts(names, at_start, at_end)


def other_side(flow: Flow) -> str:
    """The account on the other side of a flow; none where the coins stay inside."""
    return "" if flow.kind == "internal" else _OTHER_SIDE[flow.sub_kind]


def _names(wallets: Iterable[str], register: Register) -> dict[str, str]:
    """Account names, each once: keys that read alike as accounts are numbered."""
    found: dict[str, str] = {}
    for key in wallets:
        holder = _component(register.wallets[key].entity)
        name = stem = f"Assets:{holder}:{_component(key)}"
        number = 1
        while name in found.values():
            number += 1
            name = f"{stem}-{number}"
        found[key] = name
    return found


def _component(key: str) -> str:
    """A key as a part of an account's name: letters, digits and hyphens, a capital first."""
    words = re.findall(r"[A-Za-z0-9]+", key)
    return "-".join(word[:1].upper() + word[1:] for word in words) or "Wallet"
