"""From a source to the ledger: search, check, enter, and notice what changes or does not fit."""

from kilosat.chain.scan.compare import CrossCheck, check_balances, cross_check
from kilosat.chain.scan.run import Batching, Progress, ScanOutcome, scan, scan_scripts

__all__ = [
    "Batching",
    "CrossCheck",
    "Progress",
    "ScanOutcome",
    "check_balances",
    "cross_check",
    "scan",
    "scan_scripts",
]
