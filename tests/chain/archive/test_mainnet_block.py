"""The main network: its difficulty, and an archive made of a real block's transactions."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kilosat.chain.address import address_from_script
from kilosat.chain.archive import (
    Archive,
    ArchivedTransaction,
    ArchiveError,
    ArchiveSource,
    Statement,
)
from kilosat.chain.archive import verify as verifying
from kilosat.chain.archive.chain_checks import ChainChecks
from kilosat.chain.archive.difficulty import bits_of_target, check_retargets
from kilosat.chain.archive.encoding import archive_bytes, read_archive_bytes
from kilosat.chain.archive.mainnet import check_mainnet, height_is_known
from kilosat.chain.archive.text import verification_text
from kilosat.chain.archive.verification import Check
from kilosat.chain.archive.verify import verify_archive
from kilosat.chain.block import parse_block
from kilosat.chain.errors import ProofError
from kilosat.chain.header import Header, hash_of_hex, target_of_bits
from kilosat.chain.mainnet_difficulty import PERIOD_BLOCKS, Epochs, read_mainnet_epochs
from kilosat.chain.merkle import merkle_proof
from kilosat.chain.sources.port import BlockRef
from kilosat.chain.transaction import parse_transaction

from .forging import check_of

BLOCK = Path(__file__).parents[1] / "data" / "mainnet_block_702861.raw"
HEIGHT = 702_861
HASH = hash_of_hex("000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae")
COUNT = 2_500
PLACES = (0, 1, 1_249, 2_499)
EPOCH = HEIGHT // PERIOD_BLOCKS


@cache
def real_archive() -> Archive:
    """The coinbase and three more transactions; the register names an address that each pays."""
    block = parse_block(BLOCK.read_bytes())
    txids = block.txids
    transactions, addresses = [], []
    for place in PLACES:
        raw = parse_transaction(block.raw_transaction(place)).to_bytes(witness=False)
        transactions.append(
            ArchivedTransaction(HEIGHT, merkle_proof(block.header, txids, place), raw)
        )
        scripts = [output.script for output in parse_transaction(raw).outputs]
        named = [address_from_script(one, "mainnet") for one in scripts]
        addresses.append(next(address for address in named if address))
    register = f"""format = 1
