"""JSON-RPC of a Bitcoin node (Bitcoin Core and its kin), for reading only."""

import base64
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kilosat.chain.sources.core.address import NodeAddress
from kilosat.chain.sources.core.http import Answer, Connections, TryAgainError
from kilosat.chain.sources.errors import SourceError, UntruthError
from kilosat.chain.sources.printable import printable

__all__ = ["READING_METHODS", "Call", "NodeRpc", "RefusedError"]

READING_METHODS = frozenset(
    {
        "getblock",
        "getblockchaininfo",
        "getblockfilter",
        "getblockhash",
        "getblockheader",
        "getblockstats",
        "getindexinfo",
        "getnetworkinfo",
        "getrawtransaction",
        "scanblocks",
        "scantxoutset",
    }
)
"""All that is ever called: none of them changes the node, its wallets or its chain."""

Call = tuple[str, list[Any]]
"""Method and parameters."""
_WARMING_UP = -28


class RefusedError(SourceError):
    """A call that the node refuses; ``code`` is that of JSON-RPC (Bitcoin Core, protocol.h)."""

    def __init__(self, message: str, method: str, code: int) -> None:
        super().__init__(message)
        self.method = method
        self.code = code


class NodeRpc:
    """Calls to one node; amounts come as ``Decimal``."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def address(self) -> NodeAddress:
        """Whom it calls."""
        return self._connections.address

    def call(self, method: str, *params: Any, timeout_seconds: float | None = None) -> Any:
        """The result of one call.

        Raises:
            RefusedError: the node refuses it.
            SourceError: the node cannot be reached or answers with something else.
        """
        return self.batch([(method, list(params))], timeout_seconds)[0]

    def batch(self, calls: Sequence[Call], timeout_seconds: float | None = None) -> list[Any]:
        """Results of several calls in one request, in their order.

        Raises:
            RefusedError: the node refuses one of them.
            SourceError: as ``call``.
        """
        results = self.replies(calls, timeout_seconds)
        for result in results:
            if isinstance(result, RefusedError):
                raise result
        return results

    def replies(self, calls: Sequence[Call], timeout_seconds: float | None = None) -> list[Any]:
        """As ``batch``, with a ``RefusedError`` in the place of a result that is refused."""
        if unknown := {method for method, _ in calls} - READING_METHODS:
            raise ValueError(f"not one of the methods that only read: {unknown}")
        request = json.dumps(
            [
                {"jsonrpc": "1.0", "id": place, "method": method, "params": params}
                for place, (method, params) in enumerate(calls)
            ]
        ).encode()
        return self._connections.patiently(lambda: self._once(calls, request, timeout_seconds))

    def _once(
        self, calls: Sequence[Call], request: bytes, timeout_seconds: float | None
    ) -> list[Any]:
        login = self._login()
        token = base64.b64encode(login.encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        answer = self._connections.exchange("POST", "/", headers, request, timeout_seconds)
        replies = self._read(answer, login)
        by_id = {reply.get("id"): reply for reply in replies if isinstance(reply, dict)}
        if len(replies) != len(calls) or set(by_id) != set(range(len(calls))):
            message = f"{self.address.name} answered other calls than those it was asked"
            raise UntruthError(message)
        return [self._result(by_id[place], method) for place, (method, _) in enumerate(calls)]

    def _login(self) -> str:
        try:
            return self.address.login()
        except SourceError as error:  # there is no cookie while the node restarts
            raise TryAgainError(str(error)) from None

    def _read(self, answer: Answer, login: str) -> list[Any]:
        name = self.address.name
        if answer.status == 401:
            # A cookie that changed since: the node was started anew in between.
            if self.address.cookie is not None and self._login() != login:
                raise TryAgainError(f"{name} was started anew")
            raise SourceError(f"{name} refuses user and password (or the cookie is another's)")
        if answer.status == 403:
            raise SourceError(
                f"{name} lets in no calls from this machine, or not all that are needed from "
                "this user: see its rpcallowip and rpcwhitelist"
            )
        if answer.status == 503:
            raise TryAgainError(f"{name} is busy: try again later, or raise its rpcworkqueue")
        try:
            replies = json.loads(answer.body, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise SourceError(
                f"{name} does not answer in JSON-RPC (HTTP status {answer.status}): "
                "is that the port of its RPC?"
            ) from None
        if isinstance(replies, dict) and isinstance(replies.get("error"), dict):
            raise self._refusal(replies["error"], "the request")
        if not isinstance(replies, list):
            raise SourceError(f"{name} does not answer to several calls in one request")
        return replies

    def _result(self, reply: dict[str, Any], method: str) -> Any:
        error = reply.get("error")
        if error is not None:
            return self._refusal(error if isinstance(error, dict) else {}, method)
        return reply.get("result")

    def _refusal(self, error: dict[str, Any], method: str) -> RefusedError:
        said = printable(str(error.get("message", "no reason given")))[:200]
        code = error.get("code")
        if code == _WARMING_UP:
            message = f"{self.address.name} is still starting ({said}): try again later"
            raise TryAgainError(message)
        code = code if isinstance(code, int) else 0
        return RefusedError(f"{self.address.name} refuses {method}: {said}", method, code)
