"""Transactions: read from raw bytes as consensus reads them, and written back byte for byte.

Sources: Bitcoin Core, ``primitives/transaction.h`` and ``serialize.h`` (the form),
``consensus/tx_check.cpp`` (empty lists, amounts); BIP 34, BIP 141, BIP 144.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn, TypeVar

from kilosat.chain.errors import ChainError, MalformedError
from kilosat.chain.header import double_sha256
from kilosat.quantities import SATS_PER_BTC

__all__ = [
    "MAX_MONEY_SATS",
    "ByteReader",
    "OutPoint",
    "Transaction",
    "TxInput",
    "TxOutput",
    "compact_size",
    "parse_transaction",
    "read_transaction",
]

MAX_MONEY_SATS = 21_000_000 * SATS_PER_BTC
"""No amount and no sum of amounts is above it (``consensus/amount.h``)."""
MAX_SIZE = 0x02000000
"""No length or count is above it (``serialize.h``)."""
INPUT_BYTES = 41
"""The least that an input takes: outpoint, empty script, sequence."""
OUTPUT_BYTES = 9
"""The least that an output takes: amount, empty script."""
_OUTPOINT = struct.Struct("<32sI")
_NO_COIN = (bytes(32), 0xFFFFFFFF)
_WIDTHS = {0xFD: 2, 0xFE: 4, 0xFF: 8}
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class OutPoint:
    """An output of a transaction: the transaction's id in the order of the wire, and which one."""

    txid: bytes
    index: int

    def to_bytes(self) -> bytes:
        """The 36 bytes by which an input names the output.

        Raises:
            ChainError: the id has not 32 bytes or the index is not of 32 bits.
        """
        if len(self.txid) != 32 or not 0 <= self.index < 1 << 32:
            raise ChainError("an outpoint is a txid of 32 bytes and an index of 32 bits")
        return self.txid + self.index.to_bytes(4, "little")


@dataclass(frozen=True)
class TxInput:
    """What a transaction spends; ``witness`` is the stack of BIP 141, empty where there is none."""

    outpoint: OutPoint
    script: bytes
    sequence: int
    witness: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class TxOutput:
    """What a transaction pays: an amount in satoshis, locked by a script."""

    value_sats: int
    script: bytes


