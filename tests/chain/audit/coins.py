"""Paper whose coins are spent as on a chain, and audits of it."""

from datetime import UTC, datetime
from typing import Any

from kilosat.chain.audit import Audit, Coverage, audit
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.register import Register
from kilosat.chain.sources.port import BlockRef

from ..flows.paper import Paper, on

BTC = 100_000_000
TWO = Coverage(BlockRef(99, bytes(32)), datetime(2030, 1, 1, tzinfo=UTC), ("a node", "a server"))


class Coins(Paper):
    """Paper whose inputs spend outputs that are there."""

    def spend(
        self, coins: list[tuple[bytes, int]], outputs: list[tuple[str, int]], day: int
    ) -> bytes:
        """A transaction that spends outputs (id, number); its id."""
        by_id = {entry.txid: entry for entry in self.entries}
        legs = [by_id[txid].outputs[index] for txid, index in coins]
        txid = self.pay([("stranger", 1)], outputs, day)
        last = self.entries[-1]
        self.entries[-1] = Entry(
            last.block, last.time, last.position, txid, tuple(legs), last.outputs
        )
        return txid


def audited(known: Register, paper: Paper, start: int, end: int, **options: Any) -> Audit:
    """The audit between two days, of the whole state unless told."""
    options = {"coverage": TWO, **options}
    perimeter = options.pop("perimeter", "state")
    return audit(paper.entries, known, perimeter, on(start), on(end), **options)


def kinds(found: Audit) -> list[str]:
    return [limit.kind for limit in found.limits]


def said(found: Audit) -> dict[str, str]:
    """The sentences of the verdict by what they are about."""
    return {fact.about: found.say(fact) for fact in found.verdict}
