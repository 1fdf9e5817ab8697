"""An entry of the journal: one transaction of the chain, and its postings in double entry."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import OutPoint

__all__ = ["Account", "AccountKind", "Coin", "Entry", "Leg", "Posting", "Reorganisation"]

AccountKind = Literal["script", "unknown", "fees", "issuance"]


@dataclass(frozen=True)
class Account:
    """Where satoshis are: under a script, in fees, or not yet issued.

    ``unknown`` holds what came from inputs whose coins the source could not tell, fee included.
    """

    kind: AccountKind
    script: bytes = b""


@dataclass(frozen=True)
class Leg:
    """An input or an output: the coin it is about; script and amount are ``None`` if not known."""

    outpoint: OutPoint
    script: bytes | None
    sats: int | None


@dataclass(frozen=True)
class Posting:
    """Satoshis that an account gains (above nought) or gives."""

    account: Account
    sats: int


@dataclass(frozen=True)
class Entry:
    """A transaction in a block of the chain, with all its inputs and outputs.

    ``time`` is that of the block's header (seconds since 1970, UTC), ``position`` its place in the
    block. A coinbase has no inputs.
    """

    block: BlockRef
    time: int
    position: int
    txid: bytes
    inputs: tuple[Leg, ...]
    outputs: tuple[Leg, ...]
    is_coinbase: bool = False

    @property
    def fee_sats(self) -> int | None:
        """What the miner was paid; ``None`` for a coinbase or where an input is not known."""
        if self.is_coinbase or any(leg.sats is None for leg in self.inputs):
            return None
        return sum(leg.sats or 0 for leg in self.inputs) - self.paid_sats

    @cached_property
    def paid_sats(self) -> int:
        """Sum of the outputs."""
        return sum(leg.sats or 0 for leg in self.outputs)

    def gained_by(self, scripts: Collection[bytes]) -> int:
        """Outputs to these scripts minus inputs from them, in satoshis."""
        return self.received_by(scripts) - self.spent_by(scripts)

    def received_by(self, scripts: Collection[bytes]) -> int:
        """Outputs to these scripts, in satoshis."""
        return sum(leg.sats or 0 for leg in self.outputs if leg.script in scripts)

    def spent_by(self, scripts: Collection[bytes]) -> int:
        """Inputs from these scripts, in satoshis."""
        return sum(leg.sats or 0 for leg in self.inputs if leg.script in scripts)

    def postings(self) -> tuple[Posting, ...]:
        """Double entry: one posting for each account, the sum of which is nought."""
        totals: dict[Account, int] = {}
        for sign, legs in ((-1, self.inputs), (1, self.outputs)):
            for leg in legs:
                if leg.script is not None and leg.sats is not None:
                    account = Account("script", leg.script)
                    totals[account] = totals.get(account, 0) + sign * leg.sats
        rest = -sum(totals.values())
        if self.is_coinbase:
            balancing = Account("issuance")
        else:
            balancing = Account("unknown" if self.fee_sats is None else "fees")
        totals[balancing] = rest
        return tuple(Posting(account, sats) for account, sats in totals.items())


@dataclass(frozen=True)
class Coin:
    """An output that was unspent at some height."""

    outpoint: OutPoint
    script: bytes
    sats: int
    height: int
    is_coinbase: bool = False


@dataclass(frozen=True)
class Reorganisation:
    """Blocks that left the chain: what the ledger knew of them was retracted, not deleted.

    ``fork`` is the last block that the ledger knows to be in both chains: where the chains part
    if that is within a day of blocks below the old tip, else somewhere below. ``lost`` is the old
    tip, ``retracted`` the transactions (ids) that were in blocks above the fork.
    """

    fork: BlockRef
    lost: BlockRef
    seen: int
    retracted: tuple[bytes, ...] = ()
