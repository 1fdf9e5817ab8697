"""What difficulty a header of the main network must have: by real headers, and by the protocol."""

from dataclasses import replace

import pytest

from kilosat.chain.header import MAINNET_LIMIT, Header, hash_of_hex
from kilosat.chain.ledger.records import SeenBlock
from kilosat.chain.mainnet_difficulty import (
    PERIOD_BLOCKS,
    Epochs,
    difference,
    difficulty_of_bits,
    least_difficulty,
    read_mainnet_epochs,
)
from kilosat.chain.scan.headers import work_of
from kilosat.chain.sources.errors import UntruthError

# Block 1 of the main network, and 32,256, the first whose difficulty rose (December 2009).
BLOCK_1 = Header(
    1,
    hash_of_hex("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
    hash_of_hex("0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098"),
    1_231_469_665,
    0x1D00FFFF,
    2_573_394_689,
)
RISE = 32_256
RISE_BITS, RISE_DIFFICULTY = 0x1D00D86A, 1.1828995343128408


@pytest.fixture(scope="module")
def epochs() -> Epochs:
    return read_mainnet_epochs()


def test_a_real_header_passes_at_its_height_and_at_no_later_one(epochs: Epochs) -> None:
    assert work_of(SeenBlock(1, BLOCK_1), "mainnet") == 0x100010001
    for height in (RISE, 400_000, 840_000, epochs.end_height, epochs.end_height + 20_000):
        with pytest.raises(UntruthError, match="difficulty"):
            work_of(SeenBlock(height, BLOCK_1), "mainnet")


def test_an_epoch_begins_with_the_block_that_changes_it(epochs: Epochs) -> None:
    assert difficulty_of_bits(RISE_BITS, MAINNET_LIMIT) == pytest.approx(RISE_DIFFICULTY)
    risen = replace(BLOCK_1, bits=RISE_BITS, time=1_262_152_739)
    assert difference(risen, RISE, epochs) == ""
    assert "difficulty was 1.00" in difference(risen, RISE - 1, epochs)
    assert "difficulty was 1.18" in difference(replace(risen, bits=0x1D00FFFF), RISE, epochs)
    assert "was not being mined" in difference(replace(risen, time=1_300_000_000), RISE, epochs)


def test_above_the_series_each_epoch_may_be_a_quarter_of_the_one_before(epochs: Epochs) -> None:
    last, end = epochs.difficulty[-1], epochs.end_height
    wanted = [least_difficulty(end + PERIOD_BLOCKS * epoch - 1, epochs) for epoch in range(3)]
    assert wanted == [last, last / 4, last / 16]
    assert least_difficulty(end + 100 * PERIOD_BLOCKS, epochs) == 1.0


def test_networks_for_tests_have_no_such_rule() -> None:
    assert work_of(SeenBlock(840_000, BLOCK_1), "testnet") == 0x100010001
