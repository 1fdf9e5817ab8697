"""What the reading of blocks, transactions, headers, proofs and filters refuses."""

__all__ = ["ChainError", "MalformedError", "ProofError"]


class ChainError(ValueError):
    """Bytes of the chain that kilosat does not accept; the message says which and why."""


class MalformedError(ChainError):
    """Bytes that do not read as what they should be, or that consensus refuses by their form."""


class ProofError(ChainError):
    """Well-formed data that does not prove what it claims: work, linkage, root or commitment."""
