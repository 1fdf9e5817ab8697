"""HTTP to an Esplora server: one connection kept open, requests repeated with growing pauses."""

import http.client
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.printable import printable

__all__ = ["Answer", "Base", "HttpClient", "parse_base"]

_MOST_BODY_BYTES = 64 << 20
"""The longest answer; a page of 25 large transactions as JSON is below it."""
_CHUNK = 1 << 16
_WHOLE = 5
"""Time-outs that a whole answer may take, while bytes keep coming."""
_FIRST_PAUSE_SECONDS = 0.25
_MOST_PAUSE_SECONDS = 10.0
_MOST_ASKED_PAUSE_SECONDS = 120.0
"""A server that asks for a longer pause (Retry-After) is given up."""


@dataclass(frozen=True)
class Base:
    """Where the interface is: everything before ``/blocks/tip/height``."""

    secure: bool
    host: str
    port: int | None
    path: str

    @property
    def name(self) -> str:
        """How messages call it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return printable(f"http{'s' * self.secure}://{host}{port}{self.path}")


@dataclass(frozen=True)
class Answer:
    """Status (200, or what the server refuses with) and body; ``server`` is its own claim."""

    status: int
    body: bytes = field(repr=False)
    server: str = ""


class _PatienceError(Exception):
    """Worth another try, after a pause that the server may have asked for."""

    def __init__(self, why: str, pause_seconds: float | None = None, limited: bool = False) -> None:
        self.pause_seconds, self.limited = pause_seconds, limited
        super().__init__(why)


def parse_base(address: str) -> Base:
    """Read an address such as ``https://host/api``.

    Raises:
        SourceError: it is not one, or has a login in it.
    """
    wanted = "the address of an Esplora server is one such as https://host/api"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SourceError(f"{wanted}; this one cannot be read") from None
    if parts.scheme not in ("http", "https") or not host:
        given = f"; '{printable(parts.scheme, 20)}' is another" if parts.scheme else ""
        raise SourceError(f"{wanted}{given}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SourceError(f"{wanted}, without a login, '?' or '#' in it")
    if not (address.isascii() and address.isprintable()) or " " in address:
        raise SourceError(f"{wanted}, without spaces or letters outside ASCII")
    return Base(parts.scheme == "https", host, port, parts.path.rstrip("/"))


class HttpClient:
    """Requests to one server. ``attempts`` in a row are the most before it gives up."""

    def __init__(
        self,
        base: Base,
        timeout_seconds: float,
        attempts: int,
        ca_file: Path | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.name = f"the Esplora server {base.name}"
        self._base, self._timeout, self._attempts = base, timeout_seconds, attempts
        self._sleep = sleep
        self._context = _context(ca_file) if base.secure else None
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """What the server answers, with status 200 or one from 400 to 499.

        Raises:
            SourceError: it cannot be reached, is too slow, limits requests, sends elsewhere or
                too much.
        """
        for attempt in range(1, self._attempts + 1):
            try:
                return self._get(path)
            except (OSError, UnicodeError, http.client.HTTPException, _PatienceError) as problem:
                self.close()
                if isinstance(problem, ssl.SSLCertVerificationError):
                    raise self._untrusted(problem) from None
                pause = self._pause(problem, attempt)
                if attempt == self._attempts or pause > _MOST_ASKED_PAUSE_SECONDS:
                    raise self._given_up(problem, attempt, pause) from None
            self._sleep(pause)
        raise SourceError(f"{self.name} is not asked at all with {self._attempts} attempts")

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _get(self, path: str) -> Answer:
        if self._connection is None:
            self._connection = self._opened()
        headers = {"Accept-Encoding": "identity", "User-Agent": "kilosat"}
        self._connection.request("GET", f"{self._base.path}{path}", headers=headers)
        with self._connection.getresponse() as response:
            status = response.status
            if status == 429 or status >= 500:
                raise _refusal(response)
            if 300 <= status < 400:
                elsewhere = printable(response.headers.get("Location", "nowhere"))
                self.close()
                raise SourceError(
                    f"{self.name} sends elsewhere, to '{elsewhere}', which is not followed; give "
                    "the address that it moved to, if you trust it"
                )
            body = self._body(response)
        if status != 200 and not 400 <= status < 500:
            raise SourceError(f"{self.name} answers with HTTP status {status} to {path}")
        return Answer(status, body, printable(response.headers.get("Server", ""), 60))

    def _opened(self) -> http.client.HTTPConnection:
        host, port = self._base.host, self._base.port
        if self._context is None:
            return http.client.HTTPConnection(host, port, timeout=self._timeout)
        return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=self._context)

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        stated, end = response.length, time.monotonic() + _WHOLE * self._timeout
        body = bytearray()
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > _MOST_BODY_BYTES:
                self.close()
                raise SourceError(
                    f"{self.name} sends an answer above {_MOST_BODY_BYTES >> 20} MiB, which none "
                    "can be; ask another server"
                )
            if time.monotonic() > end:
                raise TimeoutError
        if stated is not None and len(body) != stated:
            raise _PatienceError(f"an answer ended after {len(body):,} of {stated:,} bytes")
        return bytes(body)

    def _pause(self, problem: Exception, attempt: int) -> float:
        if isinstance(problem, _PatienceError) and problem.pause_seconds is not None:
            return problem.pause_seconds
        return min(_FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1), _MOST_PAUSE_SECONDS)

    def _given_up(self, problem: Exception, attempts: int, pause: float) -> SourceError:
        if isinstance(problem, _PatienceError) and problem.limited:
            asked = f", and asks to wait {pause:,.0f} s" if problem.pause_seconds else ""
            return SourceError(
                f"{self.name} limits requests ({attempts} attempts){asked}; run it again later, "
                "or use a server of your own"
            )
        if isinstance(problem, TimeoutError):
            why = f"no answer within {self._timeout:g} s"
        elif isinstance(problem, ssl.SSLError):
            why = f"no TLS: {printable(problem.reason or problem)}"
        else:
            why = printable(problem.args[-1] if problem.args else type(problem).__name__)
        return SourceError(
            f"{self.name} cannot be reached: {why} ({attempts} attempts); check the address and "
            "the network, and run it again"
        )

    def _untrusted(self, problem: ssl.SSLCertVerificationError) -> SourceError:
        return SourceError(
            f"the certificate of {self.name} is not accepted: {printable(problem.verify_message)}. "
            "If the server is yours, give its certificate, or that of who issued it, as ca_file"
        )


def _refusal(response: http.client.HTTPResponse) -> _PatienceError:
    asked = response.headers.get("Retry-After", "")
    pause = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    limited = response.status == 429
    return _PatienceError(f"HTTP status {response.status}", pause, limited)


def _context(ca_file: Path | None) -> ssl.SSLContext:
    if ca_file is None:
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError):
        raise SourceError(
            f"{printable(ca_file)} cannot be read as certificates; it must be a file of them in "
            "PEM form"
        ) from None
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context
