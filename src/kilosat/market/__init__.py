"""Bitcoin as arithmetic, and how the world's hashrate answers to what mining earns.

``issuance`` and ``difficulty`` follow the rules of the chain in whole numbers; ``clock`` reads
heights and times from the epochs that happened; ``hashprice`` holds the figures that rest on the
daily history of the network and the price. ``market_inputs`` wires them, for a ``Graph`` over
``MARKET_STAGES``. ``response`` models hashrate, ``response_backtest`` judges it;
``response_inputs`` wires them for ``RESPONSE_STAGES``.
"""

from kilosat.definitions.history import read_network, read_prices
from kilosat.market import hashprice
from kilosat.market.errors import BitcoinError
from kilosat.market.response import HashrateResponse, fit, simulate_epochs
from kilosat.market.response_data import RESPONSE_STAGES, response_inputs
from kilosat.provenance import Sourced

__all__ = [
    "MARKET_STAGES",
    "RESPONSE_STAGES",
    "BitcoinError",
    "HashrateResponse",
    "fit",
    "market_inputs",
    "response_inputs",
    "simulate_epochs",
]

MARKET_STAGES = (hashprice,)


def market_inputs() -> dict[str, Sourced]:
    """The shipped history of network and price, for the figures of ``MARKET_STAGES``."""
    return {"network_history": read_network(), "price_history": read_prices()}
