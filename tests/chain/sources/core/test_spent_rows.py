"""Rows of spent outputs are read as they were written, and bytes of another form are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.errors import MalformedError
from kilosat.chain.sources.core.spent_rows import SpentRows
from kilosat.chain.transaction import TxOutput, compact_size

outputs = st.builds(TxOutput, st.integers(0, 2**50), st.binary(max_size=300))
blocks = st.lists(st.lists(outputs, max_size=4), max_size=6)


def written(rows: list[list[TxOutput]]) -> bytes:
    """As Bitcoin Core's ``spenttxouts`` lays them out (rest.cpp)."""
    return compact_size(len(rows)) + b"".join(
        compact_size(len(row))
        + b"".join(
            one.value_sats.to_bytes(8, "little") + compact_size(len(one.script)) + one.script
            for one in row
        )
        for row in rows
    )


@settings(deadline=None)
@given(blocks)
def test_rows_are_read_as_written(rows: list[list[TxOutput]]) -> None:
    read = SpentRows(written(rows))
    assert [list(read[place]) for place in range(len(read))] == rows


@settings(deadline=None)
@given(blocks.filter(bool), st.data())
def test_cut_or_longer_bytes_are_refused(rows: list[list[TxOutput]], data: st.DataObject) -> None:
    raw = written(rows)
    cut = data.draw(st.integers(1, len(raw) - 1))
    for wrong in (raw[:cut], raw + b"\0"):
        with pytest.raises(MalformedError):
            SpentRows(wrong)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read = SpentRows(raw)
    except MalformedError:
        return
    assert written([list(read[place]) for place in range(len(read))]) == raw
