"""What checking an archive finds: each check with its outcome, and the sums for each wallet."""

from dataclasses import dataclass
from typing import Literal

from kilosat.chain.address import Network
from kilosat.chain.control import Control, NamedBlock, SignatureVerdict
from kilosat.chain.sources.port import BlockRef

__all__ = ["Check", "CheckOutcome", "CheckedControl", "Verification", "WalletProof"]

CheckOutcome = Literal["proven", "not proven", "failed"]
"""``not proven`` may well be true: nothing in the archive shows it. ``failed`` is not true."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked."""

    key: str
    title: str
    outcome: CheckOutcome
    detail: str


@dataclass(frozen=True)
class WalletProof:
    """Satoshis of a wallet as far as the transactions in the archive go.

    ``received_sats`` counts every output to it, its own change too. ``left_sats`` is what is not
    spent of them, ``signed_sats`` the part of it at addresses with a valid signature of control.
    """

    wallet: str
    title: str
    entity: str
    transactions: int
    received_sats: int
    spent_sats: int
    left_sats: int
    signed_sats: int


@dataclass(frozen=True)
class CheckedControl:
    """A signature of control, judged, and the blocks that its message names."""

    control: Control
    verdict: SignatureVerdict
    blocks: tuple[NamedBlock, ...]
    check: Check


@dataclass(frozen=True)
class Verification:
    """The whole of it.

    ``time`` is that of the last header (seconds since 1970, UTC), ``work`` the hashes that the
    headers took on average. ``fingerprint`` is the SHA-256 of the file. ``proven`` and
    ``not_proven`` are sentences. ``wallets`` and ``proven`` are empty where a check failed.
    """

    file: str
    fingerprint: str
    network: Network
    first_height: int
    as_of: BlockRef
    time: int
    work: int
    checks: tuple[Check, ...]
    wallets: tuple[WalletProof, ...]
    controls: tuple[CheckedControl, ...]
    proven: tuple[str, ...]
    not_proven: tuple[str, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """Checks that did not hold; with one of them nothing of the archive is to be believed."""
        return tuple(check for check in self.checks if check.outcome == "failed")

    @property
    def is_main_network(self) -> bool:
        """Whether the work shows that this is the main network, and nothing failed."""
        shown = any(one.key == "mainnet" and one.outcome == "proven" for one in self.checks)
        return shown and not self.failed
