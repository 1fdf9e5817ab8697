"""Cost by the day's price: every coin that came in cost the close of its day.

What leaves (fees too) takes coins of known and of unknown cost in proportion, at their average
cost; beside that, lots are kept first in, first out. Coins that only move inside keep their cost.
"""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from kilosat.chain.audit.model import CostLot, CostOfCoins
from kilosat.chain.flows.model import Flow

__all__ = ["COST_COLUMNS", "cost_of", "cost_walk"]

COST_COLUMNS = ("priced_sats", "unpriced_sats", "cost_usd")


def cost_walk(flows: Iterable[Flow]) -> pd.DataFrame:
    """Coins of known cost, coins without, and the cost in USD, after each flow across the border.

    Rows are numbered; ``flows`` are all flows from the first on, in the order of the chain.
    """
    rows, priced, unpriced, cost = [], 0, 0, 0.0
    for flow in flows:
        if flow.kind == "internal":
            continue
        if flow.net_sats >= 0 and flow.usd is None:
            unpriced += flow.sats
        elif flow.net_sats >= 0:
            priced, cost = priced + flow.sats, cost + (flow.usd or 0.0)
        elif priced + unpriced:
            share = min(priced, flow.sats * priced // (priced + unpriced))
            share = max(share, flow.sats - unpriced)
            cost -= cost * share / priced if priced else 0.0
            priced, unpriced = priced - share, unpriced - (flow.sats - share)
        rows.append((priced, unpriced, cost if priced else 0.0))
        cost = rows[-1][2]
    return pd.DataFrame(rows, columns=list(COST_COLUMNS))


def cost_of(flows: Iterable[Flow]) -> CostOfCoins:
    """The cost of the coins held after all ``flows``, with lots first in, first out."""
    flows = tuple(flows)
    walk = cost_walk(flows)
    priced, unpriced, cost = tuple(walk.iloc[-1]) if len(walk) else (0, 0, 0.0)
    days = sorted({flow.day for flow in flows if flow.net_sats > 0 and flow.usd is None})
    return CostOfCoins(int(priced), float(cost), int(unpriced), tuple(days), _lots(flows))


def _lots(flows: Iterable[Flow]) -> tuple[CostLot, ...]:
    lots: list[CostLot] = []
    first = 0
    for flow in flows:
        if flow.net_sats > 0:
            lots.append(CostLot(flow.txid, flow.day, flow.sats, flow.usd, flow.sub_kind))
        left = max(0, -flow.net_sats)
        while left and first < len(lots):
            lot = lots[first]
            taken = min(left, lot.sats)
            left -= taken
            usd = None if lot.usd is None else lot.usd * (lot.sats - taken) / lot.sats
            lots[first] = replace(lot, sats=lot.sats - taken, usd=usd)
            first += lots[first].sats == 0
    return tuple(lot for lot in lots if lot.sats)
