"""A plan walked day by day: along simulated prices, with network, mine and reserve together.

Read in this order: ``terms`` (what a walk needs to know), ``books`` (what it writes down), ``walk``
with ``network_walk``, ``mine_walk`` and ``reserve_walk`` (a day), ``run`` (all paths, streamed);
then the figures: ``schedule``, ``network``, ``supply_dispatched`` or ``supply_stated``, ``mine`` or
``no_mine`` make the terms, ``holdings``, ``investment`` and ``public_account`` say what came of it.
"""

from kilosat.mining import block, machine_prices
from kilosat.walks import (
    break_even,
    holdings,
    investment,
    local_money,
    mine,
    network,
    no_mine,
    public_account,
    run,
    schedule,
    supply_dispatched,
    supply_stated,
)
from kilosat.walks.errors import WalkError

__all__ = ["DISPATCHED_MINE_STAGES", "RESERVE_STAGES", "STATED_MINE_STAGES", "WalkError"]

_ALWAYS = (schedule, network, run, holdings, public_account, local_money)
_MINE = (machine_prices, mine, investment, break_even)

RESERVE_STAGES = (*_ALWAYS, no_mine)
"""A plan without a mine."""
DISPATCHED_MINE_STAGES = (*_ALWAYS, *_MINE, supply_dispatched)
"""A mine on the power of a country that is dispatched; the power study's stages come beside it."""
STATED_MINE_STAGES = (*_ALWAYS, *_MINE, block, supply_stated)
"""A mine at a published price of power."""
