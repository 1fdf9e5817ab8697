"""TLS to an Esplora server: whose certificate is accepted."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.regtest.electrumx_server import self_made_certificate
from tests.regtest.esplora_server import EsploraServer
from tests.regtest.paid_chain import PaidChain, tip_of

from kilosat.chain.sources.errors import SourceError

from .conftest import Open


@contextmanager
def with_tls(server: EsploraServer, certificate: Path, key: Path) -> Iterator[str]:
    """The same answers behind TLS."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self) -> None:
            reply = server.reply(self.path)
            assert reply is not None
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as secured:
        secured.handle_error = lambda *_: None  # type: ignore[method-assign]
        secured.socket = context.wrap_socket(secured.socket, server_side=True)
        thread = threading.Thread(target=secured.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{secured.server_address[1]}/api"
        finally:
            secured.shutdown()
            thread.join()


def test_tls(chain: PaidChain, server: EsploraServer, opened: Open, tmp_path: Path) -> None:
    own, other = tmp_path / "own.pem", tmp_path / "other.pem"
    self_made_certificate(own, tmp_path / "own.key", "127.0.0.1")
    self_made_certificate(other, tmp_path / "other.key", "esplora.example")
    with with_tls(server, own, tmp_path / "own.key") as address:
        with pytest.raises(SourceError, match=r"certificate .* is not accepted.*ca_file"):
            opened(address).status()
        with pytest.raises(SourceError, match="is not accepted"):
            opened(address, ca_file=other).status()
        status = opened(address, ca_file=own).status()
        assert status.tip == tip_of(chain.node)
        assert not any("not encrypted" in note for note in status.notes)
        with pytest.raises(SourceError, match="cannot be reached"):
            opened(address.replace("https", "http"), attempts=1, timeout_seconds=1).status()
    with (
        with_tls(server, other, tmp_path / "other.key") as address,
        pytest.raises(SourceError, match=r"is not accepted.*IP address mismatch"),
    ):
        opened(address, ca_file=other).status()
    with pytest.raises(SourceError, match="no TLS"):
        opened(server.url.replace("http", "https"), attempts=1).status()
    (tmp_path / "none.pem").write_text("no certificate", "ascii")
    with pytest.raises(SourceError, match="PEM"):
        opened("https://127.0.0.1/api", ca_file=tmp_path / "none.pem")
