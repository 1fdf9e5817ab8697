"""One connection to an Electrum server: lines of text over TCP or TLS, with a limit in time."""

import hashlib
import re
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.printable import printable

__all__ = ["Connection", "Endpoint", "parse_endpoint"]

_DEFAULT_PORTS = {"tcp": 50001, "ssl": 50002}
_MOST_LINE_BYTES = 32 << 20
"""The longest answer; a transaction of four million bytes is eight million digits."""
_CHUNK = 1 << 16
_WRONG_NAMES = (62, 64)
"""OpenSSL: X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True)
class Endpoint:
    """Where a server is. ``ca_file`` holds certificates (PEM) to trust instead of the system's."""

    scheme: Literal["tcp", "ssl"]
    host: str
    port: int
    ca_file: Path | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return printable(f"{self.scheme}://{host}:{self.port}")


def parse_endpoint(address: str, ca_file: Path | None = None) -> Endpoint:
    """Read ``ssl://host:port`` or ``tcp://host:port``; the ports 50002 and 50001 may be left out.

    Raises:
        SourceError: it is neither, or there is a certificate to check and no TLS.
    """
    wanted = "the address of an Electrum server is ssl://host:port or tcp://host:port"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SourceError(f"{wanted}; this one cannot be read") from None
    if parts.scheme not in ("tcp", "ssl") or not host:
        given = f"; '{printable(parts.scheme, 20)}' is another" if parts.scheme else ""
        raise SourceError(f"{wanted}{given}")
    if parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment:
        raise SourceError(f"{wanted}, with nothing else in it")
    if ca_file is not None and parts.scheme == "tcp":
        raise SourceError(f"{wanted}; a certificate file goes with ssl:// only")
    scheme: Literal["tcp", "ssl"] = "ssl" if parts.scheme == "ssl" else "tcp"
    return Endpoint(scheme, host, port or _DEFAULT_PORTS[scheme], ca_file)


class Connection:
    """An open connection. Raises ``OSError`` where it breaks, which is worth another try.

    Each line must be complete within ``timeout_seconds``.
    """

    def __init__(self, endpoint: Endpoint, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._socket = _open(endpoint, timeout_seconds)
        self._name = endpoint.name
        self._received = bytearray()
        self._searched = 0

    def send(self, line: bytes) -> None:
        """Send bytes that end with a line feed."""
        self._socket.settimeout(self._timeout)
        self._socket.sendall(line)

    def receive(self) -> bytes:
        """The next line, without its end.

        Raises:
            SourceError: it is longer than any answer.
        """
        end = time.monotonic() + self._timeout
        while (at := self._received.find(b"\n", self._searched)) < 0:
            self._searched = len(self._received)
            if self._searched > _MOST_LINE_BYTES:
                raise SourceError(
                    f"{self._name} sends an answer above {_MOST_LINE_BYTES >> 20} MiB, which "
                    "none can be; ask another server"
                )
            self._socket.settimeout(max(end - time.monotonic(), 0.001))
            more = self._socket.recv(_CHUNK)
            if not more:
                raise ConnectionResetError("it closed the connection")
            self._received += more
        line = bytes(self._received[:at])
        del self._received[: at + 1]
        self._searched = 0
        return line

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def _open(endpoint: Endpoint, timeout_seconds: float) -> socket.socket:
    if endpoint.scheme == "tcp":
        return socket.create_connection((endpoint.host, endpoint.port), timeout_seconds)
    context = _context(endpoint)
    try:
        return _shake_hands(endpoint, context, timeout_seconds)
    except ssl.SSLCertVerificationError as refused:
        if refused.verify_code in _WRONG_NAMES and endpoint.ca_file is not None:
            return _pinned(endpoint, endpoint.ca_file, context, timeout_seconds)
        raise _untrusted(endpoint, refused.verify_message) from None


def _pinned(
    endpoint: Endpoint, ca_file: Path, context: ssl.SSLContext, timeout_seconds: float
) -> socket.socket:
    """Connect to a server whose very certificate is in the file; its name does not matter then.

    Electrum servers make their own certificates, mostly with no name in them.
    """
    context.check_hostname = False
    secured = _shake_hands(endpoint, context, timeout_seconds)
    shown = secured.getpeercert(binary_form=True) or b""
    found = _CERTIFICATE.findall(ca_file.read_text("ascii", "replace"))
    if hashlib.sha256(shown).digest() not in {
        hashlib.sha256(ssl.PEM_cert_to_DER_cert(one)).digest() for one in found
    }:
        secured.close()
        raise _untrusted(endpoint, "it is for another host name, and not itself in the file")
    return secured


def _shake_hands(
    endpoint: Endpoint, context: ssl.SSLContext, timeout_seconds: float
) -> ssl.SSLSocket:
    plain = socket.create_connection((endpoint.host, endpoint.port), timeout_seconds)
    try:
        return context.wrap_socket(plain, server_hostname=endpoint.host)
    except BaseException:
        plain.close()
        raise


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    if endpoint.ca_file is None:
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cafile=str(endpoint.ca_file))
    except (OSError, ssl.SSLError):
        raise SourceError(
            f"{printable(endpoint.ca_file)} cannot be read as certificates; it must be a file of "
            "them in PEM form"
        ) from None
    # A certificate in the file is trusted by itself, whoever issued it.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


def _untrusted(endpoint: Endpoint, why: str) -> SourceError:
    return SourceError(
        f"the certificate of {endpoint.name} is not accepted: {printable(why)}. If the server is "
        "yours, or you have its certificate from its operator, give that file as ca_file"
    )
