"""A Bitcoin node as a source of the chain: the quickest route that it offers, read-only."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

from kilosat.chain.address import Network
from kilosat.chain.header import Header
from kilosat.chain.sources.core.address import NodeAddress, node_address
from kilosat.chain.sources.core.blocks import BlockBringer, RestBlocks, RpcBlocks
from kilosat.chain.sources.core.chain import HeaderChain
from kilosat.chain.sources.core.http import Connections
from kilosat.chain.sources.core.rest import NodeRest
from kilosat.chain.sources.core.routes import Offer, Route, choose_route
from kilosat.chain.sources.core.rpc import NodeRpc
from kilosat.chain.sources.core.scan_blocks import ScanBlocks
from kilosat.chain.sources.core.search import Search
from kilosat.chain.sources.core.seek import EveryBlock, RestFilters, Seeker, one_ahead
from kilosat.chain.sources.core.spent import SpentOutputs
from kilosat.chain.sources.core.state import NodeState, read_state
from kilosat.chain.sources.core.unspent import scan_unspent
from kilosat.chain.sources.errors import BlocksMissingError
from kilosat.chain.sources.port import BlockRef, FoundBlock, SourceStatus, Unspent, Watched

__all__ = ["CoreSource", "core_source"]

_FILTERS_FOLLOW_SECONDS = 3.0
"""The filter of a new block comes a moment after the block."""


def core_source(
    url: str | None = None,
    cookie: Path | None = None,
    datadir: Path | None = None,
    network: Network = "mainnet",
    patience_seconds: float = 120.0,
) -> "CoreSource":
    """The node at a URL such as ``http://user:password@127.0.0.1:8332``, or on this machine.

    The login is that of the cookie file, else of the cookie in the node's folder, else of the URL.
    Nothing is asked of the node yet. ``patience_seconds`` is as for ``CoreSource``.

    Raises:
        SourceError: the URL is none, or there is no login.
    """
    address = node_address(url, cookie, datadir, network)
    return CoreSource(address, network, patience_seconds=patience_seconds)


class CoreSource:
    """Bitcoin Core, Knots and their kin, over JSON-RPC and, where it is on, REST.

    ``network`` is the one that is expected, any if ``None``. ``without`` names what is left alone
    although the node offers it. ``timeout_seconds`` is the wait for an answer,
    ``patience_seconds`` that for a node that restarts or is busy with another scan.
    """

    def __init__(
        self,
        address: NodeAddress,
        network: Network | None = None,
        *,
        without: Collection[Offer] = (),
        timeout_seconds: float = 60.0,
        patience_seconds: float = 120.0,
    ) -> None:
        self._connections = Connections(address, timeout_seconds, patience_seconds)
        self._rpc = NodeRpc(self._connections)
        self._network = network
        self._without = frozenset(without)
        self._patience_seconds = patience_seconds

    @property
    def name(self) -> str:
        """How messages call it."""
        return self._connections.address.name

    def status(self) -> SourceStatus:
        """What the node is and how far it has come.

        Raises:
            WrongNetworkError: it is on another network.
            SourceError: it cannot be asked.
        """
        state = self._state()
        route = self._route(self._with_filters(state, state.tip.height), state.tip.height)
        return SourceStatus(
            "core",
            self.name,
            state.software,
            state.network,
            state.tip,
            state.first_block,
            route.words,
            (*_notes(state, self._connections.address), *route.notes),
        )

    def headers(self, first: int, count: int) -> Sequence[Header]:
        """Exactly ``count`` headers from height ``first`` on, each linked to the one before it.

        Raises:
            BlocksMissingError: the chain is shorter.
            ReorganisedError: it changed in between.
        """
        return self._chain(self._rest()).read(first, count).headers

    def find(self, watched: Watched, first: int, last: BlockRef) -> Iterator[FoundBlock]:
        """Everything that touches ``watched`` in the blocks from ``first`` to ``last``.

        Raises:
            ReorganisedError: ``last`` is not in the chain any more.
            BlocksMissingError: the node has not, or no longer, what is needed.
        """
        state = self._with_filters(self._state(), last.height)
        self._check_reach(state, last)
        scripts = tuple(dict.fromkeys(watched.scripts))
        route = self._route(state, last.height, scripts)
        if route.chosen_by == "every block" and first < state.first_block:
            missing = BlocksMissingError(f"{self.name} does not have block {first:,} any more")
            raise self._why_missing(missing, last, route)
        chain = self._chain(route.rest)
        spent = SpentOutputs(self._rpc, route.rest)
        search = Search(self.name, watched, self._bringer(route), spent, first)
        seeker = self._seeker(route, chain, scripts, state.first_block)
        ahead = one_ahead(seeker.seek(first, last))
        try:
            for stretch, heights in ahead:
                with closing(search.through(stretch, heights)) as found:
                    for block in found:
                        if block.height == last.height:
                            chain.check_holds(last)
                        yield block
        except BlocksMissingError as error:
            raise self._why_missing(error, last, route) from None
        finally:
            seeker.stop()
            ahead.close()

    def unspent(self, scripts: Sequence[bytes]) -> Unspent:
        """What the node says these scripts hold now; it goes through all unspent coins.

        Raises:
            UntruthError: the answer contradicts itself.
            SourceError: the node is busy with another such scan, or cannot be asked.
        """
        return scan_unspent(self._rpc, scripts, self._patience_seconds)

    def close(self) -> None:
        """Let go of connections."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _state(self) -> NodeState:
        return read_state(self._rpc, self._network)

    def _with_filters(self, state: NodeState, height: int) -> NodeState:
        """The state once the filters have come to a height, if they do so within a moment."""
        end = time.monotonic() + _FILTERS_FOLLOW_SECONDS
        while max(height - 10, 0) <= state.filters_to < height and time.monotonic() < end:
            time.sleep(0.05)
            state = self._state()
        return state

    def _rest(self) -> NodeRest | None:
        rest = NodeRest(self._connections)
        return rest if "rest" not in self._without and rest.is_offered() else None

    def _route(
        self, state: NodeState, height: int, scripts: Sequence[bytes] | None = None
    ) -> Route:
        return choose_route(self._rpc, self._rest(), state, height, scripts, self._without)

    def _chain(self, rest: NodeRest | None) -> HeaderChain:
        return HeaderChain(self._rpc, rest)

    def _bringer(self, route: Route) -> BlockBringer:
        return RestBlocks(route.rest, self.name) if route.rest else RpcBlocks(self._rpc)

    def _seeker(
        self, route: Route, chain: HeaderChain, scripts: Sequence[bytes], first_block: int
    ) -> Seeker:
        if route.chosen_by == "scanblocks":
            return ScanBlocks(chain, self._rpc, scripts, self._patience_seconds, first_block)
        if route.chosen_by == "filters" and route.rest:
            return RestFilters(chain, route.rest, self.name, scripts)
        return EveryBlock(chain)

    def _check_reach(self, state: NodeState, last: BlockRef) -> None:
        if last.height > state.tip.height:
            raise BlocksMissingError(
                f"{self.name} has come to block {state.tip.height:,} and {last.height:,} is "
                "needed: wait until it has"
            )
        self._chain(None).check_holds(last)

    def _why_missing(
        self, error: BlocksMissingError, last: BlockRef, route: Route
    ) -> BlocksMissingError:
        """What to do about a block that the node does not have."""
        state = self._state()
        self._check_reach(state, last)
        if state.first_block:
            return BlocksMissingError(
                f"{error}: it is pruned and keeps blocks from {state.first_block:,} on; "
                "use a node that keeps all of them (prune=0)"
            )
        if route.rest is not None and self._rest() is None:
            return BlocksMissingError(f"{error}: its REST was switched off meanwhile; run it again")
        return BlocksMissingError(f"{error}: perhaps it still fetches old blocks; try again later")


def _notes(state: NodeState, address: NodeAddress) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    if not address.is_on_this_machine:
        notes += ("the connection to the node is not encrypted: anyone on the way can change it",)
    if state.is_syncing:
        notes += (
            f"the node is still syncing: block {state.tip.height:,} of {state.known_headers:,}",
        )
    if state.first_block:
        notes += (f"the node is pruned: it keeps blocks from {state.first_block:,} on",)
    return notes
