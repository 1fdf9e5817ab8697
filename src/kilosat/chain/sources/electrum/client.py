"""Calls to an Electrum server: JSON-RPC with many requests under way, repeated after a break.

Protocol: https://electrumx.readthedocs.io/en/latest/protocol.html, version 1.4.
"""

import itertools
import json
import ssl
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kilosat.chain.sources.electrum.connection import Connection, Endpoint
from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.printable import printable
from kilosat.chain.sources.script_index.answers import Answers

__all__ = ["ElectrumClient", "RefusedError"]

_PROTOCOL = "1.4"
_CLIENT = "kilosat"
_WINDOW = 32
"""Requests under way; a server that counts costs stays calm, and the answers fit in memory."""
_FIRST_PAUSE_SECONDS = 0.25
_MOST_PAUSE_SECONDS = 10.0
_MOST_NOTICES = 10_000
_BUSY = frozenset({-101, -102})
"""aiorpcX: excessive resource usage, server busy."""

Request = tuple[str, Sequence[Any]]


class RefusedError(Exception):
    """The server answers a request with an error."""

    def __init__(self, code: object, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


class _BusyError(Exception):
    """The server asks for patience."""


class ElectrumClient:
    """A connection that is opened when it is needed, and again after it broke.

    ``attempts`` in a row without a single answer are the most before it gives up.
    """

    def __init__(self, endpoint: Endpoint, timeout_seconds: float, attempts: int) -> None:
        self.name = f"the Electrum server {endpoint.name}"
        self.software = ""
        self.answers = Answers(self.name)
        self._endpoint, self._timeout, self._attempts = endpoint, timeout_seconds, attempts
        self._connection: Connection | None = None
        self._window: deque[Request] = deque()
        self._ids = itertools.count()

    def call(self, method: str, *params: Any) -> Any:
        """The result of one request.

        Raises:
            RefusedError: the server answers with an error.
            SourceError: it cannot be reached, is too slow or does not speak the protocol.
        """
        result = next(iter(self.calls([(method, params)])))
        if isinstance(result, RefusedError):
            raise result
        return result

    def calls(self, requests: Iterable[Request]) -> Iterator[Any | RefusedError]:
        """The results of many requests, in their order; an error stands where the result would.

        There is one connection: where others are begun before these are read to their end, it is
        opened anew, and what has no answer yet is asked again.

        Raises:
            SourceError: as ``call``.
        """
        window: deque[Request] = deque()
        if self._window:  # its answers are under way, and nobody may ever read them
            self.close()
        self._window = window
        try:
            yield from self._answered(window, iter(requests))
        finally:
            if window and window is self._window:
                self.close()
                window.clear()

    def _answered(self, window: deque[Request], waiting: Iterator[Request]) -> Iterator[Any]:
        failures = 0
        while True:
            window.extend(itertools.islice(waiting, _WINDOW - len(window)))
            if not window:
                return
            try:
                for result in self._exchange(window, waiting):
                    failures = 0
                    yield result
            except (OSError, UnicodeError, _BusyError) as problem:
                self.close()
                failures += 1
                if failures >= self._attempts:
                    raise self._given_up(problem) from None
                time.sleep(min(_FIRST_PAUSE_SECONDS * 2 ** (failures - 1), _MOST_PAUSE_SECONDS))

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, window: deque[Request], waiting: Iterator[Request]) -> Iterator[Any]:
        """Answers to the requests of the window, which is refilled; what is left in it at an
        error has no answer yet."""
        connection = self._connected()
        sent = deque(next(self._ids) for _ in window)
        _send(connection, zip(sent, window, strict=True))
        early: dict[int, Any] = {}
        while sent:
            while sent[0] not in early:
                number, result = self._receive(connection)
                if number not in sent or number in early:
                    raise self.answers.refuse("an answer to a request", number)
                early[number] = result
            result = early.pop(sent.popleft())
            window.popleft()
            yield result  # before the next is sent: it would be lost if that failed
            for request in itertools.islice(waiting, 1):
                window.append(request)
                sent.append(next(self._ids))
                _send(connection, [(sent[-1], request)])

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = Connection(self._endpoint, self._timeout)
            try:
                self._greet(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _greet(self, connection: Connection) -> None:
        number = next(self._ids)
        _send(connection, [(number, ("server.version", (_CLIENT, _PROTOCOL)))])
        answered, result = self._receive(connection)
        if isinstance(result, RefusedError):
            raise SourceError(
                f"{self.name} refuses protocol {_PROTOCOL}: '{printable(result.message)}'; it is "
                "too old or too new"
            )
        words = self.answers.items(result, "its software and protocol")
        if answered != number or len(words) != 2 or not all(isinstance(one, str) for one in words):
            raise self.answers.refuse("its software and protocol", result)
        self.software = printable(words[0])

    def _receive(self, connection: Connection) -> tuple[int, Any]:
        """The number and result of the next answer."""
        for _ in range(_MOST_NOTICES):
            line = connection.receive()
            try:
                answer = json.loads(line)
            except (ValueError, RecursionError):
                raise self.answers.refuse("JSON", line[:60].decode("ascii", "replace")) from None
            fields = self.answers.fields(answer, "an answer")
            number = fields.get("id")
            if number is None and "method" in fields:
                continue  # a notification
            error = fields.get("error")
            if error is not None:
                return self._number(number, error), self._refused(error)
            if "result" not in fields:
                raise self.answers.refuse("a result", sorted(fields))
            return self._number(number, answer), fields["result"]
        raise self.answers.refuse("an answer", "notifications only")

    def _number(self, number: object, answer: object) -> int:
        if not isinstance(number, int):
            raise self.answers.refuse("an answer to a request", answer)
        return number

    def _refused(self, error: object) -> RefusedError:
        fields = error if isinstance(error, dict) else {"message": error}
        code, message = fields.get("code"), printable(fields.get("message"))
        if code in _BUSY or "excessive resource usage" in message or "busy" in message:
            raise _BusyError(f"it asks for patience ('{message}')")
        return RefusedError(code, message)

    def _given_up(self, problem: Exception) -> SourceError:
        if isinstance(problem, _BusyError):
            return SourceError(
                f"{self.name} limits how much it answers: {problem}; wait, or use a server of "
                "your own"
            )
        if isinstance(problem, TimeoutError):
            why = f"no answer within {self._timeout:g} s"
        elif isinstance(problem, ssl.SSLError):
            why = f"no TLS: {printable(problem.reason or problem)}"
        else:
            why = printable(problem.args[-1] if problem.args else problem)
        return SourceError(
            f"{self.name} cannot be reached: {why} ({self._attempts} attempts); check the address "
            "and the network, and run it again"
        )


def _send(connection: Connection, requests: Iterable[tuple[int, Request]]) -> None:
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)})
        for number, (method, params) in requests
    ]
    connection.send(b"".join(line.encode() + b"\n" for line in lines))
