"""What is owed to clients, as far as it was stated, and what that leaves unsaid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kilosat.chain.audit.period import Period
from kilosat.chain.audit.tables import owed_at
from kilosat.chain.flows.model import Scope
from kilosat.chain.flows.records import Liability
from kilosat.chain.register import Register

__all__ = ["Owed"]

_STALE_DAYS = 31


@dataclass(frozen=True)
class Owed:
    """Balances owed by the entities of a scope at both moments of an audit, the latest of each."""

    at_start: tuple[Liability, ...]
    at_end: tuple[Liability, ...]

    @classmethod
    def of(cls, liabilities: Sequence[Liability], scope: Scope, period: Period) -> "Owed":
        """What of ``liabilities`` concerns the entities of ``scope``."""
        own = [one for one in liabilities if one.entity in scope.entities]
        return cls(owed_at(own, period.start), owed_at(own, period.end))

    @property
    def is_stated(self) -> bool:
        """Whether anything is, at either moment."""
        return bool(self.at_start or self.at_end)

    @property
    def newly_stated(self) -> tuple[str, ...]:
        """Entities that stated nothing by the start, and something by the end."""
        before = {one.entity for one in self.at_start}
        return tuple(one.entity for one in self.at_end if one.entity not in before)

    def stale(self, end: date) -> tuple[Liability, ...]:
        """Balances of the end that were stated more than a month before it."""
        return tuple(one for one in self.at_end if (end - one.date).days > _STALE_DAYS)

    def kept_elsewhere(self, scope: Scope, register: Register) -> tuple[str, ...]:
        """Entities that state what they owe and have wallets outside of ``scope`` as well."""
        stated = {one.entity for one in (*self.at_start, *self.at_end)}
        outside = {one.entity for one in register.wallets.values() if one.key not in scope.wallets}
        return tuple(entity for entity in scope.entities if entity in stated & outside)
