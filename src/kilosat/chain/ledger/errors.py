"""How a ledger fails: one message that names the file and what to do."""

from kilosat.chain.errors import ChainError

__all__ = ["LedgerError"]


class LedgerError(ChainError):
    """The file is no ledger, of another network, damaged, in use or cannot be written; or a
    question is asked that the ledger cannot answer yet.

    What was committed before stays.
    """
