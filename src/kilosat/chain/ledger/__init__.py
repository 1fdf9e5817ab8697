"""The ledger: an append-only journal of every satoshi in and out of the watched scripts."""
