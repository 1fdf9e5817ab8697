"""HTTP to a node over a few connections that stay open, with patience for a node that restarts.

The standard library's client is enough: a node answers over plain HTTP, mostly on the same
machine, with whole bodies of known length, and at a thousand requests a second a thicker client
costs more than the node takes.
"""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from kilosat.chain.sources.core.address import NodeAddress
from kilosat.chain.sources.errors import SourceError

__all__ = ["LARGEST_ANSWER", "Answer", "Connections", "TryAgainError"]

LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes; several blocks in hexadecimal are below it."""
_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 2.0
_Result = TypeVar("_Result")


class TryAgainError(SourceError):
    """A failure that may pass: the node restarts, starts or is busy."""


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes = field(repr=False)


class Connections:
    """Connections to one node; methods may be called from several threads.

    ``timeout_seconds`` is how long the node may be silent, ``patience_seconds`` how long a node
    that has answered before may be away, as when it restarts.
    """

    def __init__(
        self, address: NodeAddress, timeout_seconds: float = 60.0, patience_seconds: float = 120.0
    ) -> None:
        self.address = address
        self.timeout_seconds = timeout_seconds
        self.patience_seconds = patience_seconds
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._has_answered = False

    def patiently(self, attempt: Callable[[], _Result]) -> _Result:
        """The result of ``attempt``, made again while it may still come right.

        Raises:
            SourceError: it failed for good, or the patience is over; at once if the node has
                never answered.
        """
        end, wait = time.monotonic() + self.patience_seconds, _FIRST_WAIT_SECONDS
        while True:
            try:
                result = attempt()
            except TryAgainError as error:
                if not self._has_answered or time.monotonic() + wait > end:
                    raise SourceError(str(error)) from None
                if self._closed.wait(wait):
                    raise SourceError(f"{self.address.name} is not asked any more") from None
                wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
            else:
                self._has_answered = True
                return result

    def exchange(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """Send one request, over an open connection if there is one. Redirects are not followed.

        Raises:
            TryAgainError: the node cannot be reached or breaks off.
            SourceError: it is silent for too long, or sends too much.
        """
        seconds = timeout_seconds or self.timeout_seconds
        while (connection := self._taken()) is not None:
            try:
                return self._sent(connection, method, path, headers, body, seconds)
            except TryAgainError:
                continue  # the node closes idle connections: a fresh one tells
        host, port = self.address.host, self.address.port
        fresh = http.client.HTTPConnection(host, port, timeout=seconds)
        return self._sent(fresh, method, path, headers, body, seconds)

    def close(self) -> None:
        """Close what is open and end all waiting."""
        self._closed.set()
        while (connection := self._taken()) is not None:
            connection.close()

    def _taken(self) -> http.client.HTTPConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _sent(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        seconds: float,
    ) -> Answer:
        name, keep = self.address.name, False
        try:
            connection.timeout = seconds
            if connection.sock is not None:
                connection.sock.settimeout(seconds)
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            answer = Answer(response.status, _body(name, response))
            keep = not response.will_close
        except TimeoutError:
            raise SourceError(f"{name} did not answer within {seconds:g} seconds") from None
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            remedy = "is it running, with server=1? Another port: --node http://127.0.0.1:PORT"
            raise TryAgainError(f"{name} cannot be reached: {reason}; {remedy}") from None
        except http.client.HTTPException as error:
            raise TryAgainError(f"{name} broke off ({type(error).__name__})") from None
        finally:
            with self._lock:
                if keep and not self._closed.is_set():
                    self._idle.append(connection)
                else:
                    connection.close()
        return answer


def _body(name: str, response: http.client.HTTPResponse) -> bytes:
    if (response.length or 0) > LARGEST_ANSWER:
        raise SourceError(f"{name} announces {response.length:,} bytes in one answer")
    if response.length is not None:
        return response.read()  # raises IncompleteRead if fewer come
    text = response.read(LARGEST_ANSWER + 1)
    if len(text) > LARGEST_ANSWER:
        raise SourceError(f"{name} sends more than {LARGEST_ANSWER:,} bytes in one answer")
    return text
