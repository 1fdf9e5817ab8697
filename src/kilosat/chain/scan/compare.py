"""One source against another, and against the ledger: what differs is said, never settled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter

from kilosat.chain.header import hex_of_hash
from kilosat.chain.ledger.entry import Entry
from kilosat.chain.ledger.ledger import Ledger
from kilosat.chain.scan.headers import block_at
from kilosat.chain.scan.run import scan_scripts
from kilosat.chain.sources.port import BlockRef, ChainSource
from kilosat.chain.transaction import OutPoint, TxOutput

__all__ = ["CrossCheck", "check_balances", "cross_check"]

_MOST_NAMED = 10


@dataclass(frozen=True)
class CrossCheck:
    """What was compared, what differs, and what could not be compared.

    ``of_findings``: coins or transactions were compared, and not only blocks.
    """

    compared: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    of_findings: bool = False

    @property
    def agrees(self) -> bool | None:
        """Whether all that was compared is the same; ``None`` where nothing could be."""
        if self.differences:
            return False
        return True if self.compared else None

    @property
    def bears_out(self) -> bool:
        """Whether coins or transactions were compared, and all of it is the same."""
        return self.of_findings and not self.differences

    def __add__(self, other: "CrossCheck") -> "CrossCheck":
        return CrossCheck(
            self.compared + other.compared,
            self.differences + other.differences,
            self.unknown + other.unknown,
            self.of_findings or other.of_findings,
        )


def check_balances(source: ChainSource, ledger: Ledger) -> CrossCheck:
    """The source's own word on what is unspent against the coins of the ledger.

    It speaks of its tip: a ledger that is not searched to that very block cannot be compared.
    """
    name = source.status().name
    told = source.unspent(ledger.scripts())
    tip = ledger.tip()
    if told is None:
        return CrossCheck(unknown=(f"{name} has no word of its own on what is unspent",))
    if tip is None or told.tip != tip:
        at = tip.height if tip else "none"
        return CrossCheck(
            unknown=(
                f"its list of unspent coins is of block {told.tip.height}, and the ledger goes to"
                f" block {at}",
            )
        )
    held = {one.outpoint: TxOutput(one.sats, one.script) for one in ledger.coins()}
    differences = tuple(_first_few(_differing_coins(name, told.coins, held)))
    what = f"{len(held)} coins of the ledger with those that {name} states at block {tip.height}"
    return CrossCheck((what,), differences, of_findings=True)


def cross_check(
    one: ChainSource, other: ChainSource, ledger: Ledger, *, full: bool = True
) -> CrossCheck:
    """What a second source says against the first, and against the ledger that the first filled.

    ``full`` lets the second one search everything again into a ledger of its own.

    Raises:
        SourceError: one of them fails, or what the second brings cannot be true.
    """
    result = _compare_tips(one, other) + check_balances(other, ledger)
    tip = ledger.tip()
    if not full or tip is None:
        return result
    name = other.status().name
    if other.status().tip.height < tip.height:
        late = f"{name} has not come to block {tip.height}: its findings are not compared"
        return result + CrossCheck(unknown=(late,))
    if block_at(other, tip.height).ref != tip:
        return result + CrossCheck(
            differences=(f"{name} has another block {tip.height} than the ledger",)
        )
    with Ledger.temporary(ledger.network) as second:
        scan_scripts(other, ledger.scripts(), second, until=tip.height)
        return result + _compare_ledgers(name, ledger, second, tip)


def _compare_tips(one: ChainSource, other: ChainSource) -> CrossCheck:
    first, second = one.status(), other.status()
    height = min(first.tip.height, second.tip.height)
    hashes = [hex_of_hash(block_at(source, height).ref.hash) for source in (one, other)]
    what = f"block {height} of {first.name} and {second.name}"
    if hashes[0] == hashes[1]:
        return CrossCheck((what,))
    return CrossCheck((what,), (f"{what}: {hashes[0]} and {hashes[1]}",))


def _differing_coins(
    name: str, told: Mapping[OutPoint, TxOutput], held: Mapping[OutPoint, TxOutput]
) -> Iterator[str]:
    for coin in {**held, **told}:
        if told.get(coin) == held.get(coin):
            continue
        says = f"{told[coin].value_sats} satoshis" if coin in told else "it is not there"
        has = f"{held[coin].value_sats} satoshis" if coin in held else "it is not there"
        if coin in told and coin in held and told[coin].script != held[coin].script:
            has += " under another script"
        yield (
            f"coin {hex_of_hash(coin.txid)}:{coin.index}: {name} says {says}, the ledger says {has}"
        )


def _compare_ledgers(name: str, ledger: Ledger, second: Ledger, tip: BlockRef) -> CrossCheck:
    what = f"every transaction up to block {tip.height} as {name} finds them"
    pairs = _paired(ledger.entries(), second.entries())
    differences = tuple(_first_few(_differing_entries(name, pairs)))
    return CrossCheck((what,), differences, of_findings=True)


def _paired(
    mine: Iterator[Entry], theirs: Iterator[Entry]
) -> Iterator[tuple[Entry | None, Entry | None]]:
    """The same transaction at the same place on both sides, or one that is on one side only."""
    sides = merge(
        ((_place(one), 0, one) for one in mine),
        ((_place(one), 1, one) for one in theirs),
        key=itemgetter(0, 1),
    )
    for _, group in groupby(sides, key=itemgetter(0)):
        both = {side: entry for _, side, entry in group}
        yield both.get(0), both.get(1)


def _place(entry: Entry) -> tuple[int, int, bytes, bytes]:
    return entry.block.height, entry.position, entry.block.hash, entry.txid


def _differing_entries(
    name: str, pairs: Iterator[tuple[Entry | None, Entry | None]]
) -> Iterator[str]:
    for mine, theirs in pairs:
        if mine and theirs:
            yield from _differing_inputs(name, mine, theirs)
        elif mine:
            yield f"{_where(mine)} is in the ledger, and {name} does not find it"
        elif theirs:
            yield f"{_where(theirs)} is found by {name}, and the ledger does not have it"


def _differing_inputs(name: str, mine: Entry, theirs: Entry) -> Iterator[str]:
    """What the two say of the inputs, where both say something."""
    for number, (leg, other) in enumerate(zip(mine.inputs, theirs.inputs, strict=True)):
        if leg != other and leg.sats is not None and other.sats is not None:
            yield (
                f"{_where(mine)}, input {number}: {name} says it spends {other.sats} satoshis,"
                f" the ledger says {leg.sats} or another script"
            )


def _where(entry: Entry) -> str:
    return f"transaction {hex_of_hash(entry.txid)} of block {entry.block.height}"


def _first_few(differences: Iterator[str]) -> Iterator[str]:
    yield from islice(differences, _MOST_NAMED)
    more = sum(1 for _ in differences)
    if more:
        yield f"and {more} more differences"
