"""Histories of scripts from an Esplora server: every page of them, counted.

The interface gives 25 transactions at a time (some servers 10 or 50), the newest first, and has the
rest behind the id of the last one. Whoever reads the first page only has a truncated history.
"""

from dataclasses import dataclass
from hashlib import sha256

from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.errors import SourceError
from kilosat.chain.sources.esplora.asking import Asking
from kilosat.chain.sources.script_index.server import ContradictionError, Listing

__all__ = ["Stats", "history", "later_transactions", "script_path", "stats", "waiting_transactions"]

_TRIES = 3
"""A block may come between two requests."""
_MOST_WAITING = 50


@dataclass(frozen=True)
class Stats:
    """The server's sums over a script's confirmed outputs, in satoshis, and what waits."""

    transactions: int
    received_sats: int
    spent_sats: int
    waiting: int

    @property
    def balance_sats(self) -> int:
        """Received minus spent."""
        return self.received_sats - self.spent_sats


def script_path(script: bytes) -> str:
    """Where the interface has a script: its SHA-256, first byte first."""
    return f"/scripthash/{sha256(script).hexdigest()}"


def stats(asking: Asking, script: bytes) -> Stats:
    """What the server counts for a script."""
    read = asking.answers
    told = asking.fields(script_path(script))
    chain = read.fields(told.get("chain_stats"), "chain_stats")
    mempool = read.fields(told.get("mempool_stats"), "mempool_stats")
    # Received in all its life: may be above all the coins there are.
    sums = [
        read.number(chain.get(key), key, 0, 1 << 63) for key in ("funded_txo_sum", "spent_txo_sum")
    ]
    count = read.number(chain.get("tx_count"), "tx_count")
    found = Stats(count, sums[0], sums[1], read.number(mempool.get("tx_count"), "tx_count"))
    if found.balance_sats < 0:
        raise ContradictionError(f"script {script.hex()} is told to have spent more than it had")
    return found


def history(asking: Asking, script: bytes, first: int, last: int) -> Listing:
    """The confirmed transactions of a script from the first to the last height.

    Pages are read down to ``first``; from the start of the chain all of them are counted.

    Raises:
        ContradictionError: pages overlap or are out of order, or are not as many as the server
            itself counts.
    """
    for _ in range(_TRIES):
        before = stats(asking, script)
        found, cut = _down_to(asking, script, first, before.transactions)
        reaches = bool(found) and found[-1][0] < first and not cut
        if reaches or len(found) == before.transactions:
            break
        if stats(asking, script).transactions == before.transactions:
            raise ContradictionError(
                f"it counts {before.transactions:,} transactions of script {script.hex()}, and "
                f"its pages end or have a gap after {len(found):,}"
            )
    else:
        raise ContradictionError(
            f"the history of script {script.hex()} changes each time it is read"
        )
    later = sum(height > last for height, _ in found)
    entries = tuple(sorted(one for one in found if first <= one[0] <= last))
    highest = found[0][0] if found else 0
    return Listing(entries, before.transactions, highest, before.transactions - later)


def later_transactions(asking: Asking, script: bytes, last: int) -> list[int]:
    """Heights of the script's transactions above ``last``, highest first."""
    found, _ = _down_to(asking, script, last + 1, 1 << 31)
    return [height for height, _ in found if height > last]


def waiting_transactions(asking: Asking, script: bytes) -> set[bytes]:
    """Ids of the script's transactions that wait for a block.

    Raises:
        SourceError: the server lists no more of them (50).
    """
    items = asking.items(f"{script_path(script)}/txs/mempool")
    if len(items) >= _MOST_WAITING:
        raise SourceError(
            f"{asking.client.name} lists no more than {_MOST_WAITING} waiting transactions of "
            f"script {script.hex()}; try again later, or use your own node"
        )
    read = asking.answers
    fields = [read.fields(one, "a transaction") for one in items]
    return {read.digest(one.get("txid"), "a transaction's id") for one in fields}


def _down_to(
    asking: Asking, script: bytes, first: int, count: int
) -> tuple[list[tuple[int, bytes]], bool]:
    """Heights and ids, newest first, until ``count`` are read or one is below ``first``.

    Also whether a page was shorter than others and not the last one: something may be missing
    there, so then all pages are read.
    """
    path, last_seen, cut = f"{script_path(script)}/txs/chain", "", False
    found: dict[bytes, int] = {}
    lowest = shortest = 1 << 31
    pages_to_learn = 0 if asking.page_length else 2
    while len(found) < count and (lowest >= first or cut or pages_to_learn > 0):
        page = _page(asking, f"{path}{last_seen}")
        if not page:
            return list(zip(found.values(), found, strict=True)), True
        for height, txid in page:
            if txid in found:
                raise ContradictionError(
                    f"the history of script {script.hex()} has transaction "
                    f"{hex_of_hash(txid)} twice"
                )
            if height > lowest:
                raise ContradictionError(
                    f"the history of script {script.hex()} is not in the order of the blocks"
                )
            found[txid] = lowest = height
            last_seen = f"/{hex_of_hash(txid)}"
        pages_to_learn -= 1
        shortest = min(shortest, len(page))
        asking.page_length = max(asking.page_length, len(page))
        cut = shortest < asking.page_length and len(found) < count
    return list(zip(found.values(), found, strict=True)), cut


def _page(asking: Asking, path: str) -> list[tuple[int, bytes]]:
    """A page of transactions; none where the last one seen has left the chain."""
    body = asking.perhaps(path)
    items = [] if body is None else asking.read_json(body)
    return [_entry(asking, one) for one in asking.answers.items(items, "a list of transactions")]


def _entry(asking: Asking, item: object) -> tuple[int, bytes]:
    read = asking.answers
    fields = read.fields(item, "a transaction")
    status = read.fields(fields.get("status"), "the status of a transaction")
    height = read.number(status.get("block_height"), "a height", 0)
    return height, read.digest(fields.get("txid"), "a transaction's id")
