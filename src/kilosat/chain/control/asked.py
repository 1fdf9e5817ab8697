"""Which addresses a holder is asked to sign for: those that hold the coins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kilosat.chain.address import address_from_script
from kilosat.chain.register import Register, Wallet

__all__ = ["Address", "addresses_to_sign", "first_addresses"]

_MOST_BRANCHES = 100


@dataclass(frozen=True)
class Address:
    """An address of a wallet, and what it holds in satoshis (``None``: not looked up)."""

    wallet: Wallet
    address: str
    sats: int | None = None


def first_addresses(register: Register, wallets: Sequence[Wallet]) -> list[Address]:
    """Single addresses, and of each ranged branch the first, which shows its key.

    At most a hundred of a wallet.
    """
    return [
        Address(wallet, address)
        for wallet in wallets
        for branch in wallet.branches[:_MOST_BRANCHES]
        for _, script in branch.scripts(0, 1)
        if (address := address_from_script(script, register.network))
    ]


def addresses_to_sign(
    register: Register,
    wallets: Sequence[Wallet],
    held: Mapping[bytes, int],
    watched: Mapping[bytes, str],
) -> list[Address]:
    """Addresses of these wallets that hold coins, the largest first.

    ``held`` maps scripts to satoshis, ``watched`` to the keys of wallets. Scripts without an
    address are left out: no message can be signed for them.
    """
    by_key = {wallet.key: wallet for wallet in wallets}
    found = [
        Address(by_key[watched[script]], address, sats)
        for script, sats in held.items()
        if sats > 0 and watched.get(script) in by_key
        if (address := address_from_script(script, register.network))
    ]
    return sorted(found, key=lambda one: (-(one.sats or 0), one.address))
