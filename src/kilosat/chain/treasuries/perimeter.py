"""Which wallets of a register are counted, for which holder, and what that leaves open."""

import re
from dataclasses import dataclass
from datetime import date
from typing import get_args

from kilosat.chain.register import Entity, Register, Wallet
from kilosat.chain.register.schema import Attribution
from kilosat.chain.treasuries.errors import TreasuryError
from kilosat.chain.treasuries.report import holder_key
from kilosat.chain.treasuries.table import TreasuryTable
from kilosat.definitions.findings import did_you_mean
from kilosat.quantities import SATS_PER_BTC

__all__ = ["Chosen", "chosen", "holder_of"]

_WEAKEST_LAST: tuple[Attribution, ...] = get_args(Attribution)


@dataclass(frozen=True)
class Chosen:
    """A perimeter of a register, or all of it where it has none: its wallets and entities."""

    register: Register
    title: str
    wallets: tuple[Wallet, ...]
    entities: tuple[Entity, ...]

    @property
    def attribution(self) -> Attribution:
        """The weakest way by which it is known whose a wallet is."""
        return max((one.attribution for one in self.wallets), key=_WEAKEST_LAST.index)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Entities whose addresses are not all known: their other coins are in no count."""
        return tuple(
            f"{entity.title} ({entity.addresses_known} known)"
            for entity in self.entities
            if entity.addresses_known != "all"
        )

    def owed(self, day: date | None) -> tuple[str, ...]:
        """A sentence on coins owed to clients by that day; none where the register has no such."""
        from kilosat.chain.audit.tables import owed_at

        keys = {entity.key for entity in self.entities}
        known = [one for one in self.register.liabilities if one.entity in keys]
        latest = owed_at(known, day or max((one.date for one in known), default=date.max))
        sats = sum(one.sats for one in latest)
        if not sats:
            return ()
        since = max(one.date for one in latest)
        return (f"{sats / SATS_PER_BTC:,.8f} BTC of it were owed to clients on {since}",)


def chosen(register: Register, perimeter: str = "") -> Chosen:
    """A perimeter of the register, its first where none is named, all of it where it has none.

    Raises:
        TreasuryError: there is no such perimeter, none of its addresses is known, or the register
            is not of the main network.
    """
    if register.network != "mainnet":
        raise TreasuryError(
            f"{register.file} is of {register.network}, where coins are worth nothing; the table "
            "is of the main network"
        )
    if perimeter and perimeter not in register.perimeters:
        near = did_you_mean(perimeter, register.perimeters)
        raise TreasuryError(f"there is no perimeter '{perimeter[:60]}' in {register.file}; {near}")
    key = perimeter or next(iter(register.perimeters), "")
    if key:
        wallets, entities = register.wallets_within(key), register.entities_within(key)
        title = register.perimeters[key].title
    else:
        wallets, entities = tuple(register.wallets.values()), tuple(register.entities.values())
        title = "all wallets"
    if not wallets:
        raise TreasuryError(
            f"{register.file}: no address within '{key or register.name}' is known, so nothing "
            "can be counted"
        )
    return Chosen(register, title, wallets, entities)


def holder_of(register: Register, table: TreasuryTable, name: str = "") -> str:
    """The key of the holder that a register is about: as named, else by its name or its title.

    Raises:
        TreasuryError: nobody in the table, or several.
    """
    if name:
        return table.holder(name).key
    keys = [row.key for row in table.rows]
    for key in (register.name, holder_key(register.title)):
        if key in keys:
            return key
    title = f"-{holder_key(register.title)}-"
    within = [key for key in keys if re.search(f"-{re.escape(key)}-", title)]
    if len(within) == 1:
        return within[0]
    said = f"is about {' or '.join(within)}" if within else "names no holder of the table"
    raise TreasuryError(f"the register '{register.name}' {said}; name the holder with --of")
