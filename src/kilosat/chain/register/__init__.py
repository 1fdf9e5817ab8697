"""The register of wallets: whose they are, how they nest, and which scripts they watch.

``read_register`` returns a frozen ``Register`` or raises ``DefinitionError`` with every finding. A
file that holds a private key or a seed anywhere, be it in a comment, is refused as a whole.
"""

from kilosat.chain.register.model import (
    Announcement,
    Entity,
    Group,
    Label,
    Perimeter,
    Register,
    Wallet,
    WatchedScript,
)
from kilosat.chain.register.read import check_register, read_register

__all__ = [
    "Announcement",
    "Entity",
    "Group",
    "Label",
    "Perimeter",
    "Register",
    "Wallet",
    "WatchedScript",
    "check_register",
    "read_register",
]
