"""Servers that answer with bytes which no Esplora server sends, without end, or not at all."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.regtest.esplora_server import EsploraServer, Reply
from tests.regtest.paid_chain import PaidChain, tip_of

from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.script_index.source import IndexSource

from .conftest import Open


@contextmanager
def sending(*pieces: bytes, wait: float = 0.0) -> Iterator[str]:
    """A server that sends these bytes to whoever comes, with a wait between them."""
    done = threading.Event()

    def serve(listener: socket.socket) -> None:
        while not done.is_set():
            try:
                link, _ = listener.accept()
            except OSError:
                return
            with link:
                try:
                    link.recv(1 << 16)
                    for piece in pieces:
                        link.sendall(piece)
                        done.wait(wait)
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE: dict[str, tuple[bytes, str]] = {
    "no http": (b"SSH-2.0-OpenSSH_9.2\r\n", "cannot be reached"),
    "a control character": (OK + b"Content-Length: 4\r\n\r\n\x1b[2J", r"answers '.\[2J' where"),
    "a page for people": (OK + b"Content-Length: 5\r\n\r\n<html", "'<html' where the hash"),
    "an empty answer": (OK + b"Content-Length: 0\r\n\r\n", "answers '' where the hash"),
    "half a hash": (OK + b"Content-Length: 32\r\n\r\n" + b"ab" * 16, "where the hash"),
    "a hash and more": (OK + b"Content-Length: 65\r\n\r\n" + b"a" * 65, "where the hash"),
    "spaces within": (OK + b"Content-Length: 65\r\n\r\n" + b"ab " * 21 + b"ab", "the hash"),
    "a false length": (OK + b"Content-Length: -5\r\n\r\n", "where the hash"),
    "a long header": (OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n", "cannot be reached"),
    "many headers": (OK + b"X: x\r\n" * 200 + b"\r\n", "cannot be reached"),
    "a broken piece": (
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "cannot be reached",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_answers(case: str, opened: Open) -> None:
    sent, words = HOSTILE[case]
    with (
        sending(sent) as address,
        pytest.raises(SourceError, match=words) as caught,
    ):
        opened(address, attempts=2).status()
    assert str(caught.value).isprintable()


NUMBERS = ["", "-1", "1.0", "0x10", "1e3", "9" * 40, "\u0661\u0662", "1\x1b[2J", "<html>"]


@pytest.mark.parametrize("body", NUMBERS)
def test_heights_that_are_none(body: str, server: EsploraServer, opened: Open) -> None:
    server.alter = lambda path, reply: (
        Reply(200, body.encode()) if path.endswith("/tip/height") else reply
    )
    with pytest.raises(SourceError, match="where a number at /blocks/tip/height") as caught:
        opened(server.url).status()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("told", [True, False])
def test_an_answer_without_end(told: bool, opened: Open) -> None:
    head = OK + (b"Content-Length: 90000000000\r\n\r\n" if told else b"Connection: close\r\n\r\n")
    with (
        sending(head, *[bytes(1 << 20)] * 80) as address,
        pytest.raises(SourceError, match="above 64 MiB, which none can be"),
    ):
        opened(address, attempts=1, timeout_seconds=20).status()


@pytest.mark.parametrize("sent", [(b"",), (OK,), (OK + b"Content-Length: 64\r\n\r\n", b"00")])
def test_a_server_that_falls_silent(sent: tuple[bytes, ...], opened: Open) -> None:
    with (
        sending(*sent, b"", wait=5) as address,
        pytest.raises(SourceError, match=r"no answer within 0\.2 s \(2 attempts\)"),
    ):
        opened(address, attempts=2, timeout_seconds=0.2).status()


def test_a_server_that_dribbles(opened: Open) -> None:
    """A byte now and then: each comes in time, and the answer never."""
    with (
        sending(OK + b"Content-Length: 64\r\n\r\n", *[b"0"] * 60, wait=0.05) as address,
        pytest.raises(SourceError, match=r"no answer within 0\.1 s"),
    ):
        opened(address, attempts=1, timeout_seconds=0.1).status()


COINS, STATS, PAGES = "/utxo$", "/scripthash/[0-9a-f]*$", "/txs/chain"
BODIES = [b"null", b"[" * 100_000, b"{}", b'{"a":', b"\xff\xfe", b'"text"', b"1e999", b"[1]", b"7"]


def ask(about: str, source: IndexSource, chain: PaidChain) -> None:
    """Ask for something that takes such a path."""
    if about == COINS:
        source.unspent(chain.scripts)
    else:
        next(source.find(chain.watched, 0, tip_of(chain.node)))


@pytest.mark.parametrize("about", [STATS, PAGES, COINS])
@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:9]))
def test_what_is_no_answer_to_the_question(
    about: str, body: bytes, chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    def alter(path: str, reply: Reply) -> Reply:
        return Reply(200, body) if re.search(about, path) else reply

    server.alter = alter
    with pytest.raises(SourceError, match="does not speak the protocol"):
        ask(about, opened(server.url), chain)


FIELDS = [None, "1", -1, 1.5, True, [], {}, 1 << 70, "\x1b[2J", "zz" * 32, "ab" * 31]


@pytest.mark.parametrize(
    ("about", "key"),
    [
        (PAGES, "txid"),
        (PAGES, "block_height"),
        (COINS, "txid"),
        (COINS, "vout"),
        (COINS, "value"),
        (STATS, "tx_count"),
        (STATS, "funded_txo_sum"),
    ],
)
def test_fields_of_another_kind(
    about: str, key: str, chain: PaidChain, server: EsploraServer, opened: Open
) -> None:
    source = opened(server.url)
    for value in FIELDS:

        def put(told: object, value: object = value) -> object:
            if isinstance(told, list):
                return [put(one) for one in told]
            if isinstance(told, dict):
                return {k: value if k == key else put(v) for k, v in told.items()}
            return told

        def alter(path: str, reply: Reply, put: Callable[[object], object] = put) -> Reply:
            if re.search(about, path):
                return Reply(200, json.dumps(put(json.loads(reply.body))).encode())
            return reply

        server.alter = alter
        with pytest.raises(SourceError, match="does not speak the protocol") as caught:
            ask(about, source, chain)
        assert str(caught.value).isprintable()
