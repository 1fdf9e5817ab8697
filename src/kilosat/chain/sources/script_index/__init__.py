"""Servers that index the chain by script: what Electrum and Esplora servers have in common.

Such a server proves what it brings (headers with work, Merkle proofs, transactions whose ids are
their hashes) and cannot prove that it left nothing out. ``walk`` therefore holds all that it says
against each other before a single block is handed over.
"""

from kilosat.chain.sources.script_index.server import (
    Claim,
    ContradictionError,
    Listing,
    Place,
    ScriptIndex,
)
from kilosat.chain.sources.script_index.walk import find

__all__ = ["Claim", "ContradictionError", "Listing", "Place", "ScriptIndex", "find"]
