"""Scopes: every perimeter of a register and every single wallet, and the scripts of each."""

from collections.abc import Iterable, Mapping

from kilosat.chain.flows.model import Scope
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Register, Wallet, WatchedScript

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


def watched_scripts(register: Register, entries: Iterable[Entry]) -> dict[bytes, WatchedScript]:
    """Every script of the register by its bytes, as far as the gap limit behind those in use.

    A script counts as used when a transaction pays it or spends from it (BIP 44, gap limit).
    """
    legs = (leg for entry in entries for leg in (*entry.inputs, *entry.outputs))
    seen = {leg.script for leg in legs if leg.script is not None}
    found: dict[bytes, WatchedScript] = {}
    for wallet in register.wallets.values():
        for watched in _of_wallet(wallet, seen):
            found.setdefault(watched.script, watched)
    return found


def _of_wallet(wallet: Wallet, seen: set[bytes]) -> tuple[WatchedScript, ...]:
    used: Mapping[int, int] = {}
    while True:
        watched = wallet.watched(used)
        now = _highest_used(watched, seen)
        if now == used:
            return watched
        used = now


def _highest_used(watched: Iterable[WatchedScript], seen: set[bytes]) -> dict[int, int]:
    highest: dict[int, int] = {}
    for one in watched:
        if one.script in seen:
            highest[one.branch] = max(one.index, highest.get(one.branch, -1))
    return highest
