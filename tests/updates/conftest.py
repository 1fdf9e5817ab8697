"""Local servers that answer as a node and as an exchange do; nothing leaves the machine."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kilosat.chain.sources.core.address import NodeAddress
from kilosat.chain.sources.core.http import Connections
from kilosat.updates import Node

from . import fake_chain

LOGIN = "alice:correct horse"


@dataclass
class FakeNode:
    """Answers from the chain of arithmetic; ``lie`` may change any answer."""

    port: int = 0
    status: int = 200
    body: bytes | None = None
    lie: Callable[[str, list[Any], Any], Any] = lambda method, params, honest: honest
    asked: list[str] = field(default_factory=list)

    def reply(self, header: str, request: bytes) -> tuple[int, bytes]:
        if b64decode(header.removeprefix("Basic ")).decode() != LOGIN:
            return 401, b""
        if self.body is not None or self.status != 200:
            return self.status, self.body or b""
        return 200, json.dumps([self.one(call) for call in json.loads(request)]).encode()

    def one(self, call: dict[str, Any]) -> dict[str, Any]:
        method, params = call["method"], call["params"]
        self.asked.append(method)
        told = self.lie(method, params, fake_chain.answer(method, params))
        if isinstance(told, dict) and "code" in told:
            return {"result": None, "error": told, "id": call["id"]}
        return {"result": told, "error": None, "id": call["id"]}

    @property
    def url(self) -> str:
        return f"http://alice:correct%20horse@127.0.0.1:{self.port}"


@dataclass
class FakeExchange:
    """Answers with candles as Coinbase Exchange documents them."""

    port: int = 0
    status: int = 200
    body: bytes | None = None
    candles: dict[int, list[float]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def put(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def fake_node() -> Iterator[FakeNode]:
    fake = FakeNode()

    class Handler(Quiet):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            self.put(*fake.reply(self.headers["Authorization"], request))

    with serving(Handler) as fake.port:
        yield fake


@pytest.fixture
def fake_exchange() -> Iterator[FakeExchange]:
    fake = FakeExchange()

    class Handler(Quiet):
        def do_GET(self) -> None:
            query = {key: one[0] for key, one in parse_qs(urlsplit(self.path).query).items()}
            fake.asked.append(query | {"path": urlsplit(self.path).path})
            newest_first = [fake.candles[time] for time in sorted(fake.candles, reverse=True)]
            self.put(fake.status, fake.body or json.dumps(newest_first).encode())

    with serving(Handler) as fake.port:
        yield fake


@contextmanager
def node_at(
    port: int, login: str = LOGIN, timeout_seconds: float = 5, patience_seconds: float = 120
) -> Iterator[Node]:
    address = NodeAddress("127.0.0.1", port, login)
    with closing(Connections(address, timeout_seconds, patience_seconds)) as connections:
        yield Node(connections)


@pytest.fixture
def node(fake_node: FakeNode) -> Iterator[Node]:
    with node_at(fake_node.port, patience_seconds=0.2) as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fake_chain.write_base(tmp_path / "data")
    return tmp_path / "data"
