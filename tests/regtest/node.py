"""A real node on a chain of its own (regtest), for tests; no network beyond this machine.

    def test_something(start_node: StartNode) -> None:       # fixtures: see fixtures.py
        node = start_node("-blockfilterindex=1", "-rest")
        address = node.rpc("getnewaddress", wallet=node.create_wallet("w"))
        node.mine(101, address)

The program is the one that ``KILOSAT_BITCOIND`` names, else a ``bitcoind`` on the path, else the
one that ``scripts/get_node.sh`` brings; without any of them the test is skipped.
"""

import base64
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

__all__ = ["SOMEBODY", "NodeError", "RegtestNode", "find_bitcoind", "free_port"]

_SCRIPT = Path(__file__).parents[2] / "scripts" / "get_node.sh"
_FOLDERS = {"main": "", "test": "testnet3", "testnet4": "testnet4", "signet": "signet"}
_START_SECONDS = 60.0
_WARMING_UP = -28
_PORT_TRIES = 5
_PORT_TAKEN = ("Unable to bind", "Unable to start HTTP server", "Failed to listen")
SOMEBODY = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
"""The address of BIP 173's example program: blocks mined to it belong to nobody in a test."""


class NodeError(Exception):
    """What the node refuses: its code (JSON-RPC or HTTP) and its words."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(f"{message} ({code})")


class PortTakenError(NodeError):
    """A port that was free a moment ago is taken by another program."""


def find_bitcoind() -> Path:
    """The node's program; skips the test where there is none and none can be had."""
    if own := os.environ.get("KILOSAT_BITCOIND"):
        if shutil.which(own) is None:
            pytest.fail(f"KILOSAT_BITCOIND={own} is not a program", pytrace=False)
        return Path(own)
    if found := shutil.which("bitcoind"):
        return Path(found)
    got = subprocess.run([_SCRIPT], capture_output=True, text=True, check=False)
    if got.returncode:
        pytest.skip(f"no node to test with: {got.stderr.strip()[-300:]}")
    return Path(got.stdout.splitlines()[-1])


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class RegtestNode:
    """A node with its folder and ports; ``with`` stops it at the end.

    ``chain`` is Core's name of the network. ``p2p`` lets other nodes connect at ``p2p_port``;
    ``zmq`` names what is published at ``zmq_address`` (``hashblock``, ``rawblock``, ``rawtx``).
    """

    def __init__(
        self,
        bitcoind: Path,
        folder: Path,
        args: Sequence[str] = (),
        *,
        chain: str = "regtest",
        zmq: Sequence[str] = (),
        p2p: bool = False,
    ) -> None:
        self.bitcoind = bitcoind
        self.folder = folder
        self.args = list(args)
        self.chain = chain
        self._zmq = tuple(zmq)
        self._choose_ports()
        self._p2p = p2p
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def cookie(self) -> Path:
        """The cookie file; the node writes a new one at every start."""
        return self.folder / _FOLDERS.get(self.chain, self.chain) / ".cookie"

    @property
    def url(self) -> str:
        """Where RPC and REST are, without a login."""
        return f"http://127.0.0.1:{self.rpc_port}"

    @property
    def zmq_address(self) -> str:
        """Where it publishes, if ``zmq`` was asked for."""
        return f"tcp://127.0.0.1:{self._zmq_port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the node does not run"
        return self._process.pid

    def start(self, *more: str) -> "RegtestNode":
        """Start it and wait until it answers; ``more`` arguments hold for this start only."""
        for _ in range(_PORT_TRIES):
            try:
                return self._start_once(more)
            except PortTakenError:
                self._choose_ports()
        raise NodeError(1, "no free port")

    def _start_once(self, more: Sequence[str]) -> "RegtestNode":
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "output.txt").write_bytes(b"")
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [self.bitcoind, *self._arguments(), *self.args, *more],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        self._wait_until_ready()
        return self

    def stop(self) -> None:
        """Let it end in order, with everything written."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_START_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End it at once (kill -9), as a power cut does; ``start`` brings it up again."""
        assert self._process is not None, "the node does not run"
        self._process.kill()
        self._process.wait()
        self._process = None

    def restart(self, *more: str) -> None:
        """Stop and start again, same folder and ports."""
        self.stop()
        self.start(*more)

    def rpc(self, method: str, *params: Any, wallet: str | None = None) -> Any:
        """The result of a call.

        Raises:
            NodeError: the node refuses it.
        """
        path = "/" if wallet is None else f"/wallet/{quote(wallet)}"
        login = base64.b64encode(self.cookie.read_bytes()).decode()
        body = json.dumps({"jsonrpc": "1.0", "id": 0, "method": method, "params": params})
        status, raw = self._ask("POST", path, body.encode(), {"Authorization": f"Basic {login}"})
        if not raw:
            raise NodeError(status, "no answer")
        reply = json.loads(raw)
        if reply["error"] is not None:
            raise NodeError(reply["error"]["code"], reply["error"]["message"])
        return reply["result"]

    def rest(self, path: str) -> bytes:
        """What REST answers, for a path such as ``/rest/chaininfo.json``.

        Raises:
            NodeError: with the HTTP status.
        """
        status, raw = self._ask("GET", path)
        if status != 200:
            raise NodeError(status, raw.decode("utf-8", "replace").strip())
        return raw

    def mine(self, blocks: int, address: str = SOMEBODY) -> list[str]:
        """Mine so many blocks to an address; their hashes, as printed."""
        hashes: list[str] = self.rpc("generatetoaddress", blocks, address)
        return hashes

    def create_wallet(self, name: str) -> str:
        """Make a wallet with keys and return its name, for ``rpc(..., wallet=name)``."""
        self.rpc("createwallet", name)
        return name

    def wait_for_index(self, name: str = "basic block filter index") -> None:
        """Wait until an index has come as far as the chain."""
        height = self.rpc("getblockcount")
        for _ in range(1200):
            if self.rpc("getindexinfo")[name]["best_block_height"] >= height:
                return
            time.sleep(0.05)
        raise TimeoutError(f"the {name} does not come to block {height}")

    def __enter__(self) -> "RegtestNode":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _choose_ports(self) -> None:
        self.rpc_port, self.p2p_port, self._zmq_port = free_port(), free_port(), free_port()

    def _arguments(self) -> list[str]:
        arguments = [
            f"-chain={self.chain}",
            f"-datadir={self.folder}",
            f"-rpcport={self.rpc_port}",
            f"-listen={int(self._p2p)}",
            "-dnsseed=0",
            "-fixedseeds=0",
            "-natpmp=0",
            "-listenonion=0",
            "-printtoconsole=0",
            "-par=1",
            "-dbcache=16",
            "-fallbackfee=0.0002",
            "-addresstype=bech32",
            "-unsafesqlitesync",
        ]
        if self._p2p:
            arguments += [f"-bind=127.0.0.1:{self.p2p_port}"]
        else:
            arguments += ["-connect=0"]
        arguments += [f"-zmqpub{topic}={self.zmq_address}" for topic in self._zmq]
        if self._is_knots():
            # Knots has a relay policy of its own, and stops at a date after which it is old.
            arguments += ["-corepolicy=1", "-softwareexpiry=0"]
        return arguments

    def _is_knots(self) -> bool:
        said = subprocess.run([self.bitcoind, "-version"], capture_output=True, check=True)
        return b"Knots" in said.stdout

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                said = (self.folder / "output.txt").read_text("utf-8", "replace").strip()
                kind = PortTakenError if any(one in said for one in _PORT_TAKEN) else NodeError
                raise kind(self._process.returncode, f"the node ended: {said[-500:]}")
            try:
                self.rpc("getblockcount")
            except (OSError, http.client.HTTPException):
                pass
            except NodeError as error:
                # 401: a cookie of the run before; -28: warming up.
                if error.code not in {401, _WARMING_UP}:
                    raise
            else:
                return
            time.sleep(0.05)
        self.kill()
        raise TimeoutError(f"the node does not answer within {_START_SECONDS:g} seconds")

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.rpc_port, timeout=120)
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
