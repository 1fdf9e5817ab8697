"""What is fixed for each network: the easiest target, and the first block."""

from kilosat.chain.address import Network
from kilosat.chain.header import MAINNET_LIMIT, REGTEST_LIMIT, SIGNET_LIMIT, hash_of_hex

__all__ = ["GENESIS", "GENESIS_COINBASE", "WORK_LIMIT"]

WORK_LIMIT: dict[Network, int] = {
    "mainnet": MAINNET_LIMIT,
    "testnet": MAINNET_LIMIT,
    "signet": SIGNET_LIMIT,
    "regtest": REGTEST_LIMIT,
}
GENESIS: dict[Network, bytes] = {
    "mainnet": hash_of_hex("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
    "regtest": hash_of_hex("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
}
"""Bitcoin Core, ``kernel/chainparams.cpp``. There are two testnets, and any number of signets."""
GENESIS_COINBASE = hash_of_hex("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")
"""Of every network. Its output was never in the set of coins: no node counts it."""
