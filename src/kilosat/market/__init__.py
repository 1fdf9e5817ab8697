"""Bitcoin as arithmetic: issuance, difficulty, height and time, hashprice.

``issuance`` and ``difficulty`` follow the rules of the chain in whole numbers; ``clock`` reads
heights and times from the epochs that happened; ``hashprice`` holds the figures that rest on the
daily history of the network and the price. ``market_inputs`` wires them, for a ``Graph`` over
``MARKET_STAGES``.
"""

from kilosat.definitions.history import read_network, read_prices
from kilosat.market import hashprice
from kilosat.market.errors import BitcoinError
from kilosat.provenance import Sourced

__all__ = ["MARKET_STAGES", "BitcoinError", "market_inputs"]

MARKET_STAGES = (hashprice,)


def market_inputs() -> dict[str, Sourced]:
    """The shipped history of network and price, for the figures of ``MARKET_STAGES``."""
    return {"network_history": read_network(), "price_history": read_prices()}
