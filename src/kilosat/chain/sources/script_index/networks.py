"""How a network is told: its first block, and the easiest target that it allows."""

from collections.abc import Mapping
from types import MappingProxyType

from kilosat.chain.address import Network
from kilosat.chain.header import MAINNET_LIMIT, REGTEST_LIMIT, SIGNET_LIMIT, hash_of_hex

__all__ = ["GENESIS", "LIMITS", "network_of_genesis"]

GENESIS: Mapping[Network, bytes] = MappingProxyType(
    {
        "mainnet": hash_of_hex("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
        "testnet": hash_of_hex("000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"),
        "signet": hash_of_hex("00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"),
        "regtest": hash_of_hex("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
    }
)
"""Hash of block 0 in the order of the wire; Bitcoin Core's ``chainparams.cpp``."""

LIMITS: Mapping[Network, int] = MappingProxyType(
    {
        "mainnet": MAINNET_LIMIT,
        "testnet": MAINNET_LIMIT,
        "signet": SIGNET_LIMIT,
        "regtest": REGTEST_LIMIT,
    }
)


def network_of_genesis(genesis: bytes) -> Network | None:
    """The network whose first block this is; ``None`` where it is none of them."""
    return next((name for name, known in GENESIS.items() if known == genesis), None)
