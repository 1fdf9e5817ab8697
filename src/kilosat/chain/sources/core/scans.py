"""The node's own scans: of block filters (``scanblocks``) and of unspent coins (``scantxoutset``).

A node runs one scan of each kind at a time. A scan of somebody else's is waited for, never ended;
one of ours is ended when we are interrupted.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any

from kilosat.chain.sources.core.rpc import Call, NodeRpc, RefusedError
from kilosat.chain.sources.errors import SourceError

__all__ = ["NodeScan", "descriptors"]

_LONGEST_SCAN_SECONDS = 6 * 3600.0
"""A scan answers only when it is done; on a slow disk the unspent coins take the better part of
an hour."""
_PAUSE_SECONDS = 0.5


class NodeScan:
    """Starts scans of one kind and waits while another one runs."""

    def __init__(self, rpc: NodeRpc, method: str, wait_seconds: float) -> None:
        self._rpc = rpc
        self._method = method
        self._wait_seconds = wait_seconds
        self._running = threading.Event()
        self._stopped = threading.Event()

    def run(
        self, params: Sequence[Any], before: Sequence[Call] = (), after: Sequence[Call] = ()
    ) -> list[Any]:
        """Replies of the calls before, of the scan and of the calls after, all in one request.

        Raises:
            SourceError: another scan runs for too long, or the node refuses a call.
        """
        calls = [*before, (self._method, ["start", *params]), *after]
        end = time.monotonic() + self._wait_seconds
        while not self._stopped.is_set():
            try:
                return self._once(calls)
            except RefusedError as error:
                if error.method != self._method or "in progress" not in str(error):
                    raise
            if time.monotonic() > end:
                break
            self._stopped.wait(_PAUSE_SECONDS)
        raise SourceError(
            f"{self._rpc.address.name} is busy with another {self._method}: try again when it is "
            f"done (bitcoin-cli {self._method} status)"
        )

    def stop(self) -> None:
        """End our own scan, if one runs."""
        self._stopped.set()
        if self._running.is_set():
            self._rpc.replies([(self._method, ["abort"])])

    def _once(self, calls: Sequence[Call]) -> list[Any]:
        self._running.set()
        try:
            return self._rpc.batch(calls, _LONGEST_SCAN_SECONDS)
        except KeyboardInterrupt:
            self.stop()
            raise
        finally:
            self._running.clear()


def descriptors(scripts: Sequence[bytes]) -> list[str]:
    """Scripts as the scans want them: ``raw`` of BIP 385, without its checksum."""
    return [f"raw({script.hex()})" for script in scripts]
