"""Scopes: every perimeter of a register and every single wallet, and the scripts of each."""

from collections.abc import Iterable

from kilosat.chain.flows.model import Scope
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Register, WatchedScript
from kilosat.chain.scan.watching import scripts_to_watch

__all__ = ["WALLET_PREFIX", "scope_of", "scopes", "watched_scripts"]

WALLET_PREFIX = "wallet:"


def scopes(register: Register) -> tuple[Scope, ...]:
    """Every perimeter, then every wallet as a perimeter of its own."""
    keys = (*register.perimeters, *(WALLET_PREFIX + key for key in register.wallets))
    return tuple(scope_of(register, key) for key in keys)


def scope_of(register: Register, key: str) -> Scope:
    """The scope of a perimeter's key, or of a wallet's as ``wallet:KEY``.

    Raises:
        KeyError: no such perimeter or wallet; the message names those that there are.
    """
    if key.startswith(WALLET_PREFIX):
        name = key.removeprefix(WALLET_PREFIX)
        if name not in register.wallets:
            known = ", ".join(register.wallets) or "none"
            raise KeyError(f"there is no wallet '{name}'; the register has: {known}")
        wallet = register.wallets[name]
        return Scope(key, wallet.title, (name,), (wallet.entity,))
    wallets = tuple(wallet.key for wallet in register.wallets_within(key))
    entities = tuple(entity.key for entity in register.entities_within(key))
    return Scope(key, register.perimeters[key].title, wallets, entities)


def watched_scripts(register: Register, entries: Iterable[Entry]) -> tuple[WatchedScript, ...]:
    """The scripts of the register that a scan which found these transactions looks for.

    A script counts as used when a transaction pays it or spends from it (BIP 44, gap limit).
    """
    legs = (leg for entry in entries for leg in (*entry.inputs, *entry.outputs))
    seen = {leg.script for leg in legs if leg.script is not None}
    return scripts_to_watch(register.wallets.values(), seen)
