"""A walk over the raw bytes of a block that stops only at watched scripts and watched coins.

The compiled walk checks the form of every transaction as ``transaction.py`` does and builds no
Python object on its way. It reads nothing beyond the block, whatever the bytes say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from kilosat.chain.errors import MalformedError
from kilosat.chain.filters import Bytes, word_at
from kilosat.chain.header import HEADER_BYTES, double_sha256
from kilosat.chain.transaction import (
    INPUT_BYTES,
    MAX_MONEY_SATS,
    MAX_SIZE,
    OUTPUT_BYTES,
    ByteReader,
    OutPoint,
)
from kilosat.chain.watch import Watch, find
from kilosat.compiling import compiled, inlined

__all__ = [
    "Bounds",
    "Hit",
    "HitKind",
    "bounds_of_block",
    "length_at",
    "scan_block",
    "string_at",
    "stripped",
]

Bounds = npt.NDArray[np.int64]
"""A row for each transaction: start, end of the outputs, end, 1 where a witness is marked."""

_LEAST_TRANSACTION = 60
_OUTPOINT = 36
_MOST = np.uint64(MAX_MONEY_SATS)
_WHY = (
    "",
    "the block ends in the middle of it",
    "a length is not in its shortest form or above the limit",
    "a count is more than the bytes can hold",
    "it has no inputs",
    "it has no outputs",
    "an amount or their sum is above 21 million coins",
    "the witness is marked and empty",
    "the flag of the witness is not 1",
    "there are bytes after the last transaction",
    "the block has no transactions",
)
_CUT, _LENGTH, _COUNT, _NO_INPUTS, _NO_OUTPUTS, _AMOUNT, _EMPTY, _FLAG, _LEFT, _NONE = range(1, 11)


class HitKind(IntEnum):
    """What was found."""

    OUTPUT = 0
    """An output that pays a watched script."""
    SPEND = 1
    """An input that spends a watched coin."""


@dataclass(frozen=True)
class Hit:
    """A watched thing in a block.

    ``transaction`` counts from the coinbase, ``offset`` is the byte of the block at which the
    output or input begins, ``index`` its place in the transaction. ``key`` is the script that is
    paid, or the 36 bytes of the outpoint that is spent. ``txid`` is in the order of the wire.
    """

    transaction: int
    offset: int
    kind: HitKind
    index: int
    key: bytes
    txid: bytes


_NOTHING = Watch(())


def bounds_of_block(raw: bytes | memoryview) -> Bounds:
    """Where each transaction of a raw block begins and ends.

    Raises:
        MalformedError: the block does not read as header, count and transactions, or a
            transaction has not the form that ``parse_transaction`` asks for.
    """
    return _walked(raw, _NOTHING, _NOTHING)[0]


def scan_block(
    raw: bytes | memoryview, scripts: Watch, coins: Watch = _NOTHING, within: bool = True
) -> tuple[Hit, ...]:
    """Outputs of a raw block that pay a watched script, and inputs that spend a watched coin.

    In the order of the block. A coin that the block makes for a watched script and spends again
    counts as watched, unless ``within`` is false. Neither root nor work is checked: see
    ``kilosat.chain.block``.

    Raises:
        MalformedError: as ``bounds_of_block``.
    """
    bounds, rows = _walked(raw, scripts, coins)
    places = set(rows[:, 0].tolist())
    txids = {one: double_sha256(stripped(raw, bounds[one].tolist())) for one in places}
    hits = [_hit(row, txids, scripts, coins) for row in rows.tolist()]
    made = [OutPoint(one.txid, one.index) for one in hits if one.kind is HitKind.OUTPUT]
    if made and within:
        spent = scan_block(raw, _NOTHING, Watch.of_outpoints(made), within=False)
        hits = sorted({*hits, *spent}, key=lambda one: one.offset)
    return tuple(hits)


def stripped(raw: bytes | memoryview, bound: Sequence[int]) -> bytes:
    """The bytes of a transaction without its witness, of which the txid is the hash.

    ``bound`` is its row of ``Bounds``, as a list.
    """
    start, body, end, marked = bound
    if not marked:
        return bytes(raw[start:end])
    return bytes(raw[start : start + 4]) + bytes(raw[start + 6 : body]) + bytes(raw[end - 4 : end])


def _hit(row: list[int], txids: dict[int, bytes], scripts: Watch, coins: Watch) -> Hit:
    transaction, offset, number, index, entry = row
    kind = HitKind(number)
    keys = (scripts if kind is HitKind.OUTPUT else coins).keys.scripts
    return Hit(transaction, offset, kind, index, keys[entry], txids[transaction])


def _walked(raw: bytes | memoryview, scripts: Watch, coins: Watch) -> tuple[Bounds, Any]:
    if len(raw) <= HEADER_BYTES:
        raise MalformedError(f"a block is more than {HEADER_BYTES} bytes, not {len(raw)}")
    data = np.frombuffer(raw, dtype=np.uint8)
    data.setflags(write=False)
    reader = ByteReader(bytes(raw[: HEADER_BYTES + 9]))
    reader.take(HEADER_BYTES)
    most = min(reader.compact_size(), len(raw) // _LEAST_TRANSACTION)
    bounds, rows = np.empty((most, 4), np.int64), np.empty((64, 5), np.int64)
    while True:
        why, at, number, found = _walk(data, bounds, rows, scripts.table, coins.table)
        if why:
            where = f"transaction {number}, byte {at}"
            raise MalformedError(f"{where}: {_WHY[why]}")
        if found <= len(rows):
            return bounds[:number], rows[:found]
        rows = np.empty((found, 5), np.int64)


@inlined
def length_at(data: Bytes, at: int, end: int) -> Any:
    """A compact size and the byte after it, or minus a reason and the byte."""
    if at >= end:
        return -_CUT, at
    first = np.int64(data[np.uint64(at)])
    if first < 0xFD:
        return first, at + 1
    width = 2 << (first - 0xFD)
    if end - at <= width:
        return -_CUT, at
    value = np.uint64(0)
    for i in range(width):
        value |= np.uint64(data[at + 1 + i]) << np.uint64(8 * i)
    least = 0xFD if width == 2 else 1 << 4 * width
    if value < np.uint64(least) or value > np.uint64(MAX_SIZE):
        return -_LENGTH, at
    return np.int64(value), at + 1 + width


@inlined
def string_at(data: Bytes, at: int, end: int, after: int) -> Any:
    """Length and start of a string with ``after`` bytes behind it, or minus a reason, and place."""
    length, start = length_at(data, at, end)
    if length > end - start - after:
        return -_CUT, at
    return length, start


@compiled
def _stacks(data: Bytes, p: int, end: int, inputs: int) -> Any:
    """Pass over the witness of every input: a reason or 0, and the place."""
    filled = False
    for _ in range(inputs):
        items, q = length_at(data, p, end)
        if items < 0:
            return -items, q
        if items > end - q:
            return _COUNT, p
        p = q
        filled = filled or items > 0
        for _ in range(items):
            length, q = string_at(data, p, end, 0)
            if length < 0:
                return -length, q
            p = q + length
    return (0 if filled else _EMPTY), p


@inlined
def _note(rows: Any, found: int, number: int, at: int, kind: int, index: int, entry: int) -> int:
    """Write a row if there is room; what was found is counted in any case."""
    if found < len(rows):
        row = rows[found]
        row[0], row[1], row[2], row[3], row[4] = number, at, kind, index, entry
    return found + 1


@inlined
def _inputs(
    data: Bytes, p: int, end: int, count: int, coins: Any, rows: Any, found: int, number: int
) -> Any:
    """Pass over the inputs: a reason or 0, the place, and how many rows there are."""
    if count > (end - p) // INPUT_BYTES:
        return _COUNT, p, found
    watching = len(coins[2]) > 1
    for index in range(count):
        if end - p < INPUT_BYTES:
            return _CUT, p, found
        if watching:
            entry = find(data, p, _OUTPOINT, coins)
            if entry >= 0:
                found = _note(rows, found, number, p, 1, index, entry)
        length, p = string_at(data, p + _OUTPOINT, end, 4)
        if length < 0:
            return -length, p, found
        p += length + 4
    return 0, p, found


@inlined
def _outputs(
    data: Bytes, p: int, end: int, count: int, scripts: Any, rows: Any, found: int, number: int
) -> Any:
    """Pass over the outputs, as ``_inputs``."""
    if count > (end - p) // OUTPUT_BYTES:
        return _COUNT, p, found
    watching, total = len(scripts[2]) > 1, np.uint64(0)
    for index in range(count):
        if end - p < OUTPUT_BYTES:
            return _CUT, p, found
        value = word_at(data, p)
        total += value
        if value > _MOST or total > _MOST:
            return _AMOUNT, p, found
        length, start = string_at(data, p + 8, end, 0)
        if length < 0:
            return -length, start, found
        if watching:
            entry = find(data, start, length, scripts)
            if entry >= 0:
                found = _note(rows, found, number, p, 0, index, entry)
        p = start + length
    return 0, p, found


@inlined
def _input_count(data: Bytes, p: int, end: int) -> Any:
    """Inputs of a transaction whose version is before ``p``, the place, and 1 for a witness."""
    count, p = length_at(data, p, end)
    if count:
        return count, p, 0
    if p >= end:
        return -_CUT, p, 0
    if data[p] != 1:
        return -_FLAG, p, 0
    count, p = length_at(data, p + 1, end)
    return (count if count else -_NO_INPUTS), p, 1


@compiled
def _walk(data: Bytes, bounds: Any, rows: Any, scripts: Any, coins: Any) -> Any:
    """A reason or 0, the place, the transaction, and how many rows there are or should be."""
    end, found = len(data), 0
    count, p = length_at(data, HEADER_BYTES, end)
    if count <= 0:
        return (-count if count else _NONE), p, 0, 0
    if count > len(bounds):
        return _COUNT, p, 0, 0
    for number in range(count):
        start = p
        if end - p < 4:
            return _CUT, p, number, 0
        inputs, p, marked = _input_count(data, p + 4, end)
        if inputs < 0:
            return -inputs, p, number, 0
        why, p, found = _inputs(data, p, end, inputs, coins, rows, found, number)
        if why:
            return why, p, number, 0
        outputs, p = length_at(data, p, end)
        if outputs <= 0:
            return (-outputs if outputs else _NO_OUTPUTS), p, number, 0
        why, p, found = _outputs(data, p, end, outputs, scripts, rows, found, number)
        if why:
            return why, p, number, 0
        body = p
        if marked:
            why, p = _stacks(data, p, end, inputs)
            if why:
                return why, p, number, 0
        if end - p < 4:
            return _CUT, p, number, 0
        p += 4
        bound = bounds[number]
        bound[0], bound[1], bound[2], bound[3] = start, body, p, marked
    if p != end:
        return _LEFT, p, count - 1, 0
    return 0, p, count, found