@dataclass(frozen=True)
class Transaction:
    """A transaction; ``version`` and ``lock_time`` are of 32 bits, unsigned."""

    version: int
    inputs: tuple[TxInput, ...]
    outputs: tuple[TxOutput, ...]
    lock_time: int

    @property
    def has_witness(self) -> bool:
        """Whether any input has a witness, so that the form of BIP 144 is used."""
        return any(one.witness for one in self.inputs)

    def to_bytes(self, witness: bool = True) -> bytes:
        """The bytes of the wire, or without ``witness`` those that the txid is the hash of.

        Raises:
            ChainError: a field does not fit into its bytes.
        """
        marked = witness and self.has_witness
        try:
            parts = [struct.pack("<I", self.version), b"\0\1" if marked else b""]
            parts += [compact_size(len(self.inputs)), *map(_input_bytes, self.inputs)]
            parts += [compact_size(len(self.outputs)), *map(_output_bytes, self.outputs)]
            parts += [_stack_bytes(one.witness) for one in self.inputs if marked]
            return b"".join([*parts, struct.pack("<I", self.lock_time)])
        except struct.error as error:
            raise ChainError(f"a field of the transaction does not fit: {error}") from None

    @cached_property
    def txid(self) -> bytes:
        """Double SHA-256 without the witness, in the order of the wire."""
        return double_sha256(self.to_bytes(witness=False))

    @cached_property
    def wtxid(self) -> bytes:
        """Double SHA-256 with the witness; the txid where there is none."""
        return double_sha256(self.to_bytes())

    @property
    def size(self) -> int:
        """Bytes with the witness."""
        return len(self.to_bytes())

    @property
    def weight(self) -> int:
        """Weight units (BIP 141): three times the bytes without the witness, and those with it."""
        return 3 * len(self.to_bytes(witness=False)) + self.size

    @property
    def virtual_size(self) -> int:
        """Virtual bytes: a quarter of the weight, rounded up."""
        return -(-self.weight // 4)

    @property
    def output_sats(self) -> int:
        """Sum of what it pays, in satoshis."""
        return sum(one.value_sats for one in self.outputs)

    @property
    def is_coinbase(self) -> bool:
        """Whether it is the one that mints: a single input that spends nothing."""
        return [(one.outpoint.txid, one.outpoint.index) for one in self.inputs] == [_NO_COIN]

    @property
    def coinbase_height(self) -> int | None:
        """The height that a coinbase states at the start of its script (BIP 34).

        ``None`` for other transactions and where the script starts with no such number. Before
        BIP 34 (main network: height 227,931) these bytes mean nothing.
        """
        return _stated_height(self.inputs[0].script) if self.is_coinbase else None


class ByteReader:
    """Reads raw bytes in order; whatever they are, it refuses rather than reads past the end."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.position = 0
        self._end = len(raw)

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return self._end - self.position

    def refuse(self, why: str) -> NoReturn:
        """Raise ``MalformedError`` with the place."""
        raise MalformedError(f"byte {self.position}: {why}")

    def take(self, length: int) -> bytes:
        """The next ``length`` bytes."""
        start = self.position
        end = start + length
        if end > self._end:
            self.refuse(f"{length} bytes are needed and {self.left} are left")
        self.position = end
        return self.raw[start:end]

    def number(self, width: int) -> int:
        """The next ``width`` bytes as an unsigned number, lowest byte first."""
        return int.from_bytes(self.take(width), "little")

    def compact_size(self) -> int:
        """A length or count in its one shortest form."""
        first = self.take(1)[0]
        if first < 0xFD:
            return first
        width = _WIDTHS[first]
        value = self.number(width)
        if len(compact_size(value)) != width + 1:
            self.refuse(f"{value} is not written in its shortest form")
        if value > MAX_SIZE:
            self.refuse(f"a length of {value} is above the limit of {MAX_SIZE}")
        return value

    def count(self, least_bytes: int) -> int:
        """How many items follow, each of at least so many bytes: never more than can be there."""
        value = self.compact_size()
        if value > self.left // least_bytes:
            self.refuse(f"{value} items do not fit into the {self.left} bytes that are left")
        return value

    def string(self) -> bytes:
        """A script or witness item: its length, then its bytes."""
        start = self.position
        if start < self._end and (length := self.raw[start]) < 0xFD:  # nearly all, and faster
            self.position = start + 1
            return self.take(length)
        return self.take(self.compact_size())

    def finish(self) -> None:
        """Refuse bytes that are left over."""
        if self.left:
            self.refuse(f"{self.left} bytes too many")


def parse_transaction(raw: bytes) -> Transaction:
    """Read one transaction from all of ``raw``.

    Raises:
        MalformedError: it is cut short or too long, a length is impossible or not in its shortest
            form, there are no inputs or no outputs, the witness is marked and empty, or an amount
            or their sum is above 21 million coins.
    """
    reader = ByteReader(raw)
    transaction = read_transaction(reader)
    reader.finish()
    return transaction


def read_transaction(reader: ByteReader) -> Transaction:
    """Read the transaction that comes next; refuses what ``parse_transaction`` refuses."""
    version = reader.number(4)
    count = reader.compact_size()
    marked = count == 0
    if marked:
        if reader.number(1) != 1:
            reader.refuse("a transaction has inputs, or the flag 1 of a witness")
        count = reader.compact_size()
    inputs = _several(reader, count, INPUT_BYTES, "inputs", _read_input)
    outputs = _several(reader, reader.compact_size(), OUTPUT_BYTES, "outputs", _read_output)
    if sum(one.value_sats for one in outputs) > MAX_MONEY_SATS:
        reader.refuse("the outputs sum to more than 21 million coins")
    if marked:
        stacks = [_read_stack(reader) for _ in inputs]
        if not any(stacks):
            reader.refuse("the witness is marked and empty")
        pairs = zip(inputs, stacks, strict=True)
        inputs = [TxInput(one.outpoint, one.script, one.sequence, stack) for one, stack in pairs]
    return Transaction(version, tuple(inputs), tuple(outputs), reader.number(4))


def compact_size(value: int) -> bytes:
    """A length or count as the wire has it.

    >>> compact_size(252).hex(), compact_size(253).hex()
    ('fc', 'fdfd00')
    """
    if value < 0xFD:
        return value.to_bytes(1, "little")
    marker, width = next(one for one in _WIDTHS.items() if value < 1 << 8 * one[1])
    return bytes([marker]) + value.to_bytes(width, "little")


def _several(
    reader: ByteReader, count: int, least: int, what: str, read: Callable[[ByteReader], _Item]
) -> list[_Item]:
    if count == 0:
        reader.refuse(f"a transaction has no {what}")
    if count > reader.left // least:
        reader.refuse(f"{count} {what} do not fit into the {reader.left} bytes that are left")
    return [read(reader) for _ in range(count)]


def _read_input(reader: ByteReader) -> TxInput:
    outpoint = OutPoint(*_OUTPOINT.unpack(reader.take(36)))
    return TxInput(outpoint, reader.string(), reader.number(4))


def _read_output(reader: ByteReader) -> TxOutput:
    value = reader.number(8)
    if value > MAX_MONEY_SATS:
        reader.refuse(f"{value} satoshis are more than 21 million coins")
    return TxOutput(value, reader.string())


def _read_stack(reader: ByteReader) -> tuple[bytes, ...]:
    return tuple([reader.string() for _ in range(reader.count(1))])


def _input_bytes(one: TxInput) -> bytes:
    script = compact_size(len(one.script)) + one.script
    return one.outpoint.to_bytes() + script + struct.pack("<I", one.sequence)


def _output_bytes(one: TxOutput) -> bytes:
    return struct.pack("<Q", one.value_sats) + compact_size(len(one.script)) + one.script


def _stack_bytes(stack: tuple[bytes, ...]) -> bytes:
    return compact_size(len(stack)) + b"".join(compact_size(len(one)) + one for one in stack)


def _stated_height(script: bytes) -> int | None:
    """A script's first push as a number, if it is written as BIP 34 asks (``CScript << n``)."""
    first = script[0] if script else 0xFF
    if first == 0 or 0x51 <= first <= 0x60:  # OP_0, OP_1 to OP_16
        return max(first - 0x50, 0)
    number = script[1 : 1 + first]
    if not 1 <= first <= 4 or len(number) != first or number[-1] & 0x80:
        return None
    height = int.from_bytes(number, "little")
    shortest = height > 16 and height.bit_length() // 8 + 1 == first
    return height if shortest else None
