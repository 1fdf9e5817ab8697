"""Who says to hold bitcoin: governments and companies, how it is known, and what the chain proves.

``treasuries`` makes the table; ``read_reports`` reads the shipped reports that it is made of. What
the chain shows comes from ``from_ledger`` and ``from_archive``, which are imported by their names.
"""

from kilosat.chain.treasuries.cost import CostBasis
from kilosat.chain.treasuries.doubts import doubts
from kilosat.chain.treasuries.errors import TreasuryError
from kilosat.chain.treasuries.kinds import HOLDER_KINDS, HOW_KNOWN, HolderKind, HowKnown
from kilosat.chain.treasuries.read import list_sources, read_reports
from kilosat.chain.treasuries.report import HoldingReport, holder_key
from kilosat.chain.treasuries.table import TreasuryTable, treasuries
from kilosat.chain.treasuries.treasury import (
    ControlProof,
    Evidence,
    KindTotal,
    ShownControl,
    Treasury,
    VerifiedCoins,
)

__all__ = [
    "HOLDER_KINDS",
    "HOW_KNOWN",
    "ControlProof",
    "CostBasis",
    "Evidence",
    "HolderKind",
    "HoldingReport",
    "HowKnown",
    "KindTotal",
    "ShownControl",
    "Treasury",
    "TreasuryError",
    "TreasuryTable",
    "VerifiedCoins",
    "doubts",
    "holder_key",
    "list_sources",
    "read_reports",
    "treasuries",
]
