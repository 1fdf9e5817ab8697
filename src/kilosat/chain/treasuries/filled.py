"""Through whom a ledger was filled, and what each kind of source could leave out unseen."""

from collections.abc import Iterator, Sequence

from kilosat.chain.ledger.records import SourceRecord
from kilosat.chain.sources.port import SourceKind
from kilosat.chain.sources.printable import printable

__all__ = ["filled_through"]

_MOST_NAMED = 5
_SERVERS: set[SourceKind] = {"electrum", "esplora"}
_OF_SERVERS = "such a server looks in an index of its own, and what it leaves out nobody sees"
_OF_ARCHIVES = "an archive holds what its maker put in"
_ONE_ALONE = "one source alone, so that no other bears out that nothing was left out"


def filled_through(sources: Sequence[SourceRecord]) -> tuple[str, ...]:
    """Sentences with the kinds and names of the sources, each once, and what they leave open."""
    named = tuple(dict.fromkeys((one.kind, _public_name(one)) for one in sources))
    if not named:
        return ("the ledger does not say through whom it was filled",)
    shown = [f"{printable(name)} ({printable(kind)})" for kind, name in named[:_MOST_NAMED]]
    more = len(named) - len(shown)
    shown += [f"{more:,} more"] if more else []
    return (
        "; ".join(
            (f"filled through {', '.join(shown)}", *_open({kind for kind, _ in named}, len(named)))
        ),
    )


def _public_name(source: SourceRecord) -> str:
    """Where in whose network a node stands is no part of a table that is published."""
    return "the keeper's own node" if source.kind == "core" else source.name


def _open(kinds: set[SourceKind], many: int) -> Iterator[str]:
    if many == 1:
        yield _ONE_ALONE
    if kinds & _SERVERS:
        yield _OF_SERVERS
    if "archive" in kinds:
        yield _OF_ARCHIVES
