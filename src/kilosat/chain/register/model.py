"""What a register says, read and checked; all of it frozen, none of it secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from kilosat.chain.address import Network
from kilosat.chain.descriptor import Descriptor
from kilosat.chain.register.schema import Attribution, Coverage, EventKind, HolderKind
from kilosat.definitions.findings import Finding, did_you_mean
from kilosat.provenance import Source

if TYPE_CHECKING:  # flows builds on the register; only its two kinds of record are held here
    from kilosat.chain.flows.records import Liability, PaymentRecord

__all__ = [
    "Announcement",
    "Entity",
    "Group",
    "Label",
    "Perimeter",
    "Register",
    "TransactionLabel",
    "Wallet",
    "WatchedScript",
]


@dataclass(frozen=True)
class Group:
    """A group of entities; ``parent`` is the key of the group around it, or empty."""

    key: str
    title: str
    parent: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entity:
    """Whoever holds wallets; one of which no address is known is named nevertheless."""

    key: str
    title: str
    group: str
    addresses_known: Coverage
    source: Source | None = None
    note: str = ""


@dataclass(frozen=True)
class WatchedScript:
    """An output script to look for: of which wallet, which branch and which child number."""

    script: bytes
    wallet: str
    branch: int
    index: int


@dataclass(frozen=True)
class Wallet:
    """Scripts of an entity: each branch is an address or a descriptor, ranged or not."""

    key: str
    title: str
    entity: str
    attribution: Attribution
    branches: tuple[Descriptor, ...]
    gap_limit: int
    source: Source | None = None
    role: str = ""
    note: str = ""
    in_use_from: date | None = None
    in_use_to: date | None = None
    line: int = 0

    def watched(self, highest_used: Mapping[int, int] | None = None) -> tuple[WatchedScript, ...]:
        """All scripts up to ``gap_limit`` child numbers behind the highest used of each branch.

        ``highest_used`` maps branches to the highest child number seen on the chain. Ask again
        after each rise, until nothing new is found (BIP 44, gap limit).
        """
        used = highest_used or {}
        return tuple(
            WatchedScript(script, self.key, branch, index)
            for branch, descriptor in enumerate(self.branches)
            for index, script in descriptor.scripts(0, used.get(branch, -1) + 1 + self.gap_limit)
        )


@dataclass(frozen=True)
class Label:
    """Who is behind a script outside the register."""

    script: bytes
    address: str
    label: str
    kind: HolderKind
    source: Source | None = None


@dataclass(frozen=True)
class Announcement:
    """What an entity said; ``sats`` and ``txids`` where it said or others found them.

    ``txids`` compare as text and do not print; ``found_on_chain`` gives those that may be shown.
    """

    date: date
    entity: str
    kind: EventKind
    text: str
    sats: int | None = None
    source: Source | None = None
    where: str = ""
    txids: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransactionLabel:
    """A label of a transaction, or of its input or output ``index``, from a label file (BIP 329).

    ``spendable`` is what a wallet said of an output, ``origin`` which wallet said it; ``txid`` does
    not print (see ``found_on_chain``).
    """

    type: Literal["tx", "input", "output"]
    txid: str
    label: str = ""
    index: int | None = None
    spendable: bool | None = None
    origin: str = ""
    source: Source | None = None


@dataclass(frozen=True)
class Perimeter:
    """A union of groups (with all that is nested in them), entities and wallets."""

    key: str
    title: str
    groups: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    wallets: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Register:
    """Groups, entities, wallets and perimeters by key, with labels and announcements.

    ``names`` are labels of scripts inside, ``wallet_names`` of whole wallets; ``liabilities`` and
    ``payments`` come from the files that the register names. ``absent`` are fields of files that
    it names and that did not come with it.
    """

    name: str
    title: str
    network: Network
    as_of: date | None
    note: str
    groups: Mapping[str, Group]
    entities: Mapping[str, Entity]
    wallets: Mapping[str, Wallet]
    perimeters: Mapping[str, Perimeter]
    labels: tuple[Label, ...]
    announcements: tuple[Announcement, ...]
    sources: Mapping[str, Source]
    file: str
    notes: tuple[Finding, ...] = ()
    names: Mapping[bytes, str] = field(default_factory=dict)
    wallet_names: Mapping[str, str] = field(default_factory=dict)
    transaction_labels: tuple[TransactionLabel, ...] = ()
    liabilities: "tuple[Liability, ...]" = ()
    payments: "tuple[PaymentRecord, ...]" = ()
    absent: tuple[str, ...] = ()

    def groups_within(self, key: str) -> tuple[str, ...]:
        """The group and all that are nested in it, at any depth."""
        inner = [k for k, group in self.groups.items() if group.parent == key]
        return (key, *(found for child in inner for found in self.groups_within(child)))

    def entities_within(self, perimeter: str) -> tuple[Entity, ...]:
        """Entities of a perimeter, also those of which no address is known.

        Raises:
            KeyError: no such perimeter; the message names those that there are.
        """
        chosen = self._perimeter(perimeter)
        groups = {inner for key in chosen.groups for inner in self.groups_within(key)}
        keys = set(chosen.entities) | {self.wallets[key].entity for key in chosen.wallets}
        return tuple(e for e in self.entities.values() if e.key in keys or e.group in groups)

    def wallets_within(self, perimeter: str) -> tuple[Wallet, ...]:
        """Wallets of a perimeter, each once, in the order of the file.

        Raises:
            KeyError: no such perimeter; the message names those that there are.
        """
        chosen = self._perimeter(perimeter)
        groups = {inner for key in chosen.groups for inner in self.groups_within(key)}
        whole = {e.key for e in self.entities.values() if e.group in groups} | set(chosen.entities)
        return tuple(
            wallet
            for wallet in self.wallets.values()
            if wallet.entity in whole or wallet.key in chosen.wallets
        )

    def _perimeter(self, key: str) -> Perimeter:
        if key not in self.perimeters:
            raise KeyError(f"there is no perimeter '{key}'; {did_you_mean(key, self.perimeters)}")
        return self.perimeters[key]
