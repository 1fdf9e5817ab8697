"""Waiting for new tips: with a real node, by looking and woken by ZMQ, and where things fail."""

import math
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

import pytest
import zmq
from tests.regtest.fixtures import StartNode
from tests.regtest.node import SOMEBODY, RegtestNode, free_port
from tests.regtest.paid_chain import tip_of

from kilosat.chain.sources import zmq_bell
from kilosat.chain.sources.core import CoreSource, NodeAddress
from kilosat.chain.sources.errors import SourceError, UntruthError, WrongNetworkError
from kilosat.chain.sources.port import BlockRef, SourceStatus
from kilosat.chain.sources.waiting import Patience, new_tips

OTHER = "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry"
HOUR = 3600.0


def source_of(node: RegtestNode, patience: float = 20.0) -> CoreSource:
    address = NodeAddress("127.0.0.1", node.rpc_port, cookie=node.cookie)
    return CoreSource(address, "regtest", patience_seconds=patience)


def reorganise(node: RegtestNode, blocks: int, mined: int) -> None:
    """Drop so many blocks from the end and mine others."""
    node.rpc("invalidateblock", node.rpc("getblockhash", node.rpc("getblockcount") - blocks + 1))
    node.mine(mined, OTHER)


def test_each_new_tip_by_looking(start_node: StartNode) -> None:
    node = start_node()
    node.mine(3)
    acts: list[Callable[[], object]] = [
        lambda: node.mine(1),
        lambda: None,
        lambda: node.mine(2),
        lambda: reorganise(node, 1, 1),  # to the same height
        lambda: None,
        lambda: reorganise(node, 3, 1),  # to a lower one
        lambda: node.mine(1, SOMEBODY),
    ]
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        acts.pop(0)()

    seen = []
    with (
        source_of(node) as source,
        closing(new_tips(source, None, 7.0, Patience(sleep=sleep))) as tips,
    ):
        while acts:
            seen.append(next(tips))
            assert seen[-1] == tip_of(node)
    assert [one.height for one in seen] == [3, 4, 6, 6, 4, 5]
    assert len({one.hash for one in seen}) == 6
    assert waited == [7.0] * 7


@contextmanager
def following(
    tips: Iterator[BlockRef], wake: Callable[[], object]
) -> Iterator["queue.Queue[BlockRef]"]:
    """Reads tips in a thread of its own, which ends at the first tip after ``wake``."""
    coming: queue.Queue[BlockRef] = queue.Queue()
    stopped = threading.Event()

    def run() -> None:
        for tip in tips:
            coming.put(tip)
            if stopped.is_set():
                break
        tips.close()  # type: ignore[attr-defined]

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield coming
    finally:
        stopped.set()
        wake()
        thread.join(30)


class Told:
    """A source whose tips are told beforehand; the last one stays."""

    def __init__(self, tips: Sequence[int | SourceError]) -> None:
        self.tips = list(tips)

    def status(self) -> SourceStatus:
        told = self.tips.pop(0) if len(self.tips) > 1 else self.tips[0]
        if isinstance(told, SourceError):
            raise told
        return SourceStatus("esplora", "told", "", "regtest", block(told))


def block(height: int) -> BlockRef:
    return BlockRef(height, bytes([height]) * 32)


