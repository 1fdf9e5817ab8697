"""Many requests under way over a connection that breaks, or whose answers nobody reads."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from kilosat.chain.sources.electrum import client as module
from kilosat.chain.sources.electrum.client import ElectrumClient
from kilosat.chain.sources.electrum.connection import Connection, parse_endpoint
from kilosat.chain.sources.errors import SourceError

from .repeating import Repeating

NUMBERS = list(range(200))


@pytest.fixture
def server() -> Iterator[Repeating]:
    with Repeating() as server:
        yield server


@pytest.fixture
def client(server: Repeating, monkeypatch: pytest.MonkeyPatch) -> Iterator[ElectrumClient]:
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0)
    with closing(ElectrumClient(parse_endpoint(server.address), 10, 3)) as client:
        yield client


def repeated(client: ElectrumClient) -> list[int]:
    return list(client.calls(("repeat", (number,)) for number in NUMBERS))


def test_answers_come_in_the_order_of_the_requests(
    client: ElectrumClient, server: Repeating
) -> None:
    assert repeated(client) == NUMBERS
    assert server.connections == 1


@pytest.mark.parametrize("answers", [1, 2, 7, 31, 32, 33, 64])
def test_none_is_lost_where_the_server_closes(
    client: ElectrumClient, server: Repeating, answers: int
) -> None:
    server.answers = answers
    assert repeated(client) == NUMBERS
    assert server.connections == -(-len(NUMBERS) // answers)


@pytest.mark.parametrize("every", [2, 3, 5, 50])
def test_none_is_lost_where_the_next_request_cannot_be_sent(
    client: ElectrumClient, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    def send(connection: Connection, line: bytes) -> None:
        sent.append(line)
        if len(sent) % (every + 1) == 0:
            raise BrokenPipeError
        honest(connection, line)

    honest = Connection.send
    monkeypatch.setattr(Connection, "send", send)
    assert repeated(client) == NUMBERS


def test_a_server_that_never_answers_is_given_up(client: ElectrumClient, server: Repeating) -> None:
    server.answers = 0
    with pytest.raises(SourceError, match=r"closed the connection \(3 attempts\)"):
        client.call("repeat", 1)
    assert server.connections == 3


def test_answers_that_nobody_reads_are_not_taken_for_later_ones(client: ElectrumClient) -> None:
    left = client.calls(("repeat", (number,)) for number in NUMBERS)
    assert [next(left), next(left)] == [0, 1]
    # Still there, as in the traceback of an error.
    assert client.call("repeat", "later") == "later"
    assert list(left) == NUMBERS[2:]
    assert client.call("repeat", "last") == "last"
    left = client.calls(("repeat", (number,)) for number in NUMBERS)
    next(left)
    del left
    assert client.call("repeat", "after") == "after"


def test_two_lists_of_answers_that_are_read_by_turns(client: ElectrumClient) -> None:
    first, second = (client.calls(("repeat", (n,)) for n in NUMBERS[:20]) for _ in range(2))
    assert list(zip(first, second, strict=True)) == [(n, n) for n in NUMBERS[:20]]
