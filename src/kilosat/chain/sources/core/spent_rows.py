"""What all inputs of a block spent, as REST brings it: a row for each transaction."""

from typing import Any

import numpy as np

from kilosat.chain.errors import MalformedError
from kilosat.chain.filters import Bytes
from kilosat.chain.scan_walk import length_at, string_at
from kilosat.chain.transaction import OUTPUT_BYTES, ByteReader, TxOutput
from kilosat.compiling import compiled

__all__ = ["SpentRows"]


class SpentRows:
    """Rows of outputs; the form of all is checked, the objects are made for those asked for.

    Raises:
        MalformedError: the bytes are not a list of lists of outputs.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        count = ByteReader(raw).compact_size()
        if count > len(raw):
            raise MalformedError(f"{count} rows do not fit into {len(raw)} bytes")
        self._starts = np.empty(count + 1, np.int64)
        if not _walk(np.frombuffer(raw, dtype=np.uint8), self._starts):
            raise MalformedError("the rows of spent outputs do not read to their end")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: int) -> tuple[TxOutput, ...]:
        """What the inputs of a transaction spent, in their order."""
        reader = ByteReader(self._raw[self._starts[place] : self._starts[place + 1]])
        count = reader.count(OUTPUT_BYTES)
        return tuple(TxOutput(reader.number(8), reader.string()) for _ in range(count))


@compiled
def _walk(data: Bytes, starts: Any) -> Any:
    """Where each row begins and the last one ends; false where the bytes are of another form."""
    end = len(data)
    count, p = length_at(data, 0, end)
    if count != len(starts) - 1:
        return False
    for number in range(count):
        starts[number] = p
        outputs, p = length_at(data, p, end)
        if outputs < 0 or outputs > (end - p) // OUTPUT_BYTES:
            return False
        for _ in range(outputs):
            length, start = string_at(data, p + 8, end, 0)
            if length < 0:
                return False
            p = start + length
    starts[count] = p
    return p == end
