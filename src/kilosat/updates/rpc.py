"""JSON-RPC of a Bitcoin node (Bitcoin Core and its kin): address, password or cookie, batches."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from kilosat.updates.errors import UpdateError, printable
from kilosat.updates.exchange import Answer, Server, send

__all__ = ["Call", "NodeAddress", "call_batch", "node_address"]

DEFAULT_PORT = 8332
_WARMING_UP = -28
_WRITE = "write it as http://user:password@127.0.0.1:8332"

Call = tuple[str, list[Any]]
"""Method and parameters."""


@dataclass(frozen=True)
class NodeAddress:
    """Where a node listens and how to log in; the password is never printed."""

    host: str
    port: int
    login: str = field(repr=False)
    """User and password with a colon between them, as in the cookie file."""

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"the node at {self.place}"


def node_address(url: str | None, cookie: Path | None) -> NodeAddress:
    """Address of a node from a URL, a cookie file, or both (the login is then the cookie's).

    Raises:
        UpdateError: the URL is none, or the cookie cannot be read. Neither is repeated in the
            message beyond host and port, as it may hold a password.
    """
    host, port, login = _parsed(url) if url else ("127.0.0.1", DEFAULT_PORT, "")
    if cookie is not None:
        login = _cookie(cookie)
    if ":" not in login:
        raise UpdateError([f"--node needs user and password, or --cookie: {_WRITE}"])
    return NodeAddress(host, port, login)


def _parsed(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or DEFAULT_PORT
    except ValueError:
        # What urlsplit says may quote the URL.
        raise UpdateError([f"--node is not an address: {_WRITE}"]) from None
    if parts.scheme != "http" or not host or parts.path.strip("/") or parts.query:
        raise UpdateError([f"--node is not an address of a node: {_WRITE}"])
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return host, port, f"{user}:{password}" if user else ""


def _cookie(path: Path) -> str:
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UpdateError([f"{path}: the cookie cannot be read: {reason}"]) from None
    if text.count(":") != 1 or len(text.splitlines()) != 1:
        raise UpdateError([f"{path}: this is not a node's cookie (it is named .cookie)"])
    return text


def call_batch(
    address: NodeAddress, calls: Sequence[Call], timeout_seconds: float = 60.0
) -> list[Any]:
    """Results of several calls in one request, in the order of the calls.

    Raises:
        UpdateError: the node cannot be reached, refuses the login or a call, or answers with
            something else than results to these calls.
    """
    server = Server(address.name, address.host, address.port, timeout_seconds=timeout_seconds)
    request = [
        {"jsonrpc": "1.0", "id": place, "method": method, "params": params}
        for place, (method, params) in enumerate(calls)
    ]
    token = base64.b64encode(address.login.encode()).decode()
    headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
    answer = send(server, "POST", "/", headers, json.dumps(request).encode())
    replies = _replies(address, answer)
    by_id = {reply.get("id"): reply for reply in replies if isinstance(reply, dict)}
    if len(replies) != len(calls) or any(place not in by_id for place in range(len(calls))):
        raise UpdateError([f"{address.name} answered other calls than those it was asked"])
    return [_result(address, by_id[place], method) for place, (method, _) in enumerate(calls)]


def _replies(address: NodeAddress, answer: Answer) -> list[Any]:
    if answer.status == 401:
        raise UpdateError([f"{address.name} refuses user and password (or the cookie is old)"])
    if answer.status == 403:
        raise UpdateError([f"{address.name} lets in no calls from this machine: see rpcallowip"])
    if answer.status == 503:
        raise UpdateError([f"{address.name} is busy: try again, or raise its rpcworkqueue"])
    try:
        replies = json.loads(answer.body)
    except (ValueError, RecursionError):
        message = f"{address.name} does not answer in JSON-RPC (HTTP status {answer.status})"
        raise UpdateError([message]) from None
    if isinstance(replies, dict) and isinstance(replies.get("error"), dict):
        _refuse(address, replies["error"], "the request")
    if not isinstance(replies, list):
        raise UpdateError([f"{address.name} does not answer to several calls in one request"])
    return replies


def _result(address: NodeAddress, reply: dict[str, Any], method: str) -> Any:
    error = reply.get("error")
    if error is not None:
        _refuse(address, error if isinstance(error, dict) else {}, method)
    return reply.get("result")


def _refuse(address: NodeAddress, error: dict[str, Any], method: str) -> None:
    said = printable(str(error.get("message", "no reason given")))[:200]
    if error.get("code") == _WARMING_UP:
        raise UpdateError([f"{address.name} is still starting ({said}): try again later"])
    if "pruned" in said.lower():
        raise UpdateError([f"{address.name} is pruned and no longer has a block ({said})"])
    raise UpdateError([f"{address.name} refuses {method}: {said}"])