class Clock:
    """Time passes by sleeping only."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def tips_of(
    tips: Sequence[int | SourceError], clock: Clock, zmq: str | None = None
) -> Iterator[BlockRef]:
    patience = Patience(clock=clock, sleep=clock.sleep)
    return new_tips(Told(tips), zmq, 60.0, patience)  # type: ignore[arg-type]


def test_a_source_that_fails_for_a_moment_is_asked_again() -> None:
    clock, away = Clock(), SourceError("away")
    tips = tips_of([1, away, away, away, 2, 2, 3], clock)
    assert [next(tips).height for _ in range(3)] == [1, 2, 3]
    assert clock.slept == [60, 0.25, 0.5, 1.0, 60, 60]


def test_trouble_is_told_once_and_so_is_its_end() -> None:
    clock, told = Clock(), list[str | None]()
    patience = Patience(math.inf, told.append, clock, clock.sleep)
    away, busy = SourceError("away"), SourceError("busy")
    source = Told([1, *[away] * 50, busy, busy, 2])
    tips = new_tips(source, None, 60.0, patience)  # type: ignore[arg-type]
    assert [next(tips).height for _ in range(2)] == [1, 2]
    assert told == ["away", "busy", None]
    assert clock.now > 1600


def test_a_source_that_stays_away_is_given_up() -> None:
    clock = Clock()
    tips = tips_of([1, SourceError("away")], clock)
    next(tips)
    with pytest.raises(SourceError, match="away"):
        next(tips)
    assert 500 < clock.now - 1060 <= 600


@pytest.mark.parametrize("error", [UntruthError("lies"), WrongNetworkError("elsewhere")])
def test_what_no_patience_mends_is_told_at_once(error: SourceError) -> None:
    clock = Clock()
    tips = tips_of([1, error], clock)
    next(tips)
    with pytest.raises(type(error)):
        next(tips)
    assert clock.slept == [60]


def test_the_first_look_must_succeed() -> None:
    clock = Clock()
    with pytest.raises(SourceError, match="away"):
        next(tips_of([SourceError("away")], clock))
    assert clock.slept == []


def test_a_node_that_restarts_is_waited_for(start_node: StartNode) -> None:
    node = start_node()
    acts: list[Callable[[], object]] = [node.kill, lambda: None, node.start, lambda: node.mine(1)]
    with source_of(node, patience=0.0) as source:
        tips = new_tips(source, None, 5.0, Patience(sleep=lambda _: acts.pop(0)()))
        assert [next(tips).height for _ in range(2)] == [0, 1]
    assert not acts


def test_zmq_wakes_at_once(start_node: StartNode) -> None:
    node = start_node(zmq=("hashblock",))
    mine = partial(node.mine, 1)
    with (
        source_of(node) as source,
        following(new_tips(source, node.zmq_address, HOUR), mine) as coming,
    ):
        assert coming.get(timeout=30) == tip_of(node)
        for _ in range(3):
            node.mine(1)
            assert coming.get(timeout=30) == tip_of(node)
        node.mine(5)
        while (last := coming.get(timeout=30)) != tip_of(node):
            assert last.height < tip_of(node).height
        reorganise(node, 1, 1)
        assert coming.get(timeout=30) == tip_of(node)
        assert coming.empty()


def test_a_message_that_is_lost_loses_nothing(start_node: StartNode) -> None:
    node, silent = start_node(), start_node(zmq=("hashblock",))
    mine = partial(node.mine, 1)
    with (
        source_of(node) as source,
        following(new_tips(source, silent.zmq_address, 0.1), mine) as coming,
    ):
        coming.get(timeout=30)
        for act in (lambda: None, silent.stop, silent.start):
            act()
            node.mine(1)
            assert coming.get(timeout=30) == tip_of(node)


@pytest.fixture
def ring() -> Iterator[Callable[..., str]]:
    """A publisher of the test's own: rings once somebody listens; its address."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as publisher:
        publisher.setsockopt(zmq.LINGER, 0)
        threads: list[threading.Thread] = []
        port = publisher.bind_to_random_port("tcp://127.0.0.1")

        def start(*messages: list[bytes]) -> str:
            def run() -> None:
                publisher.recv()  # that somebody subscribes
                for one in messages:
                    publisher.send_multipart(one)

            threads.append(threading.Thread(target=run, daemon=True))
            threads[-1].start()
            return f"tcp://127.0.0.1:{port}"

        yield start
        for one in threads:
            one.join(30)


def message(height: int, number: int = 0) -> list[bytes]:
    return [b"hashblock", bytes([height]) * 32, number.to_bytes(4, "little")]


def test_a_source_that_is_behind_the_message_is_looked_at_again(ring: Callable[..., str]) -> None:
    clock = Clock()
    tips = tips_of([1, 1, 1, 1, 2], clock, ring(message(2)))
    with closing(tips):
        assert [next(tips).height for _ in range(2)] == [1, 2]
    assert clock.slept == [0.25, 0.5, 1.0]


@pytest.mark.parametrize(
    "false",
    [
        [message(1)],
        [message(9)],
        [[b"hashblock"]],
        [[b"hashblock", b"short", b"0000"]],
        [[b"hashblock-not", bytes(32), bytes(4)]],
        [message(7, number) for number in range(3000)],
    ],
)
def test_a_message_alone_is_no_tip(false: list[list[bytes]], ring: Callable[..., str]) -> None:
    """What counts is the source; a few looks more are all that a false message can cause."""
    clock = Clock()
    told = [1] * 12 + [2]
    patience = Patience(clock=clock, sleep=clock.sleep)
    tips = new_tips(Told(told), ring(*false), 0.02, patience)  # type: ignore[arg-type]
    with closing(tips):
        assert [next(tips).height for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1:28332", "is no ZMQ address, such as tcp://127.0.0.1:28332"),
        ("http://127.0.0.1:28332", "is no ZMQ address"),
        ("tcp://*:28332", "is no ZMQ address"),
        ("tcp://127.0.0.1", "is no ZMQ address"),
        ("", "is no ZMQ address"),
        ("tcp://127.0.0.1:28332\x1b[2J", "is no ZMQ address|nobody publishes"),
        ("tcp://127.0.0.1:{free}", "nobody publishes blocks over ZMQ at .*zmqpubhashblock=tcp"),
        ("tcp://127.0.0.1:{rpc}", "nobody publishes"),
        ("tcp://name.invalid:28332", "nobody publishes"),
    ],
)
def test_wrong_addresses_of_zmq(
    address: str, words: str, shared_node: RegtestNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zmq_bell, "_CONNECT_SECONDS", 0.3)
    address = address.format(free=free_port(), rpc=shared_node.rpc_port)
    with source_of(shared_node) as source, pytest.raises(SourceError, match=words) as caught:
        next(new_tips(source, address, 1.0))
    assert str(caught.value).isprintable()