[register]
name = "block"
title = "Payments of a block"
[groups.all]
title = "All"
[entities.all]
title = "All"
group = "all"
addresses_known = "some"
[wallets.all]
title = "All that were paid"
entity = "all"
attribution = "assumed"
addresses = {addresses!r}
"""
    return Archive(
        network="mainnet",
        as_of=BlockRef(HEIGHT, HASH),
        first_height=HEIGHT,
        headers=(block.header,),
        transactions=tuple(transactions),
        parents={},
        said=Statement((), {HEIGHT: COUNT}),
        register=register.encode(),
    )


@cache
def epochs() -> Epochs:
    return read_mainnet_epochs()


def then() -> Epochs:
    """The series as it was known when the block was new."""
    return Epochs(epochs().difficulty[: EPOCH + 1], epochs().start[: EPOCH + 1])


def test_transactions_of_a_real_block_are_proven_with_height_and_difficulty() -> None:
    found = verify_archive(read_archive_bytes(archive_bytes(real_archive())))
    assert not found.failed
    outcomes = {check.key: check.outcome for check in found.checks}
    for key in ("headers", "tip", "heights", "difficulty", "transactions"):
        assert outcomes[key] == "proven"
    assert check_of(found, "heights").detail == "the coinbase of block 702,861 states it"
    # The difficulty of 2021-09-21 to 10-05, as every explorer tells.
    difficulty = 0xFFFF * 2**208 / target_of_bits(real_archive().headers[0].bits)
    assert difficulty == pytest.approx(18_997_641_161_758.95, rel=1e-13)
    assert found.work == pytest.approx(difficulty * 2**32, rel=1e-4)
    (wallet,) = found.wallets
    outputs = [out for one in real_archive().transactions for out in one.transaction.outputs]
    register = real_archive().register.decode()
    paid = [
        out.value_sats
        for out in outputs
        if (address := address_from_script(out.script, "mainnet")) and f"'{address}'" in register
    ]
    assert wallet.received_sats == sum(paid) > 6 * 10**8  # the coinbase's 6.25 and fees alone


def test_one_old_block_is_not_enough_work_to_be_believed() -> None:
    """Its difficulty is right, and today somebody could afford to make one like it."""
    found = verify_archive(real_archive(), epochs())
    check = check_of(found, "mainnet")
    assert check.outcome == "not proven"
    assert "difficulty and days that are known for their heights: 1;" in check.detail
    assert "look up the hash of the last block" in check.detail
    assert not found.is_main_network
    # When it was as hard as any, six of its like would have done.
    for count, outcome in ((5, "not proven"), (6, "proven")):
        several = replace(real_archive(), headers=real_archive().headers * count)
        assert check_mainnet(several, then()).outcome == outcome


def test_enough_work_is_said_in_the_first_line() -> None:
    enough = check_mainnet(replace(real_archive(), headers=real_archive().headers * 6), then())
    found = verify_archive(real_archive(), epochs())
    checks = tuple(enough if one.key == "mainnet" else one for one in found.checks)
    found = replace(found, checks=checks)
    assert found.is_main_network
    first = verification_text(found).splitlines()[0]
    assert first.endswith("HOLDS, as of block 702,861 of 2021-09-30, on Bitcoin's main network.")


@pytest.mark.parametrize("height", [HEIGHT - PERIOD_BLOCKS, HEIGHT + PERIOD_BLOCKS, 100, 0])
def test_the_same_block_at_another_height_is_not_the_main_network_s(height: int) -> None:
    moved = replace(
        real_archive(),
        first_height=height,
        as_of=BlockRef(height, HASH),
        transactions=tuple(replace(one, height=height) for one in real_archive().transactions),
    )
    found = verify_archive(moved, epochs())
    failed = {check.key for check in found.failed}
    assert "mainnet" in failed
    assert "heights" in failed or height == 100  # before BIP 34 no coinbase tells


def test_a_height_within_the_period_is_caught_by_the_coinbase() -> None:
    moved = replace(
        real_archive(),
        first_height=HEIGHT + 1,
        as_of=BlockRef(HEIGHT + 1, HASH),
        transactions=tuple(replace(one, height=HEIGHT + 1) for one in real_archive().transactions),
    )
    assert {check.key for check in verify_archive(moved, epochs()).failed} == {"heights"}


def test_a_header_with_another_time_than_its_height_had() -> None:
    (header,) = real_archive().headers
    for seconds in (-20 * 86_400, 20 * 86_400):
        late = replace(real_archive(), headers=(replace(header, time=header.time + seconds),))
        check = check_mainnet(late, epochs())
        assert check.outcome == "failed"
        assert "was not being mined" in check.detail


def test_easy_headers_above_the_series_are_not_called_the_main_network() -> None:
    """A quarter at each change is what the rule allows, and what a forger may use."""
    (old,) = real_archive().headers
    header = replace(old, time=epochs().start[-1] + 3_000_000)
    end = epochs().end_height
    above = replace(real_archive(), first_height=end, headers=(header,) * 100, transactions=())
    check = check_mainnet(above, epochs())
    assert check.outcome == "failed"
    assert "the difficulty is at least" in check.detail
    later = replace(above, first_height=end + 5 * PERIOD_BLOCKS)
    check = check_mainnet(later, epochs())
    assert check.outcome == "not proven"
    assert "anybody with some machines" in check.detail
    assert check_mainnet(replace(later, headers=(old,) * 100), epochs()).outcome == "failed"
    hard = replace(header, bits=bits_of_target((0xFFFF << 208) // int(epochs().difficulty[-1])))
    check = check_mainnet(replace(above, headers=(hard,) * 100), epochs())
    assert check.outcome == "proven"
    assert "where no more is known" in check.detail


def test_work_below_the_last_transaction_does_not_count() -> None:
    """Real headers in plenty, and a block of the forger's own on top."""
    (header,) = real_archive().headers
    last = replace(real_archive().transactions[0], height=HEIGHT + 19)
    run = replace(real_archive(), headers=(header,) * 20, transactions=(last,))
    assert check_mainnet(run, then()).outcome == "not proven"
    buried = replace(last, height=HEIGHT + 14)
    assert check_mainnet(replace(run, transactions=(buried,)), then()).outcome == "proven"
    both = replace(run, transactions=(buried, last))
    assert check_mainnet(both, then()).outcome == "not proven"


def test_an_archive_that_says_to_be_of_the_main_network_and_is_not_is_no_source() -> None:
    source = ArchiveSource(real_archive())
    assert any("not shown to be the main network" in note for note in source.status().notes)
    (header,) = real_archive().headers
    moved = replace(
        real_archive(),
        first_height=HEIGHT + PERIOD_BLOCKS,
        as_of=BlockRef(HEIGHT + PERIOD_BLOCKS, header.hash),
        transactions=(),
    )
    with pytest.raises(ArchiveError, match="the difficulty was"):
        ArchiveSource(moved)


# -- the rule of difficulty ----------------------------------------------------------------------

