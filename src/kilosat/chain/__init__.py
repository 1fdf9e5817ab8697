"""Bitcoin's own bytes, read without a node: headers, transactions, blocks, proofs and filters.

``block``, ``scan_walk`` and ``filters`` hold compiled code and take half a second to load, so they
are imported by their names and not from here.
"""

from kilosat.chain.errors import ChainError, MalformedError, ProofError
from kilosat.chain.header import Header, chain_work, hash_of_hex, hex_of_hash, parse_header
from kilosat.chain.merkle import MerkleProof, parse_merkle_proof
from kilosat.chain.transaction import (
    OutPoint,
    Transaction,
    TxInput,
    TxOutput,
    parse_transaction,
)

__all__ = [
    "ChainError",
    "Header",
    "MalformedError",
    "MerkleProof",
    "OutPoint",
    "ProofError",
    "Transaction",
    "TxInput",
    "TxOutput",
    "chain_work",
    "hash_of_hex",
    "hex_of_hash",
    "parse_header",
    "parse_merkle_proof",
    "parse_transaction",
]
