"""The tip of a source and each new one: by looking now and then, or woken by a node over ZMQ.

A message only wakes: what counts is the tip that the source itself states, so that a message that
is lost, late or false loses and adds nothing.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from kilosat.chain.sources.errors import SourceError, UntruthError, WrongNetworkError
from kilosat.chain.sources.port import BlockRef, ChainSource

if TYPE_CHECKING:
    from kilosat.chain.sources.zmq_bell import Bell

__all__ = ["Patience", "new_tips"]

T = TypeVar("T")

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 15.0
_FOLLOWS_SECONDS = 30.0
"""A server that indexes by script has a new block some seconds after the node that tells of it."""


class Patience:
    """Does what may fail for a while, again and again, for at most ``seconds``.

    ``on_trouble`` is told once what is the matter, and ``None`` when it is over.
    """

    def __init__(
        self,
        seconds: float = 600.0,
        on_trouble: Callable[[str | None], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.clock, self.sleep = clock, sleep
        self._seconds, self._on_trouble = seconds, on_trouble

    def result_of(self, work: Callable[[], T]) -> T:
        """The result of ``work``, as soon as there is one.

        Raises:
            UntruthError: the source contradicts itself.
            WrongNetworkError: it is one of another network.
            SourceError: it failed for so long.
        """
        end, pause, said = self.clock() + self._seconds, _FIRST_PAUSE_SECONDS, ""
        while True:
            try:
                found = work()
            except (UntruthError, WrongNetworkError):
                raise
            except SourceError as error:
                if self.clock() + pause > end:
                    raise
                if said != f"{error}":
                    said = f"{error}"
                    self._on_trouble(said)
            else:
                if said:
                    self._on_trouble(None)
                return found
            self.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def new_tips(
    source: ChainSource, zmq: str | None, every: float, patience: Patience | None = None
) -> Iterator[BlockRef]:
    """The tip now, then each tip whose hash is another one, also at the same or a lower height.

    Looks every ``every`` seconds; with ``zmq``, the address of a node's ``zmqpubhashblock``, also
    as soon as that node tells of a block. Of blocks that come between two looks only the last is a
    tip. A source that fails later on is asked again with patience.

    Raises:
        SourceError: the first look fails, or patience is over; nobody publishes at ``zmq``.
        UntruthError: the source contradicts itself.
        WrongNetworkError: it has become one of another network.
    """
    patience = patience or Patience()
    with _bell(zmq) as bell:
        tip = source.status().tip
        yield tip
        while True:
            told = None
            if bell is None:
                patience.sleep(every)
            else:
                told = bell.rung_within(every)
            new = _tip_after(source, tip, told, patience)
            if new.hash != tip.hash:
                tip = new
                yield tip


def _bell(address: str | None) -> "AbstractContextManager[Bell | None]":
    if address is None:
        return nullcontext()
    from kilosat.chain.sources.zmq_bell import Bell

    return Bell(address)


def _tip_after(
    source: ChainSource, known: BlockRef, told: bytes | None, patience: Patience
) -> BlockRef:
    """The tip; where a block is told of that the source has not, another look follows soon."""

    def look() -> BlockRef:
        return source.status().tip

    tip = patience.result_of(look)
    if told is None or told == known.hash:
        return tip
    end, pause = patience.clock() + _FOLLOWS_SECONDS, _FIRST_PAUSE_SECONDS
    while tip.hash == known.hash and patience.clock() < end:
        patience.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        tip = patience.result_of(look)
    return tip