# Heights, times and bits of the first retarget that changed anything on the main network: blocks
# 30,240, 32,255 and 32,256, as every explorer shows them (also in Bitcoin Core, pow_tests.cpp).
FIRST_TIME, LAST_TIME, BITS, NEW_BITS = 1_261_130_161, 1_262_152_739, 0x1D00FFFF, 0x1D00D86A


def period(
    first: int, last: int, bits: int, following: int, length: int = PERIOD_BLOCKS
) -> Archive:
    """Headers from a change of difficulty to the next; work and links are not looked at here."""
    times = [first, *[first + 1] * (length - 2), last]
    headers = [Header(1, bytes(32), bytes(32), time, bits, 0) for time in times]
    headers.append(Header(1, bytes(32), bytes(32), last, following, 0))
    start = 30_240 + PERIOD_BLOCKS - length
    return replace(real_archive(), first_height=start, headers=tuple(headers), transactions=())


def test_the_main_network_s_first_change_of_difficulty_is_recalculated() -> None:
    told = check_retargets(period(FIRST_TIME, LAST_TIME, BITS, NEW_BITS))
    assert told.startswith("recalculated at 1 changes")


# Bitcoin Core, src/test/pow_tests.cpp (MIT): constraints of the rule at its limits.
@pytest.mark.parametrize(
    ("first", "last", "bits", "following"),
    [
        (1_231_006_505, 1_233_061_996, 0x1D00FFFF, 0x1D00FFFF),  # never easier than the easiest
        (1_279_008_237, 1_279_297_671, 0x1C05A3F4, 0x1C0168FD),  # at most four times harder
        (1_263_163_443, 1_269_211_443, 0x1C387F6F, 0x1D00E1FD),  # at most four times easier
    ],
)
def test_the_rule_at_its_limits(first: int, last: int, bits: int, following: int) -> None:
    check_retargets(period(first, last, bits, following))
    for other in (following - 1, following + 1):
        if target_of_or_none(other):
            with pytest.raises(ProofError, match="is not what the rule gives"):
                check_retargets(period(first, last, bits, other))


def target_of_or_none(bits: int) -> int | None:
    try:
        return target_of_bits(bits)
    except ProofError:
        return None


def test_a_change_where_none_may_be_or_by_more_than_fourfold() -> None:
    steady = period(FIRST_TIME, LAST_TIME, BITS, NEW_BITS, length=10)
    assert "at 1 more the time since the change" in check_retargets(steady)
    with pytest.raises(ProofError, match="where it must not"):
        check_retargets(replace(steady, first_height=steady.first_height + 1))
    harder = bits_of_target(target_of_bits(BITS) // 5)
    with pytest.raises(ProofError, match="more than fourfold"):
        check_retargets(period(FIRST_TIME, LAST_TIME, BITS, harder, length=10))


def test_heights_follow_from_a_change_of_difficulty_that_is_known() -> None:
    assert height_is_known(period(FIRST_TIME, LAST_TIME, BITS, NEW_BITS), epochs())
    assert not height_is_known(period(FIRST_TIME, LAST_TIME, BITS, BITS), epochs())
    before = Epochs(epochs().difficulty[:15], epochs().start[:15])
    assert not height_is_known(period(FIRST_TIME, LAST_TIME, BITS, NEW_BITS), before)


def test_heights_follow_only_where_all_else_of_the_chain_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changing = period(FIRST_TIME, LAST_TIME, BITS, NEW_BITS)
    # These headers have no work.
    assert check_of(verify_archive(changing, epochs()), "heights").outcome == "not proven"
    open_heights = ChainChecks((Check("heights", "Heights", "not proven", "as stated"),), 1)
    monkeypatch.setattr(verifying, "check_chain", lambda _: open_heights)
    steady = replace(changing, headers=changing.headers[:-1])
    for archive, outcome in ((steady, "not proven"), (changing, "proven")):
        archive = replace(archive, headers=tuple(map(_in_time, archive.headers)))
        assert check_of(verify_archive(archive, epochs()), "heights").outcome == outcome


def _in_time(header: Header) -> Header:
    """The header with a time at the end of its period, within a day of the next one."""
    return replace(header, time=LAST_TIME)


def test_nothing_is_said_of_the_main_network_where_the_headers_do_not_hold() -> None:
    unlinked = replace(
        real_archive(),
        headers=real_archive().headers * 6,
        as_of=BlockRef(HEIGHT + 5, HASH),
    )
    assert check_mainnet(unlinked, then()).outcome == "proven"
    found = verify_archive(unlinked, then())
    assert check_of(found, "headers").outcome == "failed"
    assert check_of(found, "mainnet").outcome == "not proven"


def test_a_change_that_is_left_out() -> None:
    with pytest.raises(ProofError, match="is not what the rule gives"):
        check_retargets(period(FIRST_TIME, LAST_TIME, BITS, BITS))
