"""A real Electrum server (ElectrumX) over a regtest node, for tests.

    def test_something(regtest_node: RegtestNode, tmp_path: Path) -> None:
        with ElectrumXServer(regtest_node, tmp_path / "electrumx") as server:
            server.wait_for(regtest_node.rpc("getbestblockhash"))
            ... server.tcp, server.ssl, server.certificate

Needs ``electrumX==1.15.0`` (with aiorpcX 0.18 and plyvel; Python before 3.12); a test without it
is skipped. The node must have ``-txindex``.
"""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .node import RegtestNode, free_port

__all__ = ["ElectrumXServer", "ask_electrum", "self_made_certificate"]

_START_SECONDS = 60.0
_PROGRAM = Path(sys.executable).parent / "electrumx_server"
# The server looks for blocks and waiting transactions each five seconds; a test has no time.
_LAUNCH = """
import runpy, sys
from electrumx.server import block_processor, mempool
mempool.MemPool.__init__.__defaults__ = (0.1, 60.0)
begin = block_processor.Prefetcher.__init__
def quicker(self, *args):
    begin(self, *args)
    self.polling_delay = 0.1
block_processor.Prefetcher.__init__ = quicker
runpy.run_path(sys.argv[1], run_name="__main__")
"""


class ElectrumXServer:
    """The server with its folder and ports, TCP and TLS; ``with`` starts and stops it.

    ``settings`` are ElectrumX's environment variables, such as ``MAX_SEND``. ``name`` is the host
    that the certificate is for.
    """

    def __init__(
        self, node: RegtestNode, folder: Path, *, name: str = "127.0.0.1", **settings: str
    ) -> None:
        self.node, self.folder, self.settings = node, folder, settings
        self.tcp_port, self.ssl_port = free_port(), free_port()
        self.certificate, self._key = folder / "server.crt", folder / "server.key"
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def tcp(self) -> str:
        """Its address without encryption."""
        return f"tcp://127.0.0.1:{self.tcp_port}"

    @property
    def ssl(self) -> str:
        """Its address with TLS."""
        return f"ssl://127.0.0.1:{self.ssl_port}"

    def start(self) -> "ElectrumXServer":
        """Start it and wait until it listens; skips the test where it is not installed."""
        if importlib.util.find_spec("electrumx") is None or not _PROGRAM.exists():
            pytest.skip("no Electrum server to test with: pip install electrumX==1.15.0")
        (self.folder / "db").mkdir(parents=True, exist_ok=True)
        if not self.certificate.exists():
            self_made_certificate(self.certificate, self._key, self._name)
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _LAUNCH, str(_PROGRAM)],
                env=self._environment(),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        try:
            self._wait(lambda: True)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Let it end in order, with everything written."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_START_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def wait_for(self, block: str) -> None:
        """Wait until this block (its hash as printed) is the tip that the server announces."""
        header = self.node.rpc("getblockheader", block, False)
        request = ("blockchain.headers.subscribe", [])
        self._wait(lambda: ask_electrum(self.tcp_port, *request)["hex"] == header)

    def wait_for_tip(self) -> None:
        """Wait until it has the node's tip."""
        self.wait_for(self.node.rpc("getbestblockhash"))

    def __enter__(self) -> "ElectrumXServer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait(self, ready: Any) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            assert self._process is not None
            if self._process.poll() is not None:
                said = (self.folder / "output.txt").read_text("utf-8", "replace")
                raise RuntimeError(f"ElectrumX ended: {said.strip()[-800:]}")
            try:
                ask_electrum(self.tcp_port, "server.ping", [])
                if ready():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise TimeoutError(f"ElectrumX is not ready within {_START_SECONDS:g} seconds")

    def _environment(self) -> dict[str, str]:
        login = self.node.cookie.read_text("ascii")
        ports = (f"tcp://127.0.0.1:{self.tcp_port}", f"ssl://127.0.0.1:{self.ssl_port}")
        return {
            "PATH": os.environ.get("PATH", ""),
            "COIN": "BitcoinSegwit",
            "NET": "regtest",
            "DB_DIRECTORY": str(self.folder / "db"),
            "DAEMON_URL": f"http://{login}@127.0.0.1:{self.node.rpc_port}/",
            "SERVICES": ",".join(ports),
            "SSL_CERTFILE": str(self.certificate),
            "SSL_KEYFILE": str(self._key),
            "ALLOW_ROOT": "1",
            "PEER_DISCOVERY": "",
            "CACHE_MB": "50",
            "COST_SOFT_LIMIT": "0",
            "COST_HARD_LIMIT": "0",
            **self.settings,
        }


def ask_electrum(port: int, method: str, params: list[Any]) -> Any:
    """One answer of a server on this machine, by a few lines that share no code with kilosat.

    Raises:
        OSError: it does not listen, or closes the connection.
    """
    hello = {"id": 0, "method": "server.version", "params": ["test", "1.4"]}
    asked = {"id": 1, "method": method, "params": params}
    with socket.create_connection(("127.0.0.1", port), 10) as link, link.makefile("rwb") as lines:
        for one in (hello, asked):
            lines.write(json.dumps(one).encode() + b"\n")
        lines.flush()
        for line in lines:
            answer = json.loads(line)
            if answer.get("id") == 1:
                assert "error" not in answer, answer
                return answer["result"]
    raise ConnectionResetError("the server closed the connection")


def self_made_certificate(
    certificate: Path, key: Path, name: str, issuer: tuple[Path, Path] | None = None
) -> None:
    """A certificate for a host name or address that vouches for itself, or that ``issuer`` (its
    certificate and key) vouches for; needs ``openssl``."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    kind = "IP" if name.replace(".", "").isdigit() else "DNS"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    made += ["-nodes", "-days", "2", "-subj", f"/CN={name}"]
    made += ["-addext", f"subjectAltName={kind}:{name}"]
    if issuer is not None:
        made += ["-CA", str(issuer[0]), "-CAkey", str(issuer[1])]
        made += ["-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
