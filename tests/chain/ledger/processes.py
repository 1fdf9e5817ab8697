"""Work in another process, with other rights or limits than those of the test."""

import multiprocessing
from collections.abc import Callable

from kilosat.chain.ledger import LedgerError

__all__ = ["in_a_process"]

_FORK = multiprocessing.get_context("fork")
_PATIENCE_SECONDS = 120


def in_a_process(work: Callable[[], str], before: Callable[[], None] = lambda: None) -> str:
    """What the work says, or ``refused:`` and why; ``before`` is called first in the process."""
    here, there = _FORK.Pipe(duplex=False)

    def run() -> None:
        before()
        try:
            there.send(work())
        except LedgerError as error:
            there.send(f"refused: {error}")

    process = _FORK.Process(target=run)
    process.start()
    said = here.recv() if here.poll(_PATIENCE_SECONDS) else "nothing"
    process.join()
    assert process.exitcode == 0
    process.close()
    here.close()
    there.close()
    return str(said)
