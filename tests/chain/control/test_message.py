"""The message to sign, and the blocks that a message names."""

from datetime import date

from kilosat.chain.control import control_message, named_blocks
from kilosat.chain.header import hash_of_hex
from kilosat.chain.sources.port import BlockRef

# The first block of the main network, as everybody prints its hash.
GENESIS = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
FIRST = BlockRef(0, hash_of_hex(GENESIS))


def test_it_names_the_wallet_the_day_and_the_block() -> None:
    message = control_message("the treasury", date(2026, 11, 24), FIRST)
    words = "Proof of control of the treasury on 2026-11-24, after block 0 "
    assert message == words + GENESIS


def test_it_stays_short_enough_for_hardware_signers() -> None:
    message = control_message("a title " * 100, date(2026, 11, 24), BlockRef(9_999_999, FIRST.hash))
    assert len(message) <= 330
    assert message.endswith(GENESIS)


def test_what_it_names_is_read_back_and_looked_up() -> None:
    message = control_message("x", date(2026, 11, 24), FIRST)
    (found,) = named_blocks(message, {FIRST.hash: 0})
    assert (found.stated_height, found.hash, found.height) == (0, FIRST.hash, 0)
    assert found.is_true


def test_a_block_that_is_elsewhere_or_nowhere_is_not_true() -> None:
    message = f"after BLOCK 5 {GENESIS.upper()} and block 6 {'ab' * 32}"
    elsewhere, nowhere = named_blocks(message, {FIRST.hash: 0})
    assert (elsewhere.stated_height, elsewhere.height, elsewhere.is_true) == (5, 0, False)
    assert (nowhere.stated_height, nowhere.height, nowhere.is_true) == (6, None, False)


def test_what_only_looks_like_a_block_is_none() -> None:
    for message in ("", f"block {GENESIS}", f"block 1 {GENESIS}0", f"lock 1 {GENESIS}", "block 1"):
        assert named_blocks(message, {FIRST.hash: 0}) == ()
