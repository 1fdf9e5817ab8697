"""One HTTP request and its answer, with every way to fail as one clear message."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field

from kilosat.updates.errors import UpdateError

__all__ = ["Answer", "Server", "send"]

_LARGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True)
class Server:
    """Where to send to; ``name`` is how messages call it (it never holds a password)."""

    name: str
    host: str
    port: int
    tls: bool = False
    timeout_seconds: float = 60.0


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes = field(repr=False)


def send(
    server: Server, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
) -> Answer:
    """Send one request. Redirects are not followed.

    Raises:
        UpdateError: the server cannot be reached, is too slow, or does not speak HTTP.
    """
    kind = http.client.HTTPSConnection if server.tls else http.client.HTTPConnection
    connection = kind(server.host, server.port, timeout=server.timeout_seconds)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        text = response.read(_LARGEST_ANSWER + 1)
    except TimeoutError:
        seconds = f"{server.timeout_seconds:g} seconds"
        raise UpdateError([f"{server.name} did not answer within {seconds}"]) from None
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UpdateError([f"{server.name} cannot be reached: {reason}"]) from None
    except http.client.HTTPException as error:
        message = f"{server.name} broke off its answer ({type(error).__name__})"
        raise UpdateError([message]) from None
    finally:
        connection.close()
    if len(text) > _LARGEST_ANSWER:
        raise UpdateError([f"{server.name} sent more than 64 MB in one answer"])
    return Answer(response.status, text)
