"""Extending the shipped series with days that came after: network, prices, and the record of it.

Nothing here runs unless a user asks for it. ``node`` reads the user's own node,
``prices_api`` a public price, ``network`` and ``prices`` hold what came against what is shipped,
``extend`` writes it all or nothing.
"""

from kilosat.updates.errors import UpdateError
from kilosat.updates.extend import Outcome, extend
from kilosat.updates.node import Node, connected
from kilosat.updates.prices import PriceSeries, read_price_file
from kilosat.updates.prices_api import fetch_prices

__all__ = [
    "Node",
    "Outcome",
    "PriceSeries",
    "UpdateError",
    "connected",
    "extend",
    "fetch_prices",
    "read_price_file",
]
