"""Which ways to the blocks a node offers, and which of them is taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from kilosat.chain.sources.core.rest import NodeRest
from kilosat.chain.sources.core.rpc import NodeRpc, RefusedError
from kilosat.chain.sources.core.seek import filters_tell
from kilosat.chain.sources.core.state import NodeState

__all__ = ["OFFERS", "Offer", "Route", "choose_route"]

Offer = Literal["scanblocks", "filters", "rest"]
"""What a node may have beyond its RPC: a scan of block filters, the filters themselves, REST."""
OFFERS: tuple[Offer, ...] = get_args(Offer)
_METHOD_NOT_FOUND = -32601


@dataclass(frozen=True)
class Route:
    """How blocks are chosen and how they come."""

    chosen_by: Literal["scanblocks", "filters", "every block"]
    rest: NodeRest | None
    no_filters: str = ""
    """Why block filters are of no use, if they are not."""

    @property
    def words(self) -> str:
        """The route in words."""
        blocks = "over REST" if self.rest else "by getblock"
        return {
            "scanblocks": f"block filters by scanblocks, blocks {blocks}",
            "filters": f"block filters over REST, blocks {blocks}",
            "every block": f"every block {blocks}",
        }[self.chosen_by]

    @property
    def notes(self) -> tuple[str, ...]:
        """What would make it quicker."""
        notes: tuple[str, ...] = (self.no_filters,) if self.no_filters else ()
        if self.rest is None:
            notes += ("the node has no REST: rest=1 makes this quicker",)
        return notes


def choose_route(
    rpc: NodeRpc,
    rest: NodeRest | None,
    state: NodeState,
    to_height: int,
    scripts: Sequence[bytes] | None = None,
    without: Collection[Offer] = (),
) -> Route:
    """The quickest route to everything up to a height.

    Filters are of use only if they reach that far and can hold all the scripts. Matched here they
    take less time than the node's own scan of them (``benchmarks/chain.py``).
    """
    lacking = _lacking(state, to_height, scripts)
    if lacking:
        return Route("every block", rest, lacking)
    if rest is not None and "filters" not in without:
        return Route("filters", rest)
    if "scanblocks" not in without and _scans_blocks(rpc):
        return Route("scanblocks", rest)
    return Route("every block", rest)


def _lacking(state: NodeState, to_height: int, scripts: Sequence[bytes] | None) -> str:
    if state.filters_to < 0:
        return "the node has no block filters: blockfilterindex=1 makes this far quicker"
    if state.filters_to < to_height:
        return (
            f"the node has made its block filters up to block {state.filters_to:,} only: this is "
            "far quicker once it has them all"
        )
    if scripts is not None and not filters_tell(scripts):
        return "block filters do not hold scripts such as some of these"
    return ""


def _scans_blocks(rpc: NodeRpc) -> bool:
    """Whether the node has ``scanblocks`` (Bitcoin Core 25)."""
    (reply,) = rpc.replies([("scanblocks", ["status"])])
    if isinstance(reply, RefusedError):
        if reply.code != _METHOD_NOT_FOUND:
            raise reply
        return False
    return True
