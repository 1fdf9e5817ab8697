"""What scripts hold now, in the node's own words (``scantxoutset``)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kilosat.chain.sources.core.rpc import NodeRpc
from kilosat.chain.sources.core.scans import NodeScan, descriptors
from kilosat.chain.sources.core.spent import output_of_json
from kilosat.chain.sources.core.state import field_of, hash_field
from kilosat.chain.sources.errors import SourceError, UntruthError
from kilosat.chain.sources.port import BlockRef, Unspent
from kilosat.chain.transaction import OutPoint, TxOutput
from kilosat.quantities import SATS_PER_BTC

__all__ = ["scan_unspent"]

_PER_SCAN = 100_000
"""Scripts: a request well below the 32 MB that a node takes."""
_TRIES = 3


def scan_unspent(rpc: NodeRpc, scripts: Sequence[bytes], wait_seconds: float) -> Unspent:
    """Unspent coins of these scripts, all at one tip. Scripts without coins simply have none.

    Raises:
        UntruthError: the answer contradicts itself or names coins of other scripts.
        SourceError: the node cannot scan, or has new blocks faster than it scans.
    """
    asked = tuple(dict.fromkeys(scripts))
    parts = [asked[at : at + _PER_SCAN] for at in range(0, max(len(asked), 1), _PER_SCAN)]
    for _ in range(_TRIES):
        found = [_one_scan(rpc, part, wait_seconds) for part in parts]
        if len({one.tip for one in found}) == 1:
            coins = {outpoint: coin for one in found for outpoint, coin in one.coins.items()}
            return Unspent(found[0].tip, coins)
    name = rpc.address.name
    raise SourceError(f"{name} had new blocks in the middle of its scan: try again")


def _one_scan(rpc: NodeRpc, scripts: Sequence[bytes], wait_seconds: float) -> Unspent:
    name = rpc.address.name
    (told,) = NodeScan(rpc, "scantxoutset", wait_seconds).run([descriptors(scripts)])
    if field_of(name, told, "success", bool) is not True:
        raise SourceError(f"the scan of {name} was ended before it was done")
    tip = BlockRef(field_of(name, told, "height", int), hash_field(name, told, "bestblock"))
    rows = field_of(name, told, "unspents", list)
    wanted = frozenset(scripts)
    coins = dict(_coin(name, row, wanted, tip.height) for row in rows)
    total = sum(coin.value_sats for coin in coins.values())
    stated = told.get("total_amount")
    if len(coins) != len(rows):
        raise UntruthError(f"{name} names an unspent coin twice")
    if not isinstance(stated, Decimal | int) or stated * SATS_PER_BTC != total:
        raise UntruthError(f"{name} states another sum than that of the coins it names")
    return Unspent(tip, coins)


def _coin(name: str, row: Any, wanted: frozenset[bytes], highest: int) -> tuple[OutPoint, TxOutput]:
    outpoint = OutPoint(hash_field(name, row, "txid"), field_of(name, row, "vout", int))
    output = output_of_json(row, "amount")
    if output is None or not 0 <= field_of(name, row, "height", int) <= highest:
        raise UntruthError(f"{name} names an unspent coin without amount, script or height")
    if output.script not in wanted:
        raise UntruthError(f"{name} names an unspent coin of a script that was not asked for")
    return outpoint, output
