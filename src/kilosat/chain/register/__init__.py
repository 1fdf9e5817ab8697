"""The register of wallets: whose they are, how they nest, and which scripts they watch.

``read_register`` returns a frozen ``Register`` or raises ``DefinitionError`` with every finding. A
file that holds a private key or a seed anywhere, be it in a comment, is refused as a whole.
"""

from kilosat.chain.register.label_export import label_lines
from kilosat.chain.register.model import (
    Announcement,
    Entity,
    Group,
    Label,
    Perimeter,
    Register,
    TransactionLabel,
    Wallet,
    WatchedScript,
)
from kilosat.chain.register.named_txids import NamedTxid, found_on_chain
from kilosat.chain.register.read import check_register, read_register

__all__ = [
    "Announcement",
    "Entity",
    "Group",
    "Label",
    "NamedTxid",
    "Perimeter",
    "Register",
    "TransactionLabel",
    "Wallet",
    "WatchedScript",
    "check_register",
    "found_on_chain",
    "label_lines",
    "read_register",
]
