"""The tip of a source and each new one: by looking now and then, or woken by a node over ZMQ.

A message only wakes: what counts is the tip that the source itself states, so that a message that
is lost, late or false loses and adds nothing.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from kilosat.chain.sources.errors import SourceError, UntruthError, WrongNetworkError
from kilosat.chain.sources.port import BlockRef, ChainSource

if TYPE_CHECKING:
    from kilosat.chain.sources.zmq_bell import Bell

__all__ = ["new_tips"]

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 15.0
_FOLLOWS_SECONDS = 30.0
"""A server that indexes by script has a new block some seconds after the node that tells of it."""


def new_tips(
    source: ChainSource,
    zmq: str | None,
    every: float,
    *,
    patience_seconds: float = 600.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[BlockRef]:
    """The tip now, then each tip whose hash is another one, also at the same or a lower height.

    Looks every ``every`` seconds; with ``zmq``, the address of a node's ``zmqpubhashblock``, also
    as soon as that node tells of a block. Of blocks that come between two looks only the last is a
    tip. A source that fails later on is asked again for ``patience_seconds``.

    Raises:
        SourceError: the first look fails, or all of them for so long; nobody publishes at ``zmq``.
        UntruthError: the source contradicts itself.
        WrongNetworkError: it has become one of another network.
    """
    with _bell(zmq) as bell:
        tip = source.status().tip
        yield tip
        looks = _Looks(source, patience_seconds, clock, sleep)
        while True:
            told = None
            if bell is None:
                sleep(every)
            else:
                told = bell.rung_within(every)
            new = looks.tip_after(tip, told)
            if new.hash != tip.hash:
                tip = new
                yield tip


def _bell(address: str | None) -> "AbstractContextManager[Bell | None]":
    if address is None:
        return nullcontext()
    from kilosat.chain.sources.zmq_bell import Bell

    return Bell(address)


class _Looks:
    """Asks a source for its tip, with patience."""

    def __init__(
        self,
        source: ChainSource,
        patience_seconds: float,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._source, self._patience_seconds = source, patience_seconds
        self._clock, self._sleep = clock, sleep

    def tip_after(self, known: BlockRef, told: bytes | None) -> BlockRef:
        """The tip; where a block is told of that the source has not, another look follows soon."""
        tip = self._tip()
        if told is None or told == known.hash:
            return tip
        end, pause = self._clock() + _FOLLOWS_SECONDS, _FIRST_PAUSE_SECONDS
        while tip.hash == known.hash and self._clock() < end:
            self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            tip = self._tip()
        return tip

    def _tip(self) -> BlockRef:
        end, pause = self._clock() + self._patience_seconds, _FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._source.status().tip
            except (UntruthError, WrongNetworkError):
                raise
            except SourceError:
                if self._clock() + pause > end:
                    raise
            self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
