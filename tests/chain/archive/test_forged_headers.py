"""Forged headers in a file whose hashes are right: broken chains, missing work, wrong heights."""

from dataclasses import replace

import pytest

from kilosat.chain.archive import Archive
from kilosat.chain.archive.text import verification_text
from kilosat.chain.header import hex_of_hash
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import OutPoint

from ..fake_chain import Payment
from .conftest import Told
from .forging import (
    by_hand,
    check_of,
    failed,
    saying,
    taken,
    verified,
    with_transactions,
)
from .stories import BTC, TREASURY, StatedChain, script


def header_changed(archive: Archive, place: int, **changes: object) -> Archive:
    headers = list(archive.headers)
    headers[place] = replace(headers[place], **changes)  # type: ignore[arg-type]
    return replace(archive, headers=tuple(headers))


@pytest.mark.parametrize(
    "changes",
    [
        {"merkle_root": bytes(32)},
        {"time": 1_700_000_000},
        {"nonce": 7},
        {"version": 4},
        {"bits": 0x207FFFFE},
    ],
)
@pytest.mark.parametrize("place", [0, 77, -1])
def test_an_altered_header(told_story: Told, changes: dict[str, object], place: int) -> None:
    forged = header_changed(told_story.archive, place, **changes)
    assert failed(forged) & {"headers", "tip"}


def test_a_chain_of_headers_with_a_gap_or_out_of_order(told_story: Told) -> None:
    archive = told_story.archive
    headers = archive.headers
    swapped = (*headers[:50], headers[51], headers[50], *headers[52:])
    assert "headers" in failed(replace(archive, headers=swapped))
    shorter = replace(
        archive,
        headers=(*headers[:9], *headers[10:]),
        as_of=replace(archive.as_of, height=archive.as_of.height - 1),
    )
    assert "headers" in failed(shorter)


def test_another_tip_than_the_last_header(told_story: Told) -> None:
    archive = told_story.archive
    tip = BlockRef(archive.as_of.height, archive.headers[-2].hash)
    assert failed(replace(archive, as_of=tip)) == {"tip"}


def test_headers_without_work(told_story: Told) -> None:
    archive, chain = told_story.archive, told_story.story.chain
    last, nonce = archive.headers[-1], 0
    while int.from_bytes(replace(last, nonce=nonce).hash, "little") < 1 << 255:
        nonce += 1
    lazy = header_changed(archive, -1, nonce=nonce)
    lazy = replace(lazy, as_of=BlockRef(chain.height, lazy.headers[-1].hash))
    check = check_of(verified(lazy), "headers")
    assert check.outcome == "failed"
    assert "has not the work" in check.detail


@pytest.mark.parametrize("shift", [-1, 1, 1000])
def test_heights_that_are_shifted(told_story: Told, shift: int) -> None:
    """Everything else fits: the coinbase in the archive says its own height."""
    archive = told_story.archive
    moved = with_transactions(
        archive,
        [replace(one, height=one.height + shift) for one in archive.transactions],
    )
    moved = replace(
        moved,
        first_height=archive.first_height + shift,
        as_of=replace(archive.as_of, height=archive.as_of.height + shift),
    )
    assert "heights" in failed(saying(moved, unspent=None, ledger=""))


def test_heights_that_nothing_bears_out_are_left_open(told_story: Told) -> None:
    archive = told_story.archive
    others = [one for one in archive.transactions if not one.transaction.is_coinbase]
    found = verified(saying(with_transactions(archive, others), unspent=None, ledger=""))
    assert check_of(found, "heights").outcome == "not proven"


def test_a_height_that_nothing_bears_out_is_not_called_proven(told_story: Told) -> None:
    """The chain's block 170 called 1,170, and no coinbase there to tell."""
    archive, tip = told_story.archive, told_story.story.chain.tip
    others = [one for one in archive.transactions if not one.transaction.is_coinbase]
    moved = with_transactions(archive, [replace(one, height=one.height + 1_000) for one in others])
    moved = replace(
        moved,
        first_height=archive.first_height + 1_000,
        as_of=replace(archive.as_of, height=tip.height + 1_000),
    )
    found = verified(saying(moved, unspent=None, ledger=""))
    assert not found.failed
    said = found.proven[0]
    assert f"up to the block {hex_of_hash(tip.hash)} of " in said
    assert "called block 1,170 by the file; its 151 headers took 302 hashes" in said
    assert said.count("block 1,") == 1
    first = verification_text(found).splitlines()[0]
    assert "as of a block of 2011-02-04, called 1,170 by the file" in first


def test_the_height_of_a_block_that_a_message_names_is_left_open_too(told_story: Told) -> None:
    archive = told_story.archive
    others = [one for one in archive.transactions if not one.transaction.is_coinbase]
    control = next(one for one in told_story.controls if one.wallet == "treasury")
    open_ones = replace(with_transactions(archive, others), controls=(control,))
    shown, unshown = (
        next(one for one in verified(each).proven if one.startswith("whoever"))
        for each in (
            replace(archive, controls=(control,)),
            saying(open_ones, unspent=None, ledger=""),
        )
    )
    assert shown.endswith("which it names")
    assert unshown.endswith("which it names (a height that nothing here shows: go by the hash)")


def test_a_first_block_of_somebody_s_own(short_story: Told) -> None:
    archive = short_story.archive
    assert archive.first_height == 0
    own = header_changed(archive, 0, time=archive.headers[0].time + 1)
    assert "heights" in failed(own)


def test_a_whole_chain_made_anew_is_not_called_untrue_and_not_the_main_network(
    short_story: Told,
) -> None:
    """On regtest anybody makes blocks: the file then says nothing of value, and is told so."""
    chain = StatedChain(mark=7)
    coin = OutPoint(chain.mine().txids[0], 0)
    block = chain.mine([Payment((coin,), ((script(TREASURY), 49 * BTC),))])
    found = verified(by_hand(short_story.archive, chain, taken(block, 1)))
    assert not found.failed
    assert not found.is_main_network
    assert "NOT SHOWN TO BE BITCOIN'S MAIN NETWORK" in verification_text(found)
