"""An HTTP proxy in front of a node: it notes what is asked, and may alter what is answered."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = dict[str, Any]


def honest_reply(method: str, params: list[Any], reply: Reply) -> Reply:
    return reply


def honest_rest(path: str, status: int, body: bytes) -> tuple[int, bytes]:
    return status, body


@dataclass
class Proxy:
    """``reply`` may change the answer to a call (``result`` and ``error``), ``rest`` one of REST.

    ``raw`` may change status and body of any answer, last of all.
    """

    node_port: int
    port: int = 0
    reply: Callable[[str, list[Any], Reply], Reply] = honest_reply
    rest: Callable[[str, int, bytes], tuple[int, bytes]] = honest_rest
    raw: Callable[[str, int, bytes], tuple[int, bytes]] = honest_rest
    calls: list[tuple[str, list[Any]]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def result(self, method: str, change: Callable[[Any], Any]) -> None:
        """Change the results of one method."""

        def reply(called: str, params: list[Any], told: Reply) -> Reply:
            if called != method or told["error"] is not None:
                return told
            return {**told, "result": change(told["result"])}

        self.reply = reply

    def refuse(self, method: str, code: int, message: str) -> None:
        """Refuse one method."""

        def reply(called: str, params: list[Any], told: Reply) -> Reply:
            error = {"code": code, "message": message}
            return {**told, "result": None, "error": error} if called == method else told

        self.reply = reply

    def answer(self, verb: str, path: str, body: bytes, login: str) -> tuple[int, bytes]:
        self.requests.append(f"{verb} {path}")
        calls = json.loads(body) if body else []
        self.calls += [(call["method"], call["params"]) for call in calls]
        status, told = self._ask(verb, path, body, login)
        if verb == "GET":
            status, told = self.rest(path, status, told)
        elif status == 200:
            replies = json.loads(told)
            pairs = zip(calls, replies, strict=True)
            changed = [self.reply(call["method"], call["params"], one) for call, one in pairs]
            told = json.dumps(changed).encode()
        return self.raw(path, status, told)

    def _ask(self, verb: str, path: str, body: bytes, login: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.node_port, timeout=60)
        try:
            connection.request(verb, path, body or None, {"Authorization": login} if login else {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def proxy_to(node_port: int) -> Iterator[Proxy]:
    proxy = Proxy(node_port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._pass("GET")

        def do_POST(self) -> None:
            self._pass("POST")

        def _pass(self, verb: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            login = self.headers.get("Authorization", "")
            status, told = proxy.answer(verb, self.path, body, login)
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
