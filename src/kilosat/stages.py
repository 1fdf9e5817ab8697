"""The stages of a study in the order in which they read; the graph finds its own order."""

from kilosat.mining import block, entry, willingness
from kilosat.power import (
    balance,
    bill,
    fleet,
    incremental,
    load,
    opening,
    prices,
    runs,
    subsidy,
    surplus,
    tariff,
    willing,
    window,
)

__all__ = ["STAGES"]

STAGES = (
    fleet,  # what can run
    tariff,  # what the new load pays
    load,  # the new load, hour by hour
    runs,  # dispatch without it and with it
    prices,  # marginal cost by the hour
    incremental,  # what it causes
    bill,  # who pays for it
    balance,  # the model held against what happened
    surplus,  # idle capacity, headroom
    block,  # mining's part of the load
    willingness,  # what miners can pay
    entry,  # how many of them come
    willing,  # the load that would come
    subsidy,  # tests
    window,  # where the tests hold and miners come
    opening,  # what would open it
)
"""The stages in the order in which they read; the graph finds its own order by names."""
