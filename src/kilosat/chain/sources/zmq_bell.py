"""A node's word over ZeroMQ that there is a new block (``zmqpubhashblock`` of Bitcoin Core).

Messages as in Bitcoin Core's ``doc/zmq.md``: topic, hash as it is printed, number of the message.
"""

from typing import Self

import zmq

from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.printable import printable

__all__ = ["Bell"]

_TOPIC = b"hashblock"
_CONNECT_SECONDS = 5.0
_LONGEST_POLL_SECONDS = 86_400.0
_MOST_AT_ONCE = 10_000


class Bell:
    """A subscription; ``with`` ends it. A node that restarts is found again.

    Raises:
        SourceError: the address is none, or nobody publishes there.
    """

    def __init__(self, address: str) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.IPV6, 1)
        self._socket.setsockopt(zmq.SUBSCRIBE, _TOPIC)
        try:
            self._connect(address)
        except BaseException:
            self.close()
            raise

    def rung_within(self, seconds: float) -> bytes | None:
        """The hash of the last block that was told of, as soon as there is one; else ``None``."""
        if not self._socket.poll(int(1000 * min(seconds, _LONGEST_POLL_SECONDS))):
            return None
        told = None
        for _ in range(_MOST_AT_ONCE):
            if not self._socket.poll(0):
                break
            parts = self._socket.recv_multipart()
            if len(parts) == 3 and parts[0] == _TOPIC and len(parts[1]) == 32:
                told = parts[1][::-1]
        return told

    def close(self) -> None:
        """End the subscription."""
        self._socket.close()
        self._context.term()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect(self, address: str) -> None:
        shown = printable(address)
        remedy = (
            f"start the node with zmqpubhashblock={shown}, or give the address that it publishes "
            "at (bitcoin-cli getzmqnotifications)"
        )
        monitor = self._socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        try:
            try:
                self._socket.connect(address)
            except (zmq.ZMQError, ValueError):
                raise SourceError(
                    f"'{shown}' is no ZMQ address, such as tcp://127.0.0.1:28332: {remedy}"
                ) from None
            if not monitor.poll(int(1000 * _CONNECT_SECONDS)):
                raise SourceError(f"nobody publishes blocks over ZMQ at {shown}: {remedy}")
        finally:
            self._socket.disable_monitor()
            monitor.close()
