"""A holder on a day: what was reported of it, what the chain shows of it, and sums over holders."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from kilosat.chain.treasuries.cost import CostBasis
from kilosat.chain.treasuries.kinds import HolderKind
from kilosat.chain.treasuries.report import HoldingReport
from kilosat.quantities import SATS_PER_BTC

if TYPE_CHECKING:  # the table alone needs no register
    from kilosat.chain.register.schema import Attribution

__all__ = [
    "TWENTY_ONE_MILLION_SATS",
    "ControlProof",
    "Evidence",
    "KindTotal",
    "ShownControl",
    "Treasury",
    "VerifiedCoins",
]

TWENTY_ONE_MILLION_SATS = 21_000_000 * SATS_PER_BTC
"""What trackers take shares of; 2,310,000 satoshis more than the rules will ever issue."""


@dataclass(frozen=True)
class VerifiedCoins:
    """Coins at a register's addresses, counted on the chain after the block at ``height``.

    A ``ledger`` holds what the sources found that filled it, which ``limits`` name; an ``archive``
    proves which coins came and shows no spending of them, which is less. ``height`` is nothing
    where the archive alone says it. ``day`` is that of the block (UTC), nothing where the ledger
    has not kept its header. Whose the addresses are is the register's word: ``attribution`` is its
    weakest. ``unseen`` are entities whose addresses are not all known. ``limits`` are sentences on
    what else the number does not say.
    """

    sats: int
    height: int | None
    day: date | None
    counted_by: Literal["ledger", "archive"]
    file: str
    register: str
    perimeter: str
    attribution: "Attribution"
    scripts: int
    unseen: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class ControlProof:
    """A valid signature of control over an address: ``kind`` as BIP 322 calls it.

    ``day`` is the signer's word; ``after_height`` a block that the message names, so that it cannot
    have been signed before it; nothing also where nothing shows that height.
    """

    wallet: str
    address: str
    kind: str
    day: date | None = None
    after_height: int | None = None


@dataclass(frozen=True)
class ShownControl:
    """Valid signatures in an archive, and the satoshis at the addresses that they are for.

    The coins are those that the archive's transactions leave there after the block at ``height``
    (see ``VerifiedCoins``).
    """

    sats: int
    proofs: tuple[ControlProof, ...]
    file: str
    height: int | None
    day: date


@dataclass(frozen=True)
class Evidence:
    """What the chain shows of a holder, as far as anybody looked."""

    coins: VerifiedCoins | None = None
    control: ShownControl | None = None


@dataclass(frozen=True)
class Treasury:
    """A holder on a day. ``latest`` are all reports of the newest day: more than one disagree.

    ``rank`` is by coins among single holders, equal coins share it; sums by others have none.
    ``history`` holds every report to that day, oldest first. ``change_sats`` is nothing where
    there is no earlier report, where the latest disagree, or where the way of counting changed.
    """

    holder: str
    key: str
    kind: HolderKind
    latest: tuple[HoldingReport, ...]
    history: tuple[HoldingReport, ...]
    age_days: int
    previous: HoldingReport | None
    change_sats: int | None
    change_note: str
    cost: CostBasis | None
    rank: int | None = None
    evidence: Evidence = Evidence()

    @property
    def report(self) -> HoldingReport:
        """The report whose figure is used: of several of one day the lowest, never the largest."""
        return min(self.latest, key=lambda report: report.sats)

    @property
    def sats(self) -> int:
        """Coins reported, in satoshis; where reports of one day disagree the fewest."""
        return self.report.sats

    @property
    def most_sats(self) -> int:
        """The most that a report of the same day says."""
        return max(report.sats for report in self.latest)

    @property
    def is_disputed(self) -> bool:
        """Whether reports of the same day disagree."""
        return len(self.latest) > 1

    @property
    def is_low_confidence(self) -> bool:
        """Whether the list that it comes from calls the figure doubtful."""
        return any(report.confidence == "low" for report in self.latest)

    @property
    def verified(self) -> VerifiedCoins | None:
        """What was counted on the chain; nothing means unknown, not nought."""
        return self.evidence.coins

    @property
    def control(self) -> ShownControl | None:
        """The signatures that were shown; nothing where there were none."""
        return self.evidence.control

    @property
    def verified_share(self) -> float | None:
        """Coins verified over coins reported; above one where more were found than reported."""
        if self.verified is None or not self.sats:
            return None
        return self.verified.sats / self.sats

    @property
    def share_of_21_million(self) -> float:
        """Coins reported over 21 million."""
        return self.sats / TWENTY_ONE_MILLION_SATS


@dataclass(frozen=True)
class KindTotal:
    """A sum over holders of one kind; reports of different days are added, and it says of which.

    ``low_sats`` rest on low confidence. ``verified_sats`` were counted on the chain, of
    ``verified_holders`` holders; nothing where none was looked at.
    """

    kind: HolderKind
    holders: int
    sats: int
    low_sats: int
    verified_sats: int | None
    verified_holders: int
    oldest: date
    newest: date
