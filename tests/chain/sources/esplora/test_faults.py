"""Esplora servers that limit requests, break off, restart, refuse or send elsewhere."""

from collections.abc import Callable

import pytest
from tests.regtest.esplora_server import EsploraServer, Reply
from tests.regtest.node import free_port
from tests.regtest.paid_chain import PaidChain, found_by, tip_of, walk

from kilosat.chain.sources.errors import SourceError, UntruthError
from kilosat.chain.sources.esplora import esplora_source
from kilosat.chain.sources.port import Watched

from .conftest import Open


def every(number: int, server: EsploraServer, fault: Callable[[Reply], Reply | None]) -> None:
    """Let each so many-th request fail, and what is asked again succeed."""

    def alter(_: str, reply: Reply) -> Reply | None:
        return fault(reply) if len(server.asked) % number == 0 else reply

    server.alter = alter


def limited(asked: str) -> Callable[[Reply], Reply]:
    return lambda _: Reply(429, b"Too Many Requests", headers={"Retry-After": asked})


PASSING: dict[str, tuple[Callable[[Reply], Reply | None], float]] = {
    "limited, 7 seconds": (limited("7"), 7),
    "limited, no time told": (lambda _: Reply(429, b""), 0.25),
    "limited, until a day": (limited("Wed, 21 Oct 2026 07:28:00 GMT"), 0.25),
    "overloaded": (lambda _: Reply(503, b"", headers={"Retry-After": "2"}), 2),
    "broken inside": (lambda _: Reply(500, b"<html>"), 0.25),
    "bad gateway": (lambda _: Reply(502, b"<html>"), 0.25),
    "no answer": (lambda _: None, 0.25),
    "cut answers": (
        lambda reply: Reply(
            200,
            reply.body[: len(reply.body) // 2],
            headers={"Content-Length": str(len(reply.body) + 1)},
            cut=True,
        ),
        0.25,
    ),
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_asked_again(
    fault: str, chain: PaidChain, server: EsploraServer, opened: Open, pauses: list[float]
) -> None:
    what, seconds = PASSING[fault]
    tip, watched = tip_of(chain.node), Watched(chain.scripts[3:])
    every(7, server, what)
    expected = walk(chain.node, watched, 0, tip.height)
    assert found_by(opened(server.url), watched, 0, tip) == expected
    assert len(pauses) >= 10
    assert set(pauses) == {seconds}


LASTING: dict[str, tuple[Callable[[Reply], Reply | None], str, list[float]]] = {
    "limited": (limited("30"), r"limits requests \(3 attempts\), and asks to wait 30 s", [30, 30]),
    "limited for an hour": (limited("3600"), r"limits requests \(1 attempts\).*wait 3,600 s", []),
    "limited without a time": (lambda _: Reply(429, b""), "limits requests", [0.25, 0.5]),
    "overloaded": (lambda _: Reply(503, b""), "HTTP status 503", [0.25, 0.5]),
    "no answer": (lambda _: None, "cannot be reached", [0.25, 0.5]),
    "refused": (lambda _: Reply(403, b"no\x1b[2J"), r"HTTP status 403: 'no.\[2J'", []),
    "moved": (
        lambda _: Reply(301, b"", headers={"Location": "https://evil.example/\x1b[2J"}),
        r"sends elsewhere, to 'https://evil.example/.\[2J', which is not followed",
        [],
    ),
    "created": (lambda _: Reply(201, b"1"), "HTTP status 201", []),
}


@pytest.mark.parametrize("fault", LASTING)
def test_what_does_not_pass_is_told(
    fault: str, server: EsploraServer, opened: Open, pauses: list[float]
) -> None:
    what, words, waited = LASTING[fault]
    every(1, server, what)
    with pytest.raises(SourceError, match=words) as caught:
        opened(server.url, attempts=3).status()
    assert not isinstance(caught.value, UntruthError)
    assert str(caught.value).isprintable()
    assert pauses == waited


def test_a_server_that_restarts_in_the_middle(
    chain: PaidChain, opened: Open, pauses: list[float]
) -> None:
    tip = tip_of(chain.node)
    with EsploraServer(chain.node) as server:
        server.alter = lambda _, reply: None if len(server.asked) == 150 else reply

        def back(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 1:
                server.stop()
            if len(pauses) == 3:
                server.start()

        source = opened(server.url, sleep=back)
        expected = walk(chain.node, chain.watched, 0, tip.height)
        assert found_by(source, chain.watched, 0, tip) == expected
    assert pauses == [0.25, 0.5, 1.0]


def test_nobody_there_is_told(opened: Open) -> None:
    with pytest.raises(SourceError, match="cannot be reached: Connection refused"):
        opened(f"http://127.0.0.1:{free_port()}/api", attempts=2).status()


def test_a_host_that_cannot_be_one_is_told(opened: Open) -> None:
    with pytest.raises(SourceError, match="cannot be reached"):
        opened("http://a..b/api", attempts=1).status()


def test_an_address_of_something_else_is_told(server: EsploraServer, opened: Open) -> None:
    with pytest.raises(SourceError, match="does not know the first block; check that the address"):
        opened(server.url + "/v9/api").status()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ssl://host", "'ssl' is another"),
        ("host/api", "https://host/api"),
        ("https://", "https://host/api"),
        ("https://host:port/api", "cannot be read"),
        ("https://user:secret@host/api", "without a login"),
        ("https://host/api?key=secret", "without a login"),
        ("https://host/a pi", "without spaces"),
        ("https://host/\u00e4", "outside ASCII"),
        ("https://host/\x1b[2J", "without spaces"),
    ],
)
def test_addresses_that_are_none(address: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        esplora_source(address, "regtest")
    assert "secret" not in str(caught.value)
