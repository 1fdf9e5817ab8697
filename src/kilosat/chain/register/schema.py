"""The sections of a register file: their keys and the types of their values."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kilosat.chain.address import Network
from kilosat.definitions.schema import SourceEntry

__all__ = [
    "CHOICES",
    "FIELDS",
    "AnnouncementEntry",
    "Attribution",
    "Coverage",
    "EntityEntry",
    "EventKind",
    "GroupEntry",
    "HolderKind",
    "LabelEntry",
    "PerimeterEntry",
    "RegisterHeader",
    "WalletEntry",
]

Day = date
Text = Annotated[str, Field(min_length=1)]

Attribution = Literal["signature", "owner", "filing", "third-party", "assumed"]
"""How it is known whose a wallet is, best first: proven by signature, published by the owner,
stated in a filing, attributed by a third party, supposed."""

Coverage = Literal["all", "some", "none"]
"""How many of an entity's addresses are known."""

EventKind = Literal["purchase", "mined", "seizure", "sale", "donation", "transfer", "other"]
HolderKind = Literal["exchange", "pool", "custodian", "state", "company", "person", "other"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class RegisterHeader(_Section):
    """``[register]``: its name, the network that all of it is on, and files that lie beside it."""

    name: Annotated[
        str, Field(pattern=r"^[^./\\:\x00-\x1f][^/\\:\x00-\x1f]{0,99}$", examples=["ruritania"])
    ]
    """Also the name of the ledger's file, so that it may name no folder."""
    title: Text
    network: Network = "mainnet"
    as_of: date | None = None
    note: str = ""
    labels_file: str = ""
    deposits: str = ""
    payments: str = ""


class GroupEntry(_Section):
    """``[groups.KEY]``: a group of entities, within another group or by itself."""

    title: Text
    parent: str = ""
    note: str = ""


class EntityEntry(_Section):
    """``[entities.KEY]``: whoever holds wallets, and how many of its addresses are known."""

    title: Text
    group: Text
    addresses_known: Coverage
    source: str = ""
    note: str = ""


class WalletEntry(_Section):
    """``[wallets.KEY]``: addresses, descriptors or an extended public key of an entity."""

    title: Text
    entity: Text
    attribution: Attribution
    source: str = ""
    role: str = ""
    note: str = ""
    in_use_from: date | None = None
    in_use_to: date | None = None
    addresses: list[str] = []
    descriptors: list[str] = []
    xpub: str = ""
    script_type: Literal["", "pkh", "sh(wpkh)", "wpkh", "tr"] = ""
    gap_limit: int = 20


class LabelEntry(_Section):
    """``[[labels]]``: who is behind an address outside the register, such as an exchange."""

    address: Text
    label: Text
    kind: HolderKind = "other"
    source: str = ""


class AnnouncementEntry(_Section):
    """``[[announcements]]``: what an entity said that it bought, mined, seized or sold.

    With ``daily_to`` it said so of every day from ``date`` to that day.
    """

    date: Day
    daily_to: Day | None = None
    entity: Text
    kind: EventKind
    text: Text
    btc: str = ""
    source: str = ""
    where: str = ""
    txids: list[str] = []


class PerimeterEntry(_Section):
    """``[perimeters.KEY]``: a union of groups, entities and wallets."""

    title: Text
    groups: list[str] = []
    entities: list[str] = []
    wallets: list[str] = []
    note: str = ""


FIELDS: frozenset[str] = frozenset(
    name
    for section in (
        RegisterHeader,
        SourceEntry,
        GroupEntry,
        EntityEntry,
        WalletEntry,
        LabelEntry,
        AnnouncementEntry,
        PerimeterEntry,
    )
    for name in section.model_fields
)
"""All names of fields; several (title, group, source, note) are also words of seeds."""

CHOICES: frozenset[str] = frozenset(
    {
        "network",
        "kind",
        "attribution",
        "addresses_known",
        "script_type",
        "entity",
        "group",
        "parent",
        "source",
    }
)
"""Fields that hold one of a few words, again and again; some (exchange, purchase) are of seeds."""
