"""Who is to blame where what a server says does not fit together: the chain or the server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from kilosat.chain.errors import MalformedError, ProofError
from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.errors import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    UntruthError,
)
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.sources.script_index.server import ContradictionError, ScriptIndex

__all__ = ["blamed", "check_last", "once_more", "truthful"]

_Result = TypeVar("_Result")


@contextmanager
def truthful(index: ScriptIndex) -> Iterator[None]:
    """Turn a contradiction within into the ``UntruthError`` that names the server."""
    try:
        yield
    except (ContradictionError, ProofError, MalformedError) as problem:
        raise _untruth(index, str(problem)) from None


def once_more(ask: Callable[[], _Result]) -> _Result:
    """What is asked; where it contradicts itself it is asked again, as the chain may have changed
    between two of its requests."""
    try:
        return ask()
    except ContradictionError:
        return ask()


def check_last(index: ScriptIndex, last: BlockRef) -> None:
    """Check that a block is in the server's chain.

    Raises:
        ReorganisedError: another one is at its height.
        BlocksMissingError: the server has not come so far.
    """
    with truthful(index):
        tip = index.tip()
        if tip.height < last.height:
            raise BlocksMissingError(
                f"{index.name} has come to height {tip.height:,} only, not to {last.height:,}; "
                "wait until it has caught up, or ask another server"
            )
        if index.block_hash(last.height) != last.hash:
            raise ReorganisedError(
                f"the block at height {last.height:,} of {index.name} is not "
                f"{hex_of_hash(last.hash)}: the chain was reorganised; run it again"
            )


def blamed(index: ScriptIndex, last: BlockRef, problem: str) -> SourceError:
    """The error for a contradiction: of the chain, if ``last`` is gone, or else of the server."""
    try:
        check_last(index, last)
    except (ReorganisedError, BlocksMissingError, UntruthError) as other:
        return other
    return _untruth(index, problem)


def _untruth(index: ScriptIndex, problem: str) -> UntruthError:
    return UntruthError(
        f"{index.name} contradicts itself: {problem}. Nothing of it was taken over; ask another "
        "server or your own node"
    )
