"""A proxy before an Electrum server that a test may let lie, refuse, stall or break off."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

__all__ = ["Alter", "Ask", "ElectrumProxy", "RefusalError"]

Alter = Callable[[str, list[Any], Any], Any]
"""Method, parameters and honest result to the result that goes out."""
Ask = Callable[[str, list[Any]], list[Any]]
"""Method and parameters to the parameters that the server gets."""


class RefusalError(Exception):
    """Raised by ``alter``: the client gets this error instead of a result."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


class ElectrumProxy:
    """Listens on a port of its own; ``with`` starts and stops it.

    ``alter`` may raise ``RefusalError``, or ``OSError`` to break off the connection. ``ask`` may
    change what the server behind is asked. ``asked`` are the methods of the answers so far.
    """

    def __init__(self, upstream_port: int) -> None:
        self.alter: Alter = lambda _method, _params, result: result
        self.ask: Ask = lambda _method, params: params
        self.asked: list[str] = []
        self._upstream_port = upstream_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "ElectrumProxy":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._threads:
            one.join(10)

    def _start(self, what: Callable[..., None], *args: Any) -> None:
        self._threads.append(threading.Thread(target=what, args=args, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._upstream_port), 10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            calls: dict[int, tuple[str, list[Any]]] = {}
            self._start(self._forward, client, server, calls)
            self._start(self._return, client, server, calls)

    def _forward(self, client: socket.socket, server: socket.socket, calls: Any) -> None:
        try:
            with client.makefile("rb") as lines:
                for line in lines:
                    call = json.loads(line)
                    calls[call["id"]] = (call["method"], call["params"])
                    asked = {**call, "params": self.ask(call["method"], call["params"])}
                    server.sendall(json.dumps(asked).encode() + b"\n")
        except OSError:
            pass
        finally:
            _cut(server)

    def _return(self, client: socket.socket, server: socket.socket, calls: Any) -> None:
        try:
            with server.makefile("rb") as lines:
                for line in lines:
                    client.sendall(self._altered(json.loads(line), calls) + b"\n")
        except OSError:
            pass
        finally:
            _cut(client)
            _cut(server)
            client.close()
            server.close()

    def _altered(self, answer: Any, calls: Any) -> bytes:
        if "result" in answer and answer.get("id") in calls:
            method, params = calls[answer["id"]]
            self.asked.append(method)
            try:
                answer["result"] = self.alter(method, params, answer["result"])
            except RefusalError as refusal:
                error = {"code": refusal.code, "message": str(refusal)}
                answer = {"jsonrpc": "2.0", "id": answer["id"], "error": error}
        return json.dumps(answer).encode()


def _cut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
