"""The scan: from a register's wallets and a source to a ledger that is complete to a block."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from kilosat.chain.ledger.entry import Reorganisation
from kilosat.chain.ledger.ledger import Ledger
from kilosat.chain.ledger.records import Coverage, SeenBlock
from kilosat.chain.register.model import Wallet, WatchedScript
from kilosat.chain.scan.checks import Entrance
from kilosat.chain.scan.headers import block_at, work_of
from kilosat.chain.scan.settle import recent_blocks, settle
from kilosat.chain.scan.watching import scripts_to_watch
from kilosat.chain.sources.errors import (
    BlocksMissingError,
    ReorganisedError,
    SourceError,
    UntruthError,
    WrongNetworkError,
)
from kilosat.chain.sources.port import (
    BlockRef,
    ChainSource,
    FoundBlock,
    SourceStatus,
    Watched,
)

__all__ = ["Batching", "Progress", "ScanOutcome", "scan", "scan_scripts"]

_ATTEMPTS = 5
Derive = Callable[[Collection[bytes]], tuple[WatchedScript, ...]]


@dataclass(frozen=True)
class Progress:
    """How far the search for some scripts has come: after each commit."""

    height: int
    target: int
    scripts: int
    entries: int


@dataclass(frozen=True)
class Batching:
    """When what was found is committed: after so many blocks or transactions, or seconds."""

    blocks: int = 256
    transactions: int = 2_000
    seconds: float = 2.0


@dataclass(frozen=True)
class ScanOutcome:
    """What a scan did: ``tip`` is the block up to which the ledger is complete now.

    ``entries`` counts what was entered, also what was retracted again; ``searches`` how many
    ranges of blocks were searched. ``reorganisations`` are those since the last scan that came to
    its end: one that a scan saw before it broke off is in the outcome of the next.
    """

    tip: BlockRef
    status: SourceStatus
    entries: int
    searches: int
    scripts: int
    reorganisations: tuple[Reorganisation, ...] = ()
    notes: tuple[str, ...] = ()


def scan(
    source: ChainSource,
    wallets: Iterable[Wallet],
    ledger: Ledger,
    *,
    until: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    accept_less_work: bool = False,
    batching: Batching | None = None,
    clock: Callable[[], float] = time.time,
) -> ScanOutcome:
    """Bring a ledger up to the source's tip, or to height ``until``, for all scripts of wallets.

    Whatever was committed before an error stays, and the next scan goes on there. Children of an
    extended key are searched for from the first block on as soon as they come into reach.

    Raises:
        SourceError: the source fails, or what it brings cannot be true (``UntruthError``).
        LedgerError: the ledger cannot be written.
    """
    chosen = tuple(wallets)
    derive: Derive = lambda used: scripts_to_watch(chosen, used)  # noqa: E731
    run = _Scan(source, ledger, derive, until, on_progress, batching or Batching(), clock)
    return run.to_the_end(accept_less_work)


def scan_scripts(
    source: ChainSource,
    scripts: Iterable[bytes],
    ledger: Ledger,
    *,
    until: int | None = None,
    accept_less_work: bool = False,
    batching: Batching | None = None,
    clock: Callable[[], float] = time.time,
) -> ScanOutcome:
    """As ``scan``, for scripts that are given."""
    watched = tuple(WatchedScript(one, "", 0, number) for number, one in enumerate(scripts))
    run = _Scan(source, ledger, lambda _: watched, until, None, batching or Batching(), clock)
    return run.to_the_end(accept_less_work)


class _Scan:
    def __init__(
        self,
        source: ChainSource,
        ledger: Ledger,
        derive: Derive,
        until: int | None,
        on_progress: Callable[[Progress], None] | None,
        batching: Batching,
        clock: Callable[[], float],
    ) -> None:
        self._source = source
        self._ledger = ledger
        self._derive = derive
        self._until = until
        self._on_progress = on_progress
        self._batching = batching
        self._clock = clock
        self._entries = self._searches = 0

    def to_the_end(self, accept_less_work: bool) -> ScanOutcome:
        """Try again, a few times, whenever the chain changes on the way."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._once(accept_less_work)
            except ReorganisedError as error:
                if attempt + 1 == _ATTEMPTS:
                    raise ReorganisedError(
                        f"the chain changed {_ATTEMPTS} times during the scan ({error}); what was"
                        " found is kept: run the same command again later"
                    ) from None
        raise AssertionError("unreachable")

    def _once(self, accept_less_work: bool) -> ScanOutcome:
        source, ledger = self._source, self._ledger
        status = source.status()
        if status.network != ledger.network:
            raise WrongNetworkError(
                f"{status.name} serves {status.network}, the ledger is of {ledger.network}"
            )
        seen = int(self._clock())
        settle(source, status, ledger, seen, accept_less_work)
        target = self._target(status)
        with ledger.transaction():
            number = ledger.log_source(status, seen)
            ledger.remember(recent_blocks(source, ledger, target))
            ledger.watch(self._derive(ledger.used_scripts()))
        while (step := self._next_step(target)) is not None:
            self._search(*step, number, status)
        self._check_still_there(target)
        tip = ledger.tip()
        return ScanOutcome(
            tip or target,
            status,
            self._entries,
            self._searches,
            len(ledger.scripts()),
            ledger.take_unreported(),
            _notes(tip, status),
        )

    def _target(self, status: SourceStatus) -> BlockRef:
        if self._until is None or self._until == status.tip.height:
            return status.tip
        if self._until > status.tip.height:
            raise BlocksMissingError(
                f"{status.name} has no block {self._until} yet: its tip is {status.tip.height}"
            )
        return block_at(self._source, self._until).ref

    def _next_step(self, target: BlockRef) -> tuple[Coverage, BlockRef] | None:
        """Which scripts to search next and up to where: the least searched, up to the others."""
        ledger = self._ledger
        while True:
            cohorts = ledger.coverage()
            if cohorts and cohorts[0].height < target.height:
                following = [one.upto for one in cohorts[1:] if one.upto]
                return cohorts[0], min([target, *following], key=lambda one: one.height)
            with ledger.transaction():
                if not ledger.watch(self._derive(ledger.used_scripts())):
                    return None

    def _search(self, cohort: Coverage, last: BlockRef, number: int, status: SourceStatus) -> None:
        first = cohort.height + 1
        if first < status.first_block:
            raise BlocksMissingError(
                f"{status.name} has no blocks below {status.first_block} (it is pruned), and the"
                f" search must begin at {first}: ask a source that has them"
            )
        ledger = self._ledger
        scripts = ledger.cohort_scripts(cohort.cohort)
        coins = tuple(one.outpoint for one in ledger.cohort_coins(cohort))
        entrance = Entrance(ledger, scripts, ledger.scripts())
        reached = cohort.upto
        found = self._source.find(Watched(scripts, coins), first, last)
        self._searches += 1
        try:
            for batch in self._batches(found):
                blocks = list(self._seen(batch, reached, last))
                with ledger.transaction():
                    for block, one in zip(blocks, batch, strict=True):
                        self._entries += entrance.enter(block, one.transactions, number)
                    above, reached = reached.height if reached else -1, blocks[-1].ref
                    entrance.check_made(cohort.cohort, above, reached.height)
                    ledger.remember(blocks)
                    ledger.set_searched(cohort.cohort, reached)
                    if reached == last:
                        ledger.merge_cohorts()
                self._report(reached.height, last.height, len(scripts))
        finally:
            close = getattr(found, "close", None)
            if close is not None:
                close()
        if reached != last:
            upto = reached.height if reached else -1
            raise UntruthError(
                f"{status.name} ended its search at block {upto} instead of {last.height}"
            )

    def _batches(self, found: Iterator[FoundBlock]) -> Iterator[list[FoundBlock]]:
        """Found blocks in batches; the last one is handed on also where the source fails."""
        limits = self._batching
        batch: list[FoundBlock] = []
        count, since = 0, self._clock()
        failure: SourceError | None = None
        try:
            for one in found:
                batch.append(one)
                count += len(one.transactions)
                late = self._clock() - since >= limits.seconds
                if late or count >= limits.transactions or len(batch) >= limits.blocks:
                    yield batch
                    batch, count, since = [], 0, self._clock()
        except (UntruthError, ReorganisedError):
            raise
        except SourceError as error:
            failure = error
        if batch:
            yield batch
        if failure is not None:
            raise failure

    def _seen(
        self, batch: list[FoundBlock], reached: BlockRef | None, last: BlockRef
    ) -> Iterator[SeenBlock]:
        """The blocks of a batch: ascending, with work, in the chain that was seen before."""
        below = reached
        for one in batch:
            block = SeenBlock(one.height, one.header)
            if one.height <= (below.height if below else -1) or one.height > last.height:
                raise UntruthError(f"block {one.height} came out of order in a search")
            work_of(block, self._ledger.network)
            self._check_in_chain(block, below)
            below = block.ref
            yield block

    def _check_in_chain(self, block: SeenBlock, below: BlockRef | None) -> None:
        known = self._ledger.header(block.height) or block_at(self._source, block.height).header
        if known != block.header:
            raise ReorganisedError(f"block {block.height} is another than a moment ago")
        follows = below is not None and below.height == block.height - 1
        if follows and below is not None and block.header.previous_hash != below.hash:
            raise ReorganisedError(f"block {block.height} does not follow from the one before")

    def _check_still_there(self, target: BlockRef) -> None:
        """At the end: the chain that was searched is still the source's."""
        if block_at(self._source, target.height).ref != target:
            raise ReorganisedError(f"block {target.height} left the chain during the search")

    def _report(self, height: int, target: int, scripts: int) -> None:
        if self._on_progress:
            self._on_progress(Progress(height, target, scripts, self._entries))


def _notes(tip: BlockRef | None, status: SourceStatus) -> tuple[str, ...]:
    behind = tip.height - status.tip.height if tip else 0
    late = f"{status.name} is {behind} block(s) behind the ledger"
    return (*status.notes, late) if behind > 0 else status.notes
