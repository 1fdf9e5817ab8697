"""What a keeper's own books add to the chain: client deposits owed, and payments made."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from kilosat.provenance import Source

__all__ = ["PAYMENT_KINDS", "Liability", "PaymentKind", "PaymentRecord"]

PaymentKind = Literal[
    "purchase",
    "sale",
    "mined",
    "seizure",
    "donation",
    "payment",
    "client deposit",
    "client withdrawal",
]
"""What a payment was for. ``purchase``, ``mined``, ``seizure``, ``donation`` and ``client deposit``
bring coins, ``sale``, ``payment`` and ``client withdrawal`` take them."""

PAYMENT_KINDS: tuple[PaymentKind, ...] = get_args(PaymentKind)


@dataclass(frozen=True)
class Liability:
    """Coins that an entity owes to its clients: the balance ``sats`` owed from ``date`` on.

    It holds until the entity's next one; before its first, nothing is known of what it owes.
    ``reference`` says where in the source it stands (a line of a file, a page).
    """

    date: date
    entity: str
    sats: int
    source: Source | None = None
    reference: str = ""


@dataclass(frozen=True)
class PaymentRecord:
    """A payment in the books of an entity: so many coins, for so much money where it is known.

    ``sats`` is never negative, ``kind`` says which way the coins went; ``usd`` is the money that
    went the other way. ``txid`` (64 hex digits as people write them) where the books name the
    transaction; ``reference`` is the number of the invoice, order or receipt.
    """

    date: date
    entity: str
    sats: int
    kind: PaymentKind
    usd: float | None = None
    reference: str = ""
    source: Source | None = None
    txid: str = ""
