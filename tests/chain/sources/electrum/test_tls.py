"""Whose certificate is accepted: that of a known issuer for this host, or the very one given."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from tests.regtest.electrumx_server import self_made_certificate

from kilosat.chain.sources.electrum.client import ElectrumClient
from kilosat.chain.sources.electrum.connection import parse_endpoint
from kilosat.chain.sources.errors import SourceError

from .repeating import Repeating

Serve = Callable[[Path], str]
HERE, ELSEWHERE = "127.0.0.1", "electrum.example"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server with a certificate whose key is beside it; its address."""
    with ExitStack() as stack:

        def start(certificate: Path) -> str:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            return stack.enter_context(Repeating(context)).address

        yield start


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Makes a certificate for a name, issued by another one or by itself."""

    def make(file: str, name: str, issuer: Path | None = None) -> Path:
        path = tmp_path / f"{file}.pem"
        pair = (issuer, issuer.with_suffix(".key")) if issuer else None
        self_made_certificate(path, path.with_suffix(".key"), name, pair)
        return path

    return make


def ask(address: str, ca_file: Path | None = None) -> object:
    endpoint = parse_endpoint(address, ca_file)
    with closing(ElectrumClient(endpoint, timeout_seconds=10, attempts=1)) as client:
        return client.call("repeat", "heard")


def test_a_self_made_certificate(serve: Serve, made: Callable[..., Path]) -> None:
    own = made("own", HERE)
    address = serve(own)
    with pytest.raises(SourceError, match=r"certificate .* self-signed.*give that file as ca_file"):
        ask(address)
    assert ask(address, own) == "heard"
    with pytest.raises(SourceError, match="is not accepted"):
        ask(address, made("other", HERE))


def test_an_issuer_in_the_file(serve: Serve, made: Callable[..., Path]) -> None:
    issuer = made("issuer", "issuer.example")
    right, wrong = made("right", HERE, issuer), made("wrong", ELSEWHERE, issuer)
    assert ask(serve(right), issuer) == "heard"
    with pytest.raises(SourceError, match="is not accepted"):
        ask(serve(right))
    address = serve(wrong)
    with pytest.raises(SourceError, match="it is for another host name, and not itself in the fil"):
        ask(address, issuer)
    # Given itself, it is held to be the server's whatever name it bears.
    assert ask(address, wrong) == "heard"
    stranger = made("stranger", ELSEWHERE, made("stranger_issuer", "stranger.example"))
    with pytest.raises(SourceError, match="is not accepted"):
        ask(serve(stranger), issuer)


@pytest.mark.parametrize("more", ["", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"])
def test_several_certificates_in_a_file(
    more: str, serve: Serve, made: Callable[..., Path], tmp_path: Path
) -> None:
    own, other = made("own", ELSEWHERE), made("other", HERE)
    both = tmp_path / "both.pem"
    both.write_text(other.read_text("ascii") + own.read_text("ascii") + more, "ascii")
    if more:
        with pytest.raises(SourceError, match="cannot be read as certificates"):
            ask(serve(own), both)
    else:
        assert ask(serve(own), both) == "heard"


def test_a_file_that_is_not_there(serve: Serve, made: Callable[..., Path], tmp_path: Path) -> None:
    address = serve(made("own", HERE))
    with pytest.raises(SourceError, match="cannot be read as certificates"):
        ask(address, tmp_path / "none.pem")


def test_a_server_without_tls() -> None:
    with Repeating() as server, pytest.raises(SourceError, match="cannot be reached"):
        ask(server.address.replace("tcp", "ssl"))
